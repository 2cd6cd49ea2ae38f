/** What half an hour of a daemon comes to. Pure. */

/** What one look at the daemon found. */
export interface Look {
  /** Since the load began. */
  readonly s: number
  /** Resident in all, what of it is the daemon's share, and what no file stands behind, MB. */
  readonly rssMb: number
  readonly pssMb: number
  readonly anonymousMb: number
  readonly fds: number
  /** Of the flashes since the look before, µs; NaN where none was told. */
  readonly lateP50Us: number
  readonly lateP99Us: number
  /** Since the start. */
  readonly missedTicks: number
  readonly received: number
  readonly frames: number
}

export type Figure = keyof Look

/**
 * The median slope of all pairs (Theil 1950, Sen 1968): a peak here and there does not bend it.
 * @returns in units of y per unit of x; NaN of fewer than two points
 */
export function medianSlope(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes = points.flatMap(([x, y], i) => points.slice(i + 1).map(([x1, y1]) => (y1 - y) / (x1 - x)))
  return median(slopes)
}

export function median(values: readonly number[]): number {
  const sorted = values.filter(value => !Number.isNaN(value)).sort((a, b) => a - b)
  const half = sorted.length >> 1
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** Growth of a figure, per hour. */
export function perHour(looks: readonly Look[], figure: Figure): number {
  return medianSlope(looks.map(look => [look.s / 3600, look[figure]]))
}

/** Medians of the first, middle and last third. */
export function thirds(looks: readonly Look[], figure: Figure): readonly [number, number, number] {
  const size = looks.length / 3
  const third = (k: number) =>
    median(looks.slice(Math.round(k * size), Math.round((k + 1) * size)).map(look => look[figure]))
  return [third(0), third(1), third(2)]
}

export function csvOf(looks: readonly Look[]): string {
  const figures = Object.keys(looks[0] ?? {}) as Figure[]
  const rows = looks.map(look => figures.map(figure => Number(look[figure].toFixed(3))).join())
  return `${[figures.join(), ...rows].join('\n')}\n`
}
