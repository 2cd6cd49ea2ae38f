import { timeToThresholdMs } from './closed-form.ts'
import type { NeuronParams } from './params.ts'

/**
 * The current in nA that just fails to make the neuron spike: it spikes above it, and at it only approaches the
 * threshold. (V_th - E_L)/R; 0 for the perfect integrator, negative where the neuron spikes by itself.
 */
export function rheobaseNa(params: NeuronParams): number {
  return params.model === 'pif' ? 0 : (params.thresholdMv - params.restMv) / params.resistanceMohm
}

/**
 * Interspike interval in ms under constant current, without noise; Infinity at and below the rheobase.
 * t_ref + tau ln((R I + E_L - V_r)/(R I + E_L - V_th)); Gerstner et al., Neuronal Dynamics, section 1.3.
 */
export function isiMs(params: NeuronParams, iNa: number): number {
  return params.refractoryMs + timeToThresholdMs(params, params.resetMv, iNa)
}

/** Steady firing rate in Hz under constant current, without noise: the f-I curve. */
export function rateHz(params: NeuronParams, iNa: number): number {
  return 1000 / isiMs(params, iNa)
}

/**
 * The current in nA that gives a steady rate, the inverse of `rateHz`.
 * @param wantedHz above 0; at and above 1000/refractoryMs no current is enough, and the answer is Infinity.
 */
export function currentForRateHz(params: NeuronParams, wantedHz: number): number {
  const chargingMs = 1000 / wantedHz - params.refractoryMs
  if (!(chargingMs > 0)) return Infinity
  const spanMv = params.thresholdMv - params.resetMv
  if (params.model === 'pif') return (params.capacitanceNf * spanMv) / chargingMs
  const excessMv = spanMv / Math.expm1(chargingMs / params.tauMs)
  return (params.thresholdMv - params.restMv + excessMv) / params.resistanceMohm
}
