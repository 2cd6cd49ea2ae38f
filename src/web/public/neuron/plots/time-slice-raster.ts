/** A raster of spikes: time is cut into sweeps of equal length, drawn below each other. */
import { html } from 'lit-html'
import type uPlot from 'uplot'
import { withTerms } from '../../glossary/term-view.ts'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { formatPlain } from '../../shared/number-format.ts'
import { clipped, drawLines, openChart } from './chart.ts'
import type { PlotContent, SidePlot } from './side-plot-interface.ts'

const SWEEPS = 12

export function openSweepRaster(host: HTMLElement): SidePlot {
  let content: PlotContent | undefined
  let sweepS = 2
  const chart = openChart(host, palette => ({
    series: [{ points: { show: false } }],
    x: WORDS.plots.sweepTime('2'),
    y: WORDS.plots.sweep,
    scales: { x: { time: false, auto: false }, y: { auto: false, range: [SWEEPS, 0] } },
    hooks: { draw: [plot => content && drawSweeps(plot, content, sweepS, palette.spike)] },
  }))
  return {
    draw(next) {
      content = next
      const last = next.spikes.at(-1)
      // About ten spikes per sweep; the length changes only when it is off by 2.5.
      if (last && (last.isiMs * 10) / 1000 > sweepS * 2.5) sweepS *= 2
      else if (last && sweepS > 0.25 && (last.isiMs * 10) / 1000 < sweepS / 2.5) sweepS /= 2
      const axis = chart.plot.axes[0]
      if (axis) axis.label = WORDS.plots.sweepTime(formatPlain(sweepS))
      chart.plot.batch(() => {
        chart.plot.setData([[0], [null]], false)
        chart.plot.setScale('x', { min: 0, max: sweepS })
      })
      chart.plot.redraw(false, true)
    },
    notes: () => html`<p class="said">${withTerms(WORDS.plots.sweepNote)}</p>`,
    close: chart.close,
  }
}

function drawSweeps(plot: uPlot, { spikes, headS, params }: PlotContent, sweepS: number, stroke: string): void {
  const wallS = sweepS / params.speed
  const current = Math.floor(headS / wallS)
  const heightPx = plot.bbox.height / SWEEPS
  clipped(plot, () => {
    drawLines(plot, { stroke, width: 2.5 }, ({ ctx }) => {
      for (let k = spikes.length - 1; k >= 0; k--) {
        const { atS } = spikes[k]!
        const sweep = current - Math.floor(atS / wallS)
        if (sweep >= SWEEPS) break
        if (sweep < 0) continue
        const x = plot.valToPos((atS % wallS) * params.speed, 'x', true)
        const y = plot.bbox.top + (sweep + 0.15) * heightPx
        ctx.moveTo(x, y)
        ctx.lineTo(x, y + heightPx * 0.7)
      }
    })
  })
}
