/** The times of the last spikes: receivers that have missed some request them. Pure. */

import type { Spike } from '../../loop/types.ts'

/** Spikes `from` to `to`, both included. */
interface SeqRange {
  readonly from: number
  readonly to: number
}

/** Consecutive spikes, and which of the requested ones are not among them. */
export interface Replay {
  readonly seq0: number
  /** Threshold crossings, µs since 1970. */
  readonly tUs: readonly number[]
  readonly speed: number
  /** Every spike from the first requested one to this one is in `tUs` or in `missing`. */
  readonly to: number
  readonly missing: readonly SeqRange[]
}

export interface SpikeHistory {
  /** In the order of seq; one that is left out is reported as missing. */
  add(spike: Spike): void
  /** As much of the range as one answer holds; it also ends where the speed changes or spikes are missing. */
  replay(range: SeqRange): Replay
  lastSeq(): number
}

/** Capacity in spikes: 11 minutes at 100 Hz. */
export const HISTORY_SPIKES = 65_536
/** Most spikes in one answer, which then has at most 64 kB. */
const REPLAY_SPIKES = 4096

export function createSpikeHistory(capacity = HISTORY_SPIKES, mostAtOnce = REPLAY_SPIKES): SpikeHistory {
  // Filled at the start, so that all their memory is allocated then and does not grow with the spikes.
  const times = new Float64Array(capacity).fill(Number.NaN)
  const speeds = new Float64Array(capacity).fill(1)
  let lastSeq = 0

  const has = (seq: number) => seq > lastSeq - capacity && seq >= 1 && !Number.isNaN(times[seq % capacity])

  return {
    add({ seq, tUs, speed }) {
      for (let lost = Math.max(lastSeq + 1, seq - capacity); lost < seq; lost++) times[lost % capacity] = Number.NaN
      times[seq % capacity] = Math.round(tUs)
      speeds[seq % capacity] = speed
      lastSeq = seq
    },
    replay(range) {
      const last = Math.min(range.to, lastSeq)
      let seq0 = Math.max(range.from, Math.min(last + 1, lastSeq - capacity + 1))
      while (seq0 <= last && !has(seq0)) seq0++
      const speed = seq0 <= last ? (speeds[seq0 % capacity] as number) : 1
      const tUs: number[] = []
      let seq = seq0
      while (seq <= last && tUs.length < mostAtOnce && has(seq) && speeds[seq % capacity] === speed) {
        tUs.push(times[seq % capacity] as number)
        seq++
      }
      const missing = seq0 > range.from && range.from <= last ? [{ from: range.from, to: seq0 - 1 }] : []
      return { seq0, tUs, speed, to: Math.max(seq - 1, range.from - 1), missing }
    },
    lastSeq: () => lastSeq,
  }
}
