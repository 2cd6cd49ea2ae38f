/** The only place that reads a clock or sets a timer. Everything else gets the time as an argument. */
import { existsSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** What the neuron thread needs of time. Monotonic ms share one origin in all threads (CLOCK_MONOTONIC). */
export interface Clock {
  nowMs(): number
  /**
   * Sleep to `deadlineMs`, or until the wake cell changes from `ticket`; spin the last `spinMs` of it.
   * Never returns early but for a wake-up.
   */
  sleepUntil(deadlineMs: number, spinMs: number, ticket: number): void
}

/** What the main thread needs of time. Each function returns what cancels it. */
export interface Timers {
  nowMs(): number
  every(periodMs: number, run: () => void): () => void
  after(delayMs: number, run: () => void): () => void
}

// performance.now() is cheap but starts at 0 in every thread; the hrtime clock is common to all of them.
const LOOKS = 10
const THREAD_OFFSET_MS = threadOffsetMs()

/** Both clocks are read one after the other, and the thread may be held up in between: the closest of some looks counts. */
function threadOffsetMs(): number {
  let closestMs = Number.POSITIVE_INFINITY
  let offsetMs = 0
  for (let look = 0; look < LOOKS; look++) {
    const beforeMs = Number(process.hrtime.bigint()) / 1e6
    const nowMs = performance.now()
    const widthMs = Number(process.hrtime.bigint()) / 1e6 - beforeMs
    if (widthMs < closestMs) {
      closestMs = widthMs
      offsetMs = beforeMs + widthMs / 2 - nowMs
    }
  }
  return offsetMs
}

/** Monotonic ms, the same in every thread of the process. */
export function monotonicMs(): number {
  return performance.now() + THREAD_OFFSET_MS
}

/** The moment at which the system clock turns over must be known this closely, ms. */
const CLOSE_MS = 0.02
const MOST_TURNS = 20

/** Epoch ms at monotonic 0, as the system clock has it now; it moves when the clock is set. */
export function wallOriginMs(): number {
  // Date.now() only shows whole ms: wait for it to turn over (at most 1 ms) to know the moment exactly. A thread that is
  // held up just then sees it too late, which can only make the origin too early: it waits for the next.
  let originMs = Number.NEGATIVE_INFINITY
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const { wallMs, sinceMs, atMs } = wallTurn()
    originMs = Math.max(originMs, wallMs - atMs)
    if (atMs - sinceMs < CLOSE_MS) break
  }
  return originMs
}

/** The next whole ms of the system clock: it came between `sinceMs` and `atMs`. */
function wallTurn(): { readonly wallMs: number; readonly sinceMs: number; readonly atMs: number } {
  let sinceMs = monotonicMs()
  const shown = Date.now()
  let lastMs = monotonicMs()
  for (;;) {
    const wallMs = Date.now()
    const atMs = monotonicMs()
    if (wallMs !== shown) return { wallMs, sinceMs, atMs }
    sinceMs = lastMs
    lastMs = atMs
  }
}

/** The system clock, which may be set while the program runs. */
export interface WallClock {
  /** Epoch ms at monotonic 0, as of the last check. */
  originMs(): number
  /** Has it been set since the last check? By how much, ms; 0 below 5 ms. */
  check(): number
}

export function followWallClock(): WallClock {
  let originMs = wallOriginMs()
  return {
    originMs: () => originMs,
    check() {
      if (Math.abs(Date.now() - monotonicMs() - originMs) <= 5) return 0
      const beforeMs = originMs
      originMs = wallOriginMs()
      return originMs - beforeMs
    },
  }
}

/** Time servers make up for less than this bit by bit (ntpd for up to 128 ms): that is no news. */
export function isWorthReporting(stepMs: number): boolean {
  return Math.abs(stepMs) >= 100
}

/** The neuron thread's clock: Atomics.wait on a cell that the main thread can notify (facts: level with clock_nanosleep). */
export function realClock(wakeCell: Int32Array): Clock {
  return {
    nowMs: monotonicMs,
    sleepUntil(deadlineMs, spinMs, ticket) {
      const waitMs = deadlineMs - spinMs - monotonicMs()
      if (waitMs > 0 && Atomics.wait(wakeCell, 0, ticket, waitMs) !== 'timed-out') return
      if (spinMs > 0) spinUntil(BigInt(Math.round(deadlineMs * 1e6)))
    },
  }
}

// Comparing BigInts is lowered to machine words and allocates nothing; performance.now() would box a number per turn.
function spinUntil(targetNs: bigint): void {
  while (process.hrtime.bigint() < targetNs);
}

/** Node's timers for the main thread. */
export const realTimers: Timers = {
  nowMs: monotonicMs,
  every(periodMs, run) {
    const timer = setInterval(run, periodMs)
    return () => clearInterval(timer)
  },
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}

/** The system clock as it is set now, us since 1970, to the ms: for dating messages, not for spikes. */
export function epochUs(): number {
  return Date.now() * 1000
}

/** How late the main thread serves its timers: each call returns the 99th percentile since the last, ms. */
export function openDelayMeter(): () => number {
  const resolutionMs = 10
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  return () => {
    const p99Ms = delay.percentile(99) / 1e6 - resolutionMs
    delay.reset()
    return Math.max(0, p99Ms)
  }
}

/** Does the system clock follow a time server, by systemd's own time client? Others say so to the kernel alone. */
export function timesyncdIsSynced(): boolean {
  return existsSync('/run/systemd/timesync/synchronized')
}
