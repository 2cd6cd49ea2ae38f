import { Command } from 'commander'
import { shortened } from '../../config/messages.ts'
import { adviceOnReading } from '../../config/read-and-replace-file.ts'
import { quote } from '../../fields/field-types-and-checks.ts'
import { type PresetRun, presetCurrent } from '../../neuron/presets.ts'
import type { InputCurrent, RunSettings, SpikesIn, SynapseKind } from '../../neuron/run-settings.ts'
import { type RunResult, simulate } from '../../neuron/simulate.ts'
import { type Console, withProgress } from '../console.ts'
import { type CommandFault, choiceFlag, misuseFault, numberFlag } from '../option-parsers.ts'
import { outputFaults, RefusedError, writeResult } from '../output-file.ts'
import {
  durationFlag,
  experimentOf,
  type NeuronOptions,
  type SimulateContext,
  simulateContext,
  stepFaults,
  withNeuronOptions,
} from './neuron-options.ts'
import { csvText, seedComment, type TimeColumns, timeColumns } from './read-and-write-csv.ts'
import { roundUp } from './scales-and-captions.ts'
import { runSvg } from './svg-plots.ts'

const EXAMPLES = `
Formats:
  json   one object: spikesMs, count, vEndMv, durationMs, neuron, timing; of a grid spikeSteps too; --trace adds tMs and vMv
  csv    a row for each spike; with --trace a row for each --dt: t_ms,v_mv,i_na,spikes
  strip  a character for each --dt: | where the neuron spikes, _ where it does not
  svg    a picture of V, the spikes and the current, to project or to print
With noise each says the seed that repeats the run: csv and strip in a last line, "# seed: 42".

Files are CSV, with the names of the columns in the first line:
  --input      t_ms,i_na    each row holds until the next; the first is at 0, one row for each time
  --spikes-in  t_ms,weight  mV for --synapse delta (V jumps); nA for exp:TAU_MS (a current that decays)

Examples:
  neurond simulate --current 1.6                              the spikes of the plain neuron at 1.6 nA
  neurond simulate --preset seed002 --format strip            a strip of 20001 characters
  neurond simulate --preset bio --format svg -o bio.svg       a picture
  neurond simulate --set neuron.tauMs=20 --set neuron.noiseMv=2 --set neuron.seed=1
  neurond simulate --input steps.csv --format csv --trace --dt 1
  neurond simulate --current 0 --spikes-in train.csv --synapse exp:5
`

interface Options extends SimulationOptions {
  readonly output?: string
}

/** `neurond simulate`: one neuron, offline, as fast as the machine can. */
export function simulateCommand(console: Console, context: SimulateContext = simulateContext(console)): Command {
  const command = new Command('simulate').description('run a neuron offline and list its spikes, or draw them')
  return withNeuronOptions(
    command,
    'model time in ms (default: 1000, the preset’s, or up to the last row of the files)',
  )
    .option('--current <na>', 'input current in nA (default: 1.8, or the preset’s)')
    .option('--input <file>', 'input current from a CSV file: t_ms,i_na')
    .option('--spikes-in <file>', 'arriving spikes from a CSV file: t_ms,weight')
    .option('--synapse <kind>', 'what an arriving spike does: delta, or exp:TAU_MS (default: delta)')
    .option('--format <name>', `${FORMATS.join(', ')} (default: json)`)
    .option('--trace', 'V at every --dt, for json and csv')
    .option('-o, --output <file>', 'write to a file instead of standard output')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => writeResult('simulate', context, options.output, () => report(options, context)))
}

function report(options: Options, context: SimulateContext): string {
  const faults: CommandFault[] = []
  const simulation = simulationOf(options, context, faults)
  faults.push(...outputFaults(context, options.output))
  if (simulation === undefined || faults.length > 0) throw new RefusedError(faults)

  const { run, format, name, window } = simulation
  const result = withProgress(context.console, 'simulating', onProgress => simulate(run, onProgress))
  if (format === 'csv') return csvOf(run, result)
  if (format === 'svg') return runSvg(name, run, result, window)
  if (format === 'json') return jsonOf(run, result)
  const { strip, hidden } = stripOf(run, result)
  const shared = hidden === 1 ? '1 spike shares' : `${hidden} spikes share`
  if (hidden > 0) context.console.printError(`${shared} a character with another one: a smaller --dt parts them\n`)
  return strip
}

export const FORMATS = ['json', 'csv', 'strip', 'svg'] as const
type Format = (typeof FORMATS)[number]

/** The flags of `neurond simulate`, as texts. */
interface SimulationOptions extends NeuronOptions {
  readonly current?: string
  readonly input?: string
  readonly spikesIn?: string
  readonly synapse?: string
  readonly format?: string
  readonly trace?: boolean
}

/** A run, and the format of its results. */
interface Simulation {
  /** For titles. */
  readonly name: string
  readonly run: RunSettings
  readonly format: Format
  /** Where the spikes of its rate are counted. */
  readonly window: PresetRun['window']
}

/** More points would be a file of hundreds of megabytes. */
const MOST_TRACE_POINTS = 2e6
const MOST_STRIP_CHARACTERS = 1e8
/** A few for each pixel of a large screen, however long the run. */
const PICTURE_POINTS = 50_000

/** The simulation that the flags ask for; undefined if they ask for none: then `faults` gets the reasons. */
function simulationOf(
  options: SimulationOptions,
  context: SimulateContext,
  faults: CommandFault[],
): Simulation | undefined {
  const format = choiceFlag('--format', options.format, FORMATS, faults) ?? 'json'
  const experiment = experimentOf(options, context, faults)
  const currentNa = numberFlag('--current', options.current, { unit: 'nA', min: -1e9, max: 1e9 }, faults)
  const input = inputOf(options, context, faults)
  const spikesIn = spikesInOf(options, context, faults)
  const synapse = synapseOf(options, faults)
  const askedMs = durationFlag(options.duration, faults)
  if (experiment === undefined) return undefined

  const lastRowMs = Math.max(input?.tMs.at(-1) ?? 0, spikesIn?.tMs.at(-1) ?? 0)
  const plan = { ...experiment.plan, durationMs: askedMs ?? Math.max(experiment.plan.durationMs, lastRowMs) }
  faults.push(...stepFaults(plan), ...formatFaults(plan, format, options))
  if (spikesIn !== undefined && plan.timing === 'grid') {
    faults.push(
      misuseFault('--spikes-in needs event timing, because arriving spikes do not fall on a grid: add --timing event'),
    )
  }
  const { timing, method, dtMs, comparator, durationMs } = plan
  const run = {
    ...{ neuron: experiment.neuron, durationMs, timing, method, dtMs, comparator },
    input: input ?? presetCurrent(plan, currentNa),
    ...(spikesIn && { spikesIn, synapse }),
    ...traceOf(plan, format, options),
  }
  const window = input === undefined ? countingWindow(experiment.plan, durationMs) : { fromMs: 0, toMs: durationMs }
  return { name: experiment.name, run, format, window }
}

/** The plan's window in a run of another length: one that lasts to the end of the plan lasts to the end of the run. */
function countingWindow({ window, durationMs: plannedMs }: PresetRun, durationMs: number): PresetRun['window'] {
  const toMs = window.toMs === plannedMs ? durationMs : Math.min(window.toMs, durationMs)
  return window.fromMs < toMs ? { fromMs: window.fromMs, toMs } : { fromMs: 0, toMs: durationMs }
}

function inputOf(
  { input, current }: SimulationOptions,
  context: SimulateContext,
  faults: CommandFault[],
): InputCurrent | undefined {
  if (input === undefined) return undefined
  if (current !== undefined) {
    faults.push(misuseFault('--input and --current both say what flows into the neuron: leave out one'))
  }
  const { tMs, values } = columnsOf('--input', input, 'i_na', context, faults)
  return { tMs, iNa: values }
}

function spikesInOf(
  { spikesIn, synapse }: SimulationOptions,
  context: SimulateContext,
  faults: CommandFault[],
): SpikesIn | undefined {
  if (spikesIn === undefined) {
    if (synapse !== undefined) faults.push(misuseFault('--synapse has nothing to receive: add --spikes-in FILE.csv'))
    return undefined
  }
  const { tMs, values } = columnsOf('--spikes-in', spikesIn, 'weight', context, faults)
  return { tMs, weight: values }
}

function columnsOf(
  flag: string,
  file: string,
  valueName: string,
  context: SimulateContext,
  faults: CommandFault[],
): TimeColumns {
  try {
    const columns = timeColumns(file, context.readFile(file), valueName, { isCurrent: flag === '--input' })
    const { unused } = columns
    faults.push(...columns.faults)
    if (unused.length > 0 && columns.faults.length === 0) {
      context.console.printError(`${file}: only t_ms and ${valueName} are used, not ${shortened(unused.join(', '))}\n`)
    }
    return columns
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : adviceOnReading(error, 'CSV')
    faults.push({ text: `${flag} ${file}: ${reason}`, isMisuse: false })
    return { tMs: [], values: [], faults: [], unused: [] }
  }
}

function synapseOf({ synapse = 'delta' }: SimulationOptions, faults: CommandFault[]): SynapseKind {
  if (synapse === 'delta') return { kind: 'delta' }
  const [kind, tau, ...rest] = synapse.split(':')
  if (kind !== 'exp' || tau === undefined || rest.length > 0) {
    faults.push(misuseFault(`--synapse is ${quote(synapse)}, must be delta or exp:TAU_MS, as in exp:5`))
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

function formatFaults({ durationMs, dtMs }: PresetRun, format: Format, options: SimulationOptions): CommandFault[] {
  const steps = Math.round(durationMs / dtMs)
  const advice = (most: number) => `must be at most ${most}: use a --dt of ${roundUp(durationMs / most)} ms or more`
  if (options.trace && format === 'strip') {
    return [misuseFault('--trace has no place in a strip: use --format json or csv')]
  }
  if (options.trace && format !== 'svg' && steps > MOST_TRACE_POINTS) {
    return [misuseFault(`--trace makes ${steps} points, ${advice(MOST_TRACE_POINTS)}`)]
  }
  if (format === 'strip' && steps > MOST_STRIP_CHARACTERS) {
    return [misuseFault(`the strip has ${steps} characters, ${advice(MOST_STRIP_CHARACTERS)}`)]
  }
  return []
}

function traceOf(
  { durationMs, dtMs, timing }: PresetRun,
  format: Format,
  options: SimulationOptions,
): Pick<RunSettings, 'trace'> {
  if (format === 'svg') {
    // On a grid nothing happens between the steps; elsewhere the curve is as smooth as one asks for.
    const everyMs = durationMs / PICTURE_POINTS
    return { trace: { everyMs: timing === 'grid' ? Math.max(dtMs, everyMs) : everyMs } }
  }
  return options.trace ? { trace: { everyMs: dtMs } } : {}
}

const SPIKE = '|'.charCodeAt(0)

/** A simulated run as one line of JSON. */
export function jsonOf(run: RunSettings, result: RunResult): string {
  const { neuron, durationMs, timing, method, dtMs, comparator, input, spikesIn, synapse } = run
  const { spikesMs, spikeSteps, stepCount, vEndMv, traceMs, traceMv } = result
  const recording = {
    ...{ spikesMs, count: spikesMs.length, vEndMv, durationMs, neuron, timing },
    ...(timing === 'grid' && { method, dtMs, comparator, stepCount, spikeSteps }),
    ...(input.tMs.length === 1 ? { currentNa: input.iNa[0] } : { input }),
    ...(spikesIn && { spikesIn, synapse }),
    ...(traceMs && { tMs: traceMs, vMv: traceMv }),
  }
  return `${JSON.stringify(recording)}\n`
}

/** A simulated run as CSV: a row for each spike, or for each point of the trace if there is one. */
export function csvOf(run: RunSettings, result: RunResult): string {
  return csvRows(run, result) + seedComment(run.neuron)
}

function csvRows(run: RunSettings, result: RunResult): string {
  const { spikesMs, spikeSteps } = result
  if (result.traceMs !== undefined) return csvText(['t_ms', 'v_mv', 'i_na', 'spikes'], traceRows(run, result))
  const rows = spikesMs.map((tMs, k) => (spikeSteps === undefined ? [tMs] : [tMs, spikeSteps[k]!]))
  return csvText(spikeSteps === undefined ? ['t_ms'] : ['t_ms', 'step'], rows)
}

/** A simulated run as a line of characters, one for each dtMs, and how many spikes share a character with another. */
function stripOf(
  run: RunSettings,
  { spikesMs, spikeSteps, stepCount }: RunResult,
): { readonly strip: string; readonly hidden: number } {
  const length = stepCount ?? Math.ceil(run.durationMs / run.dtMs - 1e-6)
  // As on a grid, a step includes its end and not its start.
  const steps = spikeSteps ?? spikesMs.map(tMs => Math.min(length, Math.max(1, Math.ceil(tMs / run.dtMs - 1e-6))))
  const characters = Buffer.alloc(length, '_')
  for (const step of steps) characters[step - 1] = SPIKE
  return {
    strip: `${characters.toString('latin1')}\n${seedComment(run.neuron)}`,
    hidden: steps.length - new Set(steps).size,
  }
}

/** Spikes are counted in the row at or next after them, the current is the one that flows from the row on. */
function traceRows({ input }: RunSettings, { spikesMs, traceMs = [], traceMv = [] }: RunResult): number[][] {
  let row = 0
  let spike = 0
  return traceMs.map((tMs, k) => {
    while ((input.tMs[row + 1] ?? Infinity) <= tMs + 1e-9) row++
    const before = spike
    while (spike < spikesMs.length && spikesMs[spike]! <= tMs + 1e-9) spike++
    return [tMs, traceMv[k]!, input.iNa[row]!, spike - before]
  })
}
