/** Statistics of the intervals between spikes: histogram, mean, CV. Pure. */
interface IntervalHistogram {
  /** Middle of each bin, ms. */
  readonly binsMs: readonly number[]
  readonly counts: readonly number[]
  readonly widthMs: number
}

const BINS = 30
const WIDTHS = [1, 2, 2.5, 5, 10]

/** Counts in bins of a round width, at least 1/100 of the mean: a regular neuron fills one bin, instead of magnified noise. */
export function intervalHistogram(isisMs: readonly number[]): IntervalHistogram {
  if (isisMs.length === 0) return { binsMs: [], counts: [], widthMs: 1 }
  const lowest = Math.min(...isisMs)
  const highest = Math.max(...isisMs)
  const meanMs = (lowest + highest) / 2
  const widthMs = roundUp(Math.max((highest - lowest) / (BINS - 4), meanMs / 100))
  const firstBin = Math.min(Math.floor(lowest / widthMs) - 2, Math.floor(meanMs / widthMs) - BINS / 2)
  const first = Math.max(0, firstBin)
  const counts = new Array<number>(BINS).fill(0)
  for (const isi of isisMs) counts[Math.min(BINS - 1, Math.floor(isi / widthMs) - first)]!++
  return { binsMs: counts.map((_, k) => (first + k + 0.5) * widthMs), counts, widthMs }
}

export function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length
}

/** Coefficient of variation: 0 if regular, 1 if Poisson; NaN with fewer than three intervals. */
export function cvOf(isisMs: readonly number[]): number {
  if (isisMs.length < 3) return Number.NaN
  const mean = meanOf(isisMs)
  return Math.sqrt(meanOf(isisMs.map(isi => (isi - mean) ** 2))) / mean
}

/** The next of 1, 2, 2.5, 5, 10 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return (WIDTHS.find(width => width * power >= value * (1 - 1e-9)) ?? 10) * power
}
