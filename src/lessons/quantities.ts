/** Quantities of a stretch of observations: intervals, and what a stimulus did to V. Pure. */
import type { Stimulus } from '../neuron/stimulus.ts'
import type { ObservedSpike } from './observations.ts'

/** Measured quantities by their names, which carry the units; a quantity that cannot be told is left out. */
export type Measured = Readonly<Record<string, number>>

export interface ObservedRow {
  readonly atMs: number
  readonly iNa: number
  readonly vMv: number
}

/**
 * Rate, mean interval and CV of the intervals that lie wholly within the spikes given.
 * `cv` is the standard deviation of the intervals over their mean (n in the divisor).
 */
export function ofIntervals(isisMs: readonly number[]): Measured {
  const n = isisMs.length
  if (n === 0) return { intervals: 0 }
  const meanMs = isisMs.reduce((sum, isi) => sum + isi, 0) / n
  const deviationMs = Math.sqrt(isisMs.reduce((sum, isi) => sum + (isi - meanMs) ** 2, 0) / n)
  return { intervals: n, isiMs: meanMs, rateHz: 1000 / meanMs, cv: deviationMs / meanMs }
}

/** The standard error of the mean interval as a share of it: cv/sqrt(n); 0 where the intervals are alike. */
export function relativeErrorOf({ cv = 0, intervals = 1 }: Measured): number {
  return cv / Math.sqrt(intervals)
}

/**
 * The standard error of a CV of so many independent intervals: cv sqrt((1/2 + cv^2)/n), as for a normal distribution of
 * the intervals; 0 where they are alike.
 */
export function errorOfCv({ cv = 0, intervals = 1 }: Measured): number {
  return cv * Math.sqrt((0.5 + cv * cv) / intervals)
}

/** The answer of a neuron to one stimulus, from its exact onset to its end. */
export interface Answer {
  readonly stimulus: Stimulus
  readonly onsetMs: number
  /** How long the neuron had been silent when it began, ms; Infinity where no spike was seen before. */
  readonly silentMs: number
  readonly rows: readonly ObservedRow[]
  readonly spikes: readonly ObservedSpike[]
}

/** Share of V's range in the last tenth of a step under which V counts as settled: e^-5 is left after 5 tau. */
const SETTLED = 0.01

/** The mean of so many last intervals is the rate to which a neuron has adapted. */
const LAST_INTERVALS = 5
/** A rate that changes by less than this share of it does not adapt. */
const ADAPTS = 0.01

/**
 * What a stimulus did: `spikes`, `spikesPerPulse` of a train, the intervals between them, `latencyMs` from the onset to
 * the first spike, and how the rate adapts; and where it made no spike, of a step: `steadyMv` at its end and `t63Ms`,
 * after which V has made 63.2 % of its way, or `t37Ms` if it falls, after which 36.8 % of it are left (all left out while
 * V is still under way at the end); of a sine: `amplitudeMv`, half of the range of V over its last whole periods.
 */
export function ofAnswer(answer: Answer, tauMs: number): Measured {
  const { stimulus, onsetMs, rows, spikes } = answer
  const isisMs = spikes.slice(1).map(spike => spike.isiMs)
  const counted = {
    ...ofIntervals(isisMs),
    ...(spikes[0] && { latencyMs: spikes[0].atMs - onsetMs }),
    ...(stimulus.shape === 'train' && {
      spikesPerPulse: spikes.length / Math.ceil(stimulus.durationMs / stimulus.periodMs - 1e-9),
    }),
    ...adaptationOf(spikes),
    ...{ spikes: spikes.length, currentNa: stimulus.iNa },
  }
  if (spikes.length > 0 || rows.length < 2) return counted
  if (stimulus.shape === 'sine') return { ...counted, ...amplitudeOf(answer, tauMs) }
  return stimulus.shape === 'step' || stimulus.shape === 'pulse' ? { ...counted, ...settlingOf(answer) } : counted
}

/**
 * `firstHz` of the first interval, `adaptedHz` of the last ones, and `adaptMs`: after so long the rate of the intervals
 * has made 63.2 % of its way from the one to the other. Between the ends of two intervals it is taken to go straight.
 */
function adaptationOf(spikes: readonly ObservedSpike[]): Measured {
  const isisMs = spikes.slice(1).map(spike => spike.isiMs)
  if (isisMs.length < 2 * LAST_INTERVALS) return {}
  const firstHz = 1000 / isisMs[0]!
  const adaptedHz = (1000 * LAST_INTERVALS) / isisMs.slice(-LAST_INTERVALS).reduce((sum, isi) => sum + isi, 0)
  const wantedHz = firstHz + (adaptedHz - firstHz) * -Math.expm1(-1)
  const after = isisMs.findIndex(isi => (1000 / isi - wantedHz) * Math.sign(adaptedHz - firstHz) >= 0)
  if (after < 1 || Math.abs(adaptedHz - firstHz) < ADAPTS * firstHz) return { firstHz, adaptedHz }
  const [beforeHz, afterHz] = [1000 / isisMs[after - 1]!, 1000 / isisMs[after]!]
  const share = (wantedHz - beforeHz) / (afterHz - beforeHz)
  const [beforeMs, afterMs] = [spikes[after]!.atMs, spikes[after + 1]!.atMs]
  return { firstHz, adaptedHz, adaptMs: beforeMs + share * (afterMs - beforeMs) - spikes[0]!.atMs }
}

function settlingOf({ stimulus, onsetMs, rows }: Answer): Measured {
  const [first, last] = [rows[0]!, rows.at(-1)!]
  const wayMv = last.vMv - first.vMv
  const lateMs = onsetMs + 0.9 * stimulus.durationMs
  const late = rows.find(row => row.atMs >= lateMs) ?? last
  if (wayMv === 0 || late === last || Math.abs(last.vMv - late.vMv) > SETTLED * Math.abs(wayMv)) return {}
  const wanted = first.vMv + wayMv * -Math.expm1(-1)
  const after = rows.findIndex(row => (row.vMv - wanted) * Math.sign(wayMv) >= 0)
  return { steadyMv: last.vMv, [wayMv < 0 ? 't37Ms' : 't63Ms']: crossedMs(rows, after, wanted) - onsetMs }
}

/** Between two rows V is taken to go straight. */
function crossedMs(rows: readonly ObservedRow[], after: number, wantedMv: number): number {
  const [before, row] = [rows[Math.max(0, after - 1)]!, rows[after]!]
  if (row.vMv === before.vMv) return row.atMs
  return before.atMs + ((row.atMs - before.atMs) * (wantedMv - before.vMv)) / (row.vMv - before.vMv)
}

/** The first 3 tau are left out: V still swings to where it stays. */
function amplitudeOf({ stimulus, onsetMs, rows }: Answer, tauMs: number): Measured {
  const periods = Math.floor((stimulus.durationMs - 3 * tauMs) / stimulus.periodMs)
  if (periods < 2) return {}
  const fromMs = onsetMs + stimulus.durationMs - periods * stimulus.periodMs
  const voltages = rows.filter(row => row.atMs >= fromMs).map(row => row.vMv)
  const [low, high] = [Math.min(...voltages), Math.max(...voltages)]
  return voltages.length === 0 ? {} : { amplitudeMv: (high - low) / 2 }
}
