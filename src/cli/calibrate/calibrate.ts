import { Command, Option } from 'commander'
import { adcDriver, DRIVERS } from '../../../drivers/registry.ts'
import { loadConfig } from '../../config/load.ts'
import { readTextFile, replaceFile } from '../../config/read-and-replace-file.ts'
import type { Config } from '../../config/schema.ts'
import { type YamlEdit, yamlWithEdits } from '../../config/yaml-edits.ts'
import { monotonicMs } from '../../loop/clock.ts'
import { type Console, confirm } from '../console.ts'
import { defaultConfigFile } from '../default-config.ts'
import { inputDriverOptions } from '../doctor/run-checks.ts'
import {
  formatProcesses,
  mayHaveAdc,
  type RunningDaemon,
  runningDaemons,
  stopCommand,
} from '../doctor/running-daemons.ts'
import { INTERRUPTED_EXIT_CODE, pause } from '../interruption.ts'
import { appendValue, type CommandFault, numberFlag } from '../option-parsers.ts'
import { type Travel, TravelError } from './knob-travel.ts'
import { measureEnds, measureFor, openProbeInTime } from './measure-knob.ts'

/** What the command needs besides the console: files, running daemons, and time. */
export interface CalibrateContext {
  readonly readFile: (path: string) => string
  readonly writeFile: (path: string, text: string) => void
  /** The configuration that is used when none is named; it is not written to. */
  readonly defaultFile: () => string
  /** One of them may have the chip. */
  readonly runningDaemons: () => readonly RunningDaemon[]
  readonly nowMs: () => number
  /** @throws InterruptedError when the signal is aborted */
  readonly pause: (durationMs: number, signal: AbortSignal) => Promise<void>
}

const CONTEXT: CalibrateContext = {
  readFile: readTextFile,
  writeFile: replaceFile,
  defaultFile: defaultConfigFile,
  runningDaemons,
  nowMs: monotonicMs,
  pause,
}

interface Options {
  readonly config?: string
  readonly set?: readonly string[]
  readonly seconds?: string
  readonly yes?: true
  readonly json?: true
}

const SECONDS = { unit: 's', min: 1, max: 600 }
const DEFAULT_SECONDS = 10

const EXAMPLES = `
With a keyboard it asks for one end of the knob after the other; without one, or with --yes, it measures while you turn
the knob from end to end and back. It finds input.channel, input.fromLevel and input.toLevel.

Examples:
  neurond calibrate --config my.yaml                      asks, shows what it found, and writes it into my.yaml
  neurond calibrate --config my.yaml --yes --seconds 20   turn the knob meanwhile; asks nothing
  neurond calibrate --yes --set input.shape=triangle --set input.periodMs=4000   a trial with a simulated knob
`

/** `neurond calibrate`: finds the knob's channel, ends and noise, and writes them into the configuration file. */
export function calibrateCommand(console: Console, context: CalibrateContext = CONTEXT): Command {
  return new Command('calibrate')
    .description('find the channel, the two ends and the noise of the knob, and write them into the configuration file')
    .exitOverride()
    .option('-c, --config <file>', 'configuration file to read and to write; without one nothing is written')
    .option(
      '--set <key=value>',
      'change one setting for this command, for example input.address=0x49; may be repeated',
      appendValue,
    )
    .addOption(
      new Option('--seconds <n>', 'how long to measure when nothing is asked').default(undefined, `${DEFAULT_SECONDS}`),
    )
    .option('-y, --yes', 'ask nothing: measure while the knob is turned, and write the result')
    .option('--json', 'for programs: {"ok":…,"input":{…},"noise",…,"flickers","written"}; asks nothing')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => calibrate(console, context, options))
}

async function calibrate(console: Console, context: CalibrateContext, options: Options): Promise<void> {
  const { signal, close } = console.openInterruption()
  try {
    await measureAndSave(console, context, signal, options)
  } catch (error) {
    const { name, message } = error as Error
    const isExplained = ['DriverError', 'TravelError', 'ConfigError', 'RefusedError'].includes(name)
    const isLeaving = name === 'InterruptedError'
    // The main program reports a wrong flag.
    if (!(isExplained || isLeaving) || message.startsWith('--set')) throw error
    const words = isLeaving ? 'interrupted; nothing was written' : message
    if (options.json) console.print(`${JSON.stringify({ ok: false, error: words }, null, 2)}\n`)
    else console.printError(`${isLeaving ? '\n' : ''}neurond calibrate: ${words}\n`)
    console.setExitCode(isLeaving ? INTERRUPTED_EXIT_CODE : 1)
  } finally {
    close()
  }
}

async function measureAndSave(
  console: Console,
  context: CalibrateContext,
  signal: AbortSignal,
  options: Options,
): Promise<void> {
  const faults: CommandFault[] = []
  const seconds = numberFlag('--seconds', options.seconds, SECONDS, faults) ?? DEFAULT_SECONDS
  if (faults.length > 0) {
    console.printError(`neurond calibrate: ${faults.map(({ text }) => text).join('\n')}\n`)
    console.setExitCode(2)
    return
  }
  const input = inputFor(console, options, options.config ?? context.defaultFile(), context.readFile)
  const hasKeyboard = console.isTerminal.input && console.isTerminal.error
  const asks = hasKeyboard && !options.yes && !options.json
  const found = await measureTravel(console, context, signal, input, asks ? undefined : seconds)
  const outcome = { ...found, file: options.config }
  const { config: file } = options
  if (!options.json) console.print(`\n${formatCalibration(outcome)}\n`)
  const written =
    file !== undefined && (options.yes || (asks && (await confirm(console, `Write this into ${file}? [Y/n] `, signal))))
  if (written) writeTravel(console, context, options, file, found.travel)
  if (options.json) console.print(calibrationJson({ ...outcome, written }))
  else console.printError(`${closingLine(file, written, asks)}\n`)
}

function inputFor(
  { env, hostname }: Console,
  options: Options,
  file: string,
  readFile: (path: string) => string,
): Config['input'] {
  return loadConfig({ file, env, set: options.set ?? [], drivers: DRIVERS, hostname, readFile }).input
}

/** @param seconds undefined: ask for each end */
async function measureTravel(
  console: Console,
  context: CalibrateContext,
  signal: AbortSignal,
  input: Config['input'],
  seconds: number | undefined,
) {
  const rivals = input.driver === 'mock' ? [] : context.runningDaemons().filter(daemon => mayHaveAdc(daemon, input.bus))
  if (rivals.length > 0) {
    const who = `a neurond that runs (${formatProcesses(rivals)}) may read this knob too`
    throw new TravelError(`${who}, and both would disturb each other: ${stopCommand(rivals)}, then try again`)
  }
  const { driver, options } = inputDriverOptions(input)
  const { nowMs } = context
  const probeContext = {
    nowMs,
    warn: (message: string) => console.printError(`${message}\n`),
    pause: (durationMs: number) => context.pause(durationMs, signal),
  }
  const probe = await openProbeInTime(adcDriver(driver), options, probeContext, why =>
    console.printError(`${why}\nIt is tried again for some seconds: put its wires right.\n`),
  )
  const user = { console, nowMs, signal }
  try {
    const measured = await (seconds === undefined ? measureEnds(probe, user) : measureFor(seconds, probe, user))
    const { description, mocked, fullScaleVolts } = probe
    return { description, mocked, fullScaleVolts, ...measured }
  } catch (error) {
    if (!(error instanceof TravelError && probe.mocked)) throw error
    const message = `${probe.description}: ${error.message.split(':')[0]}. A simulated knob needs no calibration`
    const hint = 'to see how it goes: --set input.driver=mock --set input.shape=triangle --set input.periodMs=4000'
    throw new TravelError(`${message}; a real one needs a driver like ads1115 or auto, and ${hint}`, { cause: error })
  } finally {
    probe.close()
  }
}

/** @throws TravelError when the file cannot be written; ConfigError if it would be wrong afterwards. */
function writeTravel(
  console: Console,
  context: CalibrateContext,
  options: Options,
  file: string,
  travel: Travel,
): void {
  const text = yamlWithEdits(context.readFile(file), editsOf(travel))
  inputFor(console, options, file, () => text)
  try {
    context.writeFile(file, text)
  } catch (cause) {
    throw new TravelError(`${(cause as Error).message}; or put the lines above into it by hand`, { cause })
  }
}

function closingLine(file: string | undefined, written: boolean, asks: boolean): string {
  if (written)
    return `Written to ${file}; its comments are kept. A running neurond takes over the ends when it reloads (SIGHUP), and the channel at its next start.`
  if (file === undefined)
    return 'Nothing is written: put these lines into your configuration, or name it with --config.'
  return `Nothing is written to ${file}${asks ? '' : ': --yes writes it'}.`
}

interface Calibration {
  readonly description: string
  readonly mocked: boolean
  readonly fullScaleVolts: number
  readonly travel: Travel
  /** How often the chip stopped answering, and what it said last. */
  readonly flickers: number
  readonly fault: string
  /** The file that is to take it; undefined if none was named. */
  readonly file: string | undefined
  readonly written: boolean
}

/** Four digits are finer than any potentiometer. */
const DIGITS = 4

/** The settings that hold what was found. */
function editsOf({ channel, fromLevel, toLevel }: Travel): YamlEdit[] {
  return [
    ...(channel === undefined ? [] : [{ path: ['input', 'channel'], value: channel }]),
    { path: ['input', 'fromLevel'], value: Number(fromLevel.toFixed(DIGITS)) },
    { path: ['input', 'toLevel'], value: Number(toLevel.toFixed(DIGITS)) },
  ]
}

/** The findings, and the lines of the configuration that say them. */
function formatCalibration(found: Omit<Calibration, 'written'>): string {
  const { description, fullScaleVolts, travel, flickers, fault } = found
  const { channel, left, right, noise, deadZone, runnerUp } = travel
  const level = (value: number) => `${value.toFixed(4)} (${(value * fullScaleVolts).toFixed(3)} V)`
  const moved = Math.abs(right - left).toFixed(3)
  const rival =
    runnerUp > 0.5 * Math.abs(right - left) ? `; another moved by ${runnerUp.toFixed(3)}: is it the right one?` : ''
  const rows = [
    ['read by', description],
    ...(channel === undefined ? [] : [['channel', `${channel}, which moved by ${moved} of the range${rival}`]]),
    ['left end', level(left)],
    ['right end', `${level(right)}${right < left ? ', the knob is wired the other way round' : ''}`],
    ['noise', `${(noise * fullScaleVolts * 1000).toFixed(2)} mV`],
    ...(flickers === 0 ? [] : [['wires', `a wire flickered ${times(flickers)}; what was read is kept. ${fault}`]]),
    ['dead zone', `${(deadZone * 100).toFixed(2)} % of the range at either end, so that noise does not stir it`],
  ]
  const settings = editsOf(travel).map(({ path, value }) => `  ${path[1]}: ${shown(value)}`)
  return `${rows.map(([name = '', words = '']) => `${name.padEnd(11)}${words}`).join('\n')}\n\ninput:\n${settings.join('\n')}\n`
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

function calibrationJson({ description, mocked, travel, flickers, file, written }: Calibration): string {
  const settings = Object.fromEntries(editsOf(travel).map(({ path, value }) => [path[1], Number(shown(value))]))
  const { left, right, noise, deadZone } = travel
  const found = { left, right, noise, deadZone, travel: Math.abs(right - left) }
  const figures = Object.fromEntries(Object.entries(found).map(([key, value]) => [key, Number(value.toPrecision(4))]))
  return `${JSON.stringify({ ok: true, description, mocked, input: settings, ...figures, flickers, file: file ?? null, written }, null, 2)}\n`
}

function shown(value: YamlEdit['value']): string {
  return String(typeof value === 'number' ? Number(value.toFixed(4)) : value)
}
