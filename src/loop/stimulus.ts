/** A current made by software, for experiments: added to the knob's or in its place. Pure. */
import { rowAt, type Samples } from './samples.ts'

export const STIMULUS_SHAPES = ['step', 'pulse', 'train', 'ramp', 'sine', 'noise', 'samples'] as const
type StimulusShape = (typeof STIMULUS_SHAPES)[number]

export interface Stimulus {
  readonly shape: StimulusShape
  /** Height of a step, pulse or train; end of a ramp; amplitude of a sine; standard deviation of noise, nA. */
  readonly iNa: number
  /** Constant part under a sine or noise; start of a ramp, nA. */
  readonly offsetNa: number
  /** How long it lasts, model ms. */
  readonly durationMs: number
  /** Of a sine and of a train, model ms. */
  readonly periodMs: number
  /** Of each pulse in a train, model ms. */
  readonly widthMs: number
  /** In place of the knob's current instead of added to it. */
  readonly replaces: boolean
  /** The currents of the shape that consists of them. */
  readonly samples?: Samples
}

/** A new noise current is drawn this often, ms. */
export const NOISE_HOLD_MS = 1

/**
 * The current at `tMs` after its start, nA; 0 once it is over.
 * @param draw standard normal number held for the ms in question, used by noise alone
 */
export function stimulusNa(stimulus: Stimulus, tMs: number, draw: number): number {
  const { shape, iNa, offsetNa, durationMs, periodMs, widthMs, samples } = stimulus
  if (tMs < 0 || tMs >= durationMs) return 0
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

/** When its current changes next by a jump, ms after its start and later than `tMs`; Infinity if only ever with the ticks. */
export function nextJumpMs(stimulus: Stimulus, tMs: number): number {
  const { shape, durationMs, periodMs, widthMs, samples } = stimulus
  if (tMs >= durationMs) return Number.POSITIVE_INFINITY
  if (samples) return Math.min(samples.tMs[rowAt(samples, tMs) + 1] ?? durationMs, durationMs)
  if (shape !== 'train') return durationMs
  const pulseMs = Math.floor(tMs / periodMs) * periodMs
  const nextMs = tMs < pulseMs + widthMs ? pulseMs + widthMs : pulseMs + periodMs
  return Math.min(nextMs, durationMs)
}
