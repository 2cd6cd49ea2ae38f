/** The base of all plots: a uPlot chart in the page's colours, and drawing on its canvas. */
import uPlot from 'uplot'
import { formatShort, formatTick } from '../../shared/number-format.ts'
import { type Palette, readPalette } from './palette.ts'

export interface Chart {
  readonly plot: uPlot
  close(): void
}

interface ChartOptions {
  readonly series: readonly uPlot.Series[]
  readonly x: string
  readonly y: string
  readonly xSplits?: () => number[]
  readonly xValues?: (splits: number[]) => string[]
  /** Space for the numbers and the label of the y axis, in letters; equal for plots above each other. */
  readonly yLetters?: number
  readonly yColour?: string
  /** Space at the right edge, in letters. */
  readonly gutterLetters?: number
  readonly hidesX?: boolean
  readonly cursor?: uPlot.Cursor
  readonly scales?: uPlot.Scales
  readonly moreAxes?: (palette: Palette) => uPlot.Axis[]
  readonly hooks?: uPlot.Hooks.Arrays
}

/** A plot that fills `host` and follows its size. */
export function openChart(host: HTMLElement, options: (palette: Palette) => ChartOptions): Chart {
  const palette = readPalette()
  const chosen = options(palette)
  const plot = new uPlot(
    {
      ...sizeOf(host),
      legend: { show: false },
      cursor: chosen.cursor ?? { show: false },
      scales: { x: { time: false }, ...chosen.scales },
      series: [{}, ...chosen.series],
      axes: [xAxis(palette, chosen), yAxis(palette, chosen), ...(chosen.moreAxes?.(palette) ?? [])],
      padding: [palette.fontPx / 2, palette.fontPx * (chosen.gutterLetters ?? 1), 0, 0],
      hooks: chosen.hooks ?? {},
    },
    [[], ...chosen.series.map(() => [])] as unknown as uPlot.AlignedData,
    host,
  )
  const watcher = new ResizeObserver(() => {
    const size = sizeOf(host)
    if (size.width > 0 && size.height > 0) plot.setSize(size)
  })
  watcher.observe(host)
  return {
    plot,
    close() {
      watcher.disconnect()
      plot.destroy()
    },
  }
}

/** The common style of all axes. */
export function axisStyle({ ink, grid, font, fontPx }: Palette): uPlot.Axis {
  return {
    stroke: ink,
    font: `${fontPx}px ${font}`,
    labelFont: `600 ${fontPx}px ${font}`,
    labelGap: 0,
    labelSize: fontPx * 1.5,
    gap: 4,
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
  }
}

function xAxis(palette: Palette, { x, xSplits, xValues, hidesX }: ChartOptions): uPlot.Axis {
  const style = { ...axisStyle(palette), ...(xSplits && { splits: xSplits }) }
  if (hidesX) return { ...style, size: 4, values: (_, splits) => splits.map(() => '') }
  const values = (_: uPlot, splits: number[]) => (xValues ? xValues(splits) : splits.map(formatShort))
  return { ...style, label: x, size: palette.fontPx * 1.7, values }
}

function yAxis(palette: Palette, { y, yLetters = 4, yColour }: ChartOptions): uPlot.Axis {
  return {
    ...axisStyle(palette),
    ...(yColour && { stroke: yColour }),
    label: y,
    values: (_, splits) => splits.map(formatTick),
    size: palette.fontPx * (0.62 * yLetters + 0.6),
    space: palette.fontPx * 2.2,
  }
}

function sizeOf(host: HTMLElement): { width: number; height: number } {
  return { width: host.clientWidth, height: host.clientHeight }
}

interface LineStyle {
  readonly stroke: string
  readonly width: number
  readonly dash?: readonly number[]
}

/** A line from one point to another, in canvas pixels. */
export function drawLine(
  plot: uPlot,
  from: readonly [x: number, y: number],
  to: readonly [x: number, y: number],
  style: LineStyle,
): void {
  drawLines(plot, style, ({ ctx }) => {
    ctx.moveTo(...from)
    ctx.lineTo(...to)
  })
}

/** Many lines in one stroke: fast enough for a thousand spikes per frame. */
export function drawLines(plot: uPlot, style: LineStyle, path: (plot: uPlot) => void): void {
  const { ctx } = plot
  ctx.save()
  ctx.strokeStyle = style.stroke
  ctx.lineWidth = style.width * uPlot.pxRatio
  ctx.setLineDash((style.dash ?? []).map(length => length * uPlot.pxRatio))
  ctx.beginPath()
  path(plot)
  ctx.stroke()
  ctx.restore()
}

export function drawText(
  { ctx }: uPlot,
  text: string,
  [x, y]: readonly [x: number, y: number],
  { palette, fill, align = 'left' }: { palette: Palette; fill: string; align?: CanvasTextAlign },
): void {
  ctx.save()
  ctx.font = `600 ${palette.fontPx * uPlot.pxRatio}px ${palette.font}`
  ctx.textAlign = align
  ctx.textBaseline = 'alphabetic'
  // An outline in the colour of the paper keeps the letters readable on top of lines.
  ctx.lineJoin = 'round'
  ctx.lineWidth = 4 * uPlot.pxRatio
  ctx.strokeStyle = palette.paper
  ctx.strokeText(text, x, y)
  ctx.fillStyle = fill
  ctx.fillText(text, x, y)
  ctx.restore()
}

/** Draws only inside the plot's area. */
export function clipped(plot: uPlot, draw: () => void): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  draw()
  ctx.restore()
}
