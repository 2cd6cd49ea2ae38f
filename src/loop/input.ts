import type { Engine } from './engine.ts'
import { currentNa, type Knob } from './knob.ts'
import { NOISE_HOLD_MS, nextJumpMs, type Stimulus, stimulusNa } from './stimulus.ts'

/** A nanosecond, ms: at the very moment of a jump, rounding may leave it still to come. */
const AFTER_JUMP_MS = 1e-6

/** What flows into the neuron: the knob's current or a software knob's, and a stimulus. */
export interface Input {
  readonly knob: Knob
  /** The level that has taken over from the knob; NaN while the knob itself holds. */
  takenLevel: number
  stimulus: Stimulus | null
  /** Model time at the stimulus' start, ms. */
  startMs: number
  /** The normal number that holds now, and until when (model ms). */
  draw: number
  drawnUntilMs: number
}

export function createInput(knob: Knob): Input {
  return { knob, takenLevel: Number.NaN, stimulus: null, startMs: 0, draw: 0, drawnUntilMs: 0 }
}

export function startStimulus(input: Input, stimulus: Stimulus, engine: Engine): void {
  input.stimulus = stimulus
  input.startMs = engine.modelMs
  input.drawnUntilMs = engine.modelMs
}

/** The level that holds, 0…1, whoever has the knob. */
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
  return engine.nowMs + (nextJumpMs(input.stimulus, tMs) - tMs) / engine.speed + AFTER_JUMP_MS
}

/** Box and Muller (1958). */
function standardNormal(): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
}
