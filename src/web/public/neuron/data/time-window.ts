/** Which stretch of time the scope shows. Pure. */
import type { SeenArrival, SeenSpike, Trace } from './trace-buffer.ts'

export interface TimeWindow {
  readonly fromS: number
  readonly toS: number
  /** The moment that the axis calls 0. */
  readonly zeroS: number
  readonly mode: 'live' | 'frozen' | 'trigger'
}

/** What stays on the screen while the scope is frozen. */
export interface Still {
  readonly view: TimeWindow
  readonly trace: Trace
  readonly spikes: readonly SeenSpike[]
  readonly arrivals: readonly SeenArrival[]
}

/** Window lengths to choose from, model s. */
export const WINDOWS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60]

/** The share of the window that lies before the spike of a sweep. */
const LEAD = 0.1

export function liveView(headS: number, lengthS: number): TimeWindow {
  return { fromS: headS - lengthS, toS: headS, zeroS: headS, mode: 'live' }
}

/** A sweep that began at a spike and is over: the one that is shown, until a later one is complete. */
export function triggeredView(
  spikes: readonly SeenSpike[],
  headS: number,
  lengthS: number,
  shown: TimeWindow | null,
): TimeWindow {
  const afterS = lengthS * (1 - LEAD)
  const shownS = shown?.mode === 'trigger' ? shown.zeroS : Number.NEGATIVE_INFINITY
  const isSame = shown !== null && Math.abs(shown.toS - shown.fromS - lengthS) < 1e-9
  for (let k = spikes.length - 1; k >= 0; k--) {
    const { atS } = spikes[k]!
    if (atS + afterS > headS) continue
    if (isSame && atS < shownS + afterS) break
    return { fromS: atS - lengthS * LEAD, toS: atS + afterS, zeroS: atS, mode: 'trigger' }
  }
  return isSame && shown.mode === 'trigger' ? shown : { ...liveView(headS, lengthS), mode: 'trigger' }
}

/** So long without a sample, s, is a gap, if it is also many times as long as the others: somebody was away. */
const GAP_S = 0.05
const GAP_STEPS = 8

/** The stretches of which nothing is known. No line is drawn over them: it would be invented. */
export function gapsIn(atS: ArrayLike<number>): [fromS: number, toS: number][] {
  const gaps: [number, number][] = []
  const meanS = (atS[atS.length - 1]! - atS[0]!) / (atS.length - 1)
  const leastS = Math.max(GAP_S, GAP_STEPS * meanS)
  for (let k = 1; k < atS.length; k++) if (atS[k]! - atS[k - 1]! > leastS) gaps.push([atS[k - 1]!, atS[k]!])
  return gaps
}

/** Numbers of an axis of seconds, in ms where the window is short. */
export function timeUnit(lengthS: number): { readonly unit: 'ms' | 's'; readonly factor: number } {
  return lengthS <= 1 ? { unit: 'ms', factor: 1000 } : { unit: 's', factor: 1 }
}

/** Round steps on an axis of the neuron's own time, counted from `zeroS` so that 0 is one of them. @param speed model s per s */
export function splitsFor({ fromS, toS, zeroS }: TimeWindow, speed: number): number[] {
  const step = roundStep(((toS - fromS) * speed) / 6) / speed
  const first = Math.ceil((fromS - zeroS) / step - 1e-9)
  const last = Math.floor((toS - zeroS) / step + 1e-9)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => zeroS + (first + k) * step)
}

/** What the axis calls that moment. */
export function timeText(atS: number, { fromS, toS, zeroS }: TimeWindow, speed: number): string {
  const { factor } = timeUnit((toS - fromS) * speed)
  const value = Number(((atS - zeroS) * speed * factor).toPrecision(3))
  return String(Math.abs(value) < 1e-6 ? 0 : value).replace('-', '−')
}

function roundStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find(step => step * power >= value * (1 - 1e-9)) as number) * power
}

/** The heights between which V fits, with its spikes, mV. */
export function voltageRange(
  neuron: { readonly restMv: number; readonly resetMv: number; readonly thresholdMv: number },
  vMv: Float64Array,
): readonly [number, number] {
  const { restMv, resetMv, thresholdMv } = neuron
  const seen = vMv.reduce((lowest, v) => Math.min(lowest, v), Number.POSITIVE_INFINITY)
  const low = Math.min(restMv, resetMv, seen)
  const spanMv = thresholdMv - low
  return [low - 0.1 * spanMv, thresholdMv + SPIKE_SHARE * spanMv * 1.15]
}

/** A spike is drawn so much higher than the threshold, as a share of the span from the lowest V to it. */
export const SPIKE_SHARE = 0.6

/** The heights between which I fits, nA; a knob's whole span always does. */
export function currentRange(minNa: number, maxNa: number, iNa: Float64Array): readonly [number, number] {
  const low = iNa.reduce((lowest, i) => Math.min(lowest, i), Math.min(minNa, 0))
  const high = iNa.reduce((highest, i) => Math.max(highest, i), maxNa)
  const padNa = 0.08 * (high - low)
  return [low === 0 ? 0 : low - padNa, high + padNa]
}
