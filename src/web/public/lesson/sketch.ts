/** A curve that is drawn by hand: its height in each of many columns. Pure. */
import type { SketchAxis } from '../../../lessons/report.ts'

/** Heights as shares of the axis, from left to right; NaN where nothing is drawn. */
export type Sketch = readonly number[]

/** A place on the pad, as shares of its width and height; the height counts from below. */
export interface PadPlace {
  readonly x: number
  readonly y: number
}

const COLUMNS = 61

export const EMPTY_SKETCH: Sketch = Array.from({ length: COLUMNS }, () => Number.NaN)

/** The sketch with a straight stroke more. What it passes over is drawn anew. */
export function withStroke(sketch: Sketch, from: PadPlace, to: PadPlace): Sketch {
  const [first, last] = from.x <= to.x ? [from, to] : [to, from]
  return sketch.map((y, column) => {
    const x = column / (COLUMNS - 1)
    if (x < first.x - 0.5 / (COLUMNS - 1) || x > last.x + 0.5 / (COLUMNS - 1)) return y
    const share = last.x === first.x ? 1 : Math.min(1, Math.max(0, (x - first.x) / (last.x - first.x)))
    return Math.min(1, Math.max(0, first.y + share * (last.y - first.y)))
  })
}

export function isEmpty(sketch: Sketch): boolean {
  return sketch.every(Number.isNaN)
}

/** What is drawn, in the units of the axes. */
export function pointsOf(sketch: Sketch, x: SketchAxis, y: SketchAxis): (readonly [x: number, y: number])[] {
  return sketch.flatMap((height, column) =>
    Number.isNaN(height) ? [] : [[at(x, column / (COLUMNS - 1)), at(y, height)] as const],
  )
}

/** A share of an axis in its unit. */
export function at({ from, to }: SketchAxis, share: number): number {
  return Number((from + share * (to - from)).toPrecision(4))
}

/** A value as a share of an axis. */
export function shareOf({ from, to }: SketchAxis, value: number): number {
  return (value - from) / (to - from)
}
