/** Statistics of the intervals between spikes. Pure. */
export interface Histogram {
  /** Middle of each bin, ms. */
  readonly binsMs: readonly number[]
  readonly counts: readonly number[]
  readonly widthMs: number
}

const BINS = 30
const WIDTHS = [1, 2, 2.5, 5, 10]

/** Counts in bins of a round width, at the least a hundredth of the mean: clockwork is one column, not noise magnified. */
export function histogramOf(isisMs: readonly number[]): Histogram {
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

/** An interval of so many medians is a pause: the current was below the rheobase. Chance makes one in a million so long. */
const PAUSE_MEDIANS = 20

/** The intervals without the pauses, of which one would squeeze all the others into a single column. */
export function withoutPauses(isisMs: readonly number[]): readonly number[] {
  const median = [...isisMs].sort((a, b) => a - b)[Math.floor(isisMs.length / 2)] ?? 0
  return isisMs.filter(isi => isi <= PAUSE_MEDIANS * median)
}

export function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length
}

/** Coefficient of variation: 0 for clockwork, 1 for chance; NaN with fewer than three intervals. */
export function cvOf(isisMs: readonly number[]): number {
  if (isisMs.length < 3) return Number.NaN
  const mean = meanOf(isisMs)
  return Math.sqrt(meanOf(isisMs.map(isi => (isi - mean) ** 2))) / mean
}

/** The next of 1, 2, 2.5, 5, 10 times a power of ten. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return (WIDTHS.find(width => width * power >= value * (1 - 1e-9)) ?? 10) * power
}
