/** Puts spikes on the time axis of the samples, which is model time; a spike itself knows the wall clock. Pure. */
import type { Spike } from '../loop/report.ts'
import type { FrameSpike } from './frames.ts'
import { SAMPLE_FIELDS } from './sources.ts'

/** Model and wall time at one moment. */
export interface Moment {
  readonly modelMs: number
  readonly wallUs: number
}

export interface SpikeClock {
  place(spike: Spike, now: Moment): FrameSpike
  /** Correct the spikes that were placed since a chain began, by the fall of V that is seen in the samples. */
  settle(spikes: readonly FrameSpike[], rows: Float64Array): readonly FrameSpike[]
}

/** How far a guess from the wall clock may be off, wall ms. */
const GUESS_MS = 8
/** A chain of intervals that is off by more than this has lost a link. */
const BROKEN_MS = 50

export function createSpikeClock(): SpikeClock {
  let lastMs = Number.NaN
  let isSettled = false
  return {
    place({ seq, tUs, isiMs, late, speed }, now) {
      const guessMs = now.modelMs - ((now.wallUs - tUs) / 1000) * speed
      const chainedMs = lastMs + isiMs
      const holds = Math.abs(chainedMs - guessMs) < BROKEN_MS * Math.max(1, speed)
      isSettled &&= holds
      lastMs = holds ? chainedMs : guessMs
      return { seq, atMs: lastMs, tUs, isiMs, late, speed }
    },
    settle(spikes, rows) {
      const [first] = spikes
      if (isSettled || first === undefined) return spikes
      const seenMs = fallNear(rows, first.atMs, GUESS_MS * Math.max(1, first.speed))
      if (seenMs === undefined) return spikes
      const shiftMs = seenMs - first.atMs
      lastMs += shiftMs
      isSettled = true
      return spikes.map(spike => ({ ...spike, atMs: spike.atMs + shiftMs }))
    },
  }
}

/** The middle between the two rows around `atMs` between which V falls most; undefined if it falls nowhere. */
function fallNear(rows: Float64Array, atMs: number, withinMs: number): number | undefined {
  let deepestMv = 1
  let foundMs: number | undefined
  for (let at = SAMPLE_FIELDS; at < rows.length; at += SAMPLE_FIELDS) {
    const middleMs = (rows[at - SAMPLE_FIELDS]! + rows[at]!) / 2
    if (Math.abs(middleMs - atMs) > withinMs) continue
    const fallMv = rows[at - SAMPLE_FIELDS + 1]! - rows[at + 1]!
    if (fallMv <= deepestMv) continue
    deepestMv = fallMv
    foundMs = middleMs
  }
  return foundMs
}
