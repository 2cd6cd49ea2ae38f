import {
  type Adaptation,
  adaptAtSpike,
  copyAdaptation,
  decaySpikeCurrents,
  isAdapting,
  moveThresholdAtReset,
  noAdaptation,
} from './adaptation.ts'
import { firstAdaptiveCrossingMs, moveAdapting, moveToCrossing } from './adaptive-course.ts'
import { belowThreshold, ROUNDING } from './closed-form.ts'
import { firstCrossingMs, voltageWithSynapsesMv } from './crossing.ts'
import {
  copyNoise,
  drawStep,
  leaveStep,
  type Noise,
  noiseFrom,
  restartStep,
  shiftInStepMv,
  voltageInStepMv,
} from './noise-steps.ts'
import { type NeuronParams, neuronFrom } from './params.ts'
import { copyRandom, randomFrom } from './random.ts'
import {
  addPulse,
  copySynapticCurrents,
  decay,
  noSynapticCurrents,
  type SynapticCurrents,
} from './synaptic-currents.ts'

/** How far `nextSpikeMs` looks ahead where noise forces it to walk there step by step. */
const LONGEST_NOISY_LOOK_AHEAD_MS = 10_000

/** A neuron at a moment. Mutable, so that a real-time thread can advance it without allocating. */
export interface NeuronState {
  voltageMv: number
  /** For how much longer V is held at the reset. */
  refractoryLeftMs: number
  /** Whether the last `advance` or `addVoltageJump` ended with a spike. */
  spiked: boolean
  readonly synapses: SynapticCurrents
  readonly adaptation: Adaptation
  readonly noise: Noise
}

/** A neuron at its start: V = initialMv, no current of its own, the threshold at thresholdMv, the noise generator as `params.seed` makes it. */
export function restingState(params: NeuronParams): NeuronState {
  return {
    voltageMv: params.initialMv,
    refractoryLeftMs: 0,
    spiked: false,
    synapses: noSynapticCurrents(),
    adaptation: noAdaptation(),
    noise: noiseFrom(params),
  }
}

/** Makes `to` what `from` is, generator included. */
export function copyState(from: NeuronState, to: NeuronState): void {
  to.voltageMv = from.voltageMv
  to.refractoryLeftMs = from.refractoryLeftMs
  to.spiked = from.spiked
  copySynapticCurrents(from.synapses, to.synapses)
  copyAdaptation(from.adaptation, to.adaptation)
  copyNoise(from.noise, to.noise)
}

/** Starts the noise generator anew from `params.seed`, from this moment on; V goes on from where it is. */
export function reseed(params: NeuronParams, state: NeuronState): void {
  leaveDrawnStep(params, state)
  copyRandom(randomFrom(params.seed), state.noise.random)
}

/**
 * Lets up to `durationMs` (finite) pass with `currentNa` held: to the next spike or to the end, whichever is first.
 * Returns the time passed in ms; `state.spiked` says that it ended at a spike, and V is then already reset. The caller
 * loops until its time is used up, and bounds the number of spikes it takes from one call. A V that is at or above the
 * threshold spikes at once, after 0 ms. While refractory, V is held at the reset and the input ignored; synaptic and
 * spike currents go on decaying, and the threshold moves on.
 *
 * Without noise every result is the closed form. With noise V is drawn in steps on a fixed grid of at most 0.1 ms, so
 * the pieces in which time passes do not matter; V inside a step is its expected value.
 */
export function advance(params: NeuronParams, state: NeuronState, currentNa: number, durationMs: number): number {
  state.spiked = false
  if (!(durationMs > 0)) return 0
  const heldMs = Math.min(state.refractoryLeftMs, durationMs)
  if (heldMs > 0) hold(params, state, heldMs)
  if (state.refractoryLeftMs > 0) return durationMs
  if (state.voltageMv >= presentThresholdMv(params, state)) {
    spike(params, state, state.noise.stepMs)
    return heldMs
  }
  const leftMs = durationMs - heldMs
  if (leftMs === 0) return heldMs
  return heldMs + (params.noiseMv > 0 ? walk(params, state, currentNa, leftMs) : flow(params, state, currentNa, leftMs))
}

/**
 * The time in ms until the next spike if `currentNa` stays and nothing else arrives, Infinity if that is not within
 * `horizonMs`. Does not change the state. With noise it meets the very spike that `advance` will meet, and looks no
 * further than LONGEST_NOISY_LOOK_AHEAD_MS.
 */
export function nextSpikeMs(params: NeuronParams, state: NeuronState, currentNa: number, horizonMs: number): number {
  copyState(state, scratch)
  const limitMs = params.noiseMv > 0 ? Math.min(horizonMs, LONGEST_NOISY_LOOK_AHEAD_MS) : horizonMs
  const passedMs = advance(params, scratch, currentNa, limitMs)
  return scratch.spiked ? passedMs : Infinity
}

/**
 * A synaptic event: a current of `weightNa` that decays with `tauMs` is added. False if it had to be refused because
 * as many currents as there are places, each with a time constant of its own, are still flowing.
 */
export function addCurrentPulse(state: NeuronState, tauMs: number, weightNa: number): boolean {
  state.noise.drawnNa = Number.NaN // the drawn step does not know of the pulse: the next advance draws anew
  return addPulse(state.synapses, tauMs, weightNa)
}

/**
 * A synaptic event: V jumps by `weightMv`. If that reaches the threshold, the neuron spikes in this moment
 * (`state.spiked`) and V is exactly at the reset. While refractory the jump is lost.
 *
 * The refractory period is [spike, spike + refractoryMs): a jump at its end counts. Times that are closer than
 * `sameMomentMs` are the same, so that rounding of the caller's clock decides nothing; the period then ends here.
 */
export function addVoltageJump(params: NeuronParams, state: NeuronState, weightMv: number, sameMomentMs = 0): void {
  state.spiked = false
  // Of a period as short as that, its start is still refractory: where the spike is in this very moment.
  if (state.refractoryLeftMs > Math.min(sameMomentMs, params.refractoryMs / 2)) return
  state.refractoryLeftMs = 0
  leaveDrawnStep(params, state)
  const beforeMv = state.voltageMv
  state.voltageMv += weightMv
  if (isRaisedTo(presentThresholdMv(params, state), beforeMv, weightMv)) spike(params, state, state.noise.stepMs)
}

/**
 * Makes a crossing of the threshold that is due within `sameMomentMs` happen now: then `state.spiked`. It is asked
 * before an event takes effect: V that reaches the threshold in the very moment of an event has spiked, however the
 * caller's clock rounds. With noise nothing is exact, and nothing is done.
 */
export function crossesInThisMoment(
  params: NeuronParams,
  state: NeuronState,
  currentNa: number,
  sameMomentMs: number,
): boolean {
  state.spiked = false
  if (params.noiseMv > 0 || state.refractoryLeftMs > 0) return false
  // Cheaper than nextSpikeMs, which copies the state: this is asked before every change.
  const crossingMs = isAdapting(params, state.adaptation)
    ? firstAdaptiveCrossingMs(params, state, currentNa, sameMomentMs)
    : firstCrossingMs(params, state.synapses, state.voltageMv, currentNa, sameMomentMs)
  if (crossingMs === Infinity) return false
  advance(params, state, currentNa, sameMomentMs)
  return state.spiked
}

/** Where the threshold is now, mV. */
export function presentThresholdMv(params: NeuronParams, { adaptation }: NeuronState): number {
  return params.thresholdMv + adaptation.thresholdShiftMv
}

/** Lets `durationMs` pass as `advance` does, where the caller knows that no spike is due. */
export function advanceSilently(params: NeuronParams, state: NeuronState, currentNa: number, durationMs: number): void {
  const heldMs = Math.min(state.refractoryLeftMs, durationMs)
  hold(params, state, heldMs)
  const leftMs = durationMs - heldMs
  if (!(leftMs > 0)) return
  if (params.noiseMv > 0) walk(params, state, currentNa, leftMs)
  else drift(params, state, currentNa, leftMs)
}

const scratch = restingState(neuronFrom({}))

/** The way without noise: to the next spike or to the end, in one go. */
function flow(params: NeuronParams, state: NeuronState, currentNa: number, leftMs: number): number {
  state.noise.drawnFor = null
  const adapts = isAdapting(params, state.adaptation)
  const crossingMs = adapts
    ? moveToCrossing(params, state, currentNa, leftMs)
    : firstCrossingMs(params, state.synapses, state.voltageMv, currentNa, leftMs)
  if (crossingMs < Infinity) {
    decay(state.synapses, crossingMs)
    spike(params, state, state.noise.stepMs)
    return crossingMs
  }
  if (adapts) settleBelow(params, state, leftMs)
  else drift(params, state, currentNa, leftMs)
  return leftMs
}

/** While refractory. */
function hold(params: NeuronParams, state: NeuronState, heldMs: number): void {
  state.refractoryLeftMs -= heldMs
  decay(state.synapses, heldMs)
  decaySpikeCurrents(params, state.adaptation, heldMs)
  moveThresholdAtReset(params, state.adaptation, heldMs)
}

function drift(params: NeuronParams, state: NeuronState, currentNa: number, leftMs: number): void {
  if (isAdapting(params, state.adaptation)) {
    moveAdapting(params, state, currentNa, leftMs)
    settleBelow(params, state, leftMs)
    return
  }
  const endMv = voltageWithSynapsesMv(params, state.synapses, state.voltageMv, currentNa, leftMs)
  state.voltageMv = belowThreshold(params, endMv)
  decay(state.synapses, leftMs)
}

/** After V has moved without a spike. */
function settleBelow(params: NeuronParams, state: NeuronState, passedMs: number): void {
  state.voltageMv = belowThreshold(params, state.voltageMv, state.adaptation.thresholdShiftMv)
  decay(state.synapses, passedMs)
}

/** The way with noise, drawn step by drawn step. */
function walk(params: NeuronParams, state: NeuronState, currentNa: number, leftMs: number): number {
  const noise = state.noise
  let passedMs = 0
  for (;;) {
    if (noise.drawnFor !== params || noise.drawnNa !== currentNa) {
      leaveDrawnStep(params, state)
      drawStep(noise, params, state, currentNa)
    }
    const untilMs = Math.min(noise.crossingMs, noise.stepMs)
    const stepLeftMs = untilMs - noise.doneMs
    const hereMs = leftMs - passedMs
    // Turned round, so that a voltage that is no number ends the walk instead of making it endless.
    if (!(stepLeftMs <= hereMs)) {
      noise.doneMs += hereMs
      passInStep(params, state, noise.doneMs, hereMs)
      state.voltageMv = belowThreshold(params, voltageInStepMv(noise, params), state.adaptation.thresholdShiftMv)
      return leftMs
    }
    passedMs += stepLeftMs
    passInStep(params, state, untilMs, stepLeftMs)
    if (noise.crossingMs <= noise.stepMs) {
      spike(params, state, noise.stepMs - noise.crossingMs)
      return passedMs
    }
    state.voltageMv = belowThreshold(params, noise.endMv, state.adaptation.thresholdShiftMv)
    noise.drawnFor = null
    noise.stepMs = noise.gridMs
  }
}

/** Lets `passedMs` pass, up to `atMs` of the drawn step, for all but V. */
function passInStep(params: NeuronParams, state: NeuronState, atMs: number, passedMs: number): void {
  decay(state.synapses, passedMs)
  decaySpikeCurrents(params, state.adaptation, passedMs)
  state.adaptation.thresholdShiftMv = shiftInStepMv(state.noise, atMs)
}

/** `toGridMs`: how far the next point of the noise's grid is. */
function spike(params: NeuronParams, state: NeuronState, toGridMs: number): void {
  state.spiked = true
  state.voltageMv = params.resetMv
  state.refractoryLeftMs = params.refractoryMs
  adaptAtSpike(params, state.adaptation)
  restartStep(state.noise, params, toGridMs)
}

function leaveDrawnStep(params: NeuronParams, state: NeuronState): void {
  const noise = state.noise
  const drawnFor = noise.drawnFor
  if (drawnFor === null) return
  state.adaptation.thresholdShiftMv = shiftInStepMv(noise)
  state.voltageMv = noise.doneMs > 0 ? leaveStep(noise, drawnFor) : noise.startMv
  state.voltageMv = belowThreshold(params, state.voltageMv, state.adaptation.thresholdShiftMv)
  noise.drawnFor = null
}

/** Whether a jump reaches the threshold; ten jumps of 0.1 mV from 0 reach 1 mV, though they sum up to a bit less. */
function isRaisedTo(thresholdMv: number, fromMv: number, byMv: number): boolean {
  if (fromMv + byMv >= thresholdMv) return true
  const roundingMv = ROUNDING * Math.max(Math.abs(thresholdMv), Math.abs(fromMv), Math.abs(byMv))
  return byMv > 0 && fromMv + byMv >= thresholdMv - roundingMv
}
