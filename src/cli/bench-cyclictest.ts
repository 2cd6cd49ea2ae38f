/** cyclictest of rt-tests: what the same machine does, at the same moment, for a program in C. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Skipped, WakeUps } from './bench-figures.ts'

export interface CyclictestPlan {
  readonly periodUs: number
  /** SCHED_FIFO priority; SCHED_OTHER without. */
  readonly fifoPriority?: number
  /** It ends itself after so long, should nobody stop it. */
  readonly longestS: number
}

export interface Cyclictest {
  /** Ends it and tells what it saw since its start; why it saw nothing, if it could not run. */
  stop(): Promise<WakeUps | Skipped>
}

/** Latencies beyond it are only counted. */
const HISTOGRAM_US = 20_000

/** Starts cyclictest; it never throws: `stop` tells. */
export function startCyclictest(plan: CyclictestPlan): Cyclictest {
  let out = ''
  let complaint = ''
  let failure: NodeJS.ErrnoException | undefined
  const child = spawn('cyclictest', argumentsFor(plan), { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    complaint += text
  })
  child.on('error', error => {
    failure = error
  })
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
  return {
    async stop() {
      interrupt(child)
      await closed
      return wakeUpsIn(out, plan.periodUs) ?? { skipped: obstacle(failure, complaint) }
    },
  }
}

/** --laptop: the power-saving states of the processor stay as the neuron has them. */
export function argumentsFor({ periodUs, fifoPriority, longestS }: CyclictestPlan): string[] {
  const priority = fifoPriority === undefined ? [] : ['-p', String(fifoPriority)]
  const measure = ['-q', '-i', String(periodUs), '-h', String(HISTOGRAM_US), '-D', String(Math.ceil(longestS))]
  return ['--laptop', ...measure, ...priority]
}

/** The report of `cyclictest -q -h` with one thread; undefined if it is none. A period missed is seen by the lateness. */
export function wakeUpsIn(report: string, periodUs: number): WakeUps | undefined {
  const bins = [...report.matchAll(/^(\d+)[ \t]+(\d+)[ \t]*$/gm)].map(([, us, n]) => ({ us: Number(us), n: Number(n) }))
  const max = numberAfter(report, 'Max Latencies')
  const beyond = numberAfter(report, 'Histogram Overflows') || 0
  if (bins.length === 0 || Number.isNaN(max)) return undefined
  const reached = bins.filter(({ n }) => n > 0)
  // Of what the histogram could not hold, only the latest is known.
  if (beyond > 0) reached.push({ us: max, n: beyond })
  const count = reached.reduce((sum, { n }) => sum + n, 0)
  if (count === 0) return undefined
  const missed = reached.reduce((sum, { us, n }) => sum + n * Math.floor(us / periodUs), 0)
  return { p50: quantileUs(reached, count, 0.5), p99: quantileUs(reached, count, 0.99), max, missed, count }
}

interface Bin {
  readonly us: number
  readonly n: number
}

function quantileUs(bins: readonly Bin[], count: number, q: number): number {
  let left = Math.max(1, Math.ceil(count * q))
  for (const { us, n } of bins) {
    left -= n
    if (left <= 0) return us
  }
  return Number.NaN
}

function numberAfter(report: string, title: string): number {
  const found = new RegExp(`^# ${title}: *(\\d+)`, 'm').exec(report)
  return found === null ? Number.NaN : Number(found[1])
}

function interrupt(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT')
}

/** Why cyclictest told nothing, and what mends it. */
export function obstacle(failure: NodeJS.ErrnoException | undefined, complaint: string): string {
  if (failure?.code === 'ENOENT') return 'cyclictest is not installed: sudo apt-get install rt-tests'
  if (failure) return `cyclictest does not start: ${failure.message}`
  if (/scheduling policy|permi|privil|capabilit/i.test(complaint)) {
    return 'cyclictest may not run without rights to real-time priority: run the bench with sudo, or raise RLIMIT_RTPRIO'
  }
  const lines = complaint.split('\n').filter(line => line !== '' && !line.startsWith('WARN'))
  return `cyclictest told nothing${lines.length > 0 ? `: ${lines[0]}` : ''}`
}
