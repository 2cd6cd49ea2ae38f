/** What the dashboard is told by the rest of the program, and what it may ask of it. */

import type { Fields } from '../fields/fields.ts'
import type { Timers } from '../loop/clock.ts'
import type { FiringRate } from '../loop/firing-rate.ts'
import type { Faults, HealthStatus } from '../loop/health.ts'
import type { Control, Health, Reply, Snapshot, Spike } from '../loop/types.ts'
import type { NeuronParams } from '../neuron/params.ts'

/** The neuron now, and how it fires. */
export interface WebState extends Snapshot, Omit<FiringRate, 'isiMs' | 'cv'> {
  /** Last inter-spike interval in model time, ms; none before the second spike. */
  readonly isiMs: number | null
  /** Coefficient of variation of the recent intervals; none while there are too few. */
  readonly cv: number | null
  readonly faults: Faults
  /** What is wrong around the neuron, and no reason for it not to be ready, as sentences. */
  readonly warnings: readonly string[]
}

/** Everything that can be changed while the neuron runs. */
export interface WebParams extends NeuronParams {
  /** Currents at the two ends of the knob. */
  readonly minNa: number
  readonly maxNa: number
  readonly speed: number
}

/** How well the program keeps its promises. */
export interface WebHealth extends Health {
  /** 99th percentile of the main thread's delay, ms. */
  readonly loopP99Ms: number
  readonly rssMb: number
}

/** The connection to the broker. */
export interface WebLink {
  /** `off`, `connecting`, `online`, … */
  readonly state: string
  readonly url: string
  readonly reason: string
  /** Synaptic events since the start: handed to the neuron, too many, and messages that were none. */
  readonly synapses: { readonly arrived: number; readonly clipped: number; readonly refused: number }
}

/** Something rare: a fault, a recovery, a change. */
export interface WebEvent {
  readonly type: string
  readonly [detail: string]: unknown
}

/** A synaptic event, and when it arrives. */
export interface WebArrival {
  /** The id of the neuron that spiked, or the name under `syn/`. */
  readonly from: string
  /** nA that decay with tauMs; with tauMs 0 a jump of V by so many mV. Negative inhibits. */
  readonly weight: number
  readonly tauMs: number
  /** µs since 1970; in the future where its synapse has a delay. */
  readonly tUs: number
}

/** Numbers in one row of samples: µs since 1970, V in mV, input current in nA, knob level 0…1. */
export const SAMPLE_FIELDS = 4

type Cancel = () => void

export interface WebSources {
  readonly id: string
  /** Random per start; with `seq` it names a spike for ever. */
  readonly boot: string
  readonly startedUs: number
  info(): object
  state(): WebState
  /** The figures since it was last called: one reader, this one. */
  health(): WebHealth
  /** Is all well with the neuron, and if not, why: now, whoever asks. */
  verdict(): HealthStatus
  params(): { readonly rev: number; readonly params: WebParams }
  /** What a change of the parameters takes. */
  readonly paramFields: Fields
  /** The neurons that it listens to. */
  synapses?(): readonly object[]
  link(): WebLink
  readonly control: Control
  onSpike(listener: (spike: Spike) => void): Cancel
  /** Rows of SAMPLE_FIELDS, some tens of ms of them at a time. The neuron traces only while somebody listens. */
  onSamples(listener: (rows: Float64Array) => void): Cancel
  onArrival(listener: (arrival: WebArrival) => void): Cancel
  onEvent(listener: (event: WebEvent) => void): Cancel
  /** The other neurons on the broker. */
  readonly peers: WallSources
}

/** What the server needs of the outer context. */
export interface WebContext {
  readonly timers: Timers
  /** System clock, µs since 1970. */
  wallUs(): number
  log(level: 'info' | 'warn', message: string): void
}

export interface WallSynapse {
  readonly from: string
  /** Of the two weights one is given. */
  readonly weightNa?: number | undefined
  readonly weightMv?: number | undefined
  readonly tauMs?: number | undefined
  readonly delayMs?: number | undefined
  readonly autapse?: boolean | undefined
}

/** A neuron on the broker; null is what is not known of it. */
export interface WallPeer {
  readonly id: string
  /** Stands for the id in frames. */
  readonly index: number
  /** `silent`: there should be signs of life, and are none. */
  readonly life: 'alive' | 'silent' | 'gone'
  /** Of one that is silent: for how long nothing was heard, as far as that is known. */
  readonly quietS: number | null
  /** The broker shows its spikes, and hides its state. */
  readonly isVeiled: boolean
  readonly rateHz: number | null
  readonly iNa: number | null
  readonly running: boolean | null
  readonly muted: boolean | null
  readonly speed: number | null
  readonly synapses: readonly WallSynapse[] | null
  /** Revision of its parameters. */
  readonly rev: number | null
  readonly board: string | null
  readonly mocked: boolean | null
  /** Its dashboard. */
  readonly url: string | null
}

/** How the broker is, at which they all are. */
export interface WallBroker {
  /** `off`: there is none; `idle`: nobody looks; `connecting`, `online`, `offline`. */
  readonly state: string
  readonly url: string
  readonly reason: string
  /** What it refuses to show. */
  readonly refused: readonly string[]
  /** Neurons beyond the most that are shown. */
  readonly overflow: number
}

export interface WallSources {
  /** Watch the broker until the returned function is called; without a watcher this costs nothing. */
  watch(): Cancel
  /** Resolved when a watched broker has told what it knows, or cannot be reached. */
  settled(): Promise<void>
  list(): readonly WallPeer[]
  status(): WallBroker
  /** Every spike of every neuron while the broker is watched: index of the neuron, µs since 1970. */
  onSpike(listener: (index: number, tUs: number) => void): Cancel
  /** @param what `params/set` or `cmd/<verb>` */
  ask(id: string, what: string, content: object): Promise<Reply>
  /** The result is `{answers: {<id>: reply}, silent: [<id>]}`. */
  askAll(what: string, content: object): Promise<Reply>
  /** Have the broker keep nothing more of a neuron that is gone or silent. */
  forget(id: string): Promise<Reply>
  /** The settings of a synapse, from which its form is made. */
  readonly synapseFields: Fields
}
