import type { Timers } from '../loop/clock.ts'

/** What the link needs of the outer world. */
export interface LinkWorld {
  readonly timers: Timers
  /** System clock, µs since 1970. */
  wallUs(): number
  /** 0 to 1. */
  random(): number
  /** Told once per change, never once per try. */
  note(level: 'info' | 'warn', message: string): void
}
