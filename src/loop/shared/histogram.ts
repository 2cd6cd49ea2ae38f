import type { Lateness } from '../types.ts'

/** Counts durations in bins a 32nd of an octave wide (2.2 %), in memory that another thread may read at any time. */
export type Histogram = Uint32Array<SharedArrayBuffer>

const BINS_PER_OCTAVE = 32
/** Up to 2^24 us, 16 s; the last bin holds everything longer, the first everything under 1 us. */
const BINS = 24 * BINS_PER_OCTAVE + 2

export function createHistogram(): Histogram {
  return new Uint32Array(new SharedArrayBuffer(BINS * 4))
}

/** Count one duration. Allocates nothing. */
export function count(histogram: Histogram, us: number): void {
  const bin = us < 1 ? 0 : Math.min(BINS - 1, 1 + Math.floor(Math.log2(us) * BINS_PER_OCTAVE))
  histogram[bin] = (histogram[bin] as number) + 1
}

/** What was counted since `earlier` (an older copy of the same histogram). */
export function since(histogram: Histogram, earlier: Uint32Array): Uint32Array {
  return Uint32Array.from(histogram, (n, bin) => n - (earlier[bin] ?? 0))
}

/** Quantiles in us; NaN when nothing was counted. */
export function latenessOf(counts: Uint32Array): Lateness {
  return {
    p50: quantileUs(counts, 0.5),
    p99: quantileUs(counts, 0.99),
    max: quantileUs(counts, 1),
  }
}

/** The duration below which the share `q` of all lies, us: the middle of its bin. */
export function quantileUs(counts: Uint32Array, q: number): number {
  const total = counts.reduce((sum, n) => sum + n, 0)
  if (total === 0) return Number.NaN
  let left = Math.max(1, Math.ceil(total * q))
  let bin = 0
  while (left > (counts[bin] as number)) left -= counts[bin++] as number
  return bin === 0 ? 0.5 : 2 ** ((bin - 0.5) / BINS_PER_OCTAVE)
}
