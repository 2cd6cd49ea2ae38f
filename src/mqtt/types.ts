/** What the link is told by the rest of the program, in the shapes that it publishes. */

import type { Timers } from '../loop/clock.ts'
import type { HealthStatus } from '../loop/health.ts'
import type { TraceListener } from '../loop/host/trace.ts'
import type { Control, Health, OpenedPart, Scheduling, Snapshot } from '../loop/types.ts'
import type { NeuronParams } from '../neuron/params.ts'
import type { Synapse } from './options.ts'

export type { Synapse } from './options.ts'

/** What holds from start to end. */
export interface Info {
  readonly version: string
  readonly startedUs: number
  readonly board: string
  readonly input: OpenedPart
  readonly outputs: readonly OpenedPart[]
  /** `synced`: the system clock follows a time server, so that it agrees with those of other machines. */
  readonly clock: { readonly synced?: boolean; readonly [detail: string]: unknown }
  readonly scheduling: Scheduling
  /** Addresses of this neuron, such as its dashboard, without passwords. */
  readonly urls: Readonly<Record<string, string>>
  readonly speed: number
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

/** How well the program keeps its promises. */
export interface HealthReport extends Health {
  readonly tickTargetUs: number
  /** 99th percentile of the main thread's delay, ms. */
  readonly loopP99Ms: number
  readonly rssMb: number
  readonly speed: number
}

/** All parameters of the neuron, and how often they have changed. */
export interface ParamsReport {
  readonly rev: number
  readonly params: NeuronParams & {
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

/** The neuron as the link sees it; the functions are asked when something is due. */
export interface LinkNeuron {
  /** 1 to 32 of a-z, 0-9 and "-". */
  readonly id: string
  /** Random per start; with `seq` it names a spike for ever. */
  readonly boot: string
  info(): Info
  state(): StateReport
  health(): HealthReport
  /** Is all well with the neuron, and if not, why. */
  verdict(): HealthStatus
  /** What else people are to know, as sentences. */
  warnings?(): readonly string[]
  params(): ParamsReport
  /** Answers the requests that come in; without it the link takes none. */
  readonly control?: Control
  /** Told V and I of every tick and the synaptic events between, in chunks, until the returned function is called. */
  onSamples?(listener: TraceListener): () => void
  /** False when it cannot take one more now. */
  synapse?(event: SynapticEvent): boolean
  /** A request has changed the synapses: to be counted in `params().rev`, and then told to the link's `paramsChanged`. */
  synapsesChanged?(synapses: readonly Synapse[]): void
}

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
  /** Another neuron with the same id, synapses that are too much: what somebody should look after, in words. */
  readonly warnings: readonly string[]
}

/** What the link needs of the outer context. */
export interface LinkContext {
  readonly timers: Timers
  /** System clock, µs since 1970. */
  wallUs(): number
  /** 0 to 1. */
  random(): number
  /** Told once per change, never once per try. */
  log(level: 'info' | 'warn', message: string): void
}

/** A connection that is made again after every fault. */
export interface ConnectionStatus {
  readonly state: 'connecting' | 'online' | 'offline'
  /** Why the last attempt or connection ended; empty when online. */
  readonly reason: string
  /** Time until the next attempt, 0 unless offline. */
  readonly retryInMs: number
}

/** Another neuron on the broker. */
export interface Peer {
  readonly id: string
  /** Stands for the id in frames; counts in the order of appearance. */
  readonly index: number
  /** `silent`: there should be signs of life, and are none. */
  readonly life: 'alive' | 'silent' | 'gone'
  /** Of one that is silent: for how long nothing was heard, as far as that is known, in steps of 10 s; else null. */
  readonly quietS: number | null
  /** Its spikes are to be seen and its state is not: the broker's access rules hide it. */
  readonly isVeiled: boolean
  /** Null is unknown, here and below; Hz in model time. */
  readonly rateHz: number | null
  readonly iNa: number | null
  readonly running: boolean | null
  readonly muted: boolean | null
  readonly speed: number | null
  /** Unknown too where it has some that are none. */
  readonly synapses: readonly Synapse[] | null
  /** Revision of its parameters. */
  readonly rev: number | null
  readonly board: string | null
  /** Its knob or an output is simulated. */
  readonly mocked: boolean | null
  /** Its dashboard. */
  readonly url: string | null
}

/** The connection over which the other neurons are watched. */
export interface PeersStatus extends Pick<ConnectionStatus, 'reason'> {
  readonly state: 'off' | 'idle' | ConnectionStatus['state']
  readonly url: string
  /** What the broker refuses to show, in words. */
  readonly refused: readonly string[]
  /** Neurons beyond the most that are shown. */
  readonly overflow: number
}
