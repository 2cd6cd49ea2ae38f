/** When a state is worth publishing: subscribers that store every message must not drown in noise. Pure. */
import type { StateReport } from './types.ts'

const LONGEST_SILENCE_MS = 10_000

export interface PublishedState {
  readonly state: StateReport
  readonly atMs: number
}

/** A change beyond the dead-band (rate 0.2 Hz, current 0.02 nA, or 2 % of either), a switch, or 10 s of silence. */
export function worthPublishing(last: PublishedState | undefined, now: StateReport, nowMs: number): boolean {
  if (!last || nowMs - last.atMs >= LONGEST_SILENCE_MS) return true
  const then = last.state
  const switches = ['running', 'muted', 'source', 'speed'] as const
  if (switches.some(name => now[name] !== then[name])) return true
  return moved(then.rateHz, now.rateHz, 0.2) || moved(then.iNa, now.iNa, 0.02)
}

function moved(from: number, to: number, least: number): boolean {
  return Math.abs(to - from) > Math.max(least, 0.02 * Math.abs(from))
}
