import { shortened } from '../config/quoted.ts'
import { adviceOnReading } from '../config/text-file.ts'
import { shown } from '../neuron/complaint.ts'
import { type PresetRun, stimulusOf } from '../neuron/presets.ts'
import type { Run, SpikesIn, Stimulus, Synapse } from '../neuron/run.ts'
import type { Desk } from './console.ts'
import { choiceFlag, type Fault, misuse, numberFlag } from './flags.ts'
import { type TimeColumns, timeColumns } from './simulate/csv.ts'
import { durationFlag, experimentOf, type NeuronOptions, stepFaults } from './simulate/options.ts'
import { roundUp } from './simulate/plot.ts'

export const FORMATS = ['json', 'csv', 'strip', 'svg'] as const
export type Format = (typeof FORMATS)[number]

/** The flags of `neurond simulate`, as texts. */
export interface SimulationOptions extends NeuronOptions {
  readonly current?: string
  readonly input?: string
  readonly spikesIn?: string
  readonly synapse?: string
  readonly format?: string
  readonly trace?: boolean
}

/** A run, and how its results are to be told. */
export interface Simulation {
  /** What to call it in a title. */
  readonly name: string
  readonly run: Run
  readonly format: Format
}

/** More points would be a file of hundreds of megabytes. */
const MOST_TRACE_POINTS = 2e6
const MOST_STRIP_CHARACTERS = 1e8
/** A few for each pixel of a large screen, however long the run. */
const PICTURE_POINTS = 50_000

/** The simulation that the flags ask for; undefined if they ask for none: then `faults` tells why. */
export function simulationOf(options: SimulationOptions, desk: Desk, faults: Fault[]): Simulation | undefined {
  const format = choiceFlag('--format', options.format, FORMATS, faults) ?? 'json'
  const experiment = experimentOf(options, desk, faults)
  const currentNa = numberFlag('--current', options.current, { unit: 'nA', min: -1e9, max: 1e9 }, faults)
  const input = inputOf(options, desk, faults)
  const spikesIn = spikesInOf(options, desk, faults)
  const synapse = synapseOf(options, faults)
  const askedMs = durationFlag(options.duration, faults)
  if (experiment === undefined) return undefined

  const lastRowMs = Math.max(input?.tMs.at(-1) ?? 0, spikesIn?.tMs.at(-1) ?? 0)
  const plan = { ...experiment.plan, durationMs: askedMs ?? Math.max(experiment.plan.durationMs, lastRowMs) }
  faults.push(...stepFaults(plan), ...formatFaults(plan, format, options))
  if (spikesIn !== undefined && plan.timing === 'grid') {
    faults.push(
      misuse('--spikes-in needs event timing, because arriving spikes do not fall on a grid: add --timing event'),
    )
  }
  const { timing, method, dtMs, comparator, durationMs } = plan
  const run = {
    ...{ neuron: experiment.neuron, durationMs, timing, method, dtMs, comparator },
    input: input ?? stimulusOf(plan, currentNa),
    ...(spikesIn && { spikesIn, synapse }),
    ...traceOf(plan, format, options),
  }
  return { name: experiment.name, run, format }
}

function inputOf({ input, current }: SimulationOptions, desk: Desk, faults: Fault[]): Stimulus | undefined {
  if (input === undefined) return undefined
  if (current !== undefined) {
    faults.push(misuse('--input and --current both say what flows into the neuron: leave out one'))
  }
  const { tMs, values } = columnsOf('--input', input, 'i_na', desk, faults)
  return { tMs, iNa: values }
}

function spikesInOf({ spikesIn, synapse }: SimulationOptions, desk: Desk, faults: Fault[]): SpikesIn | undefined {
  if (spikesIn === undefined) {
    if (synapse !== undefined) faults.push(misuse('--synapse has nothing to receive: add --spikes-in FILE.csv'))
    return undefined
  }
  const { tMs, values } = columnsOf('--spikes-in', spikesIn, 'weight', desk, faults)
  return { tMs, weight: values }
}

function columnsOf(flag: string, file: string, valueName: string, desk: Desk, faults: Fault[]): TimeColumns {
  try {
    const columns = timeColumns(file, desk.readFile(file), valueName, { isCurrent: flag === '--input' })
    const { unused } = columns
    faults.push(...columns.faults)
    if (unused.length > 0 && columns.faults.length === 0) {
      desk.complain(`${file}: only t_ms and ${valueName} are used, not ${shortened(unused.join(', '))}\n`)
    }
    return columns
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : adviceOnReading(error, 'CSV')
    faults.push({ text: `${flag} ${file}: ${reason}`, misused: false })
    return { tMs: [], values: [], faults: [], unused: [] }
  }
}

function synapseOf({ synapse = 'delta' }: SimulationOptions, faults: Fault[]): Synapse {
  if (synapse === 'delta') return { kind: 'delta' }
  const [kind, tau, ...rest] = synapse.split(':')
  if (kind !== 'exp' || tau === undefined || rest.length > 0) {
    faults.push(misuse(`--synapse is ${shown(synapse)}, must be delta or exp:TAU_MS, as in exp:5`))
    return { kind: 'delta' }
  }
  const tauMs = numberFlag(
    '--synapse exp: the time constant',
    tau,
    { unit: 'ms', min: 0, aboveMin: true, max: 1e5 },
    faults,
  )
  return { kind: 'exp', tauMs: tauMs ?? 1 }
}

function formatFaults({ durationMs, dtMs }: PresetRun, format: Format, options: SimulationOptions): Fault[] {
  const steps = Math.round(durationMs / dtMs)
  const advice = (most: number) => `must be at most ${most}: use a --dt of ${roundUp(durationMs / most)} ms or more`
  if (options.trace && format === 'strip') {
    return [misuse('--trace has no place in a strip: use --format json or csv')]
  }
  if (options.trace && format !== 'svg' && steps > MOST_TRACE_POINTS) {
    return [misuse(`--trace makes ${steps} points, ${advice(MOST_TRACE_POINTS)}`)]
  }
  if (format === 'strip' && steps > MOST_STRIP_CHARACTERS) {
    return [misuse(`the strip has ${steps} characters, ${advice(MOST_STRIP_CHARACTERS)}`)]
  }
  return []
}

function traceOf(
  { durationMs, dtMs, timing }: PresetRun,
  format: Format,
  options: SimulationOptions,
): Pick<Run, 'trace'> {
  if (format === 'svg') {
    // On a grid nothing happens between the steps; elsewhere the curve is as smooth as one asks for.
    const everyMs = durationMs / PICTURE_POINTS
    return { trace: { everyMs: timing === 'grid' ? Math.max(dtMs, everyMs) : everyMs } }
  }
  return options.trace ? { trace: { everyMs: dtMs } } : {}
}
