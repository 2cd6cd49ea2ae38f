import type { Supervisor } from './daemon/systemd.ts'
import type { Timers } from './loop/clock.ts'
import type { Health } from './loop/report.ts'

/** How the neuron is, at a glance. */
export interface Vitals extends Pick<Health, 'ticks' | 'tickAgeMs'> {
  /** In words, for people. */
  readonly words: string
}

/** Of the time that the watchdog waits: three signs of life may be lost. */
const BEATS_PER_WATCHDOG = 4
/** Where no watchdog waits, only the line of `systemctl status` is kept up to date. */
const UNWATCHED_MS = 5000
/** A tick may be this late: longer ones are integrated through no more. */
const LATEST_TICK_MS = 1000

/**
 * Tell the supervisor how the neuron is: ready once it ticks, and then a sign of life for as long as it does. A neuron
 * thread that hangs sends none, however well this thread is. Returns what ends it.
 */
export function watchOver(supervisor: Supervisor, look: () => Vitals, timers: Timers): () => void {
  let last: Vitals | undefined
  let ready = false
  const beat = () => {
    const now = look()
    const alive = ticks(last, now)
    last = now
    supervisor.status(alive ? now.words : `the neuron's thread has not ticked for ${Math.round(now.tickAgeMs)} ms`)
    if (!alive) return
    if (ready) supervisor.watchdog()
    else supervisor.ready()
    ready = true
  }
  beat()
  const periodMs = supervisor.watchdogMs > 0 ? supervisor.watchdogMs / BEATS_PER_WATCHDOG : UNWATCHED_MS
  return timers.every(periodMs, beat)
}

/** Has it ticked since, and in time? */
export function ticks(before: Vitals | undefined, now: Vitals): boolean {
  return now.ticks > 0 && now.ticks !== before?.ticks && now.tickAgeMs < LATEST_TICK_MS
}
