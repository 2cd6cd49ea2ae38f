/** The scope's axes: ticks and texts of the time axis, ranges of V and I, and gaps in the data. Pure. */
import type { TimeWindow } from '../data/time-window.ts'

/** Ticks at round steps of model time, counted from `zeroS` so that 0 is one of them. @param speed model s per s */
export function timeTicks({ fromS, toS, zeroS }: TimeWindow, speed: number): number[] {
  const step = roundStep(((toS - fromS) * speed) / 6) / speed
  const first = Math.ceil((fromS - zeroS) / step - 1e-9)
  const last = Math.floor((toS - zeroS) / step + 1e-9)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => zeroS + (first + k) * step)
}

function roundStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find(step => step * power >= value * (1 - 1e-9)) as number) * power
}

/** The text of a tick. */
export function timeText(atS: number, { fromS, toS, zeroS }: TimeWindow, speed: number): string {
  const { factor } = timeUnit((toS - fromS) * speed)
  const value = Number(((atS - zeroS) * speed * factor).toPrecision(3))
  return String(Math.abs(value) < 1e-6 ? 0 : value).replace('-', '−')
}

/** The time axis is in ms if the window is short. */
export function timeUnit(lengthS: number): { readonly unit: 'ms' | 's'; readonly factor: number } {
  return lengthS <= 1 ? { unit: 'ms', factor: 1000 } : { unit: 's', factor: 1 }
}

/** Height of a spike above the threshold, as a share of the range from the lowest V to the threshold. */
export const SPIKE_HEIGHT_SHARE = 0.6

/** The range that V and its spikes fit in, mV. */
export function voltageRange(
  neuron: { readonly restMv: number; readonly resetMv: number; readonly thresholdMv: number },
  vMv: Float64Array,
): readonly [number, number] {
  const { restMv, resetMv, thresholdMv } = neuron
  const lowest = vMv.reduce((lowest, v) => Math.min(lowest, v), Number.POSITIVE_INFINITY)
  const low = Math.min(restMv, resetMv, lowest)
  const spanMv = thresholdMv - low
  return [low - 0.1 * spanMv, thresholdMv + SPIKE_HEIGHT_SHARE * spanMv * 1.15]
}

/** The range that I fits in, nA; the knob's whole range always does. */
export function currentRange(minNa: number, maxNa: number, iNa: Float64Array): readonly [number, number] {
  const low = iNa.reduce((lowest, i) => Math.min(lowest, i), Math.min(minNa, 0))
  const high = iNa.reduce((highest, i) => Math.max(highest, i), maxNa)
  const padNa = 0.08 * (high - low)
  return [low === 0 ? 0 : low - padNa, high + padNa]
}

/** A pause between samples is a gap if it is this long, s, and this many times as long as the average step. */
const MIN_GAP_S = 0.05
const MIN_GAP_STEPS = 8

/** The times without data. No line is drawn across them: it would be invented. */
export function gapsIn(atS: ArrayLike<number>): [fromS: number, toS: number][] {
  const gaps: [number, number][] = []
  const meanStepS = (atS[atS.length - 1]! - atS[0]!) / (atS.length - 1)
  const minGapS = Math.max(MIN_GAP_S, MIN_GAP_STEPS * meanStepS)
  for (let k = 1; k < atS.length; k++) if (atS[k]! - atS[k - 1]! > minGapS) gaps.push([atS[k - 1]!, atS[k]!])
  return gaps
}
