import { copyAdaptation, isAdapting, noAdaptation } from './adaptation.ts'
import { type AdaptingNeuron, moveAdapting } from './adaptive-course.ts'
import { leakPerMs } from './closed-form.ts'
import { voltageWithSynapsesMv } from './crossing.ts'
import { firstDifference } from './divided-differences.ts'
import type { NeuronParams } from './params.ts'
import { copyRandom, gauss, inverseGaussian, type Random, randomFrom, uniform } from './random.ts'
import { noSynapticCurrents } from './synaptic-currents.ts'

/** The longest and the shortest step of the noise in ms: a millisecond has a thousand of them at the most. */
const MAX_STEP_MS = 0.1
const MIN_STEP_MS = 0.001

/**
 * The noise of one neuron: its generator, and the step that is being walked through. A step is drawn as a whole when it
 * begins (where V ends, and whether and when it touches the threshold on the way), so that it does not matter in how
 * many pieces time passes.
 */
export interface Noise {
  readonly random: Random
  /** What the step was drawn for; null if none is drawn, and `stepMs` is then the length of the next one. */
  drawnFor: NeuronParams | null
  drawnNa: number
  stepMs: number
  /** How much of the step has passed. */
  doneMs: number
  startMv: number
  endMv: number
  /** How far the threshold has moved at the start and at the end; in between it is taken to be a straight line. */
  startShiftMv: number
  endShiftMv: number
  /** The grid distance and the variance of a step as long as it, kept because nearly all steps are; valid for `keptFor`. */
  gridMs: number
  gridVariance: number
  /** Of such a step too: the share of what the noise adds to V that the threshold takes over. */
  gridShare: number
  keptFor: NeuronParams | null
  /** When the threshold is reached, from the start of the step; Infinity if it is not. */
  crossingMs: number
}

export function noiseFrom(params: NeuronParams): Noise {
  return {
    random: randomFrom(params.seed),
    drawnFor: null,
    drawnNa: 0,
    stepMs: noiseStepMs(params),
    doneMs: 0,
    startMv: 0,
    endMv: 0,
    startShiftMv: 0,
    endShiftMv: 0,
    gridMs: 0,
    gridVariance: 0,
    gridShare: 0,
    keptFor: null,
    crossingMs: Infinity,
  }
}

export function copyNoise(from: Noise, to: Noise): void {
  copyRandom(from.random, to.random)
  to.drawnFor = from.drawnFor
  to.drawnNa = from.drawnNa
  to.stepMs = from.stepMs
  to.doneMs = from.doneMs
  to.startMv = from.startMv
  to.endMv = from.endMv
  to.startShiftMv = from.startShiftMv
  to.endShiftMv = from.endShiftMv
  to.gridMs = from.gridMs
  to.gridVariance = from.gridVariance
  to.gridShare = from.gridShare
  to.keptFor = from.keptFor
  to.crossingMs = from.crossingMs
}

/**
 * Distance of the noise's grid points on the model's time axis, in ms: 0.1, or tau/100 for a fast membrane, or a tenth
 * of the fastest time constant of what spikes leave behind. Where tau is below 0.01 ms the steps are too long for it, and
 * the neuron spikes too rarely.
 */
export function noiseStepMs(params: NeuronParams): number {
  let stepMs = Math.min(MAX_STEP_MS, params.tauMs / 100)
  if (params.slowJumpNa !== 0) stepMs = Math.min(stepMs, params.slowTauMs / 10)
  if (params.fastJumpNa !== 0) stepMs = Math.min(stepMs, params.fastTauMs / 10)
  if (params.thresholdJumpMv !== 0 || params.thresholdCoupling !== 0) {
    stepMs = Math.min(stepMs, params.thresholdTauMs / 10)
  }
  return Math.max(MIN_STEP_MS, stepMs)
}

/** Variance in mV^2 that the noise adds to V in `tMs`. White noise makes dV of variance D dt, D = 2 noiseMv^2/tau. */
export function noiseVariance(params: NeuronParams, tMs: number): number {
  const relative = (2 * tMs) / params.tauMs
  return params.noiseMv * params.noiseMv * (params.model === 'pif' ? relative : -Math.expm1(-relative))
}

/**
 * The threshold feels noise through its coupling to V: the share of a step's deviation of V that it has taken over at
 * the end of the step, which is their covariance over the variance of V; what is left of it is negligible. Both integrals
 * by Simpson's rule: the step is short.
 */
function noiseShare(params: NeuronParams, tMs: number): number {
  if (params.thresholdCoupling === 0) return 0
  const leak = leakPerMs(params)
  const follow = 1 / params.thresholdTauMs
  const answer = (t: number) => firstDifference(leak, Math.exp(-leak * t), follow, Math.exp(-follow * t), t)
  const half = Math.exp((-leak * tMs) / 2)
  const covariance = 4 * half * answer(tMs / 2) + half * half * answer(tMs)
  return (params.thresholdCoupling * follow * covariance) / (1 + 4 * half ** 2 + half ** 4)
}

/**
 * Draws the step of `noise.stepMs` that begins now, where V is below the threshold: its end from the exact
 * Ornstein-Uhlenbeck law; a crossing in between from the Brownian bridge that joins start and end, which touches the
 * threshold with probability exp(-2 (th-V0)(th-V1)/(D dt)). Looking at the ends only would lose 2 to 12 % of the spikes.
 * The crossing time: with u the time at which W, of variance D u, first passes the line a + b u/T (a = th-V0, b =
 * th-V1, inverse Gaussian), it is t = u T/(u + T) (Borodin and Salminen, Handbook of Brownian Motion, IV.4).
 */
export function drawStep(noise: Noise, params: NeuronParams, neuron: AdaptingNeuron, iNa: number): void {
  const variance = stepVariance(noise, params)
  noise.drawnFor = params
  noise.drawnNa = iNa
  noise.doneMs = 0
  noise.startMv = neuron.voltageMv
  noise.startShiftMv = neuron.adaptation.thresholdShiftMv
  if (isAdapting(params, neuron.adaptation)) {
    drawAdaptingEnd(noise, params, neuron, iNa, variance)
  } else {
    const meanMv = voltageWithSynapsesMv(params, neuron.synapses, noise.startMv, iNa, noise.stepMs)
    noise.endMv = meanMv + Math.sqrt(variance) * gauss(noise.random)
    noise.endShiftMv = 0
  }
  noise.crossingMs = Infinity
  const a = params.thresholdMv + noise.startShiftMv - noise.startMv
  const b = params.thresholdMv + noise.endShiftMv - noise.endMv
  if (b > 0 && !happens(noise.random, (2 * a * b) / variance)) return
  const u = inverseGaussian(noise.random, (a * noise.stepMs) / Math.abs(b), (a * a * noise.stepMs) / variance)
  noise.crossingMs = noise.stepMs / (1 + noise.stepMs / u)
}

/** The neuron at the end of a step, but for its noise. */
const ahead = { voltageMv: 0, synapses: noSynapticCurrents(), adaptation: noAdaptation() }

function drawAdaptingEnd(
  noise: Noise,
  params: NeuronParams,
  { synapses, adaptation }: AdaptingNeuron,
  iNa: number,
  variance: number,
): void {
  ahead.voltageMv = noise.startMv
  ahead.synapses = synapses
  copyAdaptation(adaptation, ahead.adaptation)
  moveAdapting(params, ahead, iNa, noise.stepMs)
  const deviationMv = Math.sqrt(variance) * gauss(noise.random)
  noise.endMv = ahead.voltageMv + deviationMv
  noise.endShiftMv = ahead.adaptation.thresholdShiftMv + stepShare(noise, params) * deviationMv
}

/** How far the threshold has moved inside the drawn step. */
export function shiftInStepMv(noise: Noise, tMs = noise.doneMs): number {
  if (tMs >= noise.stepMs) return noise.endShiftMv
  return noise.startShiftMv + (noise.endShiftMv - noise.startShiftMv) * (tMs / noise.stepMs)
}

/** V inside the drawn step: what it is expected to be there, given where the step begins and ends. */
export function voltageInStepMv(noise: Noise, params: NeuronParams): number {
  const crosses = noise.crossingMs < Infinity
  const untilMs = crosses ? noise.crossingMs : noise.stepMs
  const untilMv = crosses ? params.thresholdMv + shiftInStepMv(noise, untilMs) : noise.endMv
  return untilMs > 0 ? noise.startMv + (untilMv - noise.startMv) * (noise.doneMs / untilMs) : noise.startMv
}

/**
 * Gives up the rest of the drawn step because something changed, and returns V there; the rest, up to the grid point,
 * becomes the next step. V is drawn from the law that it has here: of a bridge that has not touched the threshold.
 */
export function leaveStep(noise: Noise, params: NeuronParams): number {
  const untilMs = Math.min(noise.crossingMs, noise.stepMs)
  const restMs = untilMs - noise.doneMs
  const before = noiseVariance(params, noise.doneMs)
  const after = noiseVariance(params, restMs)
  const sdMv = Math.sqrt((before * restMs) / untilMs)
  const thresholdMv = params.thresholdMv + shiftInStepMv(noise)
  if (params.thresholdMv === Infinity) {
    const vMv = voltageInStepMv(noise, params) + sdMv * gauss(noise.random)
    noise.stepMs -= noise.doneMs
    noise.drawnFor = null
    return vMv
  }
  const meanMv = thresholdMv - voltageInStepMv(noise, params)
  const distanceMv =
    noise.crossingMs < Infinity
      ? besselDistance(noise.random, meanMv, sdMv)
      : untouchedDistance(noise, params, meanMv, sdMv, before, after)
  noise.stepMs -= noise.doneMs
  noise.drawnFor = null
  return thresholdMv - distanceMv
}

/** After a spike: lays the next step from the end of the refractory period to the next grid point, `toGridMs` away. */
export function restartStep(noise: Noise, params: NeuronParams, toGridMs: number): void {
  const gridMs = noiseStepMs(params)
  const beyondMs = params.refractoryMs - toGridMs
  noise.drawnFor = null
  noise.stepMs = beyondMs < 0 ? -beyondMs : gridMs - (beyondMs % gridMs)
}

function stepVariance(noise: Noise, params: NeuronParams): number {
  if (noise.keptFor !== params) keepGridStep(noise, params)
  return noise.stepMs === noise.gridMs ? noise.gridVariance : noiseVariance(params, noise.stepMs)
}

/** Asked for after `stepVariance`. */
function stepShare(noise: Noise, params: NeuronParams): number {
  return noise.stepMs === noise.gridMs ? noise.gridShare : noiseShare(params, noise.stepMs)
}

function keepGridStep(noise: Noise, params: NeuronParams): void {
  noise.keptFor = params
  noise.gridMs = noiseStepMs(params)
  noise.gridVariance = noiseVariance(params, noise.gridMs)
  noise.gridShare = noiseShare(params, noise.gridMs)
}

/** Whether something of probability e^-exponent happens; beyond 23 that is less than the smallest uniform number. */
function happens(random: Random, exponent: number): boolean {
  return exponent < 23 && uniform(random) < Math.exp(-exponent)
}

/** Distance from the threshold before its first touch: a Bessel bridge, the length of a walk in three dimensions. */
function besselDistance(random: Random, meanMv: number, sdMv: number): number {
  return Math.hypot(meanMv + sdMv * gauss(random), sdMv * gauss(random), sdMv * gauss(random))
}

/** Distance from the threshold in a step without a touch: drawn from the free bridge until neither half touches. */
function untouchedDistance(
  noise: Noise,
  params: NeuronParams,
  meanMv: number,
  sdMv: number,
  varianceBefore: number,
  varianceAfter: number,
): number {
  const a = params.thresholdMv + noise.startShiftMv - noise.startMv
  const b = params.thresholdMv + noise.endShiftMv - noise.endMv
  for (let tries = 0; tries < 100; tries++) {
    const x = meanMv + sdMv * gauss(noise.random)
    const isUntouched = x > 0 && !happens(noise.random, (2 * a * x) / varianceBefore)
    if (isUntouched && !happens(noise.random, (2 * b * x) / varianceAfter)) return x
  }
  return meanMv
}
