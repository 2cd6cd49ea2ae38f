import {
  addCurrentPulse,
  addVoltageJump,
  advance,
  type NeuronState,
  nextSpikeMs,
  reseed,
  restingState,
} from '../../neuron/integrate-and-fire.ts'
import type { NeuronParams } from '../../neuron/params.ts'

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
  /** Wall time given up by stalls too long to integrate through, ms. */
  skippedMs: number
}

/** Called for each spike: its number, its exact wall time (monotonic ms) and the model time since the one before (ms). */
export type SpikeListener = (seq: number, atMs: number, isiMs: number) => void

/** A stall up to this long is integrated through, ms; beyond it the loop resynchronises. */
const LONGEST_STALL_MS = 1000
/** Spikes in one step before the rest of the step is given up: a bound, far beyond any real neuron. */
const MOST_SPIKES = 4000
/** Spikes are dated in whole µs, so that two times this close are one moment, wall ms. */
const SAME_MOMENT_MS = 1e-3
/** Wake up a nanosecond after a spike, ms: at its exact time, rounding may put it off for one step more. */
const AFTER_SPIKE_MS = 1e-6

export function createEngine(neuron: NeuronParams, speed: number, nowMs: number): Engine {
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
  }
}

/** Integrate up to `toMs`; false when the time was too long, and was skipped. Allocates nothing. */
export function advanceTo(engine: Engine, toMs: number, onSpike: SpikeListener): boolean {
  const fromMs = engine.nowMs
  const wallMs = toMs - fromMs
  if (wallMs <= 0) return true
  engine.nowMs = toMs
  if (!engine.running) return true
  if (wallMs > LONGEST_STALL_MS) {
    engine.skippedMs += wallMs
    return false
  }
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

/** Returns the model ms integrated: all of them, unless the neuron fires beyond all bounds. */
function integrate(engine: Engine, durationMs: number, fromMs: number, onSpike: SpikeListener): number {
  let leftMs = durationMs
  let spikes = 0
  while (leftMs > 0) {
    const ranMs = advance(engine.neuron, engine.state, engine.currentNa, leftMs)
    leftMs -= ranMs
    engine.modelMs += ranMs
    engine.sinceSpikeMs += ranMs
    if (!engine.state.spiked) continue
    if (++spikes > MOST_SPIKES) return durationMs - leftMs
    emitSpike(engine, fromMs + (durationMs - leftMs) / engine.speed, onSpike)
  }
  return durationMs
}

function emitSpike(engine: Engine, atMs: number, onSpike: SpikeListener): void {
  engine.seq++
  onSpike(engine.seq, atMs, engine.sinceSpikeMs)
  engine.sinceSpikeMs = 0
}

/** Wall time of the next spike if the current stays as it is, `horizonMs` if none comes before. */
export function nextSpikeAtMs(engine: Engine, horizonMs: number): number {
  if (!engine.running) return horizonMs
  const modelMs = nextSpikeMs(engine.neuron, engine.state, engine.currentNa, (horizonMs - engine.nowMs) * engine.speed)
  return Math.min(horizonMs, engine.nowMs + modelMs / engine.speed + AFTER_SPIKE_MS)
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
