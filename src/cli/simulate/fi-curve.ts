/** Measures an f-I curve, and formats it as a table, JSON or CSV. Pure. */
import type { NeuronParams } from '../../neuron/params.ts'
import { type PresetRun, presetCurrent } from '../../neuron/presets.ts'
import { rateInWindowHz } from '../../neuron/rate-meter.ts'
import { rateWithNoiseHz } from '../../neuron/siegert.ts'
import { simulate } from '../../neuron/simulate.ts'
import { rheobaseNa } from '../../neuron/theory.ts'
import { csvText, seedComment } from './read-and-write-csv.ts'
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
  return csvText(header, rows) + seedComment(neuron)
}

function pointOf(
  neuron: NeuronParams,
  { window: { fromMs, toMs } }: PresetRun,
  currentNa: number,
  spikesMs: readonly number[],
): CurvePoint {
  const rateHz = rateInWindowHz(spikesMs, fromMs, toMs)
  const theoryHz = rateWithNoiseHz(neuron, currentNa)
  const errorPercent = theoryHz > 0 ? 100 * (rateHz / theoryHz - 1) : null
  return { currentNa, count: Math.round((rateHz * (toMs - fromMs)) / 1000), rateHz, theoryHz, errorPercent }
}
