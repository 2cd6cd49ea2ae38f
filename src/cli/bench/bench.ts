import { cpus, loadavg, release, type } from 'node:os'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Console } from '../console.ts'
import { InterruptedError } from '../interruption.ts'
import { packageVersion } from '../package-info.ts'
import { benchTable, goalsOf } from './report-and-goals.ts'
import { type BenchJob, type BenchResults, cpuOf, medianOf } from './results-and-medians.ts'

/** What the command needs besides the console: what measures, and the machine that is measured. */
export interface BenchContext {
  readonly parts: Parts
  /** Neurond, Node and the machine in words. */
  readonly describe: () => Readonly<Record<string, string>>
}

type PartName = Exclude<keyof BenchResults, 'cpu'>
export type Parts = { readonly [Name in PartName]: (job: BenchJob) => Promise<NonNullable<BenchResults[Name]>> }

interface Options {
  readonly seconds: number
  readonly repeat: number
  readonly only: readonly PartName[]
  readonly json?: true
}

// Loaded only when they run: the command starts faster.
const PARTS: Parts = {
  ticks: async job => (await import('./loop-lateness.ts')).measureTicks(job),
  edges: async job => (await import('./loop-lateness.ts')).measureEdges(job),
  mainBlocked: async job => (await import('./loop-lateness.ts')).measureBlocked(job),
  start: async job => (await import('./start-and-memory.ts')).measureStart(job),
  memory: async job => (await import('./start-and-memory.ts')).measureMemory(job),
  offline: async job => (await import('./simulation-speed.ts')).measureOffline(job),
}
const NAMES = Object.keys(PARTS) as PartName[]

const UNITS = { lateness: 'us', cpu: 'share of one core', memory: 'MB of 1e6 bytes' }

const EXAMPLES = `
Parts:
  ticks        lateness of the 1 kHz loop beside cyclictest (sudo apt-get install rt-tests), in the same seconds
  edges        lateness of the output edges of spikes, likewise
  mainBlocked  the same edges while the main thread is blocked for 500 ms at a time
  start        from the start of the daemon to the first spike at a subscriber
  memory       resident memory of the daemon at 100 Hz
  offline      simulate, on a grid and by events, beside a plain loop

Compare the ratios, p50 and p99: the maximum is usually a pause of the whole machine.

Examples:
  neurond bench                                          everything, about two minutes
  neurond bench --only ticks,edges --seconds 60 --repeat 3   the median of three runs of a minute each
  neurond bench --only memory --seconds 300              does it grow?
`

/** `neurond bench`: measures this machine. Exits 1 only if something could not be measured. */
export function benchCommand(console: Console, context: BenchContext = { parts: PARTS, describe }): Command {
  return new Command('bench')
    .description('measure lateness, CPU, memory, start and speed on this machine')
    .exitOverride()
    .option('--seconds <n>', 'how long each part measures', positive, 10)
    .option('--repeat <n>', 'measure everything this many times, and print the medians', positive, 1)
    .addOption(
      new Option('--only <parts>', 'some parts only, separated by commas').argParser(partNames).default(NAMES, 'all'),
    )
    .option('--json', 'for programs; comparisons with a peer end in ratioP50 and ratioP99')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => runBench(console, context, options))
}

async function runBench(console: Console, context: BenchContext, options: Options): Promise<void> {
  const about = context.describe()
  const { signal, close } = console.openInterruption()
  const rounds: BenchResults[] = []
  const failures: Record<string, string> = {}
  for (let round = 0; round < options.repeat && !signal.aborted; round++) {
    rounds.push(await oneRound(console, context, options, signal, failures))
  }
  const isInterrupted = signal.aborted
  close()
  console.showProgress('')
  const figures = withCpu(medianOf(rounds))
  console.print(options.json ? jsonOf(figures, { about, options, failures }) : tableOf(figures, { about, options }))
  for (const [name, message] of Object.entries(failures)) console.printError(`neurond bench: ${name}: ${message}\n`)
  if (isInterrupted) console.printError('neurond bench: interrupted; this is not everything\n')
  if (isInterrupted || Object.keys(failures).length > 0) console.setExitCode(1)
}

/** Returns what could be measured; `failures` gets what could not. */
async function oneRound(
  console: Console,
  context: BenchContext,
  options: Options,
  signal: AbortSignal,
  failures: Record<string, string>,
): Promise<BenchResults> {
  const figures: Record<string, unknown> = {}
  const names = NAMES.filter(name => options.only.includes(name))
  for (const [done, name] of names.entries()) {
    if (signal.aborted) break
    const progress = (text: string) => console.showProgress(`${done + 1} of ${names.length}: ${text}`)
    try {
      figures[name] = await context.parts[name]({ seconds: options.seconds, signal, progress })
    } catch (error) {
      if (!(error instanceof InterruptedError)) failures[name] = (error as Error).message
    }
  }
  return figures as BenchResults
}

function withCpu(figures: BenchResults): BenchResults {
  const cpu = figures.ticks && cpuOf(figures.ticks)
  return cpu ? { ...figures, cpu } : figures
}

interface RunInfo {
  readonly about: Readonly<Record<string, string>>
  readonly options: Options
}

function jsonOf(figures: BenchResults, { about, options, failures }: RunInfo & { failures: object }): string {
  const { seconds, repeat } = options
  const all = { ...about, seconds, repeat, units: UNITS, ...figures, goals: goalsOf(figures), failures }
  return `${JSON.stringify(all, rounded, 2)}\n`
}

/** No clock here is good for more than five digits. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value
}

function tableOf(figures: BenchResults, { about, options }: RunInfo): string {
  const info = Object.entries(about).map(([name, value]) => `${name} ${value}`)
  const how = `${options.seconds} s a figure${options.repeat > 1 ? `, medians of ${options.repeat}` : ''}`
  return `${[...info, how].join(', ')}\n\n${benchTable(figures)}`
}

function positive(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= 3600) return value
  throw new InvalidArgumentError('It must be a whole number from 1 to 3600.')
}

function partNames(text: string): readonly PartName[] {
  const names = text.split(',').map(name => name.trim())
  const unknown = names.find(name => !NAMES.includes(name as PartName))
  if (unknown === undefined) return names as PartName[]
  throw new InvalidArgumentError(`'${unknown}' is none of ${NAMES.join(', ')}.`)
}

function describe(): Readonly<Record<string, string>> {
  const load = loadavg()[0]!.toFixed(1)
  const { length: cores, 0: core } = cpus()
  const machine = `${type()} ${release()}, ${cores} x ${core?.model ?? 'processor'}`
  return { neurond: packageVersion(), node: process.version, machine, load }
}
