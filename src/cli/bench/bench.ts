import { cpus, loadavg, release, type } from 'node:os'
import { Command, InvalidArgumentError, Option } from 'commander'
import { InterruptedError } from '../console.ts'
import { packageVersion } from '../package-info.ts'
import { benchTable, goalsOf } from './report.ts'
import { type BenchJob, type BenchResults, cpuOf, medianOf } from './results.ts'

/** What the command sees of the machine that it measures. */
export interface Bench {
  readonly parts: Parts
  /** Neurond, Node and the machine in words. */
  readonly describe: () => Readonly<Record<string, string>>
  readonly print: (text: string) => void
  readonly complain: (text: string) => void
  /** A line that is replaced by the next; '' takes it away. */
  readonly progress: (text: string) => void
  /** Calls back when the user wants to leave; returns what ends that. */
  readonly onInterrupt: (interrupt: () => void) => () => void
  readonly exitWith: (code: number) => void
}

export type PartName = Exclude<keyof BenchResults, 'cpu'>
export type Parts = { readonly [Name in PartName]: (job: BenchJob) => Promise<NonNullable<BenchResults[Name]>> }

interface Options {
  readonly seconds: number
  readonly repeat: number
  readonly only: readonly PartName[]
  readonly json?: true
}

// Loaded when they are run: the daemon starts faster without them.
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

Judge by the ratios, and by p50 and p99: the latest of all wake-ups is as a rule a pause of the whole machine.

Examples:
  neurond bench                                          everything, about two minutes
  neurond bench --only ticks,edges --seconds 60 --repeat 3   the median of three runs of a minute each
  neurond bench --only memory --seconds 300              does it grow?
`

/** `neurond bench`: how punctual and how frugal the neuron is on this machine. Exits 1 only if something could not be measured. */
export function benchCommand(bench: Bench = thisBench()): Command {
  return new Command('bench')
    .description('measure lateness, CPU, memory, start and speed on this machine')
    .exitOverride()
    .option('--seconds <n>', 'how long each figure is observed', positive, 10)
    .option('--repeat <n>', 'measure everything so often and tell the medians', positive, 1)
    .addOption(
      new Option('--only <parts>', 'some parts only, separated by commas').argParser(partNames).default(NAMES, 'all'),
    )
    .option('--json', 'for programs; comparisons with a peer end in ratioP50 and ratioP99')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => runBench(bench, options))
}

async function runBench(bench: Bench, options: Options): Promise<void> {
  const about = bench.describe()
  const leaving = new AbortController()
  const endWatch = bench.onInterrupt(() => leaving.abort())
  const rounds: BenchResults[] = []
  const failures: Record<string, string> = {}
  for (let round = 0; round < options.repeat && !leaving.signal.aborted; round++) {
    rounds.push(await oneRound(bench, options, leaving.signal, failures))
  }
  endWatch()
  bench.progress('')
  const figures = withCpu(medianOf(rounds))
  bench.print(options.json ? jsonOf(figures, { about, options, failures }) : tableOf(figures, { about, options }))
  for (const [name, message] of Object.entries(failures)) bench.complain(`neurond bench: ${name}: ${message}\n`)
  if (leaving.signal.aborted) bench.complain('neurond bench: interrupted; this is not everything\n')
  if (leaving.signal.aborted || Object.keys(failures).length > 0) bench.exitWith(1)
}

/** What could be measured; what could not is told in `failures`. */
async function oneRound(bench: Bench, options: Options, signal: AbortSignal, failures: Record<string, string>) {
  const figures: Record<string, unknown> = {}
  const names = NAMES.filter(name => options.only.includes(name))
  for (const [done, name] of names.entries()) {
    if (signal.aborted) break
    const progress = (text: string) => bench.progress(`${done + 1} of ${names.length}: ${text}`)
    try {
      figures[name] = await bench.parts[name]({ seconds: options.seconds, signal, progress })
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

interface Context {
  readonly about: Readonly<Record<string, string>>
  readonly options: Options
}

function jsonOf(figures: BenchResults, { about, options, failures }: Context & { failures: object }): string {
  const { seconds, repeat } = options
  const all = { ...about, seconds, repeat, units: UNITS, ...figures, goals: goalsOf(figures), failures }
  return `${JSON.stringify(all, rounded, 2)}\n`
}

/** Five digits are more than any clock here is worth. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value
}

function tableOf(figures: BenchResults, { about, options }: Context): string {
  const words = Object.entries(about).map(([name, value]) => `${name} ${value}`)
  const how = `${options.seconds} s a figure${options.repeat > 1 ? `, medians of ${options.repeat}` : ''}`
  return `${[...words, how].join(', ')}\n\n${benchTable(figures)}`
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

function thisBench(): Bench {
  return {
    parts: PARTS,
    describe,
    print: text => void process.stdout.write(text),
    complain: text => void process.stderr.write(text),
    progress: text => {
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
    },
    onInterrupt(interrupt) {
      for (const signal of SIGNALS) process.once(signal, interrupt)
      return () => SIGNALS.forEach(signal => void process.off(signal, interrupt))
    },
    exitWith: code => {
      process.exitCode = code
    },
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function describe(): Readonly<Record<string, string>> {
  const load = loadavg()[0]!.toFixed(1)
  const { length: cores, 0: core } = cpus()
  const machine = `${type()} ${release()}, ${cores} x ${core?.model ?? 'processor'}`
  return { neurond: packageVersion(), node: process.version, machine, load }
}
