/** The scope: V with its spikes and synaptic events, and below it the current on the same time axis. */
import uPlot from 'uplot'
import { WORDS } from '../../shared/neuron-page-words.ts'
import type { ScopeContent, VoltageLevels } from '../data/scope-content.ts'
import type { TimeWindow } from '../data/time-window.ts'
import type { TimedArrival, Trace } from '../data/trace-buffer.ts'
import { type AxisWidth, type Chart, clipped, drawLine, drawLines, drawText, openChart } from './chart.ts'
import type { Palette } from './palette.ts'
import {
  currentRange,
  fittingTimeTicks,
  gapsIn,
  spikeSpan,
  type TimeTicks,
  timeLabel,
  voltageRange,
} from './scope-axes.ts'

export interface Scope {
  draw(content: ScopeContent): void
  close(): void
}

/** Called with a range that was marked with the mouse, s; with null to show the whole again. */
type OnZoom = (range: readonly [fromS: number, toS: number] | null) => void

/** What both charts show. */
interface Shown {
  content: ScopeContent | undefined
  ticks: TimeTicks
  readonly yWidth: AxisWidth
}

export function openScope(
  hosts: { readonly voltage: HTMLElement; readonly current: HTMLElement },
  onZoom: OnZoom,
): Scope {
  const shown: Shown = { content: undefined, ticks: { atS: [], texts: [] }, yWidth: { px: 0 } }
  const voltage = voltageChart(hosts.voltage, shown, onZoom)
  const current = currentChart(hosts.current, shown, onZoom)
  return {
    draw(content) {
      shown.content = content
      const { window, trace, params, levels } = content
      const [atS, vMv, iNa] = trace
      setRange(voltage.plot, 'y', voltageRange(levels, vMv))
      setRange(current.plot, 'y', currentRange(params.minNa, params.maxNa, iNa))
      const axis = current.plot.axes[0]
      if (axis) axis.label = timeLabel(window, params.speed)
      shown.ticks = ticksOf(current, window, params.speed)
      for (const [{ plot }, values] of [[voltage, vMv] as const, [current, iNa] as const]) {
        plot.batch(() => {
          plot.setData([atS, values], false)
          plot.setScale('x', { min: window.fromS, max: window.toS })
        })
      }
    },
    close() {
      voltage.close()
      current.close()
    },
  }
}

function voltageChart(host: HTMLElement, shown: Shown, onZoom: OnZoom): Chart {
  return openChart(host, palette => ({
    series: [{ stroke: palette.voltage, width: lineWidth(palette), points: { show: false }, gaps: gapsInPixels }],
    x: '',
    xSplits: () => [...shown.ticks.atS],
    y: WORDS.scope.voltage,
    yWidth: shown.yWidth,
    gutterPx: gutterPx(palette),
    hidesX: true,
    cursor: zoomCursor(),
    scales: { y: { auto: false, range: [-80, -40] } },
    hooks: {
      drawAxes: [plot => shown.content && drawPreviousRun(plot, shown.content.previousRun, palette, 1)],
      draw: [
        plot => shown.content && drawSpikes(plot, shown.content, palette),
        plot => shown.content && drawArrivals(plot, shown.content, palette),
      ],
      ...zoomHooks(onZoom),
    },
  }))
}

function currentChart(host: HTMLElement, shown: Shown, onZoom: OnZoom): Chart {
  return openChart(host, palette => ({
    series: [{ stroke: palette.current, width: lineWidth(palette) * 1.2, points: { show: false }, gaps: gapsInPixels }],
    x: WORDS.scope.time('s'),
    y: WORDS.scope.current,
    yWidth: shown.yWidth,
    gutterPx: gutterPx(palette),
    cursor: zoomCursor(),
    scales: { y: { auto: false, range: [0, 3] } },
    xSplits: () => [...shown.ticks.atS],
    xValues: () => [...shown.ticks.texts],
    hooks: {
      drawAxes: [plot => shown.content && drawPreviousRun(plot, shown.content.previousRun, palette, 2)],
      ...zoomHooks(onZoom),
    },
  }))
}

function setRange(plot: uPlot, scale: string, [min, max]: readonly [number, number]): void {
  const now = plot.scales[scale]
  if (now?.min !== min || now?.max !== max) plot.setScale(scale, { min, max })
}

/** As many as have room between them for their numbers. */
function ticksOf({ plot, palette }: Chart, window: TimeWindow, speed: number): TimeTicks {
  const roomPx = plot.bbox.width / uPlot.pxRatio
  return fittingTimeTicks(window, speed, roomPx, text => palette.widthOf(text) + palette.fontPx)
}

/** Lines grow with the letters, to be seen from the last row of a classroom. */
function lineWidth({ fontPx }: Palette): number {
  return Math.max(2, fontPx / 7)
}

/** Room for names beside the plot, except on a phone. */
function gutterPx({ fontPx, widthOf }: Palette): number {
  if (!hasGutter()) return fontPx
  const { threshold, rest, reset } = WORDS.scope
  return fontPx * 0.7 + Math.max(...[threshold, rest, reset].map(name => widthOf(name, 'bold')))
}

function hasGutter(): boolean {
  return window.innerWidth > 700
}

function zoomCursor(): uPlot.Cursor {
  return { x: false, y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 8 } }
}

function zoomHooks(onZoom: OnZoom): uPlot.Hooks.Arrays {
  return {
    setSelect: [plot => zoomToSelection(plot, onZoom)],
    ready: [plot => plot.over.addEventListener('dblclick', () => onZoom(null))],
  }
}

function zoomToSelection(plot: uPlot, onZoom: OnZoom): void {
  const { left, width } = plot.select
  if (width < 8) return
  onZoom([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')])
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
}

/** Where the line is broken, in canvas pixels. */
function gapsInPixels(plot: uPlot): [number, number][] {
  return gapsIn(plot.data[0]).map(([fromS, toS]) => [plot.valToPos(fromS, 'x', true), plot.valToPos(toS, 'x', true)])
}

function drawSpikes(plot: uPlot, { window, spikes, levels, trace }: ScopeContent, palette: Palette): void {
  const [fromMv, toMv] = spikeSpan(levels, trace[1])
  const from = plot.valToPos(fromMv, 'y', true)
  const to = plot.valToPos(toMv, 'y', true)
  clipped(plot, () => {
    drawLines(plot, { stroke: palette.spike, width: lineWidth(palette) * 1.2 }, ({ ctx }) => {
      for (let k = spikes.length - 1; k >= 0 && spikes[k]!.atS >= window.fromS; k--) {
        const x = plot.valToPos(spikes[k]!.atS, 'x', true)
        ctx.moveTo(x, from)
        ctx.lineTo(x, to)
      }
    })
  })
  // On top of the spikes, so that the names can be read.
  if (levels) drawLevels(plot, levels, palette)
}

/** Threshold, rest and reset as dashed lines, their names in the gutter or, on a phone, on the lines. */
function drawLevels(plot: uPlot, { thresholdMv, restMv, resetMv }: VoltageLevels, palette: Palette): void {
  const { left, width } = plot.bbox
  const levels = [
    { mv: thresholdMv, name: WORDS.scope.threshold, stroke: palette.threshold, dash: [8, 5] },
    { mv: restMv, name: WORDS.scope.rest, stroke: palette.faint, dash: [8, 5] },
    { mv: resetMv, name: WORDS.scope.reset, stroke: palette.faint, dash: [2, 4] },
  ]
  const letterPx = palette.fontPx * uPlot.pxRatio
  const taken: number[] = []
  for (const { mv, name, stroke, dash } of levels) {
    const y = plot.valToPos(mv, 'y', true)
    drawLine(plot, [left, y], [left + width, y], { stroke, width: 1.5, dash })
    // The names of levels that are close together are moved down.
    let textY = y + letterPx * (hasGutter() ? 0.35 : -0.4)
    while (taken.some(other => Math.abs(other - textY) < letterPx)) textY += letterPx * 0.25
    taken.push(textY)
    const x = hasGutter() ? left + width + letterPx * 0.5 : left + letterPx * 0.5
    drawText(plot, name, [x, textY], { palette, fill: palette.ink })
  }
}

/** The run before, behind the present one. @param column 1 for V, 2 for I */
function drawPreviousRun(plot: uPlot, run: Trace | undefined, palette: Palette, column: 1 | 2): void {
  if (!run) return
  const { ctx } = plot
  const afterGap = new Set(gapsIn(run[0]).map(([, toS]) => toS))
  clipped(plot, () => {
    ctx.strokeStyle = palette.earlier
    ctx.lineWidth = 2 * uPlot.pxRatio
    ctx.beginPath()
    run[0].forEach((atS, k) => {
      const at = [plot.valToPos(atS, 'x', true), plot.valToPos(run[column][k]!, 'y', true)] as const
      if (afterGap.has(atS)) ctx.moveTo(...at)
      else ctx.lineTo(...at)
    })
    ctx.stroke()
  })
}

/** Height and half width of the triangle of a synaptic event, in letters. */
const TRIANGLE_HEIGHT = 0.7
const TRIANGLE_HALF_WIDTH = 0.35

/** A triangle for every synaptic event, with the name of its sender where there is room. */
function drawArrivals(plot: uPlot, { window, arrivals }: ScopeContent, palette: Palette): void {
  const visible = visibleArrivals(arrivals, window)
  if (visible.length === 0) return
  const letterPx = palette.fontPx * uPlot.pxRatio
  const baseline = plot.bbox.top + plot.bbox.height
  clipped(plot, () => {
    for (const excites of [true, false]) drawTriangles(plot, visible, excites, palette)
    let beforeX = Number.NEGATIVE_INFINITY
    for (const { atS, from, weight } of visible) {
      const x = plot.valToPos(atS, 'x', true)
      // Left of its triangle: the room there is known when the event arrives, so no name flickers as time goes on.
      const place = [x - letterPx * (TRIANGLE_HALF_WIDTH + 0.15), baseline - letterPx * 0.1] as const
      const name = senderName(from)
      const hasRoom =
        x - beforeX > palette.widthOf(name, 'bold') * uPlot.pxRatio + letterPx * (2 * TRIANGLE_HALF_WIDTH + 0.4)
      const fill = weight < 0 ? palette.inhibit : palette.excite
      if (hasRoom) drawText(plot, name, place, { palette, fill, align: 'right' })
      beforeX = x
    }
  })
}

/** The arrivals in the window and in one window length before it: whether a name has room depends on those. */
function visibleArrivals(arrivals: readonly TimedArrival[], { fromS, toS }: TimeWindow): readonly TimedArrival[] {
  return arrivals.filter(({ atS }) => atS <= toS && atS >= fromS - (toS - fromS))
}

/** The id of the neuron, or the name under `syn/`. */
export function senderName(from: string): string {
  return from.replace(/^syn\//, '')
}

function drawTriangles(plot: uPlot, arrivals: readonly TimedArrival[], excites: boolean, palette: Palette): void {
  const { ctx, bbox } = plot
  const letterPx = palette.fontPx * uPlot.pxRatio
  const bottom = bbox.top + bbox.height
  const top = bottom - TRIANGLE_HEIGHT * letterPx
  const [tip, base] = excites ? [top, bottom] : [bottom, top]
  ctx.fillStyle = excites ? palette.excite : palette.inhibit
  ctx.beginPath()
  for (const { atS, weight } of arrivals) {
    if (weight >= 0 !== excites) continue
    const x = plot.valToPos(atS, 'x', true)
    ctx.moveTo(x, tip)
    ctx.lineTo(x - TRIANGLE_HALF_WIDTH * letterPx, base)
    ctx.lineTo(x + TRIANGLE_HALF_WIDTH * letterPx, base)
  }
  ctx.fill()
}
