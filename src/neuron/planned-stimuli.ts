/** Stimuli at planned times, as the input current of an offline run. Pure. */
import { NeuronError } from './params.ts'
import type { PresetRun } from './presets.ts'
import { gauss, type Random } from './random.ts'
import type { InputCurrent } from './run-settings.ts'
import { flowingNa, NOISE_HOLD_MS, type Stimulus } from './stimulus.ts'

/** A stimulus that flows from `onMs` on, for its `durationMs`. */
export interface PlannedStimulus {
  readonly onMs: number
  readonly stimulus: Stimulus
}

/** How the run that it is for takes its samples. */
type Sampling = Pick<PresetRun, 'timing' | 'dtMs' | 'offMs' | 'durationMs' | 'onAfterSteps'>

/** In event timing a ramp and a sine are held at their mean for so long, ms; and at most this share of a period. */
const HELD_MS = 0.01
const HELD_SHARE = 1e-3
/** A long sine is held for longer, so that it has no more rows than this, but never for more than this share. */
const MOST_ROWS = 1e6
const LONGEST_HELD_SHARE = 1e-2

type Row = readonly [tMs: number, iNa: number]

/**
 * The current of one stimulus, 0 before and after it. What jumps does so at its exact time. A ramp and a sine have no
 * closed form of the crossing: in event timing they go in steps of HELD_MS, each held at the value that brings V to
 * where the current itself does; on a grid each step has the sample that drives it.
 * @param leakPerMs of the neuron: how fast V forgets
 * @param random draws the noise
 * @throws NeuronError if it would have too many rows
 */
export function plannedCurrent(
  planned: PlannedStimulus,
  sampling: Sampling,
  leakPerMs: number,
  random: Random,
): InputCurrent {
  const rows = rowsOf(planned, sampling, leakPerMs, random)
  const [firstMs = 0] = rows[0] ?? []
  const all = firstMs > 0 ? [[0, 0] as const, ...rows] : rows
  return { tMs: all.map(([tMs]) => tMs), iNa: all.map(([, iNa]) => iNa) }
}

function rowsOf({ onMs, stimulus }: PlannedStimulus, sampling: Sampling, leakPerMs: number, random: Random): Row[] {
  const { shape, durationMs, iNa, offsetNa, periodMs, widthMs } = stimulus
  const offMs = onMs + durationMs
  const at = (tMs: number) => Math.max(0, tMs + shiftMs(sampling))
  // A preset's own end is where its program stops to count: it is not shifted, and neither is the end of the run.
  const end: Row = [offMs === sampling.offMs || offMs >= sampling.durationMs ? offMs : at(offMs), 0]
  switch (shape) {
    case 'train':
      if (widthMs < periodMs) return [...pulses(onMs, offMs, periodMs, widthMs, iNa, at), end]
      return [[at(onMs), iNa], end]
    case 'ramp':
    case 'sine':
      if (sampling.timing === 'grid') return [...gridRows({ onMs, stimulus }, sampling, end[0]), end]
      return [...heldRows({ onMs, stimulus }, leakPerMs), end]
    case 'noise':
      return [
        ...Array.from({ length: countOf(durationMs / NOISE_HOLD_MS, 'noise') }, (_, k): Row => {
          return [at(onMs + k * NOISE_HOLD_MS), offsetNa + iNa * gauss(random)]
        }),
        end,
      ]
    default:
      return [[at(onMs), iNa], end]
  }
}

function shiftMs({ timing, dtMs, onAfterSteps = 0 }: Sampling): number {
  return timing === 'grid' ? onAfterSteps * dtMs : 0
}

function pulses(
  onMs: number,
  offMs: number,
  periodMs: number,
  widthMs: number,
  iNa: number,
  at: (tMs: number) => number,
): Row[] {
  const count = countOf((offMs - onMs) / periodMs, 'train')
  const rows: Row[] = []
  for (let k = 0; k < count; k++) {
    const startMs = onMs + k * periodMs
    rows.push([at(startMs), iNa])
    if (startMs + widthMs < offMs) rows.push([at(startMs + widthMs), 0])
  }
  return rows
}

/** A row for each step of the grid, with the sample that drives the step. */
function gridRows({ onMs, stimulus }: PlannedStimulus, sampling: Sampling, endMs: number): Row[] {
  const { dtMs, onAfterSteps = 0 } = sampling
  const first = Math.max(0, Math.ceil(onMs / dtMs - 1e-6) + onAfterSteps)
  const count = countOf(endMs / dtMs - first - 1e-6, stimulus.shape)
  return Array.from({ length: count }, (_, k) => {
    const tMs = (first + k - onAfterSteps) * dtMs - onMs
    return [(first + k) * dtMs, flowingNa(stimulus, Math.min(Math.max(0, tMs), stimulus.durationMs), 0)]
  })
}

/** Equal steps, each held at the mean of the stimulus over it, in which what V has half forgotten counts half. */
function heldRows({ onMs, stimulus }: PlannedStimulus, leakPerMs: number): Row[] {
  const { shape, durationMs, periodMs } = stimulus
  const finestMs = shape === 'sine' ? Math.min(HELD_MS, HELD_SHARE * periodMs) : HELD_MS
  const heldMs = Math.max(finestMs, durationMs / MOST_ROWS)
  if (shape === 'sine' && heldMs > LONGEST_HELD_SHARE * periodMs) throw tooManyRows(shape, durationMs / periodMs)
  const count = Math.ceil(durationMs / heldMs - 1e-6)
  const stepMs = durationMs / count
  const share = weightedMiddle(stepMs * leakPerMs)
  return Array.from({ length: count }, (_, k) => {
    const middleMs = (k + share) * stepMs
    if (shape === 'ramp') return [onMs + k * stepMs, flowingNa(stimulus, middleMs, 0)]
    // The mean of a sine over a step is that in the middle, lessened by sin(x)/x of half the step.
    const half = (Math.PI * stepMs) / periodMs
    const { offsetNa } = stimulus
    const lessened = offsetNa + (flowingNa(stimulus, middleMs, 0) - offsetNa) * (Math.sin(half) / half)
    return [onMs + k * stepMs, lessened]
  })
}

/** The mean of 0 to 1, weighted by e^(x s): 1/(1 - e^-x) - 1/x. */
function weightedMiddle(x: number): number {
  return x < 1e-2 ? 0.5 + x / 12 : 1 / -Math.expm1(-x) - 1 / x
}

function countOf(count: number, shape: string): number {
  const whole = Math.ceil(count - 1e-6)
  if (whole > 5 * MOST_ROWS) throw tooManyRows(shape, whole)
  return Math.max(0, whole)
}

function tooManyRows(shape: string, count: number): NeuronError {
  const message = `is a ${shape} of ${Math.round(count)} parts, which is too many: choose a shorter stimulus or a longer period`
  return new NeuronError([{ path: 'stimulus', message }])
}

/** All currents on top of one another. */
export function sumOfCurrents(currents: readonly InputCurrent[]): InputCurrent {
  if (currents.length === 1) return currents[0] as InputCurrent
  const places = currents.map(() => 0)
  const tMs: number[] = []
  const iNa: number[] = []
  for (let nowMs = 0; nowMs < Infinity; ) {
    let sumNa = 0
    let nextMs = Infinity
    for (const [k, current] of currents.entries()) {
      while ((current.tMs[places[k]! + 1] ?? Infinity) <= nowMs) places[k]!++
      sumNa += current.iNa[places[k]!] as number
      nextMs = Math.min(nextMs, current.tMs[places[k]! + 1] ?? Infinity)
    }
    tMs.push(nowMs)
    iNa.push(sumNa)
    nowMs = nextMs
  }
  return { tMs, iNa }
}
