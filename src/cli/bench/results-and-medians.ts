/** The results of `neurond bench`, and how they are compared and averaged. Pure. */
import type { Lateness } from '../../loop/types.ts'

/** What a part of the bench gets. */
export interface BenchJob {
  /** How long a figure is observed. */
  readonly seconds: number
  /** Aborted when the user wants to leave. */
  readonly signal: AbortSignal
  /** Shows what is being done now. */
  readonly progress: (text: string) => void
}

/** What was measured; a part that was not asked for is absent. */
export interface BenchResults {
  readonly ticks?: TickFigures
  readonly edges?: Comparison | SkippedPart
  readonly mainBlocked?: BlockedFigures
  readonly cpu?: CpuFigures
  readonly start?: StartFigures
  readonly memory?: MemoryFigures
  readonly offline?: OfflineFigures
}

/** How late wake-ups came, us; NaN where nothing was counted. */
export interface WakeUps extends Lateness {
  /** Ticks whose time had passed before the thread woke up; of spike edges, those that merged with an earlier one. */
  readonly missed: number
  readonly count: number
}

/** The neuron thread in one run. */
interface ThreadFigures extends WakeUps {
  readonly policy: 'fifo' | 'other'
  readonly spinUs: number
  /** Share of one core, 0…1. */
  readonly cpu: number
}

/** cyclictest in one run. */
export interface CyclictestFigures extends WakeUps {
  /** Share of one core of its measuring thread, 0…1. */
  readonly cpu: number
  /** With the ticks that it missed counted too, each as late as it would have been: lateness at any moment. */
  readonly anyMoment: Lateness
}

/** Why there are no figures. */
export interface SkippedPart {
  readonly skipped: string
}

/** A run of the neuron thread and what cyclictest saw at the same time. */
export interface Comparison {
  readonly neurond: ThreadFigures
  readonly cyclictest: CyclictestFigures | SkippedPart
  /** neurond over cyclictest; absent without cyclictest. */
  readonly ratioP50?: number
  readonly ratioP99?: number
  /** Of spike edges, the same over cyclictest at any moment: a spike may fall into a pause, a tick only ends it. */
  readonly anyMoment?: { readonly ratioP50: number; readonly ratioP99: number }
}

export type Scenario = 'other' | 'fifo' | 'fifoBusy' | 'fifoGarbage'
export type TickFigures = Readonly<Record<Scenario, Comparison | SkippedPart>>

/** Spike edges of half-second windows, us. */
export interface WindowFigures {
  /** Of the typical window. */
  readonly p50: number
  /** The latest edge of the typical window: about p99. */
  readonly typicalWorst: number
  /** The latest edge of all. */
  readonly worst: number
  readonly windows: number
}

export interface BlockedFigures {
  readonly free: WindowFigures
  /** While the main thread was blocked. */
  readonly blocked: WindowFigures
}

interface CpuFigures {
  /** Share of one core that the neuron thread takes at 1 kHz without spin, 0…1. */
  readonly share: number
  /** What cyclictest takes to wake up as often and do nothing. */
  readonly cyclictestShare?: number
  readonly policy: 'fifo' | 'other'
}

export interface StartFigures {
  /** From the start of the process to the first spike at a subscriber: the median of the starts. */
  readonly firstSpikeMs: number
  readonly slowestMs: number
  readonly starts: number
}

export interface MemoryFigures {
  /** Resident (VmRSS), MB of 1e6 bytes. */
  readonly startMb: number
  readonly endMb: number
  readonly maxMb: number
  /** From the middle third of the run to the last third, medians. */
  readonly growthMb: number
  readonly observedS: number
}

/** Repetitions of the same work. */
export interface WorkFigures {
  readonly p50Ms: number
  readonly minMs: number
  /** The spikes found, to see that the same work was done. */
  readonly spikes: number
}

export interface OfflineFigures {
  readonly plainLoop: WorkFigures
  readonly grid: WorkFigures
  readonly event: WorkFigures
  readonly gridOverPlainLoop: { readonly ratioP50: number }
  readonly eventOverGrid: { readonly ratioP50: number }
}

/** Both sides of a run, with their ratios if cyclictest could run. */
export function comparisonOf(
  neurond: ThreadFigures,
  cyclictest: CyclictestFigures | SkippedPart,
  of: 'ticks' | 'edges',
): Comparison {
  if ('skipped' in cyclictest) return { neurond, cyclictest }
  const anyMoment = ratios(neurond, cyclictest.anyMoment)
  return { neurond, cyclictest, ...ratios(neurond, cyclictest), ...(of === 'edges' && { anyMoment }) }
}

/** The neuron thread's share of a core, with real-time priority if that could be had. */
export function cpuOf({ fifo, other }: TickFigures): CpuFigures | undefined {
  const run = [fifo, other].find(one => 'neurond' in one)
  if (run === undefined) return undefined
  const { neurond, cyclictest } = run
  return {
    share: neurond.cpu,
    policy: neurond.policy,
    ...('cpu' in cyclictest && { cyclictestShare: cyclictest.cpu }),
  }
}

function ratios(own: Lateness, peer: Lateness): { ratioP50: number; ratioP99: number } {
  return { ratioP50: own.p50 / peer.p50, ratioP99: own.p99 / peer.p99 }
}

/** The middle value; of an even number the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.filter(value => !Number.isNaN(value)).sort((a, b) => a - b)
  const half = sorted.length >> 1
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/**
 * Repetitions as one: each number the median over those that have it (so a ratio is the median of the ratios, not the
 * ratio of medians), everything else as the first of them has it.
 */
export function medianOf<T>(repetitions: readonly T[]): T {
  const [first] = repetitions
  if (typeof first === 'number') return median(repetitions as readonly number[]) as T
  if (typeof first !== 'object' || first === null) return first as T
  const alike = repetitions.filter(one => typeof one === 'object' && one !== null) as Record<string, unknown>[]
  const keys = new Set(alike.flatMap(one => Object.keys(one)))
  const merged = [...keys].map(key => [
    key,
    medianOf(alike.flatMap(one => (Object.hasOwn(one, key) ? [one[key]] : []))),
  ])
  return Object.fromEntries(merged) as T
}
