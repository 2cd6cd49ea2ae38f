import { currentNa, type Knob } from '../knob.ts'
import { NOISE_HOLD_MS, nextJumpMs, type Stimulus, stimulusNa } from '../stimulus.ts'
import type { Engine } from './engine.ts'

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
  return engine.nowMs + (nextJumpMs(input.stimulus, tMs) - tMs) / engine.speed + pastRoundingMs(engine)
}

/**
 * So much after a jump it is past for certain, wall ms: at its very moment rounding may leave it still to come. A
 * nanosecond, and more where the clocks have come so far (a computer that is up for months) that a double holds none.
 */
function pastRoundingMs({ nowMs, modelMs, speed }: Engine): number {
  return 1e-6 + 4 * Number.EPSILON * (nowMs + modelMs / speed)
}

/** Box and Muller (1958). */
function standardNormal(): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
}
