/** Lines that break where nothing is known, on the scope. */
import uPlot from 'uplot'
import { gapsIn } from './neuron/data/time-window.ts'
import type { Trace } from './neuron/data/trace-buffer.ts'
import { clipped } from './neuron/plots/chart.ts'
import type { Palette } from './neuron/plots/palette.ts'

/** Where a line is broken, in canvas pixels. */
export function brokenAt(plot: uPlot): [number, number][] {
  return gapsIn(plot.data[0]).map(([fromS, toS]) => [plot.valToPos(fromS, 'x', true), plot.valToPos(toS, 'x', true)])
}

/** A run of before, behind the one of now. @param column 1 for V, 2 for I */
export function drawGhost(plot: uPlot, ghost: Trace | undefined, { ghost: stroke }: Palette, column: 1 | 2): void {
  if (!ghost) return
  const { ctx } = plot
  const afterGap = new Set(gapsIn(ghost[0]).map(([, toS]) => toS))
  clipped(plot, () => {
    ctx.strokeStyle = stroke
    ctx.lineWidth = 2 * uPlot.pxRatio
    ctx.beginPath()
    ghost[0].forEach((atS, k) => {
      const at = [plot.valToPos(atS, 'x', true), plot.valToPos(ghost[column][k]!, 'y', true)] as const
      if (afterGap.has(atS)) ctx.moveTo(...at)
      else ctx.lineTo(...at)
    })
    ctx.stroke()
  })
}
