import {
  addCurrentPulse,
  addVoltageJump,
  advance,
  crossesInThisMoment,
  type NeuronState,
  nextSpikeMs,
  reseed,
  restingState,
} from '../../neuron/integrate-and-fire.ts'
import { noiseStepMs } from '../../neuron/noise-steps.ts'
import type { NeuronParams } from '../../neuron/params.ts'
import { UNLIMITED_WORK, type WorkBudget } from './work-budget.ts'

/** The neuron in wall time. Pure: time is an argument, spikes go to a listener. */
export interface Engine {
  neuron: NeuronParams
  readonly state: NeuronState
  /** Model ms per wall ms. */
  speed: number
  running: boolean
  /** Input current, held until it is changed, nA. */
  currentNa: number
  /** Wall time up to which the neuron is integrated, monotonic ms. */
  nowMs: number
  /** Model time integrated so far, ms. */
  modelMs: number
  /** Spikes so far; the next one gets this number plus one. */
  seq: number
  /** Model time since the last spike, ms; NaN before the first. */
  sinceSpikeMs: number
  /** Wall time given up, because a stall was too long to integrate through or the work too much, ms. */
  skippedMs: number
  readonly budget: WorkBudget
}

/** Called for each spike: its number, its exact wall time (monotonic ms) and the model time since the one before (ms). */
export type SpikeListener = (seq: number, atMs: number, isiMs: number) => void

/**
 * A stall up to this long is integrated through, ms; beyond it the loop resynchronises. The kernel waits for a blocked I2C
 * bus for a second, where it cannot be told to wait less.
 */
const LONGEST_STALL_MS = 1500
/** Steps of the noise in one piece of work, and in one look ahead for a spike. */
const NOISE_STEPS = 200
/** Spikes are dated in whole µs, so that two times this close are one moment, wall ms. */
const SAME_MOMENT_MS = 1e-3
/** Wake up a nanosecond after a spike, ms: at its exact time, rounding may put it off for one step more. */
const AFTER_SPIKE_MS = 1e-6

export function createEngine(
  neuron: NeuronParams,
  speed: number,
  nowMs: number,
  budget: WorkBudget = UNLIMITED_WORK,
): Engine {
  return {
    neuron,
    state: restingState(neuron),
    speed,
    running: true,
    currentNa: 0,
    nowMs,
    modelMs: 0,
    seq: 0,
    sinceSpikeMs: Number.NaN,
    skippedMs: 0,
    budget,
  }
}

/** A stall until `nowMs` is too long to be integrated through. */
export function isTooLong({ nowMs, running }: Engine, untilMs: number): boolean {
  return running && untilMs - nowMs > LONGEST_STALL_MS
}

/** Give up the time up to `toMs`. */
export function skipTo(engine: Engine, toMs: number): void {
  if (engine.running) engine.skippedMs += toMs - engine.nowMs
  engine.nowMs = toMs
}

/** Integrate up to `toMs`; false when the time was too long or the work too much, and some was skipped. Allocates nothing. */
export function advanceTo(engine: Engine, toMs: number, onSpike: SpikeListener): boolean {
  const fromMs = engine.nowMs
  const wallMs = toMs - fromMs
  if (wallMs <= 0) return true
  if (isTooLong(engine, toMs)) {
    skipTo(engine, toMs)
    return false
  }
  engine.nowMs = toMs
  if (!engine.running) return true
  const ranMs = integrate(engine, wallMs * engine.speed, fromMs, onSpike)
  engine.skippedMs += wallMs - ranMs / engine.speed
  return ranMs === wallMs * engine.speed
}

/**
 * A synaptic event now: a current of `weight` nA that decays with `tauMs`, or, with tauMs 0, a jump of V by `weight` mV.
 * A jump at the end of the refractory period counts, one within it is lost.
 */
export function applySynapticEvent(engine: Engine, tauMs: number, weight: number, onSpike: SpikeListener): void {
  if (!engine.running) return
  if (tauMs > 0) {
    addCurrentPulse(engine.state, tauMs, weight)
    return
  }
  addVoltageJump(engine.neuron, engine.state, weight, SAME_MOMENT_MS * engine.speed)
  if (engine.state.spiked) emitSpike(engine, engine.nowMs, onSpike)
}

/** To be called before synaptic events take effect: a spike that is due in the very moment of their arrival comes first. */
export function completeMoment(engine: Engine, onSpike: SpikeListener): void {
  const { neuron, state, currentNa, speed, nowMs } = engine
  if (!engine.running) return
  if (crossesInThisMoment(neuron, state, currentNa, SAME_MOMENT_MS * speed)) emitSpike(engine, nowMs, onSpike)
}

/** Returns the model ms integrated: all of them, unless they are more work than the step may do. */
function integrate(engine: Engine, durationMs: number, fromMs: number, onSpike: SpikeListener): number {
  const pieceMs = longestPieceMs(engine.neuron)
  let leftMs = durationMs
  while (leftMs > 0) {
    if (!engine.budget.spend()) return durationMs - leftMs
    const longestMs = pieceMs + engine.state.refractoryLeftMs
    const ranMs = advance(engine.neuron, engine.state, engine.currentNa, Math.min(leftMs, longestMs))
    leftMs -= ranMs
    engine.modelMs += ranMs
    engine.sinceSpikeMs += ranMs
    if (!engine.state.spiked) continue
    emitSpike(engine, fromMs + (durationMs - leftMs) / engine.speed, onSpike)
  }
  return durationMs
}

/** Without noise any time is one piece; noise is drawn step by step, and does not depend on the pieces. */
function longestPieceMs(neuron: NeuronParams): number {
  return neuron.noiseMv > 0 ? NOISE_STEPS * noiseStepMs(neuron) : Number.POSITIVE_INFINITY
}

function emitSpike(engine: Engine, atMs: number, onSpike: SpikeListener): void {
  engine.seq++
  onSpike(engine.seq, atMs, engine.sinceSpikeMs)
  engine.sinceSpikeMs = 0
}

/**
 * Wall time of the next spike if the current stays as it is, `horizonMs` if none comes before. With noise it may be the
 * time up to which there is none: look again then.
 */
export function nextSpikeAtMs(engine: Engine, horizonMs: number): number {
  if (!engine.running) return horizonMs
  const { neuron, state, currentNa, nowMs, speed } = engine
  const lookMs = Math.min((horizonMs - nowMs) * speed, longestPieceMs(neuron))
  const modelMs = Math.min(lookMs, nextSpikeMs(neuron, state, currentNa, lookMs))
  return Math.min(horizonMs, nowMs + modelMs / speed + AFTER_SPIKE_MS)
}

/** Other parameters from now on, and with another seed other noise. */
export function changeNeuron(engine: Engine, neuron: NeuronParams): void {
  if (neuron.seed !== engine.neuron.seed) reseed(neuron, engine.state)
  engine.neuron = neuron
}

/** Back to the initial voltage, at rest; the spike numbers go on. */
export function resetEngine(engine: Engine): void {
  Object.assign(engine.state, restingState(engine.neuron))
  engine.sinceSpikeMs = Number.NaN
}
