import type { Clock } from '../../src/loop/clock.ts'

/** Time that moves only when somebody sleeps on it; what is planned happens on the way. */
export interface ManualClock extends Clock {
  /** Do something at a time; it wakes whoever sleeps then. */
  at(timeMs: number, run: () => void): void
  /** How late wake-ups are, ms: from the deadline to the moment the sleeper sees the time. */
  lateMs: (deadlineMs: number) => number
  /** How much time passes with each look at the clock, ms: what is done between two looks takes time. */
  lookMs: number
  /** How often somebody slept. */
  sleeps: number
  readonly spins: number[]
}

export function manualClock(startMs = 0): ManualClock {
  const plan: { timeMs: number; run: () => void }[] = []
  let nowMs = startMs
  const clock: ManualClock = {
    lateMs: () => 0,
    lookMs: 0,
    sleeps: 0,
    spins: [],
    nowMs: () => (nowMs += clock.lookMs),
    at(timeMs, run) {
      plan.push({ timeMs, run })
      plan.sort((a, b) => a.timeMs - b.timeMs)
    },
    sleepUntil(deadlineMs, spinMs) {
      clock.sleeps++
      if (spinMs > 0) clock.spins.push(spinMs)
      const next = plan[0]
      if (next && next.timeMs <= deadlineMs) {
        plan.shift()
        nowMs = Math.max(nowMs, next.timeMs)
        next.run()
        return
      }
      nowMs = Math.max(nowMs, deadlineMs + clock.lateMs(deadlineMs))
    },
  }
  return clock
}
