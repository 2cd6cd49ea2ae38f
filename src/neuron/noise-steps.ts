import { voltageWithSynapsesMv } from './crossing.ts'
import type { NeuronParams } from './params.ts'
import { copyRandom, gauss, inverseGaussian, type Random, randomFrom, uniform } from './random.ts'
import type { SynapticCurrents } from './synaptic-currents.ts'

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
  /** Variance of a step of the whole grid distance, kept because nearly all steps are such; valid for `keptFor`. */
  gridVariance: number
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
    gridVariance: 0,
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
  to.gridVariance = from.gridVariance
  to.keptFor = from.keptFor
  to.crossingMs = from.crossingMs
}

/**
 * Distance of the noise's grid points on the model's time axis, in ms: 0.1, or tau/100 for a fast membrane. Where tau is
 * below 0.01 ms the steps are too long for it, and the neuron spikes too rarely.
 */
export function noiseStepMs(params: NeuronParams): number {
  return Math.max(MIN_STEP_MS, Math.min(MAX_STEP_MS, params.tauMs / 100))
}

/** Variance in mV^2 that the noise adds to V in `tMs`. White noise makes dV of variance D dt, D = 2 noiseMv^2/tau. */
export function noiseVariance(params: NeuronParams, tMs: number): number {
  const relative = (2 * tMs) / params.tauMs
  return params.noiseMv * params.noiseMv * (params.model === 'pif' ? relative : -Math.expm1(-relative))
}

/**
 * Draws the step of `noise.stepMs` that begins at `vMv`, which is below the threshold: its end from the exact
 * Ornstein-Uhlenbeck law; a crossing in between from the Brownian bridge that joins start and end, which touches the
 * threshold with probability exp(-2 (th-V0)(th-V1)/(D dt)). Looking at the ends only would lose 2 to 12 % of the spikes.
 * The crossing time: with u the time at which W, of variance D u, first passes the line a + b u/T (a = th-V0, b =
 * th-V1, inverse Gaussian), it is t = u T/(u + T) (Borodin and Salminen, Handbook of Brownian Motion, IV.4).
 */
export function drawStep(
  noise: Noise,
  params: NeuronParams,
  currents: SynapticCurrents,
  vMv: number,
  iNa: number,
): void {
  const variance = stepVariance(noise, params)
  const meanMv = voltageWithSynapsesMv(params, currents, vMv, iNa, noise.stepMs)
  noise.drawnFor = params
  noise.drawnNa = iNa
  noise.doneMs = 0
  noise.startMv = vMv
  noise.endMv = meanMv + Math.sqrt(variance) * gauss(noise.random)
  noise.crossingMs = Infinity
  const a = params.thresholdMv - vMv
  const b = params.thresholdMv - noise.endMv
  if (b > 0 && !happens(noise.random, (2 * a * b) / variance)) return
  const u = inverseGaussian(noise.random, (a * noise.stepMs) / Math.abs(b), (a * a * noise.stepMs) / variance)
  noise.crossingMs = noise.stepMs / (1 + noise.stepMs / u)
}

/** V inside the drawn step: what it is expected to be there, given where the step begins and ends. */
export function voltageInStepMv(noise: Noise, params: NeuronParams): number {
  const crosses = noise.crossingMs < Infinity
  const untilMs = crosses ? noise.crossingMs : noise.stepMs
  const untilMv = crosses ? params.thresholdMv : noise.endMv
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
  if (params.thresholdMv === Infinity) {
    const vMv = voltageInStepMv(noise, params) + sdMv * gauss(noise.random)
    noise.stepMs -= noise.doneMs
    noise.drawnFor = null
    return vMv
  }
  const meanMv = params.thresholdMv - voltageInStepMv(noise, params)
  const distanceMv =
    noise.crossingMs < Infinity
      ? besselDistance(noise.random, meanMv, sdMv)
      : untouchedDistance(noise, params, meanMv, sdMv, before, after)
  noise.stepMs -= noise.doneMs
  noise.drawnFor = null
  return params.thresholdMv - distanceMv
}

/** After a spike: lays the next step from the end of the refractory period to the next grid point, `toGridMs` away. */
export function restartStep(noise: Noise, params: NeuronParams, toGridMs: number): void {
  const gridMs = noiseStepMs(params)
  const beyondMs = params.refractoryMs - toGridMs
  noise.drawnFor = null
  noise.stepMs = beyondMs < 0 ? -beyondMs : gridMs - (beyondMs % gridMs)
}

function stepVariance(noise: Noise, params: NeuronParams): number {
  const gridMs = noiseStepMs(params)
  if (noise.stepMs !== gridMs) return noiseVariance(params, noise.stepMs)
  if (noise.keptFor !== params) {
    noise.keptFor = params
    noise.gridVariance = noiseVariance(params, gridMs)
  }
  return noise.gridVariance
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
  const a = params.thresholdMv - noise.startMv
  const b = params.thresholdMv - noise.endMv
  for (let tries = 0; tries < 100; tries++) {
    const x = meanMv + sdMv * gauss(noise.random)
    const isUntouched = x > 0 && !happens(noise.random, (2 * a * x) / varianceBefore)
    if (isUntouched && !happens(noise.random, (2 * b * x) / varianceAfter)) return x
  }
  return meanMv
}
