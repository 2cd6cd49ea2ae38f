/** The data that the dashboard's server reads from the rest of the program, and the requests that it passes on. */

import type { Fields } from '../fields/field-types-and-checks.ts'
import type { LessonLanguage, LessonReport, LessonWorksheet, RunningLesson } from '../lessons/report.ts'
import type { Timers } from '../loop/clock.ts'
import type { LiveParams, ToldParams } from '../loop/control/live-params.ts'
import type { FiringRate } from '../loop/firing-rate.ts'
import type { Faults, HealthStatus } from '../loop/health.ts'
import type { Control, Reply, Snapshot, Spike } from '../loop/types.ts'
import type {
  ConnectionStatus,
  HealthReport,
  LinkEvent,
  LinkFigures,
  Peer,
  PeersStatus,
  Synapse,
  SynapticEvent,
} from '../mqtt/types.ts'

export interface WebSources {
  readonly id: string
  /** Random per start; with `seq` it identifies a spike for ever. */
  readonly boot: string
  readonly startedUs: number
  info(): object
  state(): WebState
  /** Figures since the last call: it has one reader only. */
  health(): HealthReport
  /** Whether all is well with the neuron, and if not, why. */
  verdict(): HealthStatus
  params(): { readonly rev: number; readonly params: ToldParams }
  /** The fields that a change of the parameters may have. */
  readonly paramFields: Fields
  /** The synapses onto this neuron. */
  synapses?(): readonly Synapse[]
  link(): WebLink
  readonly control: Control
  readonly lessons: LessonSource
  onSpike(listener: (spike: Spike) => void): Cancel
  /** Rows of NUMBERS_PER_SAMPLE numbers, some tens of ms at a time. The neuron is only sampled while there is a listener. */
  onSamples(listener: (rows: Float64Array) => void): Cancel
  onArrival(listener: (arrival: DatedArrival) => void): Cancel
  onEvent(listener: (event: LinkEvent) => void): Cancel
  readonly peers: PeerSources
}

/** Lessons on this neuron. */
export interface LessonSource {
  report(language: LessonLanguage): LessonReport
  running(language: LessonLanguage): RunningLesson | null
  worksheet(language: LessonLanguage): LessonWorksheet | null
  /** The progress in the lesson under way as a file; null while there is none. @param id of this neuron */
  progressFile(id: string): object | null
  /** Goes on where a file of progress ends. */
  takeUp(file: unknown, id: string): Reply
}

/** The other neurons on the broker. */
export interface PeerSources {
  /** Watches the broker until the returned function is called; without a watcher there is no connection. */
  watch(): Cancel
  /** Resolves when the broker has sent its retained messages, or cannot be reached. */
  settled(): Promise<void>
  list(): readonly Peer[]
  status(): PeersStatus
  /** Every spike of every neuron while the broker is watched: index of the neuron, µs since 1970. */
  onSpike(listener: (index: number, tUs: number) => void): Cancel
  /** @param what `params/set` or `cmd/<verb>` */
  ask(id: string, what: string, content: object): Promise<Reply>
  /** The result is `{answers: {<id>: reply}, silent: [<id>]}`. */
  askAll(what: string, content: object): Promise<Reply>
  /** Deletes what the broker retains of a neuron that is gone or silent. */
  forget(id: string): Promise<Reply>
  /** The settings of a synapse. */
  readonly synapseFields: Fields
}

/** The neuron now, and how it fires. */
export interface WebState extends Snapshot, Omit<FiringRate, 'isiMs' | 'cv'> {
  /** Last inter-spike interval in model time, ms; null before the second spike. */
  readonly isiMs: number | null
  /** Coefficient of variation of the recent intervals; null while there are too few. */
  readonly cv: number | null
  readonly faults: Faults
  /** Problems around the neuron that do not keep it from being ready, as sentences. */
  readonly warnings: readonly string[]
}

/** Everything that can be changed while the neuron runs. */
export type WebParams = LiveParams

/** The connection to the broker. */
export interface WebLink extends Pick<LinkFigures, 'synapses'>, Pick<ConnectionStatus, 'reason'> {
  readonly state: 'off' | ConnectionStatus['state']
  readonly url: string
}

/** A synaptic event, and when it arrives: µs since 1970, in the future if its synapse has a delay. */
export interface DatedArrival extends Omit<SynapticEvent, 'atMs'> {
  readonly tUs: number
}

/** What the server needs besides. */
export interface WebContext {
  readonly timers: Timers
  /** System clock, µs since 1970. */
  wallUs(): number
  log(level: 'info' | 'warn', message: string): void
  /** Where the secret of its links and the lock are kept; without it they end with this start. */
  readonly accessFile?: string | undefined
}

type Cancel = () => void
