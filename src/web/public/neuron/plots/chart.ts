/** One way of drawing for all plots. */
import uPlot from 'uplot'
import { short, tick } from '../../shared/number-format.ts'
import { type Palette, readPalette } from './palette.ts'

export interface Chart {
  readonly plot: uPlot
  readonly palette: Palette
  close(): void
}

export interface ChartOptions {
  readonly series: readonly uPlot.Series[]
  readonly x: string
  readonly y: string
  readonly xSplits?: () => number[]
  readonly xValues?: (splits: number[]) => string[]
  /** Space for the numbers and the label of the y axis, in letters; the same for plots that stand one above the other. */
  readonly yLetters?: number
  readonly yColour?: string
  /** Space at the right edge, in letters. */
  readonly gutterLetters?: number
  readonly hidesX?: boolean
  readonly cursor?: uPlot.Cursor
  readonly scales?: uPlot.Scales
  readonly bands?: uPlot.Band[]
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
      ...(chosen.bands && { bands: chosen.bands }),
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
    palette,
    close() {
      watcher.disconnect()
      plot.destroy()
    },
  }
}

/** What all axes have in common. */
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
  const values = (_: uPlot, splits: number[]) => (xValues ? xValues(splits) : splits.map(short))
  return { ...style, label: x, size: palette.fontPx * 1.7, values }
}

function yAxis(palette: Palette, { y, yLetters = 4, yColour }: ChartOptions): uPlot.Axis {
  return {
    ...axisStyle(palette),
    ...(yColour && { stroke: yColour }),
    label: y,
    values: (_, splits) => splits.map(tick),
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

/** Many lines in one stroke, which is what makes a thousand spikes a frame possible. */
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

/** Letters on the canvas; returns their width in canvas pixels. */
export function drawText(
  { ctx }: uPlot,
  text: string,
  [x, y]: readonly [x: number, y: number],
  { palette, fill, align = 'left' }: { palette: Palette; fill: string; align?: CanvasTextAlign },
): number {
  ctx.save()
  ctx.font = `600 ${palette.fontPx * uPlot.pxRatio}px ${palette.font}`
  ctx.textAlign = align
  ctx.textBaseline = 'alphabetic'
  // A rim in the colour of the paper keeps the letters readable on top of lines.
  ctx.lineJoin = 'round'
  ctx.lineWidth = 4 * uPlot.pxRatio
  ctx.strokeStyle = palette.paper
  ctx.strokeText(text, x, y)
  ctx.fillStyle = fill
  ctx.fillText(text, x, y)
  const { width } = ctx.measureText(text)
  ctx.restore()
  return width
}

/** Only inside of the plot's own area. */
export function clipped(plot: uPlot, draw: () => void): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  draw()
  ctx.restore()
}
