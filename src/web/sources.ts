/** What the dashboard is told by the rest of the program, and what it may ask of it. */

import type { Fields } from '../fields/fields.ts'
import type { Timers } from '../loop/clock.ts'
import type { Firing } from '../loop/firing-rate.ts'
import type { Faults, Verdict } from '../loop/health.ts'
import type { Control, Health, Snapshot, Spike } from '../loop/types.ts'
import type { NeuronParams } from '../neuron/params.ts'
import type { WallSources } from './wall-sources.ts'

/** The neuron now, and how it fires. */
export interface WebState extends Snapshot, Omit<Firing, 'isiMs' | 'cv'> {
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
  verdict(): Verdict
  params(): { readonly rev: number; readonly params: WebParams }
  /** What a change of the parameters takes. */
  readonly paramFields: Fields
  /** The neurons that it listens to. */
  synapses?(): readonly object[]
  link(): WebLink
  readonly control: Control
  /** The commands and what they take: documents and forms are made from it. */
  readonly verbs: Readonly<Record<string, Fields>>
  onSpike(listener: (spike: Spike) => void): Cancel
  /** Rows of SAMPLE_FIELDS, some tens of ms of them at a time. The neuron traces only while somebody listens. */
  onSamples(listener: (rows: Float64Array) => void): Cancel
  onArrival(listener: (arrival: WebArrival) => void): Cancel
  onEvent(listener: (event: WebEvent) => void): Cancel
  /** The other neurons on the broker. */
  readonly peers: WallSources
}

/** What the server needs of the outer world. */
export interface WebWorld {
  readonly timers: Timers
  /** System clock, µs since 1970. */
  wallUs(): number
  note(level: 'info' | 'warn', message: string): void
}
