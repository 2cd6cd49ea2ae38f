/** The plot of the intervals between spikes: how often each length occurs. */
import { html } from 'lit-html'
import uPlot from 'uplot'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { cvOf, intervalHistogram, meanOf, withoutPauses } from '../data/interval-statistics.ts'
import type { TimedSpike } from '../data/trace-buffer.ts'
import { openChart } from './chart.ts'
import type { SidePlot } from './side-plot-interface.ts'

const MAX_INTERVALS = 500

export function openIntervalHistogram(host: HTMLElement): SidePlot {
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
      const isisMs = recentIntervals(spikes)
      const drawn = withoutPauses(isisMs)
      const { binsMs, counts, widthMs } = intervalHistogram(drawn)
      chart.plot.setData([binsMs, counts] as unknown as uPlot.AlignedData)
      const [first = 0] = binsMs
      chart.plot.setScale('x', { min: first - widthMs, max: (binsMs.at(-1) ?? 1) + widthMs })
      note = noteOf(isisMs, drawn.length)
    },
    notes: () => html`<p class="said">${note}</p>`,
    close: chart.close,
  }
}

function recentIntervals(spikes: readonly TimedSpike[]): number[] {
  return spikes
    .slice(-MAX_INTERVALS)
    .map(spike => spike.isiMs)
    .filter(isi => !Number.isNaN(isi))
}

function noteOf(isisMs: readonly number[], drawn: number): string {
  if (isisMs.length === 0) return WORDS.plots.noIntervals
  const cv = cvOf(isisMs)
  const mean = WORDS.plots.mean(meanOf(isisMs).toFixed(1), Number.isNaN(cv) ? '–' : cv.toFixed(3), isisMs.length)
  return drawn === isisMs.length ? mean : mean + WORDS.plots.pauses(isisMs.length - drawn)
}
