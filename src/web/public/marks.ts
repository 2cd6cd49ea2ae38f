/** Synaptic events on the time axis of V: a triangle up that excites, down that inhibits, and from whom. */
import uPlot from 'uplot'
import type { View } from './neuron/data/time-window.ts'
import type { SeenArrival } from './neuron/data/trace-buffer.ts'
import { clipped, drawText } from './neuron/plots/chart.ts'
import type { Palette } from './neuron/plots/palette.ts'

interface Marked {
  readonly view: View
  readonly arrivals: readonly SeenArrival[]
}

/** A triangle is so high, and half as wide on either side, in letters. */
const HEIGHT = 0.7
const HALF_WIDTH = 0.35

export function drawArrivals(plot: uPlot, { view, arrivals }: Marked, palette: Palette): void {
  const seen = arrivalsIn(arrivals, view)
  if (seen.length === 0) return
  const letterPx = palette.fontPx * uPlot.pxRatio
  const baseline = plot.bbox.top + plot.bbox.height
  clipped(plot, () => {
    for (const excites of [true, false]) drawTriangles(plot, seen, excites, palette)
    let beforeX = Number.NEGATIVE_INFINITY
    for (const { atS, from, weight } of seen) {
      const x = plot.valToPos(atS, 'x', true)
      // Left of its mark: whether there is room is settled when it arrives, so that no name flickers as time goes on.
      const place = [x - letterPx * (HALF_WIDTH + 0.15), baseline - letterPx * 0.1] as const
      const isRoomy = x - beforeX > letterPx * (nameOf(from).length * 0.62 + 2 * HALF_WIDTH + 0.4)
      const fill = weight < 0 ? palette.inhibit : palette.excite
      if (isRoomy) drawText(plot, nameOf(from), place, { palette, fill, align: 'right' })
      beforeX = x
    }
  })
}

/** Those in view, and as many seconds before it: their names may need the room. */
function arrivalsIn(arrivals: readonly SeenArrival[], { fromS, toS }: View): readonly SeenArrival[] {
  return arrivals.filter(({ atS }) => atS <= toS && atS >= fromS - (toS - fromS))
}

/** The name under `syn/`, or the neuron. */
export function nameOf(from: string): string {
  return from.replace(/^syn\//, '')
}

function drawTriangles(plot: uPlot, arrivals: readonly SeenArrival[], excites: boolean, palette: Palette): void {
  const { ctx, bbox } = plot
  const letterPx = palette.fontPx * uPlot.pxRatio
  const bottom = bbox.top + bbox.height
  const [tip, foot] = excites ? [bottom - HEIGHT * letterPx, bottom] : [bottom, bottom - HEIGHT * letterPx]
  ctx.fillStyle = excites ? palette.excite : palette.inhibit
  ctx.beginPath()
  for (const { atS, weight } of arrivals) {
    if (weight >= 0 !== excites) continue
    const x = plot.valToPos(atS, 'x', true)
    ctx.moveTo(x, tip)
    ctx.lineTo(x - HALF_WIDTH * letterPx, foot)
    ctx.lineTo(x + HALF_WIDTH * letterPx, foot)
  }
  ctx.fill()
}
