/** What the class wall is told of the other neurons, and what it may ask of them. */

import type { Fields } from '../fields/fields.ts'
import type { Reply } from '../loop/types.ts'

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

type Cancel = () => void

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
