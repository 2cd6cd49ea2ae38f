import { Command } from 'commander'
import type { PresetRun } from '../../neuron/presets.ts'
import type { InputCurrent, RunSettings } from '../../neuron/run-settings.ts'
import { type Console, withProgress } from '../console.ts'
import { type CommandFault, choiceFlag, misuseFault, numberFlag } from '../option-parsers.ts'
import { type FileContent, outputFaults, RefusedError, writeResult } from '../output-file.ts'
import {
  durationFlag,
  type Experiment,
  experimentOf,
  type NeuronOptions,
  type SimulateContext,
  simulateContext,
  stepFaults,
  withNeuronOptions,
} from './neuron-options.ts'
import { fileText, timeColumns } from './read-and-write-csv.ts'
import { csvOf, jsonPieces, type Simulated, stripOf, textOf } from './run-formats.ts'
import { recordedRun } from './run-recording.ts'
import { flaggedWindow, statisticsOf, type Window } from './run-statistics.ts'
import { roundUp } from './scales-and-captions.ts'
import { type FlaggedCurrent, flaggedCurrent, type StimulusOptions, withStimulusOptions } from './stimulus-options.ts'
import { rasterSvg, runSvg } from './svg-plots.ts'
import {
  arrivalFaults,
  type FlaggedSpikes,
  flaggedSpikes,
  type SynapticOptions,
  withSynapticOptions,
} from './synaptic-inputs.ts'
import { unitWarnings } from './unit-warnings.ts'

const EXAMPLES = `
Formats:
  json   one object: spikesMs, count, vEndMv, durationMs, neuron, timing; of a grid spikeSteps too; --trace adds tMs and
         vMv; rateHz, isiMeanMs, cv, theoryHz and countInWindow of the window; --trials adds trials and meanRateHz
  csv    a row for each spike; with --trace a row for each --dt: t_ms,v_mv,i_na,spikes; with --trials trial,t_ms
  strip  a character for each --dt: | where the neuron spikes, _ where it does not; a line for each trial
  svg    a picture of V, the spikes and the current, to project or to print; of --trials a raster
  text   rate, intervals, CV and theory in words, and the spikes; of --trials a raster
With noise each says the seed that repeats the run: csv and strip in a last line, "# seed: 42".

Currents: --current and --shape with --on and --off are the usual one; each --stim is one more on top of it, or flows alone
where neither is given. The words are those of the live stimulus. A ramp and a sine go in steps of 0.01 ms, each held at its
mean (on a grid in its steps), everything else is exact. The noise of a stimulus is the same in all trials.

Files are CSV, with the names of the columns in the first line; other units are read too (t_s, "I (pA)"):
  --input      t_ms,i_na    each row holds until the next; the first is at 0, one row for each time
  --spikes-in  t_ms,weight  mV for --synapse delta (V jumps); nA for exp:TAU_MS (a current that decays); or t_ms alone
                            with --weight; or what simulate or record have written. FILE:weight=0.5,tau=5,neuron=pi-a and
                            --poisson-rate HZ:weight=0.5,tau=5 say it for one of several (tau=0: V jumps)

Examples:
  neurond simulate --current 1.6                              the spikes of the plain neuron at 1.6 nA
  neurond simulate --preset seed003 --format text             rate, intervals and theory, and a window in which they agree
  neurond simulate --preset seed002 --format strip            a strip of 20001 characters
  neurond simulate --preset bio --format svg -o bio.svg       a picture
  neurond simulate --set tau=20 --set sigma=2 --seed 1 --trials 20 --format svg -o raster.svg
  neurond simulate --shape pulse --on 100 --off 400 --current 1.55
  neurond simulate --stim pulse,on=100,off=250,iNa=1.55 --stim pulse,on=250,off=400,iNa=2    it changes halfway
  neurond simulate --shape sine --current 0.5 --offset 1.5 --period 200
  neurond simulate --no-threshold --current 1 --trace --format csv            the charging curve of R and C
  neurond simulate --input steps.csv --format csv --trace --dt 1
  neurond simulate --current 0 --spikes-in train.csv --synapse exp:5
  neurond simulate --current 0 --poisson-rate 800:weight=0.2,tau=5 --poisson-rate 200:weight=-0.2,tau=10 --seed 1
`

interface Options extends NeuronOptions, StimulusOptions, SynapticOptions {
  readonly input?: string
  readonly format?: string
  readonly trace?: boolean
  readonly trials?: string
  readonly output?: string
}

/** `neurond simulate`: one neuron, offline, as fast as the machine can. */
export function simulateCommand(console: Console, context: SimulateContext = simulateContext(console)): Command {
  const command = new Command('simulate').description('run a neuron offline and list its spikes, or draw them')
  withNeuronOptions(command, 'model time in ms (default: 1000, the preset’s, or up to the last row or stimulus)')
  withStimulusOptions(command)
  command.option('--input <file>', 'input current from a CSV file: t_ms,i_na')
  return withSynapticOptions(command)
    .option('--trials <number>', 'repeat it with other chance: seed, seed + 1, ...')
    .option('--format <name>', `${FORMATS.join(', ')} (default: json)`)
    .option('--trace', 'V at every --dt, for json and csv')
    .option('-o, --output <file>', 'write to a file instead of standard output')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => writeResult('simulate', context, options.output, () => report(options, context)))
}

const FORMATS = ['json', 'csv', 'strip', 'svg', 'text'] as const
type Format = (typeof FORMATS)[number]

function report(options: Options, context: SimulateContext): FileContent {
  const faults: CommandFault[] = []
  const plan = simulationOf(options, context, faults)
  faults.push(...outputFaults(context, options.output))
  if (plan === undefined || faults.length > 0) throw new RefusedError(faults)

  const { format, window, runOf, trialCount } = plan
  const first = runOf(0)
  warn(context, first)
  const trials = withProgress(context.console, 'simulating', onProgress =>
    Array.from({ length: trialCount }, (_, k) => {
      const run = k === 0 ? first : runOf(k)
      const result = recordedRun(run, fraction => onProgress((k + fraction) / trialCount))
      return { run, result, statistics: statisticsOf(run, result.spikesMs, window) }
    }),
  )
  const simulated: Simulated = { ...plan, trials }
  if (simulated.hasTrials && trialCount > 1 && !plan.isRandom) {
    context.console.printError(
      'all trials are the same: nothing in them is random, add --set noiseMv=2 or --poisson-rate\n',
    )
  }
  switch (format) {
    case 'csv':
      return csvOf(simulated)
    case 'svg':
      return simulated.hasTrials ? rasterSvg(simulated) : runSvg(simulated, window)
    case 'text':
      return textOf(simulated)
    case 'strip':
      return stripOf(simulated, hidden => {
        const shared = hidden === 1 ? '1 spike shares' : `${hidden} spikes share`
        if (hidden > 0) {
          context.console.printError(`${shared} a character with another one: a smaller --dt parts them\n`)
        }
      })
    default:
      return jsonPieces(simulated)
  }
}

function warn({ console }: SimulateContext, { neuron, input }: RunSettings): void {
  const peakNa = input.iNa.reduce((peak, iNa) => Math.max(peak, Math.abs(iNa)), 0)
  for (const warning of unitWarnings(neuron, peakNa)) console.printError(`warning: ${warning}\n`)
}

/** Runs, and the format of their results. */
interface Simulation extends Omit<Simulated, 'trials'> {
  readonly runOf: (trial: number) => RunSettings
  readonly trialCount: number
  readonly format: Format
  readonly window: Window
}

/** More points would be a file of gigabytes. */
const MOST_TRACE_POINTS = 1e7
const MOST_STRIP_CHARACTERS = 1e8
const MOST_TRIALS = 10_000
/** A few for each pixel of a large screen, however long the run. */
const PICTURE_POINTS = 50_000

/** The simulation that the flags ask for; undefined if they ask for none: then `faults` gets the reasons. */
function simulationOf(options: Options, context: SimulateContext, faults: CommandFault[]): Simulation | undefined {
  const format = choiceFlag('--format', options.format, FORMATS, faults) ?? 'json'
  const whole = { unit: '', min: 1, max: MOST_TRIALS, integer: true }
  const trialCount = numberFlag('--trials', options.trials, whole, faults)
  const input = inputOf(options, context, faults)
  const spikes = flaggedSpikes(options, context, faults)
  const isNoisy =
    spikes?.isRandom === true || [options.shape, ...(options.stim ?? [])].some(one => /noise/.test(one ?? ''))
  const experiment = experimentOf(options, context, faults, isNoisy)
  const current = flaggedCurrent(
    { ...options, ...(options.current === undefined && experiment?.current && { current: experiment.current }) },
    input,
    faults,
  )
  const askedMs = durationFlag(options.duration, faults)
  if (experiment === undefined || current === undefined) return undefined

  const plan = planOf(experiment, current, spikes, options, askedMs)
  const window = flaggedWindow(options, windowOf(experiment, plan, options, input), faults)
  if (window.toMs > plan.durationMs) {
    faults.push(misuseFault(`--count-to is ${window.toMs}, must be at most the duration, ${plan.durationMs} ms`))
  }
  faults.push(...stepFaults(plan), ...formatFaults(plan, format, options), ...arrivalFaults(options, plan.durationMs))
  if (spikes !== undefined && plan.timing === 'grid') {
    const flag = options.spikesIn ? '--spikes-in' : '--poisson-rate'
    faults.push(
      misuseFault(`${flag} needs event timing, because arriving spikes do not fall on a grid: add --timing event`),
    )
  }
  if (faults.length > 0) return undefined
  const { timing, method, dtMs, comparator, durationMs } = plan
  const { neuron } = experiment
  const flowing = current.inputOf(plan, neuron)
  const isRandom = neuron.noiseMv > 0 || isNoisy
  return {
    ...{ name: experiment.name, format, window, hasTrials: trialCount !== undefined, trialCount: trialCount ?? 1 },
    isRandom,
    runOf(trial) {
      const seed = isRandom ? (neuron.seed + trial) % 2 ** 32 : neuron.seed
      return {
        ...{ neuron: { ...neuron, seed }, durationMs, timing, method, dtMs, comparator, input: flowing },
        ...spikes?.spikesOf(durationMs, seed),
        ...traceOf(plan, format, options),
      }
    },
  }
}

/** As long as the flags say, or as what flows and arrives lasts. */
function planOf(
  { plan }: Experiment,
  current: FlaggedCurrent,
  spikes: FlaggedSpikes | undefined,
  { countTo }: Options,
  askedMs: number | undefined,
): PresetRun {
  const counted = Number(countTo) || 0
  const lastMs = Math.max(plan.durationMs, current.lastMs, spikes?.lastMs ?? 0, counted <= 1e9 ? counted : 0)
  return { ...plan, durationMs: askedMs ?? lastMs }
}

/** Where the preset counts; everywhere, if another current flows than its own. */
function windowOf(
  { plan: { window, durationMs: plannedMs } }: Experiment,
  { durationMs }: PresetRun,
  { stim, on, off, shape }: Options,
  input: InputCurrent | undefined,
): Window {
  const all = { fromMs: 0, toMs: durationMs }
  if (input !== undefined || stim !== undefined) return all
  if (on !== undefined || off !== undefined) {
    const [fromMs, toMs] = [Number(on ?? window.fromMs), Math.min(durationMs, Number(off ?? window.toMs))]
    return fromMs < toMs && shape !== 'train' ? { fromMs, toMs } : all
  }
  // One that lasts to the end of the plan lasts to the end of the run.
  const toMs = window.toMs === plannedMs ? durationMs : Math.min(window.toMs, durationMs)
  return window.fromMs < toMs ? { fromMs: window.fromMs, toMs } : all
}

function inputOf(
  { input: file, current }: Options,
  context: SimulateContext,
  faults: CommandFault[],
): InputCurrent | undefined {
  if (file === undefined) return undefined
  if (current !== undefined) {
    faults.push(misuseFault('--input and --current both say what flows into the neuron: leave out one'))
  }
  const text = fileText('--input', file, context, faults)
  if (text === undefined) return { tMs: [0], iNa: [0] }
  const { tMs, values, faults: found, notes } = timeColumns(file, text, 'i_na', { isCurrent: true })
  faults.push(...found)
  if (found.length === 0) for (const note of notes) context.console.printError(`${note}\n`)
  return { tMs, iNa: values }
}

function formatFaults({ durationMs, dtMs }: PresetRun, format: Format, options: Options): CommandFault[] {
  const steps = Math.round(durationMs / dtMs)
  const advice = (most: number) => `must be at most ${most}: use a --dt of ${roundUp(durationMs / most)} ms or more`
  if (options.trace && (format === 'strip' || format === 'text')) {
    return [misuseFault(`--trace has no place in a ${format}: use --format json or csv`)]
  }
  if (options.trace && options.trials !== undefined && format !== 'svg') {
    return [misuseFault('--trace shows one run: leave out --trials')]
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
  options: Options,
): Pick<RunSettings, 'trace'> {
  if (format === 'svg') {
    if (options.trials !== undefined) return {}
    // On a grid nothing happens between the steps; elsewhere the curve is as smooth as one asks for.
    const everyMs = durationMs / PICTURE_POINTS
    return { trace: { everyMs: timing === 'grid' ? Math.max(dtMs, everyMs) : everyMs } }
  }
  return options.trace ? { trace: { everyMs: dtMs } } : {}
}
