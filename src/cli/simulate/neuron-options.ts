/** The options that `simulate` and `fi` share: which neuron, and how time passes in it. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { DRIVERS } from '../../../drivers/registry.ts'
import { loadConfig } from '../../config/load.ts'
import { ConfigError } from '../../config/messages.ts'
import { readTextFile } from '../../config/read-and-replace-file.ts'
import type { Config } from '../../config/schema.ts'
import { NEURON_FIELDS, type NeuronParams, neuronFrom } from '../../neuron/params.ts'
import { PRESETS, type PresetName, type PresetRun, presetNamed } from '../../neuron/presets.ts'
import { MAX_STEPS } from '../../neuron/run-settings.ts'
import type { Console } from '../console.ts'
import { appendValue, type CommandFault, choiceFlag, misuseFault, numberFlag } from '../option-parsers.ts'
import { type OutputContext, openFile, writeObstacle } from '../output-file.ts'
import { roundUp } from './scales-and-captions.ts'
import { wordedSettings } from './set-words.ts'

/** The flags that say which neuron is meant and how time passes in it, as texts. */
export interface NeuronOptions {
  readonly preset?: string
  readonly config?: string
  readonly set?: readonly string[]
  readonly seed?: string
  /** False with --no-threshold. */
  readonly threshold?: boolean
  readonly countFrom?: string
  readonly countTo?: string
  readonly duration?: string
  readonly timing?: string
  readonly method?: string
  readonly dt?: string
  readonly comparator?: string
}

/** What `simulate` and `fi` need: the console, files, and a random number. */
export interface SimulateContext extends OutputContext {
  /** @throws Node's errors */
  readonly readFile: (path: string) => string
  /** @throws Node's errors */
  readonly readBytes: (path: string) => Uint8Array
  readonly randomSeed: () => number
}

export function simulateContext(console: Console): SimulateContext {
  const randomSeed = () => Math.floor(Math.random() * 2 ** 32)
  return { console, readFile: readTextFile, readBytes: readFileSync, openFile, writeObstacle, randomSeed }
}

/** A neuron, and how it is run. */
export interface Experiment {
  /** For titles: the preset or the file. */
  readonly name: string
  readonly neuron: NeuronParams
  readonly plan: PresetRun
  /** The span of the knob. */
  readonly span: { readonly minNa: number; readonly maxNa: number }
  /** What --set I=1.5 says. */
  readonly current: string | undefined
}

/** A time after a flag; the longest is that of the library. */
const TIME_RANGE = { unit: 'ms', min: 0, aboveMin: true, max: 1e9 } as const
const PRESET_NAMES = Object.keys(PRESETS) as PresetName[]
/** How a neuron without a preset is run: its defaults are those of a cortical membrane. */
const DEFAULT_PLAN = presetNamed('bio').run

/** Adds the flags; `duration` describes --duration, which means something else to each command. */
export function withNeuronOptions(command: Command, duration: string): Command {
  return command
    .option('--preset <name>', `a ready-made experiment: ${PRESET_NAMES.join(', ')} (default: the plain neuron)`)
    .option('--config <file>', 'take neuron and preset from a configuration file instead')
    .option(
      '--set <key=value>',
      'change one parameter, like neuron.tauMs=20, or in the words of textbooks tau=20ms, R=5, theta=-50; may be repeated',
      appendValue,
    )
    .option('--no-threshold', 'let V go where the current leads it: no spikes (as --set thresholdMv=none)')
    .option('--seed <number>', 'repeat a run with noise (as --set neuron.seed=)')
    .option('--duration <ms>', duration)
    .option('--count-from <ms>', 'count spikes later than this (default: 0, or the preset’s)')
    .option('--count-to <ms>', 'count spikes up to and including this (default: the end, or the preset’s)')
    .option(
      '--timing <name>',
      'event: spikes at their exact times; grid: on steps of --dt (default: event, or the preset’s)',
    )
    .option('--method <name>', 'of the grid: exact or euler (default: exact, or the preset’s)')
    .option('--dt <ms>', 'step of the grid, of --trace and of the strip, in ms (default: 0.1, or the preset’s)')
    .option(
      '--comparator <name>',
      'of the grid: a spike at V >= threshold (ge) or V > threshold (gt) (default: ge, or the preset’s)',
    )
}

/**
 * The experiment that the flags describe; undefined if they do not: then `faults` gets the reasons.
 * @param isRandom whether chance is in it beside the neuron's own noise
 */
export function experimentOf(
  options: NeuronOptions,
  context: SimulateContext,
  faults: CommandFault[],
  isRandom = false,
): Experiment | undefined {
  const words = wordedSettings(options.set ?? [], options.preset, faults)
  const hasThreshold = options.threshold !== false && !words.hasNoThreshold
  const config = configOf({ ...options, set: words.set }, hasThreshold, context, faults)
  const preset = config?.preset as PresetName | undefined
  const plan = timedPlan(preset === undefined ? DEFAULT_PLAN : presetNamed(preset).run, options, faults)
  if (config === undefined) return undefined
  const { minNa, maxNa } = config.input
  // Without chance the seed changes nothing, and the same command prints exactly the same.
  const { seed = config.neuron.noiseMv > 0 || isRandom ? context.randomSeed() : 0, ...neuron } = config.neuron
  const name = options.config === undefined ? (preset ?? 'plain neuron') : basename(options.config)
  for (const note of words.notes) context.console.printError(`${note}\n`)
  return {
    ...{ name, plan, span: { minNa, maxNa }, current: words.current },
    neuron: { ...neuronFrom({ ...neuron, seed }), ...(!hasThreshold && { thresholdMv: Infinity }) },
  }
}

/** The value of --duration in ms; undefined if it is not given, or not as it should be. */
export function durationFlag(text: string | undefined, faults: CommandFault[]): number | undefined {
  return numberFlag('--duration', text, TIME_RANGE, faults)
}

/** Faults of steps that do not fit into the run. */
export function stepFaults({ dtMs, durationMs, timing }: PresetRun): CommandFault[] {
  if (timing === 'event') return []
  if (dtMs > durationMs)
    return [misuseFault(`--dt is ${dtMs}, must be above 0 and at most the duration, ${durationMs} ms`)]
  if (durationMs / dtMs <= MAX_STEPS) return []
  const message = `--dt is ${dtMs}, which makes ${Math.round(durationMs / dtMs)} steps in ${durationMs} ms, must make at most ${MAX_STEPS}`
  return [
    misuseFault(
      `${message}: use ${roundUp(durationMs / MAX_STEPS)} ms or more, or --timing event, which needs no steps`,
    ),
  ]
}

/** A preset goes through the configuration too, so that its schema checks --set. */
function configOf(
  options: NeuronOptions,
  hasThreshold: boolean,
  context: SimulateContext,
  faults: CommandFault[],
): Pick<Config, 'preset' | 'neuron' | 'input'> | undefined {
  if (options.preset !== undefined && options.config !== undefined) {
    faults.push(
      misuseFault('--preset and --config both name a neuron: leave out one, or write "preset:" into the file'),
    )
  }
  const preset = choiceFlag('--preset', options.preset, PRESET_NAMES, faults)
  const { set = [], seed } = options
  try {
    return loadConfig({
      file: options.config,
      // The environment belongs to the daemon that the file configures; a preset means the same everywhere.
      env: options.config === undefined ? {} : context.console.env,
      set: [
        ...(preset === undefined ? [] : [`preset=${preset}`]),
        ...set,
        ...(seed === undefined ? [] : [`neuron.seed=${seed}`]),
        // Any reset is below no threshold.
        ...(hasThreshold ? [] : [`neuron.thresholdMv=${NEURON_FIELDS.thresholdMv.max}`]),
      ],
      drivers: DRIVERS,
      hostname: '',
      readFile: context.readFile,
    })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const found = error.complaints.map(({ where, message }) => ({
      text: `${where}: ${message}`,
      isMisuse: isFlag(where),
    }))
    faults.push(...found)
    return undefined
  }
}

function isFlag(where: string): boolean {
  return where.startsWith('--')
}

function timedPlan(plan: PresetRun, options: NeuronOptions, faults: CommandFault[]): PresetRun {
  const timing = choiceFlag('--timing', options.timing, ['event', 'grid'], faults) ?? plan.timing
  const method = choiceFlag('--method', options.method, ['exact', 'euler'], faults) ?? plan.method
  const comparator = choiceFlag('--comparator', options.comparator, ['ge', 'gt'], faults) ?? plan.comparator
  const dtMs = numberFlag('--dt', options.dt, TIME_RANGE, faults) ?? plan.dtMs
  for (const flag of ['method', 'comparator'] as const) {
    if (timing === 'event' && options[flag] !== undefined) {
      faults.push(misuseFault(`--${flag} says how steps are taken, and event timing takes none: add --timing grid`))
    }
  }
  return { ...plan, timing, method, comparator, dtMs }
}
