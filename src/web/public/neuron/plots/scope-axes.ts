/** The scope's axes: ticks and texts of the time axis, ranges of V and I, and gaps in the data. Pure. */
import { WORDS } from '../../shared/neuron-page-words.ts'
import { formatTicks } from '../../shared/number-format.ts'
import type { VoltageLevels } from '../data/scope-content.ts'
import type { TimeWindow } from '../data/time-window.ts'

/** Ticks at round steps of model time, counted from `zeroS` so that 0 is one of them. */
export interface TimeTicks {
  readonly atS: readonly number[]
  /** In the unit of `timeUnit`. */
  readonly texts: readonly string[]
}

/** @param speed model s per s. @param most so many steps are in the window at most */
export function timeTicks({ fromS, toS, zeroS }: TimeWindow, speed: number, most = MOST_STEPS): TimeTicks {
  const step = roundStep(((toS - fromS) * speed) / most) / speed
  const first = Math.ceil((fromS - zeroS) / step - 1e-9)
  const last = Math.floor((toS - zeroS) / step + 1e-9)
  const steps = Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => first + k)
  const shownStep = step * speed * timeUnit((toS - fromS) * speed).factor
  const texts = formatTicks(steps.map(n => n * shownStep))
  return { atS: steps.map(n => zeroS + n * step), texts }
}

/** As many ticks as have room. @param roomPx width of the window. @param widthOf that of a text, with what lies between two */
export function fittingTimeTicks(
  window: TimeWindow,
  speed: number,
  roomPx: number,
  widthOf: (text: string) => number,
): TimeTicks {
  for (const most of [MOST_STEPS, 5, 4, 3, 2]) {
    const ticks = timeTicks(window, speed, most)
    const [first = 0, second = Number.POSITIVE_INFINITY] = ticks.atS
    const stepPx = ((second - first) / (window.toS - window.fromS)) * roomPx
    if (ticks.texts.every(text => widthOf(text) <= stepPx)) return ticks
  }
  return timeTicks(window, speed, 1)
}

const MOST_STEPS = 6

/** The next of 1, 2, 5 and 10 times a power of ten. */
export function roundStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find(step => step * power >= value * (1 - 1e-9)) as number) * power
}

/** The time axis is in ms if the window is short. */
export function timeUnit(lengthS: number): { readonly unit: 'ms' | 's'; readonly factor: number } {
  return lengthS <= 1 ? { unit: 'ms', factor: 1000 } : { unit: 's', factor: 1 }
}

/** What the axis is called. */
export function timeLabel({ fromS, toS, mode }: TimeWindow, speed: number): string {
  const { unit } = timeUnit((toS - fromS) * speed)
  const label = {
    live: WORDS.scope.time,
    frozen: WORDS.scope.timeFrozen,
    trigger: WORDS.scope.timeTrigger,
    sweep: WORDS.scope.timeSweep,
  }[mode]
  return label(unit)
}

/** A threshold that is higher than this above the lowest V is out of reach on purpose: the scope then shows V alone. */
const NO_THRESHOLD_MV = 200

/** Height of a spike above the threshold, as a share of the range from the lowest V to the threshold. */
const SPIKE_HEIGHT_SHARE = 0.6

/** The range while the levels are hidden, mV: most neurons fit in it, and it tells nothing of one that does. */
const HIDDEN_RANGE_MV = [-90, -30] as const
/** It is made wider by whole steps, mV. */
const HIDDEN_STEP_MV = 20

/** The range that V and its spikes fit in, mV. */
export function voltageRange(levels: VoltageLevels | undefined, vMv: Float64Array): readonly [number, number] {
  if (levels === undefined) return hiddenRange(vMv.filter(v => !Number.isNaN(v)))
  const { restMv, resetMv, thresholdMv } = levels
  const lowest = vMv.reduce((lowest, v) => Math.min(lowest, v), Number.POSITIVE_INFINITY)
  const low = Math.min(restMv, resetMv, lowest)
  const spanMv = thresholdMv - low
  if (spanMv > NO_THRESHOLD_MV) {
    const highest = vMv.reduce((highest, v) => Math.max(highest, v), Math.max(restMv, resetMv))
    const padMv = 0.1 * Math.max(1, highest - low)
    return [low - padMv, highest + padMv]
  }
  return [low - 0.1 * spanMv, thresholdMv + SPIKE_HEIGHT_SHARE * spanMv * 1.15]
}

function hiddenRange(vMv: Float64Array): readonly [number, number] {
  const [low, high] = HIDDEN_RANGE_MV
  const below = vMv.reduce((most, v) => Math.max(most, low - v), 0)
  const above = vMv.reduce((most, v) => Math.max(most, v - high), 0)
  const steps = (mv: number) => HIDDEN_STEP_MV * Math.ceil(mv / HIDDEN_STEP_MV)
  return [low - steps(below), high + steps(above)]
}

/** From where to where a spike is drawn, mV: from the threshold up, or at the upper edge where that is hidden. */
export function spikeSpan(levels: VoltageLevels | undefined, vMv: Float64Array): readonly [number, number] {
  const [low, high] = voltageRange(levels, vMv)
  if (levels === undefined) return [high - HIDDEN_SPIKE_SHARE * (high - low), high]
  const { thresholdMv } = levels
  return [thresholdMv, thresholdMv + (SPIKE_HEIGHT_SHARE * (thresholdMv - low)) / 1.1]
}

const HIDDEN_SPIKE_SHARE = 0.2

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
