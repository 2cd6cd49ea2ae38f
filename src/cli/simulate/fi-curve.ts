/** Measures an f-I curve, and formats it as a table, JSON or CSV. Pure. */
import type { NeuronParams } from '../../neuron/params.ts'
import { type PresetRun, presetCurrent } from '../../neuron/presets.ts'
import { spikesInWindow } from '../../neuron/rate-meter.ts'
import { rateWithNoiseHz } from '../../neuron/siegert.ts'
import { simulate } from '../../neuron/simulate.ts'
import { rheobaseNa } from '../../neuron/theory.ts'
import { csvPieces, seedComment } from './read-and-write-csv.ts'
import { neuronCaption, shortNumber, timingCaption } from './scales-and-captions.ts'

/** A measured f-I curve, and the theory. */
export interface FiCurve {
  readonly neuron: NeuronParams
  readonly plan: PresetRun
  readonly rheobaseNa: number
  readonly points: readonly CurvePoint[]
}

interface CurvePoint {
  readonly currentNa: number
  /** Spikes within the plan's window. */
  readonly count: number
  readonly rateHz: number
  /** The steady rate that the theory predicts; with noise that of Siegert. */
  readonly theoryHz: number
  /** The rate by the mean of the intervals, from spike to spike; null with fewer than two spikes. */
  readonly isiRateHz: number | null
  /** How far the counted rate is from the theory; null where the theory says 0. */
  readonly errorPercent: number | null
}

/** The same plan with the spikes counted, and the current flowing, for `durationMs`. */
export function planForDuration(plan: PresetRun, durationMs: number): PresetRun {
  const { fromMs, toMs } = plan.window
  const longerMs = fromMs + durationMs - toMs
  return {
    ...plan,
    durationMs: plan.durationMs + longerMs,
    offMs: plan.offMs + longerMs,
    window: { fromMs, toMs: toMs + longerMs },
  }
}

/** The same plan with the spikes counted in another window, to whose end it runs, and the current flows, at least. */
export function planForWindow(plan: PresetRun, window: PresetRun['window']): PresetRun {
  const longerMs = Math.max(0, window.toMs - plan.window.toMs)
  return { ...plan, window, durationMs: plan.durationMs + longerMs, offMs: plan.offMs + longerMs }
}

/** Runs the neuron once at each current. @throws NeuronError if a run cannot be. */
export function measureCurve(
  neuron: NeuronParams,
  plan: PresetRun,
  currentsNa: readonly number[],
  onProgress: (fraction: number) => void,
): FiCurve {
  const points = currentsNa.map((currentNa, k) => {
    const run = { ...plan, neuron, input: presetCurrent(plan, currentNa) }
    const { spikesMs } = simulate(run, fraction => onProgress((k + fraction) / currentsNa.length))
    return pointOf(neuron, plan, currentNa, spikesMs)
  })
  return { neuron, plan, rheobaseNa: rheobaseNa(neuron), points }
}

/** The neuron, the rheobase and a table. */
export function curveTable(name: string, { neuron, plan, rheobaseNa, points }: FiCurve): string {
  const { fromMs, toMs } = plan.window
  const rows = points.map(({ currentNa, count, rateHz, theoryHz, errorPercent }) => [
    String(currentNa),
    String(count),
    rateHz.toFixed(2),
    theoryHz.toFixed(2),
    errorPercent === null ? '–' : `${errorPercent < 0 ? '' : '+'}${errorPercent.toFixed(2)}`,
  ])
  const header = ['current (nA)', 'spikes', 'counted (Hz)', 'theory (Hz)', 'error (%)']
  const widths = header.map((cell, k) => Math.max(cell.length, ...rows.map(row => row[k]!.length)))
  const lines = [header, ...rows].map(row => row.map((cell, k) => cell.padStart(widths[k]!)).join('  '))
  return [
    `f-I curve, ${name}: ${neuronCaption(neuron)}`,
    `rheobase ${shortNumber(rheobaseNa)} nA; spikes counted from ${shortNumber(fromMs, 7)} to ${shortNumber(toMs, 7)} ms; ${timingCaption(plan)}`,
    '',
    ...lines,
    '',
  ].join('\n')
}

/** The curve as one line of JSON. */
export function curveJson({ neuron, plan, rheobaseNa, points }: FiCurve): string {
  const { timing, method, dtMs, comparator, window } = plan
  const grid = timing === 'grid' ? { method, dtMs, comparator } : {}
  return `${JSON.stringify({ rheobaseNa, points, window, neuron, timing, ...grid })}\n`
}

/** The curve as CSV; the error is empty where the theory says 0. */
export function curveCsv({ neuron, points }: FiCurve): string {
  const header = ['current_na', 'count', 'rate_hz', 'theory_hz', 'error_percent']
  const rows = points.map(point => [
    point.currentNa,
    point.count,
    point.rateHz,
    point.theoryHz,
    point.errorPercent ?? '',
  ])
  return [...csvPieces(header, rows), seedComment(neuron, neuron.noiseMv > 0)].join('')
}

/** Lines and columns of the plot, without its axes. */
const PLOT = { width: 64, height: 16 } as const

/** The curve in the characters of a terminal: o counted, · theory, : the rheobase. */
export function curvePlot(name: string, { neuron, points, rheobaseNa }: FiCurve): string {
  const currents = points.map(({ currentNa }) => currentNa)
  const [fromNa, toNa] = [Math.min(...currents), Math.max(...currents)]
  const spanNa = toNa - fromNa || 1
  const highHz = Math.max(1, ...points.flatMap(({ rateHz, theoryHz }) => [rateHz, theoryHz]))
  const lines = Array.from({ length: PLOT.height }, () => Array.from({ length: PLOT.width }, () => ' '))
  const columnOf = (iNa: number) => Math.round(((iNa - fromNa) / spanNa) * (PLOT.width - 1))
  const put = (column: number, hz: number, character: string) => {
    const line = lines[PLOT.height - 1 - Math.round((hz / highHz) * (PLOT.height - 1))]
    if (line?.[column] !== undefined) line[column] = character
  }
  if (rheobaseNa >= fromNa && rheobaseNa <= toNa) for (const line of lines) line[columnOf(rheobaseNa)] = ':'
  for (let column = 0; column < PLOT.width; column++) {
    put(column, rateWithNoiseHz(neuron, fromNa + (column / (PLOT.width - 1)) * spanNa), '·')
  }
  for (const { currentNa, rateHz } of points) put(columnOf(currentNa), rateHz, 'o')
  const marks = new Map([
    [0, shortNumber(highHz)],
    [PLOT.height - 1, '0'],
  ])
  const [left, right] = [shortNumber(fromNa), shortNumber(fromNa + spanNa)]
  return [
    `f-I curve, ${name}: o counted, · theory, : rheobase ${shortNumber(rheobaseNa)} nA`,
    'firing rate (Hz)',
    ...lines.map((line, k) => `${(marks.get(k) ?? '').padStart(8)} |${line.join('').trimEnd()}`),
    `${' '.repeat(9)}+${'-'.repeat(PLOT.width)}`,
    `${' '.repeat(10)}${left}${right.padStart(PLOT.width - left.length)} nA`,
    '',
  ].join('\n')
}

function pointOf(
  neuron: NeuronParams,
  { window: { fromMs, toMs } }: PresetRun,
  currentNa: number,
  spikesMs: readonly number[],
): CurvePoint {
  const inside = spikesInWindow(spikesMs, fromMs, toMs)
  const rateHz = (1000 * inside.length) / (toMs - fromMs)
  const spanMs = (inside.at(-1) ?? 0) - (inside[0] ?? 0)
  const theoryHz = rateWithNoiseHz(neuron, currentNa)
  const errorPercent = theoryHz > 0 ? 100 * (rateHz / theoryHz - 1) : null
  const isiRateHz = spanMs > 0 ? (1000 * (inside.length - 1)) / spanMs : null
  return { currentNa, count: inside.length, rateHz, theoryHz, errorPercent, isiRateHz }
}
