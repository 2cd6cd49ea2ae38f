/** Firing rate and CV over the last minute. */
import { html } from 'lit-html'
import type uPlot from 'uplot'
import { withTerms } from '../../glossary/term-view.ts'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { firingAt } from '../data/firing-at-time.ts'
import type { NeuronPageModel } from '../model.ts'
import { axisStyle, openChart, widthOfNumbers } from './chart.ts'
import type { SidePlot } from './side-plot-interface.ts'

const RATE_SPAN_S = 60
const RATE_STEP_S = 0.5

export function openRateChart(host: HTMLElement, { spikeTrains, traceBuffer }: NeuronPageModel): SidePlot {
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
        size: widthOfNumbers(style),
        grid: { show: false },
      },
    ],
  }))
  return {
    draw({ spikes, headS }) {
      const times: number[] = []
      const rates: (number | null)[] = []
      const cvs: (number | null)[] = []
      for (let at = -RATE_SPAN_S; at <= 0; at += RATE_STEP_S) {
        const { rateHz, cv } = firingAt(spikes, spikeTrains, traceBuffer.originUs() + (headS + at) * 1e6)
        times.push(at)
        rates.push(rateHz)
        cvs.push(cv)
      }
      chart.plot.setData([times, rates, cvs] as unknown as uPlot.AlignedData)
    },
    notes: () => html`<p class="said">${withTerms(WORDS.plots.rateNote)}</p>`,
    close: chart.close,
  }
}
