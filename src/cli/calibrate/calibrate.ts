import { Command, Option } from 'commander'
import { adcDriver, DRIVERS } from '../../../drivers/registry.ts'
import { editedYaml } from '../../config/edit.ts'
import { loadConfig } from '../../config/load.ts'
import type { Config } from '../../config/schema.ts'
import { editsOf, foundInWords, type Outcome, outcomeJson } from '../calibrate-report.ts'
import { surveyEnds, surveyFor } from '../calibrate-survey.ts'
import { INTERRUPTED } from '../console.ts'
import { endCommand, mayHaveAdc, processesOf } from '../doctor/daemons.ts'
import { inputOrder } from '../doctor/examination.ts'
import { collected, type Fault, numberFlag } from '../flags.ts'
import { openWorkbench, type Workbench } from './machine.ts'
import { openProbe } from './measure.ts'
import { TravelError } from './travel.ts'

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
  const config = configured(bench, options, bench.readFile)
  const asks = bench.hasKeyboard && !options.yes && !options.json
  const found = await survey(bench, config, asks ? undefined : seconds)
  const outcome = { ...found, file: options.config }
  const { config: file } = options
  if (!options.json) bench.print(`\n${foundInWords(outcome)}\n`)
  const written = file !== undefined && (await mayWrite(bench, options, asks, file))
  if (written) write(bench, options, found)
  if (options.json) bench.print(outcomeJson({ ...outcome, written }))
  else bench.say(`${endingOf(file, written, asks)}\n`)
}

function configured(bench: Workbench, options: Options, readFile: (path: string) => string): Config {
  const { env, hostname } = bench
  const file = options.config ?? bench.usualFile()
  return loadConfig({ file, env, set: options.set ?? [], drivers: DRIVERS, hostname, readFile })
}

/** @param seconds undefined: ask for each end */
async function survey(bench: Workbench, { input }: Config, seconds: number | undefined) {
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
  const text = editedYaml(bench.readFile(file), editsOf(travel))
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
