/** Draws a run and an f-I curve as SVG. */
import type { RunSettings } from '../../neuron/run-settings.ts'
import { rateWithNoiseHz } from '../../neuron/siegert.ts'
import type { FiCurve } from './fi-curve.ts'
import type { Simulated, Trial } from './run-formats.ts'
import type { RecordedRun } from './run-recording.ts'
import type { RunStatistics, Window } from './run-statistics.ts'
import {
  decimate,
  domainOf,
  neuronCaption,
  type PlotPoint,
  pixelOf,
  type Scale,
  shortNumber,
  spreadLabels,
  ticksIn,
  timingCaption,
} from './scales-and-captions.ts'
import {
  bottomAxis,
  COLOURS,
  dot,
  FONT_SIZES,
  frame,
  leftAxis,
  polyline,
  rule,
  strokes,
  svgDocument,
  text,
  titleLines,
} from './svg-elements.ts'

/** All sizes are in the units of the page. Both plots begin here. */
const LEFT = 108

// The run: V above, the arriving spikes and the current below.
const RUN_RIGHT = 654
const VOLTAGE = { top: 104, bottom: 386 } as const
const ARRIVALS = { top: 390, middle: 403, bottom: 416 } as const
const CURRENT = { top: 420, bottom: 524 } as const
/** Where the lines are named, right of the plot. */
const NAMES = { x: RUN_RIGHT + 8, widthPx: 134 } as const
/** Finer than the pixels of a screen that is 4000 wide. */
const COLUMN_PX = 0.2

// The f-I curve.
const CURVE_RIGHT = 776
const CURVE_TOP = 140
const CURVE_BOTTOM = 524
const LEGEND_Y = 120
const THEORY_POINTS = 400
const RHEOBASE_DASH = ' stroke-dasharray="8 5"'

/** A traced run as a picture: V with a stroke up from the threshold for each spike, and the current below. */
export function runSvg({ name, trials }: Pick<Simulated, 'name' | 'trials'>, window: Window): string {
  const [{ run, result, statistics }] = trials as readonly [Trial]
  const time: Scale = { from: 0, to: run.durationMs, fromPx: LEFT, toPx: RUN_RIGHT }
  const title = `${name}: ${run.neuron.model === 'pif' ? 'perfect' : 'leaky'} integrate-and-fire neuron`
  const captions = [neuronCaption(run.neuron), countCaption(run, result.spikesMs.length, statistics, window)]
  return svgDocument(title, captions.join('; '), [
    ...titleLines(title, captions),
    ...timeAxis(time),
    ...voltagePlot(time, run, result),
    ...arrivingSpikes(time, run),
    ...currentPlot(time, run),
  ])
}

/** The trials one below the other, a stroke for each spike, and the current of the first. */
export function rasterSvg({ name, trials }: Simulated): string {
  const [{ run, statistics }] = trials as readonly [Trial]
  const time: Scale = { from: 0, to: run.durationMs, fromPx: LEFT, toPx: RUN_RIGHT }
  const rows: Scale = { from: trials.length + 0.5, to: 0.5, fromPx: VOLTAGE.bottom, toPx: VOLTAGE.top }
  const title = `${name}: ${trials.length} trials`
  const rates = trials.map(trial => trial.statistics.rateHz)
  const meanHz = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
  const { fromMs, toMs } = statistics.window
  const captions = [
    neuronCaption(run.neuron),
    `mean rate ${shortNumber(meanHz)} Hz from ${shortNumber(fromMs, 7)} to ${shortNumber(toMs, 7)} ms · ${timingCaption(run)}`,
  ]
  const ticks = ticksIn(1, trials.length, 5).filter(tick => Number.isInteger(tick) && tick > 0)
  return svgDocument(title, captions.join('; '), [
    ...titleLines(title, captions),
    ...timeAxis(time),
    ...leftAxis(rows, ticks, RUN_RIGHT, LEFT, 'trial'),
    ...trials.map(({ result }, k) => {
      const spikesPx = Array.from(result.spikesMs, tMs => pixelOf(time, tMs))
      const [from, to] = [k + 0.6, k + 1.4].map(row => pixelOf(rows, row)) as [number, number]
      return strokes(spikesPx, from, to, COLOURS.text, strokeWidthPx(spikesPx.length))
    }),
    frame(time, rows),
    ...currentPlot(time, run),
  ])
}

function countCaption(
  run: RunSettings,
  count: number,
  { rateHz: windowHz, cv }: RunStatistics,
  { fromMs, toMs }: Window,
): string {
  const isWhole = fromMs === 0 && toMs === run.durationMs
  const rateHz = isWhole ? (1000 * count) / toMs : windowHz
  const where = isWhole ? '' : ` from ${shortNumber(fromMs, 7)} to ${shortNumber(toMs, 7)} ms`
  // Clockwork needs no word.
  const variation = cv !== null && cv > 0.005 ? `, CV of the intervals ${shortNumber(cv, 2)}` : ''
  const rate = count === 0 ? '' : ` (${shortNumber(rateHz)} Hz${where}${variation})`
  const spikes = `${count === 0 ? 'no' : count} ${count === 1 ? 'spike' : 'spikes'}`
  return `${spikes} in ${shortNumber(run.durationMs, 7)} ms${rate} · ${timingCaption(run)}`
}

function timeAxis(time: Scale): string[] {
  const isLong = time.to > 10_000
  const shown = isLong ? { ...time, to: time.to / 1000 } : time
  return bottomAxis(shown, ticksIn(0, shown.to, 5), VOLTAGE.top, CURRENT.bottom, isLong ? 'time (s)' : 'time (ms)')
}

interface Level {
  readonly name: string
  readonly vMv: number
  readonly dash: string
}

function voltagePlot(time: Scale, run: RunSettings, result: RecordedRun): string[] {
  const { restMv, thresholdMv, resetMv } = run.neuron
  const levels = [
    ...(thresholdMv < Infinity ? [{ name: 'threshold', vMv: thresholdMv, dash: '8 5' }] : []),
    ...(run.neuron.model === 'pif' ? [] : [{ name: 'rest', vMv: restMv, dash: '2 4' }]),
    ...(thresholdMv < Infinity ? [{ name: 'reset', vMv: resetMv, dash: '12 4 2 4' }] : []),
  ]
  const [low, high] = domainOf([...result.traceMv!, ...levels.map(({ vMv }) => vMv)], 0.06)
  const hasSpikes = result.spikesMs.length > 0
  // The model has no height of a spike: the strokes reach above the axis numbers.
  const top = hasSpikes ? high + 0.4 * (high - low) : high
  const v: Scale = { from: low, to: top, fromPx: VOLTAGE.bottom, toPx: VOLTAGE.top }
  const spikesPx = Array.from(result.spikesMs, tMs => pixelOf(time, tMs))
  return [
    ...leftAxis(v, ticksIn(low, high, 5), RUN_RIGHT, LEFT, 'V (mV)'),
    ...levels.map(level => levelLine(level, pixelOf(v, level.vMv))),
    ...levelNames(levels, v),
    polyline(decimate(voltagePoints(time, v, run, result), COLUMN_PX), COLOURS.blue, 2.5),
    strokes(spikesPx, pixelOf(v, thresholdMv), VOLTAGE.top + 8, COLOURS.red, strokeWidthPx(spikesPx.length)),
    frame(time, v),
  ]
}

function levelLine({ dash }: Level, y: number): string {
  return rule({ x: LEFT, y }, { x: RUN_RIGHT, y }, COLOURS.line, ` stroke-dasharray="${dash}"`)
}

function levelNames(levels: readonly Level[], v: Scale): string[] {
  const wanted = levels.map(({ vMv }) => pixelOf(v, vMv) + 6)
  const heights = spreadLabels(wanted, FONT_SIZES.note + 3, VOLTAGE.top + 14, VOLTAGE.bottom)
  return levels.map(({ name, vMv }, k) =>
    text(NAMES.x, heights[k]!, `${name} ${shortNumber(vMv)}`, { size: FONT_SIZES.note, fitPx: NAMES.widthPx }),
  )
}

/** V from trace point to trace point; at a spike, which lies between two of them, up to the threshold and down to the reset. */
function voltagePoints(time: Scale, v: Scale, run: RunSettings, result: RecordedRun): PlotPoint[] {
  const { traceMs = new Float64Array(), traceMv = traceMs, spikesMs } = result
  const pointAt = (tMs: number, vMv: number) => ({ x: pixelOf(time, tMs), y: pixelOf(v, vMv) })
  const points: PlotPoint[] = []
  let spike = 0
  for (const [k, tMs] of traceMs.entries()) {
    // The trace at 0 ms is from before a spike at 0 ms.
    for (; k > 0 && spike < spikesMs.length && spikesMs[spike]! <= tMs; spike++) {
      points.push(pointAt(spikesMs[spike]!, run.neuron.thresholdMv), pointAt(spikesMs[spike]!, run.neuron.resetMv))
    }
    points.push(pointAt(tMs, traceMv[k]!))
  }
  return points
}

function strokeWidthPx(count: number): number {
  return Math.min(3, Math.max(0.5, (0.4 * (RUN_RIGHT - LEFT)) / count))
}

/** A stroke for each arriving spike: up for a positive weight, down for a negative one. */
function arrivingSpikes(time: Scale, { spikesIn, durationMs }: RunSettings): string[] {
  if (spikesIn === undefined) return []
  const { tMs, weight } = spikesIn
  const placesOf = (isWanted: (weight: number) => boolean) =>
    tMs.filter((t, k) => t <= durationMs && isWanted(weight[k]!)).map(t => pixelOf(time, t))
  return [
    strokes(
      placesOf(w => w > 0),
      ARRIVALS.middle,
      ARRIVALS.top,
      COLOURS.text,
      1.5,
    ),
    strokes(
      placesOf(w => w < 0),
      ARRIVALS.middle,
      ARRIVALS.bottom,
      COLOURS.red,
      1.5,
    ),
    text(NAMES.x, ARRIVALS.middle + 6, 'arriving spikes', { size: FONT_SIZES.note, fitPx: NAMES.widthPx }),
  ]
}

function currentPlot(time: Scale, { input, durationMs }: RunSettings): string[] {
  const startsMs = input.tMs.filter(tMs => tMs < durationMs)
  const flowingNa = input.iNa.slice(0, startsMs.length)
  const [low, high] = domainOf([0, ...flowingNa], 0.12)
  const i: Scale = { from: low, to: high, fromPx: CURRENT.bottom, toPx: CURRENT.top }
  const points = flowingNa.flatMap((iNa, k) =>
    [startsMs[k]!, startsMs[k + 1] ?? durationMs].map(tMs => ({ x: pixelOf(time, tMs), y: pixelOf(i, iNa) })),
  )
  return [
    ...leftAxis(i, ticksIn(low, high, 4), RUN_RIGHT, LEFT, 'I (nA)'),
    polyline(decimate(points, COLUMN_PX), COLOURS.green, 3),
    frame(time, i),
  ]
}

/** An f-I curve as a picture: the theory as a line, what was counted as points, the rheobase as a dashed line. */
export function curveSvg(name: string, curve: FiCurve): string {
  const { neuron, plan, rheobaseNa, points } = curve
  const title = `f-I curve: ${name}`
  const windowMs = shortNumber(plan.window.toMs - plan.window.fromMs, 7)
  const captions = [neuronCaption(neuron), `spikes counted over ${windowMs} ms · ${timingCaption(plan)}`]
  const [fromNa, toNa] = domainOf(
    points.map(({ currentNa }) => currentNa),
    0.03,
  )
  const theory = theoryPoints(curve, fromNa, toNa)
  const [, highHz] = domainOf([0, ...points.map(({ rateHz }) => rateHz), ...theory.map(({ y }) => y)], 0.06)
  const x: Scale = { from: fromNa, to: toNa, fromPx: LEFT, toPx: CURVE_RIGHT }
  const y: Scale = { from: 0, to: highHz, fromPx: CURVE_BOTTOM, toPx: CURVE_TOP }
  const placeOf = (currentNa: number, rateHz: number) => ({ x: pixelOf(x, currentNa), y: pixelOf(y, rateHz) })
  const rheobase = rheobaseNa > fromNa && rheobaseNa < toNa ? [pixelOf(x, rheobaseNa)] : []
  const radiusPx = Math.min(7, Math.max(2, (0.4 * (CURVE_RIGHT - LEFT)) / points.length))
  return svgDocument(title, captions.join('; '), [
    ...titleLines(title, captions),
    ...legend(rheobaseNa),
    ...bottomAxis(x, ticksIn(fromNa, toNa, 6), CURVE_TOP, CURVE_BOTTOM, 'input current I (nA)'),
    ...leftAxis(y, ticksIn(0, highHz, 6), CURVE_RIGHT, LEFT, 'firing rate f (Hz)'),
    ...rheobase.map(place =>
      rule({ x: place, y: CURVE_TOP }, { x: place, y: CURVE_BOTTOM }, COLOURS.line, RHEOBASE_DASH),
    ),
    frame(x, y),
    polyline(
      theory.map(point => placeOf(point.x, point.y)),
      COLOURS.blue,
      3,
    ),
    ...points.map(({ currentNa, rateHz }) => dot(placeOf(currentNa, rateHz), radiusPx, COLOURS.red)),
  ])
}

/** The rate in theory, at currents that are dense just above the rheobase, where the curve is steep. */
function theoryPoints({ neuron, rheobaseNa }: FiCurve, fromNa: number, toNa: number): PlotPoint[] {
  const steepNa = Math.min(toNa, Math.max(fromNa, rheobaseNa))
  const evenly = Array.from({ length: THEORY_POINTS + 1 }, (_, k) => k / THEORY_POINTS)
  const currents = [
    ...evenly.map(u => fromNa + u * (steepNa - fromNa)),
    ...evenly.map(u => steepNa + u ** 4 * (toNa - steepNa)),
  ]
  return currents.map(currentNa => ({ x: currentNa, y: rateWithNoiseHz(neuron, currentNa) }))
}

function legend(rheobaseNa: number): string[] {
  const y = LEGEND_Y
  const sample = (x: number): readonly [PlotPoint, PlotPoint] => [
    { x, y: y - 6 },
    { x: x + 44, y: y - 6 },
  ]
  return [
    polyline(sample(LEFT), COLOURS.blue, 3),
    text(LEFT + 54, y, 'theory', { size: FONT_SIZES.note }),
    dot({ x: 272, y: y - 6 }, 7, COLOURS.red),
    text(288, y, 'counted', { size: FONT_SIZES.note }),
    rule(...sample(430), COLOURS.line, RHEOBASE_DASH),
    text(484, y, `rheobase ${shortNumber(rheobaseNa)} nA`, { size: FONT_SIZES.note }),
  ]
}
