/** What the link exchanges with the rest of the program, in the shapes that it publishes. */

import type { LessonProgress } from '../lessons/report.ts'
import type { Timers } from '../loop/clock.ts'
import type { HiddenNeuron } from '../loop/control/live-params.ts'
import type { HealthStatus } from '../loop/health.ts'
import type { TraceListener } from '../loop/host/trace.ts'
import type { Control, Health, OpenedPart, Reply, Scheduling, Snapshot } from '../loop/types.ts'
import type { NeuronParams } from '../neuron/params.ts'

/** What does not change while the neuron runs. */
export interface Info {
  readonly version: string
  readonly startedUs: number
  readonly board: string
  readonly input: OpenedPart
  readonly outputs: readonly OpenedPart[]
  readonly clock: Partial<ClockReport>
  readonly scheduling: Scheduling
  /** Addresses of this neuron, such as its dashboard, without passwords. */
  readonly urls: Readonly<Record<string, string>>
  readonly speed: number
}

/** Does the system clock agree with those of other machines? */
export interface ClockReport {
  /** It follows a time server. */
  readonly synced: boolean
  /** It is off by so much at the most, ms; null where nobody knows. */
  readonly errMs: number | null
  /** Who says so: chronyd, systemd-timesyncd, or the kernel (for ntpd and others); none if nobody does. */
  readonly source: 'chrony' | 'timesyncd' | 'kernel' | 'none'
}

/** The neuron now, and how it fires. */
export interface StateReport extends Pick<Snapshot, 'vMv' | 'iNa' | 'knobV' | 'count' | 'running' | 'muted' | 'speed'> {
  readonly rateHz: number
  /** Last inter-spike interval in model time, ms; null before the second spike. */
  readonly isiMs: number | null
  /** Coefficient of variation of the recent intervals; null while there are too few. */
  readonly cv: number | null
  /** Where the input current comes from. */
  readonly source: string
}

/** How well the program keeps time. */
export interface HealthReport extends Health {
  readonly tickTargetUs: number
  /** 99th percentile of the main thread's delay, ms. */
  readonly loopP99Ms: number
  readonly rssMb: number
  readonly speed: number
  /** The system clock, by which spikes are dated. */
  readonly clock?: ClockReport
}

/** All parameters of the neuron, null while a lesson hides them, and how often they have changed. */
export interface ParamsReport {
  readonly rev: number
  readonly params: (NeuronParams | HiddenNeuron) & {
    /** Current at the right end of the knob, nA. */
    readonly maxNa?: number
  }
}

/** Something rare: a fault, a recovery, a change. */
export interface LinkEvent {
  readonly type: string
  readonly [detail: string]: unknown
}

/** What a synapse does to the neuron, and when. */
export interface SynapticEvent {
  /** The id of the neuron that spiked, or the name under `syn/`. */
  readonly from: string
  /** nA that decay with tauMs; with tauMs 0 a jump of V by so many mV. */
  readonly weight: number
  readonly tauMs: number
  /** When it arrives, monotonic ms. */
  readonly atMs: number
}

/** The neuron as the link sees it; the link calls the functions when it publishes. */
export interface LinkNeuron {
  /** 1 to 32 of a-z, 0-9 and "-". */
  readonly id: string
  /** Random per start; with `seq` it identifies a spike for ever. */
  readonly boot: string
  info(): Info
  /** Something that `info()` tells is still being opened, like the dashboard. */
  isOpening?(): boolean
  state(): StateReport
  health(): HealthReport
  /** All spikes up to this number have been passed on or are lost. */
  settledSeq?(): number
  /** Is all well with the neuron, and if not, why. */
  verdict(): HealthStatus
  /** Other warnings, as sentences. */
  warnings?(): readonly string[]
  params(): ParamsReport
  /** How far its lesson is; empty while there is none. */
  lesson?(): LessonProgress
  /** Carries out requests; without it the link accepts none. */
  readonly control?: Control
  /** Passes on V and I of every tick, and the synaptic events, in chunks, until the returned function is called. */
  onSamples?(listener: TraceListener): () => void
  /** False when it cannot take one more now. */
  synapse?(event: SynapticEvent): boolean
  /** A request has changed the synapses: count it in `params().rev`, then call the link's `paramsChanged`. */
  synapsesChanged?(synapses: readonly Synapse[]): void
}

/** One synapse as it is configured; what is left out takes its default, but there is one weight only. */
export interface Synapse {
  readonly from: string
  readonly weightNa?: number | undefined
  readonly weightMv?: number | undefined
  readonly tauMs?: number | undefined
  readonly delayMs?: number | undefined
  readonly autapse?: boolean | undefined
  /** Spikes by chance in place of those of a neuron, Hz. */
  readonly rateHz?: number | undefined
}

/** A synapse, and what its delay is counted from. */
export interface ReportedSynapse extends Synapse {
  readonly timing: Timing
}

/** What delays are counted from: the sender's spike, or the arrival of its message. */
export type Timing = 'spike' | 'arrival'

/** Synaptic events since the start. */
export interface SynapticCounts {
  /** Handed to the neuron. */
  readonly arrived: number
  /** Sound, but too many for the rate limit or the neuron's queue. */
  readonly clipped: number
  /** Messages that are no synaptic event: too large, not UTF-8, an impossible weight. */
  readonly refused: number
}

/** What the link itself has done. */
export interface LinkFigures {
  /** Messages handed to the broker's connection, and those it acknowledged (QoS 1). */
  readonly sent: number
  readonly acked: number
  /** Spikes named in gaps since the start. */
  readonly dropped: number
  readonly waitingBatches: number
  readonly waitingSpikes: number
  readonly reconnects: number
  readonly synapses: SynapticCounts
  /** What a person should look after, as sentences: another neuron with the same id, too many synaptic events. */
  readonly warnings: readonly string[]
}

export interface ConnectionStatus {
  readonly state: 'connecting' | 'online' | 'offline'
  /** Why the last attempt or connection ended; empty when online. */
  readonly reason: string
  /** Time until the next attempt, 0 unless offline. */
  readonly retryInMs: number
}

export interface LinkStatus extends LinkFigures, Omit<ConnectionStatus, 'state'> {
  readonly state: 'off' | ConnectionStatus['state']
  /** The broker's address without its password; empty when off. */
  readonly url: string
}

/** The run of this neuron before this one. */
export interface PreviousRun {
  readonly boot: string
  /** Its last spike; if it crashed, at most 10 s may be missing. */
  readonly lastSeq: number
}

/** What the link adds to the published information. */
export interface LinkInfo {
  readonly prev?: PreviousRun | undefined
  readonly synapses?: readonly ReportedSynapse[] | undefined
  /** The topic on which the neuron is announced to Home Assistant. */
  readonly homeAssistant?: string | undefined
}

/** A neuron on the broker. */
export interface Peer {
  readonly id: string
  /** Replaces the id in frames; counted in the order of appearance. */
  readonly index: number
  /** `silent`: it should publish, and does not. */
  readonly life: 'alive' | 'silent' | 'gone'
  /** If it is silent: for how long it has published nothing, as far as is known, in steps of 10 s; else null. */
  readonly quietS: number | null
  /** Its spikes arrive and its state does not: the broker's access rules hide it. */
  readonly isVeiled: boolean
  /** Null is unknown, here and below. Hz in model time. */
  readonly rateHz: number | null
  readonly iNa: number | null
  readonly running: boolean | null
  readonly muted: boolean | null
  readonly speed: number | null
  /** What sets its current. */
  readonly source: 'knob' | 'slider' | 'lost' | null
  /** Its parameters; null too if it publishes malformed ones. */
  readonly neuron: NeuronParams | null
  /** Null too if it publishes malformed ones. */
  readonly synapses: readonly Synapse[] | null
  /** Revision of its parameters. */
  readonly rev: number | null
  readonly board: string | null
  /** Its knob or an output is simulated. */
  readonly mocked: boolean | null
  /** Its dashboard. */
  readonly url: string | null
  /** How far its group is in a lesson; null too while there is none. */
  readonly lesson: PeerLesson | null
}

export interface PeerLesson extends Required<Omit<LessonProgress, 'handUp'>> {
  /** Counts the hands in the order in which they went up, as far as this neuron has seen it; null if it is down. */
  readonly hand: number | null
}

/** The other neurons on the broker. */
export interface Peers {
  /** Watch the broker until the returned function is called, and some seconds more. */
  watch(): () => void
  /** Resolved when the broker has sent what it retains, or cannot be reached. */
  settled(): Promise<void>
  list(): readonly Peer[]
  status(): PeersStatus
  /** `index` is the neuron's; µs since 1970 on this machine's clock. */
  onSpike(listener: (index: number, tUs: number) => void): () => void
  /** @param what `params/set` or `cmd/<verb>` */
  ask(id: string, what: string, content: object): Promise<Reply>
  /** Ask all that are not gone; the result is `{answers: {<id>: reply}, silent: [<id>]}`. */
  askAll(what: string, content: object): Promise<Reply>
  /**
   * Make the broker retain nothing more of a neuron that is gone or silent; the result is `{forgotten: <id>}`, with
   * `homeAssistant` (why) if it is still announced there.
   */
  forget(id: string): Promise<Reply>
  close(): Promise<void>
}

export interface PeersStatus extends Pick<ConnectionStatus, 'reason'> {
  readonly state: 'off' | 'idle' | ConnectionStatus['state']
  readonly url: string
  /** Subscriptions that the broker refuses, as text. */
  readonly refused: readonly string[]
  /** Neurons that did not fit into the list. */
  readonly overflow: number
  /** Messages about lessons that were malformed, and dropped. */
  readonly malformed: number
}

/** How a part of the link reports to the link. */
export interface LinkHooks {
  readonly onEvent: (event: LinkEvent) => void
  /** What the part adds to the published information has changed. */
  readonly onChange: () => void
}

/** What the link needs of the outer context. */
export interface LinkContext {
  readonly timers: Timers
  /** System clock, µs since 1970. */
  wallUs(): number
  /** 0 to 1. */
  random(): number
  /** Called once per change, not once per attempt. */
  log(level: 'info' | 'warn', message: string): void
}
