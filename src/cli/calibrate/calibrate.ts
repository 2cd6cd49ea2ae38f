import { Command, Option } from 'commander'
import { adcDriver, DRIVERS } from '../../../drivers/registry.ts'
import { loadConfig } from '../../config/load.ts'
import { type YamlEdit, yamlWithEdits } from '../../config/save.ts'
import type { Config } from '../../config/schema.ts'
import { INTERRUPTED } from '../console.ts'
import { inputOrder } from '../doctor/checks.ts'
import { endCommand, mayHaveAdc, processesOf } from '../doctor/daemons.ts'
import { collected, type Fault, numberFlag } from '../flags.ts'
import { openWorkbench, type Workbench } from './machine.ts'
import { openProbe, surveyEnds, surveyFor } from './measure.ts'
import { type Travel, TravelError } from './travel.ts'

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
With a keyboard it asks for one end of the knob after the other; without one, or with --yes, it watches the knob being
turned to and fro. What it finds are input.channel, input.fromLevel and input.toLevel.

Examples:
  neurond calibrate --config my.yaml                      asks, shows what it found, and writes it into my.yaml
  neurond calibrate --config my.yaml --yes --seconds 20   turn the knob meanwhile; nothing is asked
  neurond calibrate --yes --set input.shape=triangle --set input.periodMs=4000   how it goes, with a simulated knob
`

/** `neurond calibrate`: finds the knob's channel, ends and noise, and writes them into the configuration file. */
export function calibrateCommand(open: () => Workbench = openWorkbench): Command {
  return new Command('calibrate')
    .description('find the channel, the two ends and the noise of the knob, and write them into the configuration file')
    .exitOverride()
    .option('-c, --config <file>', 'configuration file to read and to write; without one nothing is written')
    .option(
      '--set <key=value>',
      'change one setting meanwhile, for example input.address=0x49; may be repeated',
      collected,
    )
    .addOption(
      new Option('--seconds <n>', 'how long to watch when nothing is asked').default(undefined, `${DEFAULT_SECONDS}`),
    )
    .option('-y, --yes', 'ask nothing: watch the knob being turned, and write what was found')
    .option('--json', 'for programs: {"ok":…,"input":{…},"noise",…,"written"}; asks nothing')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => calibrate(open, options))
}

async function calibrate(open: () => Workbench, options: Options): Promise<void> {
  const bench = open()
  try {
    await serve(bench, options)
  } catch (error) {
    const { name, message } = error as Error
    const told = ['DriverError', 'TravelError', 'ConfigError', 'RefusedError'].includes(name)
    const isLeaving = name === 'InterruptedError'
    // A flag that is wrong is the program's to answer.
    if (!(told || isLeaving) || message.startsWith('--set')) throw error
    const words = isLeaving ? 'interrupted; nothing was written' : message
    if (options.json) bench.print(`${JSON.stringify({ ok: false, error: words }, null, 2)}\n`)
    else bench.say(`${isLeaving ? '\n' : ''}neurond calibrate: ${words}\n`)
    bench.exitWith(isLeaving ? INTERRUPTED : 1)
  } finally {
    bench.close()
  }
}

async function serve(bench: Workbench, options: Options): Promise<void> {
  const faults: Fault[] = []
  const seconds = numberFlag('--seconds', options.seconds, SECONDS, faults) ?? DEFAULT_SECONDS
  if (faults.length > 0) {
    bench.say(`neurond calibrate: ${faults.map(({ text }) => text).join('\n')}\n`)
    bench.exitWith(2)
    return
  }
  const input = configured(bench, options, bench.readFile)
  const asks = bench.hasKeyboard && !options.yes && !options.json
  const found = await survey(bench, input, asks ? undefined : seconds)
  const outcome = { ...found, file: options.config }
  const { config: file } = options
  if (!options.json) bench.print(`\n${foundInWords(outcome)}\n`)
  const written = file !== undefined && (await mayWrite(bench, options, asks, file))
  if (written) write(bench, options, found)
  if (options.json) bench.print(outcomeJson({ ...outcome, written }))
  else bench.say(`${endingOf(file, written, asks)}\n`)
}

function configured(bench: Workbench, options: Options, readFile: (path: string) => string): Config['input'] {
  const { env, hostname } = bench
  const file = options.config ?? bench.usualFile()
  return loadConfig({ file, env, set: options.set ?? [], drivers: DRIVERS, hostname, readFile }).input
}

/** @param seconds undefined: ask for each end */
async function survey(bench: Workbench, input: Config['input'], seconds: number | undefined) {
  const rivals = input.driver === 'mock' ? [] : bench.daemons().filter(daemon => mayHaveAdc(daemon, input.bus))
  if (rivals.length > 0) {
    const who = `a neurond that runs (${processesOf(rivals)}) may read this knob too`
    throw new TravelError(`${who}, and both would disturb each other: ${endCommand(rivals)}, then try again`)
  }
  const { driver, options } = inputOrder(input)
  const probe = openProbe(adcDriver(driver), options, bench)
  try {
    const travel = await (seconds === undefined ? surveyEnds(probe, bench) : surveyFor(seconds, probe, bench))
    const { description, mocked, fullScaleVolts } = probe
    return { description, mocked, fullScaleVolts, travel }
  } catch (error) {
    if (!(error instanceof TravelError && probe.mocked)) throw error
    const message = `${probe.description}: ${error.message.split(':')[0]}. A simulated knob needs no calibration`
    const hint = 'to see how it goes: --set input.driver=mock --set input.shape=triangle --set input.periodMs=4000'
    throw new TravelError(`${message}; a real one needs a driver like ads1115 or auto, and ${hint}`, { cause: error })
  } finally {
    probe.close()
  }
}

async function mayWrite(bench: Workbench, { yes }: Options, asks: boolean, file: string): Promise<boolean> {
  if (yes) return true
  return asks && bench.confirmed(`Write this into ${file}? [Y/n] `)
}

/** @throws TravelError when the file cannot be written; ConfigError if it would be wrong afterwards. */
function write(bench: Workbench, options: Options, { travel }: Pick<Outcome, 'travel'>): void {
  const file = options.config as string
  const text = yamlWithEdits(bench.readFile(file), editsOf(travel))
  configured(bench, options, () => text)
  try {
    bench.writeFile(file, text)
  } catch (cause) {
    throw new TravelError(`${(cause as Error).message}; or put the lines above into it by hand`, { cause })
  }
}

function endingOf(file: string | undefined, written: boolean, asks: boolean): string {
  if (written)
    return `Written to ${file}; its comments are kept. A neurond that runs takes the ends over when it is told to reload (SIGHUP), a channel at its next start.`
  if (file === undefined)
    return 'Nothing is written: put these lines into your configuration, or name it with --config.'
  return `Nothing is written to ${file}${asks ? '' : ': --yes writes it'}.`
}

export interface Outcome {
  readonly description: string
  readonly mocked: boolean
  readonly fullScaleVolts: number
  readonly travel: Travel
  /** The file that is to take it; undefined if none was named. */
  readonly file: string | undefined
  readonly written: boolean
}

/** Four digits are finer than any potentiometer. */
const DIGITS = 4

/** The settings that hold what was found. */
export function editsOf({ channel, fromLevel, toLevel }: Travel): YamlEdit[] {
  return [
    ...(channel === undefined ? [] : [{ path: ['input', 'channel'], value: channel }]),
    { path: ['input', 'fromLevel'], value: Number(fromLevel.toFixed(DIGITS)) },
    { path: ['input', 'toLevel'], value: Number(toLevel.toFixed(DIGITS)) },
  ]
}

/** The findings, and the lines of the configuration that say them. */
export function foundInWords({ description, fullScaleVolts, travel }: Omit<Outcome, 'written'>): string {
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
    ['dead zone', `${(deadZone * 100).toFixed(2)} % of the range at either end, so that noise does not stir it`],
  ]
  const settings = editsOf(travel).map(({ path, value }) => `  ${path[1]}: ${shown(value)}`)
  return `${rows.map(([name = '', words = '']) => `${name.padEnd(11)}${words}`).join('\n')}\n\ninput:\n${settings.join('\n')}\n`
}

export function outcomeJson({ description, mocked, travel, file, written }: Outcome): string {
  const settings = Object.fromEntries(editsOf(travel).map(({ path, value }) => [path[1], Number(shown(value))]))
  const { left, right, noise, deadZone } = travel
  const found = { left, right, noise, deadZone, travel: Math.abs(right - left) }
  const figures = Object.fromEntries(Object.entries(found).map(([key, value]) => [key, Number(value.toPrecision(4))]))
  return `${JSON.stringify({ ok: true, description, mocked, input: settings, ...figures, file: file ?? null, written }, null, 2)}\n`
}

function shown(value: YamlEdit['value']): string {
  return String(typeof value === 'number' ? Number(value.toFixed(4)) : value)
}
