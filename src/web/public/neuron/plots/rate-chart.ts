/** Firing rate and CV over the last minute. */
import { html } from 'lit-html'
import type uPlot from 'uplot'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { cvOf } from '../data/interval-statistics.ts'
import type { TimedSpike } from '../data/trace-buffer.ts'
import { axisStyle, openChart } from './chart.ts'
import type { SidePlot } from './side-plot-interface.ts'

const RATE_SPAN_S = 60
const RATE_STEP_S = 0.5
const CV_INTERVALS = 20

export function openRateChart(host: HTMLElement): SidePlot {
  const chart = openChart(host, palette => ({
    series: [
      { stroke: palette.spike, width: 2.5, points: { show: false } },
      { stroke: palette.voltage, width: 2, dash: [6, 4], scale: 'cv', points: { show: false } },
    ],
    x: WORDS.plots.rateTime,
    y: WORDS.plots.rate,
    yColour: palette.spike,
    scales: {
      y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.15)] },
      cv: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] },
    },
    moreAxes: style => [
      {
        ...axisStyle(style),
        stroke: style.voltage,
        scale: 'cv',
        side: 1,
        label: WORDS.plots.cv,
        size: style.fontPx * 2.2,
        grid: { show: false },
      },
    ],
    xValues: splits => splits.map(split => String(split).replace('-', '−')),
  }))
  return {
    draw({ spikes, headS }) {
      const times: number[] = []
      const rates: (number | null)[] = []
      const cvs: (number | null)[] = []
      for (let at = -RATE_SPAN_S; at <= 0; at += RATE_STEP_S) {
        const { rateHz, cv } = firingAt(spikes, headS + at)
        times.push(at)
        rates.push(rateHz)
        cvs.push(Number.isNaN(cv) ? null : cv)
      }
      chart.plot.setData([times, rates, cvs] as unknown as uPlot.AlignedData)
    },
    notes: () => html`<p class="said">${WORDS.plots.rateNote}</p>`,
    close: chart.close,
  }
}

/** Rate from the interval at that time, CV of the intervals before. */
function firingAt(spikes: readonly TimedSpike[], atS: number): { readonly rateHz: number; readonly cv: number } {
  let next = spikes.length
  while (next > 0 && spikes[next - 1]!.atS > atS) next--
  const last = spikes[next - 1]
  if (!last || Number.isNaN(last.isiMs)) return { rateHz: 0, cv: Number.NaN }
  const sinceMs = (atS - last.atS) * 1000 * last.speed
  const before = spikes.slice(Math.max(0, next - CV_INTERVALS), next).map(spike => spike.isiMs)
  return { rateHz: 1000 / Math.max(last.isiMs, sinceMs), cv: cvOf(before.filter(isi => !Number.isNaN(isi))) }
}
