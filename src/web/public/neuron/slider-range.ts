/** Where sliders begin and end: a part of what a field allows that is good to explore; typing reaches all of it. Pure. */
import type { Field } from '../../../fields/fields.ts'

type NumberField = Extract<Field, { readonly type: 'number' }>

export interface SliderRange {
  readonly from: number
  readonly to: number
  /** Equal steps multiply instead of adding: for what may be 1 or 500. */
  readonly isLogarithmic: boolean
}

const USUAL: Readonly<Record<string, readonly [number, number]>> = {
  restMv: [-100, 0],
  thresholdMv: [-90, 10],
  resetMv: [-110, 0],
  initialMv: [-100, 0],
  resistanceMohm: [1, 500],
  tauMs: [1, 500],
  capacitanceNf: [0.02, 50],
  refractoryMs: [0, 50],
  noiseMv: [0, 10],
  minNa: [-2, 2],
  maxNa: [0, 10],
}

/** The slider's span; it always holds the present value. */
export function spanOf(name: string, field: NumberField, value: number): SliderRange {
  const [from, to] = USUAL[name] ?? [field.min, field.max]
  return { from: Math.min(from, value), to: Math.max(to, value), isLogarithmic: field.aboveMin === true && from > 0 }
}

/** Position 0…1 of a value. */
export function positionOf(value: number, { from, to, isLogarithmic }: SliderRange): number {
  if (!isLogarithmic) return (value - from) / (to - from)
  return Math.log(value / from) / Math.log(to / from)
}

/** The value at a position 0…1, to three digits. */
export function valueAt(position: number, { from, to, isLogarithmic }: SliderRange): number {
  if (isLogarithmic) return Number((from * (to / from) ** position).toPrecision(3))
  const step = 10 ** Math.floor(Math.log10((to - from) / 100))
  return Number((Math.round((from + (to - from) * position) / step) * step).toPrecision(6))
}
