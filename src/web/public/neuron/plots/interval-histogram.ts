/** Plots of the intervals: their histogram, a raster of sweeps, rate and CV over time. */
import uPlot from 'uplot'
import { WORDS } from '../../shared/words.ts'
import { cvOf, histogramOf, meanOf, withoutPauses } from '../data/interval-statistics.ts'
import type { SeenSpike } from '../data/trace-buffer.ts'
import { axisStyle, clipped, drawLines, openChart } from './chart.ts'

export interface StatisticsPicture {
  readonly spikes: readonly SeenSpike[]
  readonly headS: number
  readonly speed: number
}

export interface StatisticsChart {
  /** Draws, and returns what there is to say about it. */
  draw(picture: StatisticsPicture): string
  close(): void
}

const MOST_INTERVALS = 500
const SWEEPS = 12
const RATE_SPAN_S = 60
const RATE_STEP_S = 0.5

export function openHistogram(host: HTMLElement): StatisticsChart {
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
      const { binsMs, counts, widthMs } = histogramOf(drawn)
      chart.plot.setData([binsMs, counts] as unknown as uPlot.AlignedData)
      const [first = 0] = binsMs
      chart.plot.setScale('x', { min: first - widthMs, max: (binsMs.at(-1) ?? 1) + widthMs })
      if (isisMs.length === 0) return WORDS.plots.noIntervals
      const cv = cvOf(isisMs)
      const mean = WORDS.plots.mean(meanOf(isisMs).toFixed(1), Number.isNaN(cv) ? '–' : cv.toFixed(3), isisMs.length)
      return drawn.length === isisMs.length ? mean : mean + WORDS.plots.pauses(isisMs.length - drawn.length)
    },
    close: chart.close,
  }
}

export function openRaster(host: HTMLElement): StatisticsChart {
  let picture: StatisticsPicture | undefined
  let sweepS = 2
  const chart = openChart(host, palette => ({
    series: [{ points: { show: false } }],
    x: WORDS.plots.sweepTime('2'),
    y: WORDS.plots.sweep,
    scales: { x: { time: false, auto: false }, y: { auto: false, range: [SWEEPS, 0] } },
    hooks: { draw: [plot => picture && drawSweeps(plot, picture, sweepS, palette.spike)] },
  }))
  return {
    draw(next) {
      picture = next
      const last = next.spikes.at(-1)
      // About ten spikes a sweep, and a length that does not flicker.
      if (last && (last.isiMs * 10) / 1000 > sweepS * 2.5) sweepS *= 2
      else if (last && sweepS > 0.25 && (last.isiMs * 10) / 1000 < sweepS / 2.5) sweepS /= 2
      const axis = chart.plot.axes[0]
      if (axis) axis.label = WORDS.plots.sweepTime(String(sweepS))
      chart.plot.batch(() => {
        chart.plot.setData([[0], [null]], false)
        chart.plot.setScale('x', { min: 0, max: sweepS })
      })
      chart.plot.redraw(false, true)
      return WORDS.plots.sweepNote
    },
    close: chart.close,
  }
}

export function openRateChart(host: HTMLElement): StatisticsChart {
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
      return WORDS.plots.rateNote
    },
    close: chart.close,
  }
}

/** Rate from the interval that was under way, CV of the twenty intervals before. */
function firingAt(spikes: readonly SeenSpike[], atS: number): { readonly rateHz: number; readonly cv: number } {
  let next = spikes.length
  while (next > 0 && spikes[next - 1]!.atS > atS) next--
  const last = spikes[next - 1]
  if (!last || Number.isNaN(last.isiMs)) return { rateHz: 0, cv: Number.NaN }
  const sinceMs = (atS - last.atS) * 1000 * last.speed
  const before = spikes.slice(Math.max(0, next - 20), next).map(spike => spike.isiMs)
  return { rateHz: 1000 / Math.max(last.isiMs, sinceMs), cv: cvOf(before.filter(isi => !Number.isNaN(isi))) }
}

function drawSweeps(plot: uPlot, { spikes, headS, speed }: StatisticsPicture, sweepS: number, stroke: string): void {
  const wallS = sweepS / speed
  const current = Math.floor(headS / wallS)
  const heightPx = plot.bbox.height / SWEEPS
  clipped(plot, () => {
    drawLines(plot, { stroke, width: 2.5 }, ({ ctx }) => {
      for (let k = spikes.length - 1; k >= 0; k--) {
        const { atS } = spikes[k]!
        const sweep = current - Math.floor(atS / wallS)
        if (sweep >= SWEEPS) break
        if (sweep < 0) continue
        const x = plot.valToPos((atS % wallS) * speed, 'x', true)
        const y = plot.bbox.top + (sweep + 0.15) * heightPx
        ctx.moveTo(x, y)
        ctx.lineTo(x, y + heightPx * 0.7)
      }
    })
  })
}

function recentIntervals(spikes: readonly SeenSpike[]): number[] {
  return spikes
    .slice(-MOST_INTERVALS)
    .map(spike => spike.isiMs)
    .filter(isi => !Number.isNaN(isi))
}
