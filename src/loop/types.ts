/** What the neuron thread reports: spikes, snapshots, health, events. Plain data, the same for MQTT, web and terminal. */
import type { Fields } from '../fields/field-types-and-checks.ts'

/** One spike. (`boot`, `seq`) identifies it for ever. */
export interface Spike {
  /** Counts from 1 without a gap, as long as the process runs. */
  readonly seq: number
  /** Threshold crossing on the wall clock, µs since 1970 (exact inside the step, not when it was noticed). */
  readonly tUs: number
  /** Model time since the previous spike, ms; NaN for the first. */
  readonly isiMs: number
  /** Its output edge came late, after a stall. */
  readonly late: boolean
  /** Model ms per wall ms that held. */
  readonly speed: number
}

/** The neuron now. */
export interface Snapshot {
  readonly vMv: number
  readonly iNa: number
  /** Position 0…1 of the knob, or of the slider that has taken over. */
  readonly level: number
  /** Voltage at the knob's pin, V, before calibration, whether or not it sets the current; NaN before it was first read. */
  readonly knobV: number
  /** Spikes since the start. */
  readonly count: number
  readonly running: boolean
  readonly muted: boolean
  /** The knob does not answer; the current is 0 nA. */
  readonly inputLost: boolean
  /** What sets the current: the knob, a slider that took over from it, or nothing. */
  readonly source: 'knob' | 'slider' | 'lost'
  /** A stimulus runs. */
  readonly stimulated: boolean
  readonly speed: number
  /** Model time, ms. */
  readonly modelMs: number
}

/** Lateness in µs. */
export interface Lateness {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** The loop's own health, since the start or the last time it was asked for. */
export interface Health {
  /** Wake-ups for ticks, against their deadlines. */
  readonly tickLateUs: Lateness
  /** Output edges, against the exact times of their spikes. */
  readonly edgeLateUs: Lateness
  readonly ticks: number
  readonly missedTicks: number
  /** Spikes that shared one output edge with an earlier one. */
  readonly mergedEdges: number
  readonly stalls: number
  /** Time since the last tick, ms: the sign of life. */
  readonly tickAgeMs: number
  /** Wall time skipped by stalls too long to integrate through, ms. */
  readonly skippedMs: number
  /** Spikes that a full ring could not hold. */
  readonly lostReports: number
  readonly adcReads: number
  readonly adcErrors: number
  readonly outputErrors: number
  /** Synaptic events refused because 1024 were still to take effect. */
  readonly clippedArrivals: number
  /** The thread's share of one core, 0…1. */
  readonly cpu: number
}

/** How the neuron thread is scheduled, and why not better. */
export interface Scheduling {
  readonly policy: 'fifo' | 'other'
  readonly priority: number
  readonly timerSlackNs: number
  readonly spinUs: number
  readonly reason: string
}

/** What an output shows: a pulse for every spike, or by its brightness the membrane potential. */
export type Follows = 'spike' | 'synapse' | 'both' | 'potential'

/** A part that was opened. */
export interface OpenedPart {
  readonly name: string
  readonly driver: string
  readonly description: string
  readonly mocked: boolean
  /** Of an output: what it shows. */
  readonly follows?: Follows
}

/** Rare events. */
export type LoopEvent =
  /** The neuron runs; sent again whenever a part appears that was missing at the start. */
  | {
      readonly type: 'ready'
      readonly input: OpenedPart
      readonly outputs: readonly OpenedPart[]
      readonly scheduling: Scheduling
      /** Volts at level 1 of the knob. */
      readonly fullScaleVolts: number
      /** The neuron thread's id in /proc. */
      readonly tid: string
    }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'inputLost'; readonly reason: string }
  | { readonly type: 'inputBack' }
  /** So many reads failed, and the knob was back before it counted as lost; at most every 10 s. */
  | { readonly type: 'inputFaltered'; readonly errors: number; readonly reason: string }
  /** The chip was switched off and on, and has been configured again. */
  | { readonly type: 'inputReset'; readonly reason: string }
  | {
      readonly type: 'outputLost'
      readonly output: string
      readonly reason: string
    }
  | { readonly type: 'outputBack'; readonly output: string }
  /** A tick came this late; the time was integrated through. */
  | { readonly type: 'stall'; readonly stallMs: number }
  /** Time that was too long to be integrated through, wall ms since the start. */
  | { readonly type: 'skipped'; readonly skippedMs: number }
  /** So many synaptic events were refused since the last report, because too many were still to take effect. */
  | { readonly type: 'synapseClipped'; readonly why: 'waiting'; readonly lost: number }
  /** Somebody set the system clock by this much; spikes are dated by it from now on, and their intervals are as they were. */
  | { readonly type: 'clockSet'; readonly stepMs: number }
  /** The outputs are others from now on. */
  | { readonly type: 'outputsChanged'; readonly outputs: readonly OpenedPart[] }
  /** The neuron thread has crashed after spike `seq`; the outputs are low until it starts anew. */
  | { readonly type: 'neuronLost'; readonly cause: string; readonly seq: number; readonly retryMs: number }
  /** It runs again, from rest, and goes on after spike `seq`; for `gapMs` there was no neuron. */
  | {
      readonly type: 'neuronBack'
      readonly cause: string
      readonly seq: number
      readonly gapMs: number
      /** Crashes since the start of the program. */
      readonly crashes: number
    }

/** The last message of the neuron thread: it stopped as it was told, or cannot go on. */
export type LastEvent = { readonly type: 'stopped' } | { readonly type: 'failed'; readonly message: string }

/** The answer to a verb or a change of parameters: the same over MQTT and over HTTP. */
export type Reply = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: Refusal }

export interface Refusal {
  /** `range`, `type`, `unknown`, `busy`, `revision`, … : for programs. */
  readonly code: string
  /** For people: what was wrong, the value, what is allowed. */
  readonly message: string
  /** The offending key, like `tauMs`. */
  readonly path?: string
  /** Lowest and highest allowed value, where there is such a range. */
  readonly range?: readonly [number, number]
}

/** A verb as documents and forms need it. */
export interface VerbHelp {
  readonly help: string
  /** Its arguments. */
  readonly fields: Fields
}

/** Requests to the neuron, over MQTT, HTTP and from the terminal. */
export interface Control {
  readonly verbs: Readonly<Record<string, VerbHelp>>
  /** JSON merge patch on the parameters, all or nothing. */
  patch(patch: unknown, sender?: Sender): Reply
  /** One of the verbs. */
  command(verb: string, payload: unknown, sender?: Sender): Reply
}

/** Whose request it is: what a lesson locks is locked for students, who are all that are not known as the teacher. */
export type Sender = 'student' | 'teacher'
