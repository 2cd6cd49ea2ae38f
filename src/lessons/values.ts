/** The values that a lesson names: numbers, parameters, theory, saved measurements, earlier answers. Pure. */
import { timeToThresholdMs } from '../neuron/closed-form.ts'
import { type NeuronInput, type NeuronParams, neuronFrom, patchedNeuron } from '../neuron/params.ts'
import { cvWithNoise, rateWithNoiseHz } from '../neuron/siegert.ts'
import { isiMs, rheobaseNa } from '../neuron/theory.ts'
import type { Expectation, LessonSynapse, Source, TheoryName, Tolerance, Value } from './format.ts'

/** What values are computed from. */
export interface Known {
  readonly params: NeuronParams
  /** Quantities of measurements by the name under which a check saved them. */
  readonly saved: ReadonlyMap<string, Readonly<Record<string, number>>>
  /** Numbers that were typed, by the id of their step. */
  readonly answers: ReadonlyMap<string, number>
  /** The synapses that the lesson has given the neuron. */
  readonly synapses?: readonly LessonSynapse[]
  /** Of the measurement that is being judged: its current in nA, and of a stimulus its frequency and duration. */
  readonly measuredNa?: number
  readonly measuredHz?: number
  readonly measuredMs?: number
}

/** @returns NaN where it cannot be computed: something it needs was never measured or typed */
export function numberOf(value: Value, known: Known): number {
  if (typeof value === 'number') return value
  const start = startOf(value, known)
  const factor = value.times === undefined ? 1 : numberOf(value.times, known)
  const divisor = value.dividedBy === undefined ? 1 : numberOf(value.dividedBy, known)
  return (start * factor) / divisor + operandOf(value.plus, known) - operandOf(value.minus, known)
}

function startOf(source: Source, known: Known): number {
  if (source.param !== undefined) return Number(known.params[source.param])
  if (source.saved !== undefined) return savedValue(source.saved, known)
  if (source.answer !== undefined) return known.answers.get(source.answer) ?? Number.NaN
  return theoryOf(source.theory as TheoryName, source, known)
}

function operandOf(operand: Value | string | undefined, known: Known): number {
  if (operand === undefined) return 0
  return typeof operand === 'string' ? savedValue(operand, known) : numberOf(operand, known)
}

/** @param path `name.quantity` */
export function savedValue(path: string, { saved }: Known): number {
  const [name = '', quantity = ''] = path.split('.')
  return saved.get(name)?.[quantity] ?? Number.NaN
}

/**
 * What the theory tells. `at` is a current in nA; for thresholdNa a duration in ms, for gainMvPerNa a frequency in Hz,
 * for windowMs a jump in mV, for jumpMv a charge in pC.
 */
function theoryOf(name: TheoryName, source: Source, known: Known): number {
  const params = paramsOf(source, known)
  if (params === undefined) return Number.NaN
  const at = source.at === 'measured' ? measuredFor(name, known) : argument(source.at, known)
  if (Number.isNaN(at) && ASKS_AT.has(name)) return Number.NaN
  const climbMv = params.thresholdMv - params.restMv
  switch (name) {
    case 'rheobaseNa':
      return rheobaseNa(params)
    case 'climbMv':
      return climbMv
    case 'thresholdMv': {
      const edge = source.with?.rheobaseNa
      return edge === undefined ? params.thresholdMv : params.restMv + params.resistanceMohm * numberOf(edge, known)
    }
    case 'rateHz':
      return rateWithNoiseHz(params, at)
    case 'isiMs':
      return isiMs(params, at)
    case 'latencyMs':
      return timeToThresholdMs(params, params.restMv, at)
    case 'maxRateHz':
      return 1000 / params.refractoryMs
    case 'slope': {
      const [from, to] = [argument(source.from, known), argument(source.to, known)]
      return (rateWithNoiseHz(params, to) - rateWithNoiseHz(params, from)) / (to - from)
    }
    case 'thresholdNa':
      return rheobaseNa(params) / -Math.expm1(-at / params.tauMs)
    case 'chronaxieMs':
      return params.tauMs * Math.LN2
    case 'steadyMv':
      return params.restMv + params.resistanceMohm * at
    case 'gainMvPerNa':
      return params.resistanceMohm / Math.hypot(1, (2 * Math.PI * at * params.tauMs) / 1000)
    case 'cutoffHz':
      return 1000 / (2 * Math.PI * params.tauMs)
    case 'windowMs':
      return params.tauMs * Math.log(at / (climbMv - at))
    case 'jumpMv':
      return (at * params.resistanceMohm) / params.tauMs
    case 'cv':
      return cvWithNoise(params, at)
    case 'adaptedHz':
      return adaptedHz(params, known.synapses ?? [], at)
  }
}

/** What the theory asks for, of the measurement that is being judged. */
function measuredFor(name: TheoryName, { measuredNa, measuredHz, measuredMs }: Known): number {
  const measured = name === 'gainMvPerNa' ? measuredHz : name === 'thresholdNa' ? measuredMs : measuredNa
  return measured ?? Number.NaN
}

/**
 * The steady rate of a neuron that inhibits itself: each spike takes away the charge weight x tau, so that in the mean
 * f = F(I - charge x f). NaN without inhibition.
 */
function adaptedHz(params: NeuronParams, synapses: readonly LessonSynapse[], iNa: number): number {
  const chargePc = synapses
    .filter(({ from }) => from === 'self')
    .reduce((sum, { weightNa = 0, tauMs = 0 }) => sum + weightNa * tauMs, 0)
  if (!(chargePc < 0)) return Number.NaN
  let [low, high] = [0, rateWithNoiseHz(params, iNa)]
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2
    if (rateWithNoiseHz(params, iNa + (chargePc * middle) / 1000) > middle) low = middle
    else high = middle
  }
  return low
}

/** What the theory cannot tell without a number behind `at`. */
export const ASKS_AT: ReadonlySet<TheoryName> = new Set([
  'rateHz',
  'isiMs',
  'latencyMs',
  'thresholdNa',
  'steadyMv',
  'gainMvPerNa',
  'windowMs',
  'jumpMv',
  'cv',
  'adaptedHz',
])

function argument(value: Value | undefined, known: Known): number {
  return value === undefined ? Number.NaN : numberOf(value, known)
}

/** The neuron, with the parameters that the source puts in place of its own; undefined where that is no neuron. */
function paramsOf(source: Source, known: Known): NeuronParams | undefined {
  const own = Object.entries(source.with ?? {}).filter(([name]) => name !== 'rheobaseNa')
  if (own.length === 0) return known.params
  const patch = Object.fromEntries(own.map(([name, value]) => [name, numberOf(value as Value, known)])) as NeuronInput
  if (Object.values(patch).some(Number.isNaN)) return undefined
  try {
    return neuronFrom(patchedNeuron(known.params, patch), known.params.seed)
  } catch {
    return undefined
  }
}

/** How a number compares: `unknown` where what it is compared with cannot be computed. */
export type Agreement = 'right' | 'close' | 'wrong' | 'unknown'

/** Half the width of a tolerance around a value, in its unit. */
export function widthOf(tolerance: Tolerance, around: number): number {
  return typeof tolerance === 'number' ? tolerance : (Math.abs(around) * Number.parseFloat(tolerance)) / 100
}

/** @param slack widens every bound: twice the standard error of what was measured */
export function compare(measured: number, comparison: Expectation, known: Known, slack = 0): Agreement {
  const { equals, between, above, below, atLeast, within = 0, close } = comparison
  if (Number.isNaN(measured)) return 'unknown'
  const bounds: [low: number, high: number][] = []
  if (equals !== undefined) {
    const wanted = numberOf(equals, known)
    bounds.push([wanted - widthOf(within, wanted) - slack, wanted + widthOf(within, wanted) + slack])
  }
  if (between) bounds.push([numberOf(between[0], known) - slack, numberOf(between[1], known) + slack])
  if (above !== undefined) bounds.push([beyond(numberOf(above, known), 1) - slack, Infinity])
  if (below !== undefined) bounds.push([-Infinity, beyond(numberOf(below, known), -1) + slack])
  if (atLeast !== undefined) bounds.push([numberOf(atLeast, known) - slack, Infinity])
  if (bounds.some(bound => bound.some(Number.isNaN))) return 'unknown'
  if (bounds.every(([low, high]) => measured >= low && measured <= high)) return 'right'
  return close !== undefined && isClose(measured, bounds, equals, close, known) ? 'close' : 'wrong'
}

/** The next double: `above` and `below` leave their bound out. */
function beyond(bound: number, sign: 1 | -1): number {
  return bound + sign * Math.max(Math.abs(bound) * Number.EPSILON, Number.MIN_VALUE)
}

function isClose(
  measured: number,
  bounds: readonly (readonly [number, number])[],
  equals: Value | undefined,
  close: NonNullable<Expectation['close']>,
  known: Known,
): boolean {
  if (typeof close === 'object') {
    return bounds.every(([low, high]) => measured >= low / close.times && measured <= high * close.times)
  }
  if (equals !== undefined) {
    const wanted = numberOf(equals, known)
    return Math.abs(measured - wanted) <= widthOf(close, wanted)
  }
  return bounds.every(([low, high]) => measured >= low - widthOf(close, low) && measured <= high + widthOf(close, high))
}
