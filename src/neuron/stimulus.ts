/** A stimulus: a current made by software that is added to the knob's, or replaces it. Pure. */
import type { Complaint, Fields, ValuesOf } from '../fields/field-types-and-checks.ts'

/** The longest stimulus, ms, and the largest current, nA: after ten minutes a forgotten one has ended. */
const LONGEST_MS = 600_000
const LARGEST_NA = 1000

const CURRENT = { type: 'number', unit: 'nA', min: -LARGEST_NA, max: LARGEST_NA } as const
const TIME = { type: 'number', unit: 'ms', max: LONGEST_MS } as const

/** The settings of a stimulus, but for its samples; times are in model ms. */
export const STIMULUS_FIELDS = {
  shape: {
    type: 'choice',
    choices: ['step', 'pulse', 'train', 'ramp', 'sine', 'noise', 'samples'],
    default: 'step',
    help: 'without any argument: end the stimulus',
  },
  iNa: {
    ...CURRENT,
    default: 1,
    aliases: ['i', 'current', 'level', 'height', 'amp', 'amplitude'],
    help: 'height, end of a ramp, amplitude of a sine, standard deviation of noise',
  },
  offsetNa: {
    ...CURRENT,
    default: 0,
    aliases: ['offset'],
    help: 'constant part of a sine or noise, start of a ramp',
  },
  durationMs: {
    ...TIME,
    min: 0.01,
    default: 500,
    help: 'how long it lasts; samples as long as there are any, unless it is given',
  },
  periodMs: { ...TIME, min: 0.1, default: 100, aliases: ['period'], help: 'of a sine or train' },
  widthMs: { ...TIME, min: 0.01, default: 10, aliases: ['width'], help: 'of each pulse in a train' },
  replaces: { type: 'flag', default: false, help: "in place of the knob's current instead of added to it" },
} as const satisfies Fields

export type Stimulus = ValuesOf<typeof STIMULUS_FIELDS> & {
  /** The currents of the shape `samples`. */
  readonly samples?: Samples
}

/** A new noise current is drawn this often, ms. */
export const NOISE_HOLD_MS = 1

/**
 * The current at `tMs` after its start, nA; 0 once it is over.
 * @param draw standard normal number held for the ms in question, used by noise alone
 */
export function stimulusNa(stimulus: Stimulus, tMs: number, draw: number): number {
  return tMs < 0 || tMs >= stimulus.durationMs ? 0 : flowingNa(stimulus, tMs, draw)
}

/** The same from its start to its end, both included. */
export function flowingNa(stimulus: Stimulus, tMs: number, draw: number): number {
  const { shape, iNa, offsetNa, durationMs, periodMs, widthMs, samples } = stimulus
  switch (shape) {
    case 'step':
    case 'pulse':
      return iNa
    case 'train':
      return tMs % periodMs < widthMs ? iNa : 0
    case 'ramp':
      return offsetNa + ((iNa - offsetNa) * tMs) / durationMs
    case 'sine':
      return offsetNa + iNa * Math.sin((2 * Math.PI * tMs) / periodMs)
    case 'noise':
      return offsetNa + iNa * draw
    case 'samples':
      return samples ? (samples.iNa[rowAt(samples, tMs)] as number) : 0
  }
}

/** When its current jumps next, ms after its start and later than `tMs`; Infinity once it is over. */
export function nextJumpMs(stimulus: Stimulus, tMs: number): number {
  const { shape, durationMs, periodMs, widthMs, samples } = stimulus
  if (tMs >= durationMs) return Number.POSITIVE_INFINITY
  if (samples) return Math.min(samples.tMs[rowAt(samples, tMs) + 1] ?? durationMs, durationMs)
  if (shape !== 'train') return durationMs
  const pulseMs = Math.floor(tMs / periodMs) * periodMs
  const nextMs = tMs < pulseMs + widthMs ? pulseMs + widthMs : pulseMs + periodMs
  return Math.min(nextMs, durationMs)
}

/** Row k holds from tMs[k], counted from the start of the stimulus, until the next row. */
export interface Samples {
  /** Ascending from 0. */
  readonly tMs: Float64Array<ArrayBuffer>
  readonly iNa: Float64Array<ArrayBuffer>
  /** Up to the end of the last row, ms. */
  readonly lengthMs: number
}

/** A request with more of them would fit into no message over HTTP. */
const MOST_SAMPLES = 20_000
/** More than ten a ms would leave the neuron thread no time to sleep. */
const LEAST_STEP_MS = 0.1
const LAST_ALONE_MS = 500

/** The arguments that give the samples. */
export const SAMPLES_FIELDS = {
  valuesNa: {
    ...{ type: 'numbers', unit: 'nA', min: -LARGEST_NA, max: LARGEST_NA, most: MOST_SAMPLES, default: [] },
    help: 'of samples: the currents; each holds until the next',
  },
  dtMs: { ...TIME, min: LEAST_STEP_MS, default: 1, help: 'of samples: from one to the next' },
  tMs: {
    ...{ type: 'numbers', unit: 'ms', min: 0, max: LONGEST_MS, most: MOST_SAMPLES, default: [] },
    help: 'of samples, in place of dtMs: when each begins; the first at 0, each at least 0.1 after the one before it',
  },
} as const satisfies Fields

/** Arguments that are each within their field. */
interface GivenSamples {
  readonly shape?: string
  readonly valuesNa?: readonly number[]
  readonly tMs?: readonly number[]
  readonly dtMs?: number
  readonly ms?: number
}

/** What is wrong with these arguments together; null if nothing is. */
export function checkSamples(given: GivenSamples): Complaint | null {
  const { shape, valuesNa = [], tMs, dtMs, ms } = given
  const fault = (path: string, message: string) => ({ path, message })
  if (shape !== 'samples') {
    const path = ['valuesNa', 'tMs', 'dtMs'].find(name => name in given)
    return path === undefined ? null : fault(path, 'belongs to the shape samples: add "shape":"samples"')
  }
  if (valuesNa.length === 0) return fault('valuesNa', 'is empty: samples needs currents, like [0,1.5,3]')
  if (tMs && dtMs !== undefined) return fault('dtMs', 'and tMs both say when the samples are due: leave out one')
  if (tMs && tMs.length !== valuesNa.length) {
    return fault('tMs', `has ${tMs.length} times for ${valuesNa.length} currents, must have as many`)
  }
  if (tMs && tMs[0] !== 0) return fault('tMs', `begins at ${tMs[0]}, must begin at 0 ms`)
  const at = tMs?.findIndex((t, k) => k > 0 && t - tMs[k - 1]! < LEAST_STEP_MS * (1 - 1e-9)) ?? -1
  if (tMs && at > 0) {
    const demand = `must be ${LEAST_STEP_MS} ms or more after the one before it, ${tMs[at - 1]}`
    return fault('tMs', `has ${tMs[at]} at index ${at}, ${demand}`)
  }
  const lengthMs = ms ?? samplesOf(given).lengthMs
  return lengthMs <= LONGEST_MS
    ? null
    : fault(tMs ? 'tMs' : 'dtMs', `makes ${lengthMs} ms in all, must make ${LONGEST_MS} at the most`)
}

/** @param given checked by `checkSamples` */
export function samplesOf({ valuesNa = [], dtMs = 1, tMs }: GivenSamples): Samples {
  const times = Float64Array.from(tMs ?? valuesNa, (t, k) => (tMs ? t : k * dtMs))
  // The last row is as long as the one before it.
  const [before, last = 0] = times.subarray(-2)
  const lastMs = !tMs ? dtMs : times.length > 1 ? last - before! : LAST_ALONE_MS
  return { tMs: times, iNa: Float64Array.from(valuesNa), lengthMs: times.at(-1)! + lastMs }
}

/** Index of the row that holds at `atMs`, 0 or later. Allocates nothing. */
function rowAt({ tMs }: Samples, atMs: number): number {
  let low = 0
  let high = tMs.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((tMs[middle] as number) <= atMs) low = middle
    else high = middle
  }
  return low
}
