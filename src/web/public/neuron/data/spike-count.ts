/** The spikes in a span of time: their number, times and rate. Pure. */
import type { TimedSpike } from './trace-buffer.ts'

export interface SpikeCount {
  /** Model time since `zeroS`, ms. */
  readonly timesMs: readonly number[]
  /** Their number over the length of the span. */
  readonly rateHz: number
}

/** Times on the page are exact to about this, s. */
const ROUNDING_S = 1e-6

/** Counts later than `fromS`, up to and including `toS`: a span from spike to spike holds whole intervals. */
export function countSpikes(
  spikes: readonly TimedSpike[],
  { fromS, toS, zeroS, speed }: { fromS: number; toS: number; zeroS: number; speed: number },
): SpikeCount {
  const inside = spikes.filter(({ atS }) => atS > fromS + ROUNDING_S && atS <= toS + ROUNDING_S)
  return {
    timesMs: inside.map(({ atS }) => (atS - zeroS) * speed * 1000),
    rateHz: inside.length / ((toS - fromS) * speed),
  }
}
