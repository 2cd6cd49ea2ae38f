import { type PresetRun, stimulusOf } from '../neuron/presets.ts'
import { MAX_STEPS, type Run, type SpikesIn, type Stimulus, type Synapse } from '../neuron/run.ts'
import { timeColumns } from './csv.ts'
import { type Desk, readInput } from './desk.ts'
import { type Fault, misuse, numberFlag, numberIn } from './flags.ts'
import { experimentOf, LONGEST_MS, type NeuronOptions, stepFaults } from './neuron-options.ts'

export const FORMATS = ['json', 'csv', 'strip', 'svg'] as const
export type Format = (typeof FORMATS)[number]

/** The flags of `neurond simulate`, as texts. */
export interface SimulationOptions extends NeuronOptions {
  readonly current?: string
  readonly input?: string
  readonly spikesIn?: string
  readonly synapse?: string
  readonly trace?: boolean
}

/** A run, and what the user called its parts. */
export interface Simulation {
  readonly name: string
  readonly run: Run
}

/** Most points of a trace: more would be a file of hundreds of megabytes, which no program of a student opens. */
const MOST_TRACE_POINTS = 2e6
const MOST_STRIP_CHARACTERS = 1e8
/** Enough for a few points in each pixel of a picture, however long the run. */
const PICTURE_POINTS = 200_000

/** The run that the flags ask for; undefined if they ask for none: then `faults` tells why. */
export function simulationOf(
  options: SimulationOptions,
  format: Format,
  desk: Desk,
  faults: Fault[],
): Simulation | undefined {
  const experiment = experimentOf(options, desk, faults)
  const currentNa = numberFlag('--current', options.current, { unit: 'nA', min: -1e9, max: 1e9 }, faults)
  const input = inputFrom(options, desk, faults)
  const spikesIn = spikesFrom(options, desk, faults)
  const synapse = synapseOf(options, faults)
  const asked = numberFlag('--duration', options.duration, { unit: 'ms', min: 0, aboveMin: true, max: LONGEST_MS }, faults)
  if (experiment === undefined) return undefined

  const lastRowMs = Math.max(input?.tMs.at(-1) ?? 0, spikesIn?.tMs.at(-1) ?? 0)
  const durationMs = asked ?? Math.max(experiment.plan.durationMs, lastRowMs)
  const plan = { ...experiment.plan, durationMs }
  faults.push(...stepFaults(plan), ...formatFaults(plan, format, options))
  const { neuron, name } = experiment
  const { timing, method, dtMs, comparator } = plan
  const everyMs = traceStepMs(plan, format, options)
  const run = {
    ...{ neuron, durationMs, timing, method, dtMs, comparator },
    input: input ?? stimulusOf(plan, currentNa),
    ...(spikesIn && { spikesIn, synapse }),
    ...(everyMs !== undefined && { trace: { everyMs } }),
  }
  return { name, run }
}

function inputFrom(options: SimulationOptions, desk: Desk, faults: Fault[]): Stimulus | undefined {
  if (options.input === undefined) return undefined
  if (options.current !== undefined) {
    faults.push(misuse('--input and --current both say what flows into the neuron: leave out one'))
  }
  const columns = timeColumns(options.input, readInput(desk, '--input', options.input, faults), 'i_na', true)
  faults.push(...columns.faults)
  return { tMs: columns.tMs, iNa: columns.values }
}

function spikesFrom(options: SimulationOptions, desk: Desk, faults: Fault[]): SpikesIn | undefined {
  return undefined
}
