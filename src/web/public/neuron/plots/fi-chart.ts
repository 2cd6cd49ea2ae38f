/** The f-I chart: the theoretical curve, the measured point, and the points before it. */
import uPlot from 'uplot'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { formatPlain } from '../../shared/number-format.ts'
import type { FiMeasurement, SteadyRate } from '../data/fi-measurement.ts'
import { type Chart, clipped, drawLine, drawText, openChart } from './chart.ts'
import type { TheoryCurve } from './fi-theory-and-export.ts'
import type { Palette } from './palette.ts'

interface FiChartContent {
  readonly curve: TheoryCurve
  readonly measurement: FiMeasurement
  readonly hidesTheory: boolean
}

interface FiChart {
  draw(picture: FiChartContent): void
  close(): void
}

export function openFiChart(host: HTMLElement): FiChart {
  let picture: FiChartContent | undefined
  const chart: Chart = openChart(host, palette => ({
    series: [{ stroke: palette.ink, width: 2.5, pxAlign: 0, points: { show: false } }],
    x: WORDS.plots.current,
    y: WORDS.plots.rate,
    scales: { y: { auto: false, range: [0, 10] } },
    hooks: { draw: [plot => picture && drawPoints(plot, picture, palette)] },
  }))
  const { plot } = chart
  return {
    draw(next) {
      picture = next
      const { iNa, rateHz, rangeNa, topHz } = next.curve
      const curve = [iNa, next.hidesTheory ? iNa.map(() => null) : rateHz]
      plot.batch(() => {
        plot.setData(curve as unknown as uPlot.AlignedData, false)
        plot.setScale('x', { min: rangeNa[0], max: rangeNa[1] })
        plot.setScale('y', { min: 0, max: Math.max(topHz, highestRate(next)) * 1.08 })
      })
    },
    close: chart.close,
  }
}

function highestRate({ measurement, curve }: FiChartContent): number {
  const [low, high] = curve.rangeNa
  const seen = [...measurement.points, ...measurement.heldPoints].filter(({ iNa }) => iNa >= low && iNa <= high)
  return seen.reduce((top, { rateHz }) => Math.max(top, rateHz), 0)
}

function drawPoints(plot: uPlot, { curve, measurement, hidesTheory }: FiChartContent, palette: Palette): void {
  const { points, heldPoints, steady } = measurement
  const topHz = plot.scales.y?.max ?? 0
  const earlier = measurement.earlierPoints.filter(({ rateHz }) => rateHz <= topHz)
  const point = steady ?? points.at(-1)
  const letterPx = palette.fontPx * uPlot.pxRatio
  clipped(plot, () => {
    for (const one of earlier) dot(plot, one, { radius: 3, fill: palette.earlier, alpha: 1 })
    if (!hidesTheory && !Number.isNaN(curve.rheobaseNa)) drawRheobase(plot, curve.rheobaseNa, palette)
    points.forEach((one, k) => {
      dot(plot, one, { radius: 3, fill: palette.spike, alpha: 0.12 + (0.5 * (k + 1)) / points.length })
    })
    if (steady) dot(plot, steady, { radius: 9, fill: palette.paper, alpha: 1 })
    if (point) dot(plot, point, { radius: 7, fill: palette.spike, alpha: steady ? 1 : 0.6 })
  })
  const [low, high] = curve.rangeNa
  for (const one of heldPoints) if (one.iNa >= low && one.iNa <= high) drawHeld(plot, one, palette)
  const legend = [
    ...(hidesTheory ? [] : [[WORDS.plots.theory, palette.ink] as const]),
    [WORDS.plots.measured, palette.spike],
    ...(earlier.length > 0 ? [[WORDS.plots.earlier, palette.faint] as const] : []),
  ] as const
  const { left, top } = plot.bbox
  legend.forEach(([text, fill], k) => {
    drawText(plot, text, [left + letterPx / 2, top + letterPx * (1.2 + 1.3 * k)], { palette, fill })
  })
}

/** A point of a sweep: a ring, and a line as long as twice the standard error to both sides. */
function drawHeld(plot: uPlot, { iNa, rateHz, uncertainty }: SteadyRate, palette: Palette): void {
  const x = plot.valToPos(iNa, 'x', true)
  const y = (hz: number) => plot.valToPos(hz, 'y', true)
  const errorHz = 2 * uncertainty * rateHz
  if (errorHz > 0)
    drawLine(plot, [x, y(rateHz - errorHz)], [x, y(rateHz + errorHz)], { stroke: palette.spike, width: 2 })
  dot(plot, { iNa, rateHz }, { radius: 5.5, fill: palette.spike, alpha: 1 })
  dot(plot, { iNa, rateHz }, { radius: 3, fill: palette.paper, alpha: 1 })
}

function drawRheobase(plot: uPlot, rheobaseNa: number, palette: Palette): void {
  const { top, height, left, width } = plot.bbox
  const x = plot.valToPos(rheobaseNa, 'x', true)
  if (x < left || x > left + width) return
  drawLine(plot, [x, top], [x, top + height], { stroke: palette.threshold, width: 1.5, dash: [6, 5] })
  const letterPx = palette.fontPx * uPlot.pxRatio
  const text = `${WORDS.plots.rheobase} ${formatPlain(Number(rheobaseNa.toPrecision(3)))} nA`
  const widthPx = palette.widthOf(text, 'bold') * uPlot.pxRatio
  const right = left + width
  // Beside the line, where there is room.
  const starts = [x + letterPx * 0.4, x - letterPx * 0.4 - widthPx, right - widthPx]
  const startX = starts.find(at => at >= left && at + widthPx <= right) ?? left
  drawText(plot, text, [startX, top + height - letterPx * 0.6], { palette, fill: palette.ink })
}

function dot(
  plot: uPlot,
  { iNa, rateHz }: { readonly iNa: number; readonly rateHz: number },
  { radius, fill, alpha }: { readonly radius: number; readonly fill: string; readonly alpha: number },
): void {
  const { ctx } = plot
  ctx.globalAlpha = alpha
  ctx.fillStyle = fill
  ctx.beginPath()
  const scale = uPlot.pxRatio
  ctx.arc(plot.valToPos(iNa, 'x', true), plot.valToPos(rateHz, 'y', true), radius * scale, 0, 2 * Math.PI)
  ctx.fill()
  ctx.globalAlpha = 1
}
