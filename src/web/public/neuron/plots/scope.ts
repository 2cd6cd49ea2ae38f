/** The scope: V with its spikes, and the current below on the same time axis. */
import uPlot from 'uplot'
import type { NeuronParams } from '../../../../neuron/params.ts'
import { WORDS } from '../../shared/words.ts'
import {
  currentRange,
  gapsIn,
  SPIKE_SHARE,
  splitsFor,
  type TimeWindow,
  timeText,
  timeUnit,
  voltageRange,
} from '../data/time-window.ts'
import type { SeenArrival, SeenSpike, Trace } from '../data/trace-buffer.ts'
import { type Chart, clipped, drawLine, drawLines, drawText, openChart } from './chart.ts'
import type { Palette } from './palette.ts'

export interface Picture {
  readonly view: TimeWindow
  readonly trace: Trace
  readonly spikes: readonly SeenSpike[]
  readonly arrivals: readonly SeenArrival[]
  readonly neuron: NeuronParams & { readonly minNa: number; readonly maxNa: number; readonly speed: number }
  /** V and I of the run before, moved to where this one began. */
  readonly ghost: Trace | undefined
}

export interface Scope {
  draw(picture: Picture): void
  close(): void
}

type Show = { picture: Picture | undefined }

/** @param onZoom told of a stretch that was marked with the mouse, s; null to show the whole again */
export function openScope(
  hosts: { readonly voltage: HTMLElement; readonly current: HTMLElement },
  onZoom: (stretch: readonly [number, number] | null) => void,
): Scope {
  const show: Show = { picture: undefined }
  const voltage = voltageChart(hosts.voltage, show, onZoom)
  const current = currentChart(hosts.current, show, onZoom)
  return {
    draw(picture) {
      show.picture = picture
      const { view, trace, neuron } = picture
      const [atS, vMv, iNa] = trace
      const { fromS: min, toS: max } = view
      setRange(voltage.plot, 'y', voltageRange(neuron, vMv))
      setRange(current.plot, 'y', currentRange(neuron.minNa, neuron.maxNa, iNa))
      const axis = current.plot.axes[0]
      if (axis) axis.label = timeLabel(view, neuron.speed)
      for (const [{ plot }, values] of [[voltage, vMv] as const, [current, iNa] as const]) {
        plot.batch(() => {
          plot.setData([atS, values], false)
          plot.setScale('x', { min, max })
        })
      }
    },
    close() {
      voltage.close()
      current.close()
    },
  }
}

function voltageChart(host: HTMLElement, show: Show, onZoom: Parameters<typeof openScope>[1]): Chart {
  return openChart(host, palette => ({
    series: [{ stroke: palette.voltage, width: lineWidth(palette), points: { show: false }, gaps: brokenAt }],
    x: '',
    xSplits: () => splitsOf(show),
    y: WORDS.scope.voltage,
    yLetters: 5,
    gutterLetters: gutterLetters(),
    hidesX: true,
    cursor: zoomCursor(),
    scales: { y: { auto: false, range: [-80, -40] } },
    hooks: {
      drawAxes: [plot => show.picture && drawGhost(plot, show.picture.ghost, palette, 1)],
      draw: [
        plot => show.picture && drawSpikes(plot, show.picture, palette),
        plot => show.picture && drawArrivals(plot, show.picture, palette),
      ],
      setSelect: [plot => zoom(plot, onZoom)],
      ready: [plot => plot.over.addEventListener('dblclick', () => onZoom(null))],
    },
  }))
}

function currentChart(host: HTMLElement, show: Show, onZoom: Parameters<typeof openScope>[1]): Chart {
  return openChart(host, palette => ({
    series: [{ stroke: palette.current, width: lineWidth(palette) * 1.2, points: { show: false }, gaps: brokenAt }],
    x: WORDS.scope.time('s'),
    y: WORDS.scope.current,
    yLetters: 5,
    gutterLetters: gutterLetters(),
    cursor: zoomCursor(),
    scales: { y: { auto: false, range: [0, 3] } },
    xSplits: () => splitsOf(show),
    xValues: splits => splits.map(at => timeOf(at, show)),
    hooks: {
      drawAxes: [plot => show.picture && drawGhost(plot, show.picture.ghost, palette, 2)],
      setSelect: [plot => zoom(plot, onZoom)],
      ready: [plot => plot.over.addEventListener('dblclick', () => onZoom(null))],
    },
  }))
}

function setRange(plot: uPlot, scale: string, [min, max]: readonly [number, number]): void {
  const now = plot.scales[scale]
  if (now?.min !== min || now?.max !== max) plot.setScale(scale, { min, max })
}

function zoomCursor(): uPlot.Cursor {
  return { x: false, y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 8 } }
}

function zoom(plot: uPlot, onZoom: (stretch: readonly [number, number] | null) => void): void {
  const { left, width } = plot.select
  if (width < 8) return
  onZoom([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')])
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
}

function splitsOf({ picture }: Show): number[] {
  return picture ? splitsFor(picture.view, picture.neuron.speed) : []
}

function timeOf(atS: number, { picture }: Show): string {
  return picture ? timeText(atS, picture.view, picture.neuron.speed) : ''
}

function timeLabel({ fromS, toS, mode }: TimeWindow, speed: number): string {
  const { unit } = timeUnit((toS - fromS) * speed)
  const label = { live: WORDS.scope.time, frozen: WORDS.scope.timeFrozen, trigger: WORDS.scope.timeTrigger }[mode]
  return label(unit)
}

function drawSpikes(plot: uPlot, { view, spikes, neuron, trace }: Picture, palette: Palette): void {
  const [low] = voltageRange(neuron, trace[1])
  const topMv = neuron.thresholdMv + (SPIKE_SHARE * (neuron.thresholdMv - low)) / 1.1
  const from = plot.valToPos(neuron.thresholdMv, 'y', true)
  const to = plot.valToPos(topMv, 'y', true)
  clipped(plot, () => {
    drawLines(plot, { stroke: palette.spike, width: lineWidth(palette) * 1.2 }, ({ ctx }) => {
      for (let k = spikes.length - 1; k >= 0 && spikes[k]!.atS >= view.fromS; k--) {
        const x = plot.valToPos(spikes[k]!.atS, 'x', true)
        ctx.moveTo(x, from)
        ctx.lineTo(x, to)
      }
    })
  })
  // Last, so that the names can be read.
  drawLevels(plot, neuron, palette)
}

/** Threshold, rest and reset as dashed lines; their names stand in the gutter, or on the lines where there is none. */
function drawLevels(plot: uPlot, { thresholdMv, restMv, resetMv }: NeuronParams, palette: Palette): void {
  const { left, width } = plot.bbox
  const levels = [
    { mv: thresholdMv, name: WORDS.scope.threshold, stroke: palette.threshold, dash: [8, 5] },
    { mv: restMv, name: WORDS.scope.rest, stroke: palette.faint, dash: [8, 5] },
    { mv: resetMv, name: WORDS.scope.reset, stroke: palette.faint, dash: [2, 4] },
  ]
  const letterPx = palette.fontPx * uPlot.pxRatio
  const hasGutter = gutterLetters() > 1
  const taken: number[] = []
  for (const { mv, name, stroke, dash } of levels) {
    const y = plot.valToPos(mv, 'y', true)
    drawLine(plot, [left, y], [left + width, y], { stroke, width: 1.5, dash })
    // Names of levels that lie close together step aside downwards.
    let textY = y + letterPx * (hasGutter ? 0.35 : -0.4)
    while (taken.some(other => Math.abs(other - textY) < letterPx)) textY += letterPx * 0.25
    taken.push(textY)
    const x = hasGutter ? left + width + letterPx * 0.5 : left + letterPx * 0.5
    drawText(plot, name, [x, textY], { palette, fill: palette.ink })
  }
}

/** Lines grow with the letters: what is to be read from the last row must be seen from there. */
function lineWidth({ fontPx }: Palette): number {
  return Math.max(2, fontPx / 7)
}

/** Room for the names beside the plot, unless the screen is a phone's. */
function gutterLetters(): number {
  return window.innerWidth > 700 ? 6.2 : 1
}

/** Where a line is broken, in canvas pixels. */
function brokenAt(plot: uPlot): [number, number][] {
  return gapsIn(plot.data[0]).map(([fromS, toS]) => [plot.valToPos(fromS, 'x', true), plot.valToPos(toS, 'x', true)])
}

/** A run of before, behind the one of now. @param column 1 for V, 2 for I */
function drawGhost(plot: uPlot, ghost: Trace | undefined, { ghost: stroke }: Palette, column: 1 | 2): void {
  if (!ghost) return
  const { ctx } = plot
  const afterGap = new Set(gapsIn(ghost[0]).map(([, toS]) => toS))
  clipped(plot, () => {
    ctx.strokeStyle = stroke
    ctx.lineWidth = 2 * uPlot.pxRatio
    ctx.beginPath()
    ghost[0].forEach((atS, k) => {
      const at = [plot.valToPos(atS, 'x', true), plot.valToPos(ghost[column][k]!, 'y', true)] as const
      if (afterGap.has(atS)) ctx.moveTo(...at)
      else ctx.lineTo(...at)
    })
    ctx.stroke()
  })
}

interface Marked {
  readonly view: TimeWindow
  readonly arrivals: readonly SeenArrival[]
}

/** A triangle is so high, and half as wide on either side, in letters. */
const HEIGHT = 0.7
const HALF_WIDTH = 0.35

function drawArrivals(plot: uPlot, { view, arrivals }: Marked, palette: Palette): void {
  const seen = arrivalsIn(arrivals, view)
  if (seen.length === 0) return
  const letterPx = palette.fontPx * uPlot.pxRatio
  const baseline = plot.bbox.top + plot.bbox.height
  clipped(plot, () => {
    for (const excites of [true, false]) drawTriangles(plot, seen, excites, palette)
    let beforeX = Number.NEGATIVE_INFINITY
    for (const { atS, from, weight } of seen) {
      const x = plot.valToPos(atS, 'x', true)
      // Left of its mark: whether there is room is settled when it arrives, so that no name flickers as time goes on.
      const place = [x - letterPx * (HALF_WIDTH + 0.15), baseline - letterPx * 0.1] as const
      const isRoomy = x - beforeX > letterPx * (nameOf(from).length * 0.62 + 2 * HALF_WIDTH + 0.4)
      const fill = weight < 0 ? palette.inhibit : palette.excite
      if (isRoomy) drawText(plot, nameOf(from), place, { palette, fill, align: 'right' })
      beforeX = x
    }
  })
}

/** Those in view, and as many seconds before it: their names may need the room. */
function arrivalsIn(arrivals: readonly SeenArrival[], { fromS, toS }: TimeWindow): readonly SeenArrival[] {
  return arrivals.filter(({ atS }) => atS <= toS && atS >= fromS - (toS - fromS))
}

/** The name under `syn/`, or the neuron. */
export function nameOf(from: string): string {
  return from.replace(/^syn\//, '')
}

function drawTriangles(plot: uPlot, arrivals: readonly SeenArrival[], excites: boolean, palette: Palette): void {
  const { ctx, bbox } = plot
  const letterPx = palette.fontPx * uPlot.pxRatio
  const bottom = bbox.top + bbox.height
  const [tip, foot] = excites ? [bottom - HEIGHT * letterPx, bottom] : [bottom, bottom - HEIGHT * letterPx]
  ctx.fillStyle = excites ? palette.excite : palette.inhibit
  ctx.beginPath()
  for (const { atS, weight } of arrivals) {
    if (weight >= 0 !== excites) continue
    const x = plot.valToPos(atS, 'x', true)
    ctx.moveTo(x, tip)
    ctx.lineTo(x - HALF_WIDTH * letterPx, foot)
    ctx.lineTo(x + HALF_WIDTH * letterPx, foot)
  }
  ctx.fill()
}
