import { NOISE_HOLD_MS, nextJumpMs, type Stimulus, stimulusNa } from '../../neuron/stimulus.ts'
import type { Engine } from './neuron-engine.ts'

/** The input current: that of the knob or of the slider that took over, and a stimulus. */
export interface Input {
  readonly knob: Knob
  /** The level of the slider that has taken over from the knob; NaN while the knob sets the current. */
  takenLevel: number
  stimulus: Stimulus | null
  /** Stimuli so far. */
  stimuli: number
  /** Model time at the start of the last stimulus, ms. */
  startMs: number
  /** The normal number that holds now, and until when (model ms). */
  draw: number
  drawnUntilMs: number
}

export function createInput(knob: Knob): Input {
  return { knob, takenLevel: Number.NaN, stimulus: null, stimuli: 0, startMs: 0, draw: 0, drawnUntilMs: 0 }
}

export function startStimulus(input: Input, stimulus: Stimulus, engine: Engine): void {
  input.stimulus = stimulus
  input.stimuli++
  input.startMs = engine.modelMs
  input.drawnUntilMs = engine.modelMs
}

/** The level that sets the current, 0…1. */
export function levelOf(input: Input): number {
  return Number.isNaN(input.takenLevel) ? input.knob.level : input.takenLevel
}

/** Bring the engine's current up to date. */
export function applyInput(input: Input, engine: Engine): void {
  const { knob, stimulus } = input
  const baseNa = Number.isNaN(input.takenLevel)
    ? currentNa(knob)
    : knob.minNa + input.takenLevel * (knob.maxNa - knob.minNa)
  if (!stimulus) {
    engine.currentNa = baseNa
    return
  }
  const tMs = engine.modelMs - input.startMs
  if (tMs >= stimulus.durationMs) {
    input.stimulus = null
    engine.currentNa = baseNa
    return
  }
  if (stimulus.shape === 'noise' && engine.modelMs >= input.drawnUntilMs) {
    input.draw = standardNormal()
    input.drawnUntilMs = engine.modelMs + NOISE_HOLD_MS
  }
  engine.currentNa = (stimulus.replaces ? 0 : baseNa) + stimulusNa(stimulus, tMs, input.draw)
}

/** Wall time of the stimulus' next jump, Infinity if none comes. */
export function nextInputMs(input: Input, engine: Engine): number {
  if (!input.stimulus || !engine.running) return Number.POSITIVE_INFINITY
  const tMs = engine.modelMs - input.startMs
  return engine.nowMs + (nextJumpMs(input.stimulus, tMs) - tMs) / engine.speed + pastRoundingMs(engine)
}

/**
 * So long after a jump it is past for certain, wall ms: at its exact time rounding may leave it still to come. A
 * nanosecond, and more where the clocks show so much (a computer that is up for months) that a double has no nanoseconds.
 */
function pastRoundingMs({ nowMs, modelMs, speed }: Engine): number {
  return 1e-6 + 4 * Number.EPSILON * (nowMs + modelMs / speed)
}

/** Box and Muller (1958). */
function standardNormal(): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
}

/**
 * The knob: what the current is when the ADC answers, fails and comes back. Pure: the loop reads the chip and passes the
 * outcome in.
 */
interface Knob {
  minNa: number
  maxNa: number
  /** Samples are due this far apart, ms. */
  periodMs: number
  /** How long the last level is held when the chip stops answering, ms. */
  holdMs: number
  /** What the chip read last, 0…1 of its full scale; NaN before the first reading. */
  reading: number
  /** What the chip reads at the knob's two ends; the left one may be the higher. */
  fromLevel: number
  toLevel: number
  /** The last good position: 0 at the left end, 1 at the right one. */
  level: number
  dueMs: number
  /** When reading first failed; NaN while it works. */
  failedMs: number
  /** Held too long: the current is 0 nA until the chip is back. */
  lost: boolean
  reads: number
  errors: number
  /** Failed reads that the chip recovered from in time, and that are not reported yet. */
  unreportedErrors: number
  /** When a fault that goes on may be reported again, monotonic ms. */
  nextReportMs: number
}

/** A chip that does not answer is read this often, ms. */
const RETRY_MS = 250
/** Faults that go on are reported this often at most, ms. */
const REPORT_MS = 10_000

export interface KnobOptions {
  readonly minNa: number
  readonly maxNa: number
  readonly sampleHz: number
  readonly holdMs: number
  /** What the chip reads at the knob's left and right end; 0 and 1 unless given. */
  readonly fromLevel?: number
  readonly toLevel?: number
}

export function createKnob(options: KnobOptions): Knob {
  return {
    minNa: options.minNa,
    maxNa: options.maxNa,
    periodMs: 1000 / options.sampleHz,
    holdMs: options.holdMs,
    fromLevel: options.fromLevel ?? 0,
    toLevel: options.toLevel ?? 1,
    reading: Number.NaN,
    level: 0,
    dueMs: -Infinity,
    failedMs: Number.NaN,
    lost: false,
    reads: 0,
    errors: 0,
    unreportedErrors: 0,
    nextReportMs: -Infinity,
  }
}

/** Input current now, nA. */
export function currentNa(knob: Knob): number {
  return knob.lost ? 0 : knob.minNa + knob.level * (knob.maxNa - knob.minNa)
}

/** The chip answered, with a level 0…1; true when it had been lost. */
export function sampled(knob: Knob, level: number, nowMs: number): boolean {
  const wasLost = knob.lost
  knob.reads++
  knob.reading = level
  knob.level = positionOf(knob, level)
  knob.failedMs = Number.NaN
  knob.lost = false
  if (wasLost) knob.unreportedErrors = 0
  // On the grid of the sampling period, but never a burst of samples to make up for lost ones.
  knob.dueMs = Math.max(knob.dueMs + knob.periodMs, nowMs)
  return wasLost
}

/** The chip failed; true when it is lost by this. The first sample of all has nothing to hold. */
export function sampleFailed(knob: Knob, nowMs: number): boolean {
  knob.errors++
  knob.unreportedErrors++
  if (Number.isNaN(knob.failedMs)) knob.failedMs = nowMs
  const held = knob.reads > 0 && nowMs - knob.failedMs < knob.holdMs
  knob.dueMs = nowMs + (held ? knob.periodMs : RETRY_MS)
  if (held || knob.lost) return false
  knob.lost = true
  return true
}

/** May a fault that goes on be reported now? If so, no other one for a while. */
export function mayReport(knob: Knob, nowMs: number): boolean {
  if (nowMs < knob.nextReportMs) return false
  knob.nextReportMs = nowMs + REPORT_MS
  return true
}

/** A knob that is turned beyond an end, by noise or by force, stands at that end. */
function positionOf({ fromLevel, toLevel }: Knob, level: number): number {
  return Math.min(1, Math.max(0, (level - fromLevel) / (toLevel - fromLevel)))
}
