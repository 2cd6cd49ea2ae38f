/** Measures the f-I curve: which rate belongs to which current. Pure. */
import type { ToldParams } from '../../../../loop/control/live-params.ts'
import type { Spike } from '../../../../loop/types.ts'
import { rateWithNoiseHz } from '../../../../neuron/siegert.ts'
import type { WebParams } from '../../../data-sources.ts'
import { type NeuronFrame, NUMBERS_PER_SAMPLE } from '../../../wire-format.ts'
import { constantCurrentNa } from './constant-current-tolerance.ts'
import { cvOf } from './interval-statistics.ts'
import { isSameNeuron } from './matching-preset.ts'
import { settlingMs } from './settling-time.ts'

export interface FiPoint {
  readonly iNa: number
  readonly rateHz: number
}

/** The rate at a constant current. */
export interface SteadyRate extends FiPoint {
  /** Number of intervals that it is the mean of; 0 for a neuron without spikes. */
  readonly intervals: number
  /** Standard error of the mean, as a share of it. */
  readonly uncertainty: number
}

/** No spike has come at a constant current. */
export interface Silence {
  readonly iNa: number
  /** What theory says of this current. */
  readonly theoryHz: number
  /** `expected`: theory says that no spike comes. `contradicts`: one should have come long ago. `tooShort`: wait for it. */
  readonly verdict: 'expected' | 'contradicts' | 'tooShort'
}

export interface FiMeasurement {
  /** A point for every interval in which the current moved little, oldest first. */
  readonly points: readonly FiPoint[]
  /** The points from before the parameters were changed: another theoretical curve holds for them. */
  readonly earlierPoints: readonly FiPoint[]
  /** What a sweep has measured, each the mean of many intervals. */
  readonly heldPoints: readonly SteadyRate[]
  /** Undefined while the current moves, and while theory cannot tell silence from a long interval. */
  readonly steady: SteadyRate | undefined
  /** Since the last spike; undefined while it is too short to say anything. */
  readonly silence: Silence | undefined
}

export interface FiMeter {
  /** @param params without those of a hidden neuron, rates are compared with each other in place of theory */
  add(frame: NeuronFrame, params: ToldParams): void
  read(): FiMeasurement
  /**
   * Forgets the mean. If the parameters have changed, the points become earlier ones.
   * @param fromUs only what follows this time counts: the data on its way may be from before the change
   */
  restart(change?: { readonly isOtherNeuron?: boolean; readonly fromUs?: number }): void
  /** A point that a sweep has measured, in place of an earlier one at the same current. */
  addHeld(point: SteadyRate): void
  clear(): void
  /** The points to be kept, or undefined before the neuron is known. */
  save(): SavedFiPoints | undefined
  /** Points that were kept; those of another neuron become earlier ones. */
  restore(saved: SavedFiPoints, params: WebParams): void
}

/** The points of an f-I curve, and the neuron that they were measured on. */
export interface SavedFiPoints extends Pick<FiMeasurement, 'points' | 'earlierPoints' | 'heldPoints'> {
  readonly params: WebParams
}

const MAX_POINTS = 600
const MAX_INTERVALS = 200
/** If a current moves more than so many times what counts as constant, its mean says nothing about the rate. */
const MAX_MOVEMENT = 20
/** Intervals are averaged if their theoretical rates differ by no more than this share: the curve is steep at the rheobase. */
const SAME_RATE = 0.02
/** Silence contradicts theory if it lasts for so many theoretical intervals: by chance one in 20,000 does. */
const CONTRADICTING_INTERVALS = 10
/** For so long the page may not know yet that the neuron was paused, µs. */
const UNCERTAIN_US = 1e6
const MAX_SET_BACK_US = 1e6
/** What flowed in a longer time without samples is not known, µs. */
const GAP_US = 0.5e6
/** A regular neuron is overdue after so many of its intervals. */
const OVERDUE_INTERVALS = 3
/** A rate below it is shown as 0.00 Hz. */
const LEAST_RATE_HZ = 0.005
/** The time in which a membrane settles is cut into so many parts, the oldest of which is dropped. */
const PARTS = 50

/** Statistics of the current over some time. */
interface CurrentStats {
  /** Mean current, weighted as the membrane weights it at the end, times `weight`. */
  sum: number
  weight: number
  lowest: number
  highest: number
  modelMs: number
}

/** One whole interval between two spikes. */
interface Interval {
  readonly isiMs: number
  readonly current: Readonly<CurrentStats>
  readonly iNa: number
  /** What theory says of the current; of a hidden neuron, what was measured. */
  readonly comparedHz: number
}

interface FiMeterState {
  points: readonly FiPoint[]
  earlier: readonly FiPoint[]
  held: readonly SteadyRate[]
  /** Whole intervals under the present conditions, oldest first. */
  intervals: Interval[]
  /** Since the last spike. */
  current: CurrentStats
  /** The last settling time since the last spike, in parts, oldest first. */
  parts: CurrentStats[]
  params: ToldParams | undefined
  lastUs: number
  lastSampleUs: number
  /** The current of the last sample: it flows from there on. */
  lastNa: number
  /** Spikes that are later than the last sample: what flows until them is only known with the next one. */
  waiting: readonly Spike[]
  lastSpikeUs: number
  /** Nothing from before this time counts. */
  fromUs: number
  /** The present interval began under other conditions. */
  isPartial: boolean
}

export function createFiMeter(): FiMeter {
  const meter: FiMeterState = {
    ...{ points: [], earlier: [], held: [], intervals: [], current: emptyStats(), parts: [], params: undefined },
    ...{ lastSampleUs: Number.NaN, lastNa: Number.NaN, waiting: [] },
    ...{ lastUs: Number.NaN, lastSpikeUs: Number.NaN, fromUs: Number.NEGATIVE_INFINITY, isPartial: true },
  }
  return {
    add({ rows, spikes: newOnes }, params) {
      meter.params = params
      const spikes = [...meter.waiting, ...newOnes]
      let next = 0
      for (let at = 0; at < rows.length; at += NUMBERS_PER_SAMPLE) {
        const tUs = rows[at]!
        const iNa = rows[at + 2]!
        if (tUs > meter.lastSampleUs + GAP_US) restart(meter, { fromUs: tUs })
        for (; next < spikes.length && spikes[next]!.tUs <= tUs; next++) {
          addTime(meter, params, spikes[next]!.tUs, iNa)
          addSpike(meter, params, spikes[next]!)
        }
        addTime(meter, params, tUs, iNa)
        meter.lastSampleUs = tUs
        meter.lastNa = iNa
      }
      meter.waiting = spikes.slice(next)
    },
    read: () => ({
      points: meter.points,
      earlierPoints: meter.earlier,
      heldPoints: meter.held,
      steady: steadyRate(meter) ?? silentRate(meter),
      silence: silence(meter),
    }),
    restart: change => restart(meter, change),
    addHeld(point) {
      meter.held = [...meter.held.filter(({ iNa }) => iNa !== point.iNa), point].slice(-MAX_POINTS)
    },
    clear() {
      meter.points = []
      meter.earlier = []
      meter.held = []
      restart(meter)
    },
    save() {
      const { points, earlier: earlierPoints, held: heldPoints, params } = meter
      return params === undefined || params.model === null ? undefined : { points, earlierPoints, heldPoints, params }
    },
    restore(saved, params) {
      meter.points = [...saved.points, ...meter.points].slice(-MAX_POINTS)
      meter.earlier = [...saved.earlierPoints, ...meter.earlier].slice(-MAX_POINTS)
      meter.held = [...saved.heldPoints, ...meter.held]
      if (!isSameNeuron(saved.params, params)) restart(meter, { isOtherNeuron: true })
    },
  }
}

/**
 * The current of the last sample flowed until `tUs`.
 * @param nextNa the current of the next sample: if it is another one, it is not known when it began
 */
function addTime(meter: FiMeterState, params: ToldParams, tUs: number, nextNa: number): void {
  const { lastUs, lastSpikeUs, lastNa: iNa, current } = meter
  // The system clock was set back.
  if (tUs < lastUs - MAX_SET_BACK_US) restart(meter)
  else if (tUs <= lastUs) return
  meter.lastUs = tUs
  if (Number.isNaN(lastUs) || tUs < lastUs || lastUs < meter.fromUs || Number.isNaN(iNa)) return
  const modelMs = ((tUs - lastUs) / 1000) * params.speed
  // No current moves the membrane while it is refractory.
  const refractoryUs = lastSpikeUs + ((params.refractoryMs ?? 0) / params.speed) * 1000
  const chargingMs = tUs > refractoryUs ? Math.min(modelMs, ((tUs - refractoryUs) / 1000) * params.speed) : 0
  addCurrent(current, iNa, modelMs, Number.isNaN(lastSpikeUs) ? modelMs : chargingMs, membraneTauMs(params))
  include(current, nextNa)
  addPart(meter.parts, iNa, modelMs, settlingMs(params))
  include(meter.parts.at(-1)!, nextNa)
}

/** The time in which the membrane forgets the current, ms: noise and a perfect integrator make all of it count alike. */
function membraneTauMs({ model, noiseMv, tauMs }: ToldParams): number {
  return model === null || model === 'pif' || noiseMv > 0 ? Number.POSITIVE_INFINITY : tauMs
}

function addSpike(meter: FiMeterState, params: ToldParams, { isiMs, tUs }: Spike): void {
  const { current } = meter
  const isWhole = !meter.isPartial
  meter.isPartial = tUs < meter.fromUs
  meter.current = emptyStats()
  meter.parts = []
  meter.lastSpikeUs = tUs
  if (!isWhole || Number.isNaN(isiMs)) {
    meter.intervals = []
    return
  }
  if (current.modelMs === 0) return
  const iNa = meanOf(current)
  if (movementOf(current) <= MAX_MOVEMENT * constantCurrentNa(params)) {
    meter.points = [...meter.points, { iNa, rateHz: 1000 / isiMs }].slice(-MAX_POINTS)
  }
  meter.intervals.push({
    isiMs,
    current,
    iNa,
    comparedHz: params.model === null ? 1000 / isiMs : rateWithNoiseHz(params, iNa),
  })
  if (meter.intervals.length > MAX_INTERVALS) meter.intervals.shift()
}

function restart(meter: FiMeterState, { isOtherNeuron = false, fromUs = Number.NEGATIVE_INFINITY } = {}): void {
  if (isOtherNeuron) {
    meter.earlier = [...meter.earlier, ...meter.points, ...meter.held].slice(-MAX_POINTS)
    meter.points = []
    meter.held = []
  }
  meter.fromUs = fromUs
  meter.isPartial = true
  meter.intervals = []
  meter.current = emptyStats()
  meter.parts = []
  meter.lastSpikeUs = Number.NaN
}

/** The mean of the latest intervals at the same current: those that theory gives the same rate. */
function steadyRate({ intervals, current, params }: FiMeterState): SteadyRate | undefined {
  const newest = intervals.at(-1)
  if (!newest || !params) return undefined
  const constantNa = constantCurrentNa(params)
  if (movementOf(newest.current, current) > constantNa) return undefined
  const isSame = (one: Interval) =>
    movementOf(one.current, newest.current) <= constantNa &&
    Math.abs(one.comparedHz - newest.comparedHz) <= SAME_RATE * newest.comparedHz
  const alike = intervals.slice(intervals.findLastIndex(one => !isSame(one)) + 1)
  if (alike.length < 2) return undefined
  const isisMs = alike.map(({ isiMs }) => isiMs)
  const sumMs = isisMs.reduce((sum, isi) => sum + isi, 0)
  const most = (params.noiseMv ?? 0) > 0 ? CONTRADICTING_INTERVALS : OVERDUE_INTERVALS
  if (current.modelMs > (most * sumMs) / alike.length) return undefined
  const iNa = alike.reduce((sum, one) => sum + one.iNa * one.isiMs, 0) / sumMs
  const cv = cvOf(isisMs)
  const uncertainty = Number.isNaN(cv) ? 1 : cv / Math.sqrt(alike.length)
  return { iNa, rateHz: (1000 * alike.length) / sumMs, intervals: alike.length, uncertainty }
}

function silentRate(meter: FiMeterState): SteadyRate | undefined {
  const found = silence(meter)
  if (!found || found.verdict === 'tooShort') return undefined
  return { iNa: found.iNa, rateHz: 0, intervals: 0, uncertainty: 0 }
}

/** What the time since the last spike says, at the current that flowed while the membrane settled. */
function silence({ current, parts, params, lastUs, lastSpikeUs }: FiMeterState): Silence | undefined {
  if (!params || parts.length === 0 || current.modelMs < settlingMs(params)) return undefined
  const recent = parts.reduce(joined)
  if (movementOf(recent) > constantCurrentNa(params)) return undefined
  const iNa = meanOf(recent)
  if (params.model === null) return { iNa, theoryHz: Number.NaN, verdict: 'expected' }
  const theoryHz = rateWithNoiseHz(params, iNa)
  if (theoryHz < LEAST_RATE_HZ) return { iNa, theoryHz, verdict: 'expected' }
  // The lowest current since the last spike would have made so many.
  const leastHz = rateWithNoiseHz(params, current.lowest)
  const isCertain = !(lastUs - lastSpikeUs < UNCERTAIN_US)
  const isOverdue = isCertain && (current.modelMs / 1000) * leastHz > CONTRADICTING_INTERVALS
  return { iNa, theoryHz, verdict: isOverdue ? 'contradicts' : 'tooShort' }
}

function emptyStats(): CurrentStats {
  return { sum: 0, weight: 0, lowest: Number.POSITIVE_INFINITY, highest: Number.NEGATIVE_INFINITY, modelMs: 0 }
}

/**
 * At the end V = V_reset e^(-t/tau) + R Int I e^(-(t-s)/tau) ds/tau: the constant current that spikes at the same time
 * is the mean of I with the weight e^(-(t-s)/tau).
 * @param chargingMs the part of `modelMs` after the refractory period
 */
function addCurrent(stats: CurrentStats, iNa: number, modelMs: number, chargingMs: number, tauMs: number): void {
  const kept = Math.exp(-chargingMs / tauMs)
  const weight = tauMs === Number.POSITIVE_INFINITY ? chargingMs : 1 - kept
  stats.sum = stats.sum * kept + iNa * weight
  stats.weight = stats.weight * kept + weight
  include(stats, iNa)
  stats.modelMs += modelMs
}

function include(stats: CurrentStats, iNa: number): void {
  stats.lowest = Math.min(stats.lowest, iNa)
  stats.highest = Math.max(stats.highest, iNa)
}

/** Adds to the newest part, or a new part; the parts together are as long as the membrane takes to settle. */
function addPart(parts: CurrentStats[], iNa: number, modelMs: number, settlesMs: number): void {
  let newest = parts.at(-1)
  if (!newest || newest.modelMs >= settlesMs / PARTS) {
    newest = emptyStats()
    parts.push(newest)
    if (parts.length > PARTS) parts.shift()
  }
  addCurrent(newest, iNa, modelMs, modelMs, Number.POSITIVE_INFINITY)
}

function joined(one: CurrentStats, other: CurrentStats): CurrentStats {
  return {
    sum: one.sum + other.sum,
    weight: one.weight + other.weight,
    lowest: Math.min(one.lowest, other.lowest),
    highest: Math.max(one.highest, other.highest),
    modelMs: one.modelMs + other.modelMs,
  }
}

/** Without any weight the neuron was refractory all the time. */
function meanOf({ sum, weight, highest }: Readonly<CurrentStats>): number {
  return weight > 0 ? sum / weight : highest
}

function movementOf(...stats: readonly Readonly<CurrentStats>[]): number {
  const lowest = Math.min(...stats.map(one => one.lowest))
  return Math.max(...stats.map(one => one.highest)) - lowest
}
