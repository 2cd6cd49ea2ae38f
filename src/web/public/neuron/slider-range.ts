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

/** The currents at both ends of the knob. */
interface KnobRange {
  readonly minNa: number
  readonly maxNa: number
}

/** The slider of the current: between the knob's ends, by steps that hit round currents like 1.55 nA. */
export function currentSlider({ minNa, maxNa }: KnobRange): { min: number; max: number; step: number } {
  const [low, high] = [Math.min(minNa, maxNa), Math.max(minNa, maxNa)]
  const step = Number((10 ** Math.floor(Math.log10((high - low || 1) / 200))).toPrecision(1))
  // A browser counts its steps from the lowest value.
  const onGrid = (count: number) => Number((count * step).toPrecision(9))
  return { min: onGrid(Math.floor(low / step + 1e-6)), max: onGrid(Math.ceil(high / step - 1e-6)), step }
}

/** The knob's position 0…1 at a current; the nearest one outside of its range. */
export function levelAt(iNa: number, { minNa, maxNa }: KnobRange): number {
  return minNa === maxNa ? 0 : Math.min(1, Math.max(0, (iNa - minNa) / (maxNa - minNa)))
}

export function currentAt(level: number, { minNa, maxNa }: KnobRange): number {
  return Number((minNa + level * (maxNa - minNa)).toPrecision(12))
}
