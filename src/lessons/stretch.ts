/** A stretch of time in which nothing changed but what is measured. */
import type { Conditions } from './format.ts'
import type { ObservedSpike, ObservedState } from './observations.ts'
import { type Measured, type ObservedRow, ofIntervals } from './quantities.ts'
import { compare, type Known, numberOf } from './values.ts'

export interface Stretch {
  readonly sinceMs: number
  readonly untilMs: number
  readonly spikes: readonly ObservedSpike[]
  /** Spikes of other neurons that arrived. */
  readonly arrivals: number
  readonly lowestNa: number
  readonly highestNa: number
  /** Mean current over the time of the stretch, nA. */
  readonly meanNa: number
  readonly lastMv: number
}

/** What a stretch demands. */
export interface Demands {
  readonly while?: Conditions | undefined
  /** The current may leave its mean by this much, nA; undefined where any current within the conditions will do. */
  readonly bandNa?: number | undefined
  /** A condition on the voltage, or on the current beside `while`. */
  readonly accepts?: ((row: ObservedRow) => boolean) | undefined
}

export interface StretchTracker {
  row(row: ObservedRow, state: ObservedState, known: Known): void
  /** It counts when the next row shows that the current was still the same. */
  spike(spike: ObservedSpike): void
  arrival(): void
  /** Whatever was, a new stretch begins with the next row. */
  restart(): void
  /** The present stretch; null before its first row. */
  readonly now: Stretch | null
}

export function trackStretch(demands: Demands): StretchTracker {
  let now: Stretch | null = null
  let sumNaMs = 0
  let pending: ObservedSpike[] = []
  let arrived = 0
  const begin = ({ atMs, iNa, vMv }: ObservedRow) => {
    sumNaMs = 0
    now = {
      sinceMs: atMs,
      untilMs: atMs,
      spikes: [],
      arrivals: 0,
      lowestNa: iNa,
      highestNa: iNa,
      meanNa: iNa,
      lastMv: vMv,
    }
  }
  return {
    row(row, state, known) {
      const spikes = pending
      const arrivals = arrived
      pending = []
      arrived = 0
      if (!mayCount(row, state, demands, known)) {
        now = null
        return
      }
      if (now === null || !isWithinBand(now, row, demands.bandNa)) {
        begin(row)
        return
      }
      sumNaMs += row.iNa * (row.atMs - now.untilMs)
      const lastedMs = row.atMs - now.sinceMs
      now = {
        ...now,
        untilMs: row.atMs,
        spikes: spikes.length === 0 ? now.spikes : [...now.spikes, ...spikes],
        arrivals: now.arrivals + arrivals,
        lowestNa: Math.min(now.lowestNa, row.iNa),
        highestNa: Math.max(now.highestNa, row.iNa),
        meanNa: lastedMs > 0 ? sumNaMs / lastedMs : row.iNa,
        lastMv: row.vMv,
      }
    },
    spike: spike => void pending.push(spike),
    arrival: () => void arrived++,
    restart() {
      pending = []
      arrived = 0
      now = null
    },
    get now() {
      return now
    },
  }
}

function mayCount(
  row: ObservedRow,
  state: ObservedState,
  { while: conditions, accepts }: Demands,
  known: Known,
): boolean {
  if (accepts && !accepts(row)) return false
  if (conditions?.source !== undefined && conditions.source !== state.source) return false
  return conditions?.currentNa === undefined || isWithin(row.iNa, conditions.currentNa, known)
}

/** @param range a pair of bounds, or a comparison */
export function isWithin(measured: number, range: NonNullable<Conditions['currentNa']>, known: Known): boolean {
  if (!Array.isArray(range)) return compare(measured, range as never, known) === 'right'
  return measured >= numberOf(range[0], known) && measured <= numberOf(range[1], known)
}

function isWithinBand({ lowestNa, highestNa }: Stretch, { iNa }: ObservedRow, bandNa: number | undefined): boolean {
  if (bandNa === undefined) return true
  return Math.max(highestNa, iNa) - Math.min(lowestNa, iNa) <= 2 * bandNa
}

/** The quantities of a stretch: the current, V at its end, its spikes, and the intervals that began in it. */
export function quantitiesOf(stretch: Stretch): Measured {
  const isisMs = stretch.spikes.slice(1).map(spike => spike.isiMs)
  const spikes = stretch.spikes.length
  const { arrivals } = stretch
  return {
    ...ofIntervals(isisMs),
    ...(arrivals > 0 && { arrivals, spikesPerArrival: spikes / arrivals }),
    ...{ currentNa: stretch.meanNa, vMv: stretch.lastMv, spikes },
  }
}
