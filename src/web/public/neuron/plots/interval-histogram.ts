/** The plot of the intervals between spikes: how often each length occurs. */
import { html } from 'lit-html'
import uPlot from 'uplot'
import { withTerms } from '../../glossary/term-view.ts'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { formatFixed } from '../../shared/number-format.ts'
import type { NeuronActions } from '../actions.ts'
import { cvOf, intervalHistogram, meanOf } from '../data/interval-statistics.ts'
import { intervalsBetween } from '../data/train-starts.ts'
import type { NeuronPageModel } from '../model.ts'
import { openChart } from './chart.ts'
import type { SidePlot } from './side-plot-interface.ts'

const MAX_INTERVALS = 500

export function openIntervalHistogram(
  host: HTMLElement,
  { spikeTrains }: NeuronPageModel,
  actions: NeuronActions,
): SidePlot {
  let note = ''
  const chart = openChart(host, palette => ({
    series: [
      {
        stroke: palette.voltage,
        fill: palette.voltage,
        paths: uPlot.paths.bars!({ size: [0.9, 100] }),
        points: { show: false },
      },
    ],
    x: WORDS.plots.interval,
    y: WORDS.plots.share,
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(5, max * 1.1)] } },
  }))
  return {
    draw({ spikes }) {
      const { fromUs } = spikeTrains.at(Number.POSITIVE_INFINITY) ?? { fromUs: Number.NEGATIVE_INFINITY }
      const isisMs = intervalsBetween(spikes, fromUs, Number.POSITIVE_INFINITY, MAX_INTERVALS)
      const { binsMs, counts, widthMs } = intervalHistogram(isisMs)
      chart.plot.setData([binsMs, counts] as unknown as uPlot.AlignedData)
      const [first = 0] = binsMs
      chart.plot.setScale('x', { min: first - widthMs, max: (binsMs.at(-1) ?? 1) + widthMs })
      note = noteOf(isisMs)
    },
    notes: () => html`<p class="said" id="intervals-said">${withTerms(note)}</p>
      <div class="buttons"><button id="clear-intervals" @click=${actions.clearIntervals}>${WORDS.plots.buttons.clear}</button></div>`,
    close: chart.close,
  }
}

function noteOf(isisMs: readonly number[]): string {
  const { noIntervals, mean, lastIntervals, intervals } = WORDS.plots
  if (isisMs.length === 0) return noIntervals
  const cv = cvOf(isisMs)
  const count = isisMs.length === MAX_INTERVALS ? lastIntervals(MAX_INTERVALS) : intervals(isisMs.length)
  return mean(formatFixed(meanOf(isisMs), 1), formatFixed(cv, 3), count)
}
