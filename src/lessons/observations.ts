/** What a lesson sees of a neuron. All times are model time in ms since the lesson's neuron started. */

import type { NeuronParams } from '../neuron/params.ts'
import type { Stimulus } from '../neuron/stimulus.ts'
import type { Sentence } from './sentences.ts'

export interface ObservedSpike {
  readonly atMs: number
  /** Counts on without a gap. */
  readonly seq: number
  /** NaN for the first, and for the first after a pause. */
  readonly isiMs: number
  /** Its edge came late: the interval that was seen is not the neuron's. */
  readonly late: boolean
}

export type Observation =
  /** A row of the trace; at most some ms apart. */
  | {
      readonly type: 'sample'
      readonly atMs: number
      readonly iNa: number
      readonly vMv: number
      /** A stimulus runs. */
      readonly stimulated?: boolean
    }
  | ({ readonly type: 'spike' } & ObservedSpike)
  | { readonly type: 'params'; readonly atMs: number; readonly params: NeuronParams }
  /** A stimulus begins at this very time. One that replaces another ends it. */
  | { readonly type: 'stimulus'; readonly atMs: number; readonly stimulus: Stimulus }
  | { readonly type: 'arrival'; readonly atMs: number }
  /** What is under way cannot be judged any more, and why. */
  | { readonly type: 'disturbed'; readonly atMs: number; readonly why: Sentence }
  | ({ readonly type: 'state'; readonly atMs: number } & ObservedState)

export interface ObservedState {
  readonly running: boolean
  readonly speed: number
  /** What sets the current. */
  readonly source: 'knob' | 'slider' | 'lost'
}
