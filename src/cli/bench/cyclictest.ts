/** Runs cyclictest of rt-tests: the lateness of a program in C on the same machine at the same time. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import type { Lateness } from '../../loop/types.ts'
import type { CyclictestFigures, SkippedPart } from './results-and-medians.ts'

interface CyclictestPlan {
  readonly periodUs: number
  /** SCHED_FIFO priority; SCHED_OTHER without. */
  readonly fifoPriority?: number
  /** It ends by itself after so long if it is not stopped. */
  readonly longestS: number
}

interface Cyclictest {
  /** CPU time of its measuring thread so far, ms; NaN where the kernel does not say. */
  cpuMs(): number
  /** Stops it; returns what it measured, or why it could not run. */
  stop(): Promise<CyclictestReport | SkippedPart>
}

type CyclictestReport = Omit<CyclictestFigures, 'cpu'>

/** Latencies beyond it are only counted. */
const HISTOGRAM_US = 20_000

/** Starts cyclictest. It never throws: `stop` returns the reason. */
export function startCyclictest(plan: CyclictestPlan): Cyclictest {
  let out = ''
  let errorOutput = ''
  let failure: NodeJS.ErrnoException | undefined
  const child = spawn('cyclictest', cyclictestArguments(plan), { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.setEncoding('utf8').on('data', text => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    errorOutput += text
  })
  child.on('error', error => {
    failure = error
  })
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
  return {
    cpuMs: () => cpuMsOf(child.pid),
    async stop() {
      interrupt(child)
      await closed
      return parseReport(out, plan.periodUs) ?? { skipped: failureReason(failure, errorOutput) }
    },
  }
}

/** --laptop: the power-saving states of the processor stay as the neuron has them. */
export function cyclictestArguments({ periodUs, fifoPriority, longestS }: CyclictestPlan): string[] {
  const priority = fifoPriority === undefined ? [] : ['-p', String(fifoPriority)]
  const measure = ['-q', '-i', String(periodUs), '-h', String(HISTOGRAM_US), '-D', String(Math.ceil(longestS))]
  return ['--laptop', ...measure, ...priority]
}

/** What `cyclictest -q -h` with one thread printed; undefined if it is no report. Missed ticks follow from the lateness. */
export function parseReport(text: string, periodUs: number): CyclictestReport | undefined {
  const bins = [...text.matchAll(/^(\d+)[ \t]+(\d+)[ \t]*$/gm)].map(([, us, n]) => ({ us: Number(us), n: Number(n) }))
  const max = numberAfter(text, 'Max Latencies')
  const beyond = numberAfter(text, 'Histogram Overflows') || 0
  // Of the latencies beyond the histogram only the largest is known.
  const reached = [...bins, { us: max, n: beyond }].filter(({ n }) => n > 0)
  if (reached.length === 0 || Number.isNaN(max)) return undefined
  const missed = reached.flatMap(bin => missedIn(bin, periodUs)).sort((a, b) => a.us - b.us)
  const all = [...reached, ...missed].sort((a, b) => a.us - b.us)
  return { ...latenessIn(reached), missed: total(missed), count: total(reached), anyMoment: latenessIn(all) }
}

interface Bin {
  readonly us: number
  readonly n: number
}

/** The ticks whose time passed before such a late one came, as late as they would have been. */
function missedIn({ us, n }: Bin, periodUs: number): Bin[] {
  return Array.from({ length: Math.floor(us / periodUs) }, (_, k) => ({ us: us - (k + 1) * periodUs, n }))
}

function latenessIn(bins: readonly Bin[]): Lateness {
  return { p50: quantileUs(bins, 0.5), p99: quantileUs(bins, 0.99), max: bins.at(-1)!.us }
}

/** @param bins in the order of their lateness. */
function quantileUs(bins: readonly Bin[], q: number): number {
  let left = Math.max(1, Math.ceil(total(bins) * q))
  for (const { us, n } of bins) {
    left -= n
    if (left <= 0) return us
  }
  return Number.NaN
}

function total(bins: readonly Bin[]): number {
  return bins.reduce((sum, { n }) => sum + n, 0)
}

function numberAfter(report: string, title: string): number {
  const found = new RegExp(`^# ${title}: *(\\d+)`, 'm').exec(report)
  return found === null ? Number.NaN : Number(found[1])
}

function interrupt(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT')
}

/** Why cyclictest has no report, and what fixes it. */
export function failureReason(failure: NodeJS.ErrnoException | undefined, errorOutput: string): string {
  if (failure?.code === 'ENOENT') return 'cyclictest is not installed: sudo apt-get install rt-tests'
  if (failure) return `cyclictest does not start: ${failure.message}`
  if (/scheduling policy|permi|privil|capabilit/i.test(errorOutput)) {
    return 'cyclictest may not run without rights to real-time priority: run the bench with sudo, or raise RLIMIT_RTPRIO'
  }
  const lines = errorOutput.split('\n').filter(line => line !== '' && !line.startsWith('WARN'))
  return `cyclictest told nothing${lines.length > 0 ? `: ${lines[0]}` : ''}`
}

/** The thread that has the process's own id only waits for the end; the other one measures (proc(5), schedstat). */
function cpuMsOf(pid: number | undefined): number {
  try {
    const [thread] = readdirSync(`/proc/${pid}/task`).filter(tid => tid !== `${pid}`)
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    return Number.NaN
  }
}
