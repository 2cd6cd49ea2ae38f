/** Where sliders begin and end: a part of what a field allows that is good to explore; typing reaches all of it. Pure. */
import type { NumberField } from '../../../fields/field-types-and-checks.ts'

export interface SliderRange {
  readonly from: number
  readonly to: number
  /** Equal steps multiply instead of adding: for what may be 1 or 500. */
  readonly isLogarithmic: boolean
}

/** The slider's span; it always holds the present value. */
export function spanOf(field: NumberField, value: number): SliderRange {
  const { slider, min, max } = field
  const [from, to] = Array.isArray(slider) ? slider : [min, max]
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
