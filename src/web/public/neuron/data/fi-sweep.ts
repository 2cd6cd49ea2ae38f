/** Measures the rate at one current after another: where to, how long, and what was found. Pure. */

import type { ToldParams } from '../../../../loop/control/live-params.ts'
import type { NeuronFrame } from '../../../wire-format.ts'
import { NUMBERS_PER_SAMPLE } from '../../../wire-format.ts'
import type { SteadyRate } from './fi-measurement.ts'
import { cvOf, meanOf } from './interval-statistics.ts'
import { settlingMs } from './settling-time.ts'

/** How the rate at a current is measured. */
export type FiMethod =
  /** The current is held until the mean of the intervals is known, or for the longest time. */
  | { readonly kind: 'hold'; readonly longestMs: number }
  /** Spikes are counted in a pulse that begins at rest; in model ms. */
  | { readonly kind: 'pulse'; readonly restMs: number; readonly pulseMs: number }

type PulseMethod = Extract<FiMethod, { readonly kind: 'pulse' }>

/** A sweep over the currents of the f-I curve, while it runs. */
export interface FiSweep {
  readonly currentsNa: readonly number[]
  readonly method: FiMethod
  /** What set the current before: a level of the slider, or the knob. */
  readonly before: { readonly level: number } | 'knob'
  /** The current that is being measured. */
  readonly index: number
  readonly probe: CurrentProbe
  /** When it was asked for. */
  readonly askedUs: number
}

/** Measures the rate at one current. */
export interface CurrentProbe {
  /** Returns the rate once it is known, or as well as it is known after the longest time. */
  add(frame: NeuronFrame, params: ToldParams): SteadyRate | undefined
}

export function probeOf(iNa: number, method: FiMethod): CurrentProbe {
  return method.kind === 'hold' ? holdCurrent(iNa, method) : pulseCurrent(iNa, method)
}

/** When the neuron does not do what it was asked for, ms. */
const GRACE_MS = 5000

/** Wall time after which a current must have been measured, ms. */
export function patienceMs(method: FiMethod, speed: number): number {
  return GRACE_MS + (method.kind === 'hold' ? method.longestMs : (method.restMs + method.pulseMs) / speed)
}

/** Evenly spaced from the first to the last. */
export function sweepCurrents(fromNa: number, toNa: number, count: number): number[] {
  if (count === 1) return [fromNa]
  return Array.from({ length: count }, (_, k) => Number((fromNa + ((toNa - fromNa) * k) / (count - 1)).toPrecision(9)))
}

/** A rate is known if its standard error is this share of it, from so many intervals; regular ones need few. */
const ENOUGH = [
  { intervals: 4, error: 0.002 },
  { intervals: 30, error: 0.03 },
  { intervals: 400, error: Number.POSITIVE_INFINITY },
] as const
/** The currents of a frame are 32-bit floats. */
const SAME_SHARE = 1e-6

function holdCurrent(iNa: number, { longestMs }: Extract<FiMethod, { kind: 'hold' }>): CurrentProbe {
  let beganUs = Number.NaN
  let spikesUs: number[] = []
  let isisMs: number[] = []

  function restart(tUs: number): void {
    beganUs = tUs
    spikesUs = []
    isisMs = []
  }

  return {
    add({ rows, spikes }, params) {
      let lastUs = Number.NaN
      for (let at = 0; at < rows.length; at += NUMBERS_PER_SAMPLE) {
        lastUs = rows[at]!
        if (!isSame(rows[at + 2]!, iNa)) restart(Number.NaN)
        else if (Number.isNaN(beganUs)) restart(lastUs)
      }
      for (const { tUs, isiMs } of spikes) {
        if (!(tUs > beganUs)) continue
        // The first interval began at another current.
        if (spikesUs.length > 0) isisMs.push(isiMs)
        spikesUs.push(tUs)
      }
      const wallMs = (lastUs - beganUs) / 1000
      if (!(wallMs >= 0)) return undefined
      if (isKnown(isisMs)) return rateOf(iNa, isisMs)
      const isLate = wallMs >= longestMs
      if (spikesUs.length === 0) {
        const { model, noiseMv, speed } = params
        const isRegular = model === null || (model === 'lif' && noiseMv === 0)
        const isCertain = isRegular && wallMs * speed > settlingMs(params)
        return isCertain || isLate ? { iNa, rateHz: 0, intervals: 0, uncertainty: 0 } : undefined
      }
      if (!isLate) return undefined
      if (isisMs.length > 0) return rateOf(iNa, isisMs)
      return { iNa, rateHz: 1000 / (wallMs * params.speed), intervals: 0, uncertainty: 1 }
    },
  }
}

function pulseCurrent(iNa: number, { pulseMs }: PulseMethod): CurrentProbe {
  let restedUs = Number.NaN
  let beganUs = Number.NaN
  let spikesUs: number[] = []
  return {
    add({ rows, spikes }, { speed }) {
      if (iNa === 0) return counted(iNa, 0, pulseMs)
      let lastUs = Number.NaN
      for (let at = 0; at < rows.length; at += NUMBERS_PER_SAMPLE) {
        lastUs = rows[at]!
        if (isSame(rows[at + 2]!, 0)) {
          if (Number.isNaN(beganUs)) restedUs = lastUs
        } else if (restedUs <= lastUs && Number.isNaN(beganUs) && isSame(rows[at + 2]!, iNa)) beganUs = lastUs
      }
      spikesUs = [...spikesUs, ...spikes.map(({ tUs }) => tUs)]
      const endUs = beganUs + (1000 * pulseMs) / speed
      if (!(lastUs >= endUs)) return undefined
      // At rest there are no spikes: a sample that came late, on a busy machine, hides none.
      return counted(iNa, spikesUs.filter(tUs => tUs > restedUs && tUs <= endUs).length, pulseMs)
    },
  }
}

/** No current flows for so long after a pulse: it would add spikes, where the end is known to a sample alone, model ms. */
const TAIL_MS = 50

/** The pulse as samples of a stimulus, with the rest before it. */
export function pulseSamples(iNa: number, { restMs, pulseMs }: PulseMethod) {
  const endMs = restMs + pulseMs
  return { tMs: [0, restMs, endMs], valuesNa: [0, iNa, 0], ms: endMs + TAIL_MS }
}

function counted(iNa: number, spikes: number, pulseMs: number): SteadyRate {
  return { iNa, rateHz: (1000 * spikes) / pulseMs, intervals: 0, uncertainty: 0 }
}

function isSame(oneNa: number, otherNa: number): boolean {
  return Math.abs(oneNa - otherNa) <= SAME_SHARE * Math.max(1, Math.abs(otherNa))
}

function isKnown(isisMs: readonly number[]): boolean {
  const error = errorOf(isisMs)
  return ENOUGH.some(enough => isisMs.length >= enough.intervals && error <= enough.error)
}

/** Standard error of the mean, as a share of it. */
function errorOf(isisMs: readonly number[]): number {
  const cv = cvOf(isisMs)
  return Number.isNaN(cv) ? 1 : cv / Math.sqrt(isisMs.length)
}

function rateOf(iNa: number, isisMs: readonly number[]): SteadyRate {
  return { iNa, rateHz: 1000 / meanOf(isisMs), intervals: isisMs.length, uncertainty: errorOf(isisMs) }
}
