/** The base of all plots: a uPlot chart in the page's colours, and drawing on its canvas. */
import uPlot from 'uplot'
import { formatTicks } from '../../shared/number-format.ts'
import { boldFont, type Palette, readPalette } from './palette.ts'

export interface Chart {
  readonly plot: uPlot
  readonly palette: Palette
  close(): void
}

interface ChartOptions {
  readonly series: readonly uPlot.Series[]
  readonly x: string
  readonly y: string
  readonly xSplits?: () => number[]
  readonly xValues?: (splits: number[]) => string[]
  /** Of the y axis: shared by plots above each other, whose time axes must be aligned. */
  readonly yWidth?: AxisWidth
  readonly yColour?: string
  /** Space at the right edge, CSS pixels. */
  readonly gutterPx?: number
  readonly hidesX?: boolean
  readonly cursor?: uPlot.Cursor
  readonly scales?: uPlot.Scales
  readonly moreAxes?: (palette: Palette) => uPlot.Axis[]
  readonly hooks?: uPlot.Hooks.Arrays
}

/** The widest number that an axis has had, CSS pixels: a plot does not jump when its numbers get shorter. */
export interface AxisWidth {
  px: number
}

/** A plot that fills `host` and follows its size. */
export function openChart(host: HTMLElement, options: (palette: Palette) => ChartOptions): Chart {
  const palette = readPalette()
  const chosen = options(palette)
  const xWidth: AxisWidth = { px: 0 }
  const gutterPx = chosen.gutterPx ?? palette.fontPx
  const plot = new uPlot(
    {
      ...sizeOf(host),
      legend: { show: false },
      cursor: chosen.cursor ?? { show: false },
      scales: { x: { time: false }, ...chosen.scales },
      series: [{}, ...chosen.series],
      axes: [xAxis(palette, chosen, xWidth), yAxis(palette, chosen), ...(chosen.moreAxes?.(palette) ?? [])],
      // Half of the last number on the x axis reaches into the gutter.
      padding: [palette.fontPx / 2, () => Math.max(gutterPx, xWidth.px / 2 + 2), 0, 0],
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

/** Between an axis and its numbers, CSS pixels. */
const GAP_PX = 4

/** The common style of all axes. */
export function axisStyle({ ink, grid, font, fontPx, linePx }: Palette): uPlot.Axis {
  return {
    stroke: ink,
    font: `${fontPx}px ${font}`,
    labelFont: boldFont({ font }, fontPx),
    labelGap: 0,
    labelSize: Math.max(fontPx * 1.5, linePx),
    gap: GAP_PX,
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
  }
}

/** The size of a vertical axis: as wide as its numbers, whatever the font. */
export function widthOfNumbers(palette: Palette, width: AxisWidth = { px: 0 }): uPlot.Axis.Size {
  return (_, values) => {
    widen(width, values, palette)
    return width.px + GAP_PX + palette.fontPx * 0.4
  }
}

function widen(width: AxisWidth, values: readonly string[] | null, { widthOf }: Palette): void {
  for (const text of values ?? []) width.px = Math.max(width.px, widthOf(text))
}

function xAxis(palette: Palette, { x, xSplits, xValues, hidesX }: ChartOptions, width: AxisWidth): uPlot.Axis {
  const style = { ...axisStyle(palette), ...(xSplits && { splits: xSplits }) }
  if (hidesX) return { ...style, size: GAP_PX, values: (_, splits) => splits.map(() => '') }
  const values = (_: uPlot, splits: number[]) => (xValues ?? formatTicks)(splits)
  // The lowest number on the y axis reaches half a digit below the corner of the plot.
  const gap = Math.max(GAP_PX, palette.fontPx * 0.45)
  return {
    ...style,
    label: x,
    values,
    gap,
    size: (_, texts) => {
      widen(width, texts, palette)
      return gap + Math.max(palette.fontPx * 1.2, palette.linePx)
    },
    space: () => Math.max(LEAST_SPACE_PX, width.px + palette.fontPx),
  }
}

/** Between two numbers on the x axis, CSS pixels. */
const LEAST_SPACE_PX = 50

function yAxis(palette: Palette, { y, yWidth, yColour }: ChartOptions): uPlot.Axis {
  return {
    ...axisStyle(palette),
    ...(yColour && { stroke: yColour }),
    label: y,
    values: (_, splits) => formatTicks(splits),
    size: widthOfNumbers(palette, yWidth),
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
  ctx.font = boldFont(palette, palette.fontPx * uPlot.pxRatio)
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
