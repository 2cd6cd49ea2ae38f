import type { NeuronParams } from './params.ts'

/** Two numbers that differ by less than this share of what they were computed from are the same, but for rounding. */
export const ROUNDING = 4 * Number.EPSILON

/**
 * V after `tMs` of constant current, threshold or not.
 *
 * lif: tau dV/dt = E_L - V + R I, so V relaxes to E_L + R I; pif: C dV/dt = I.
 * Source: Gerstner et al., Neuronal Dynamics, section 1.3.
 */
export function voltageAfterMs(params: NeuronParams, vMv: number, iNa: number, tMs: number): number {
  if (params.model === 'pif') return vMv + (iNa * tMs) / params.capacitanceNf
  const settledMv = params.restMv + params.resistanceMohm * iNa
  return settledMv + (vMv - settledMv) * Math.exp(-tMs / params.tauMs)
}

/**
 * Time in ms until V, from `vMv` under constant current, reaches the threshold: 0 if it is there already, Infinity
 * if it never gets there. At exactly the rheobase the threshold is only approached: never.
 *
 * tau log1p((V_th - V)/(R I - (V_th - E_L))) in place of the quotient of two logarithms' arguments, because that one
 * loses digits near rheobase.
 */
export function timeToThresholdMs(params: NeuronParams, vMv: number, iNa: number): number {
  const missingMv = params.thresholdMv - vMv
  if (missingMv <= 0) return 0
  if (params.model === 'pif') return iNa > 0 ? (params.capacitanceNf * missingMv) / iNa : Infinity
  const excess = excessMv(params, iNa)
  return excess > 0 ? params.tauMs * Math.log1p(missingMv / excess) : Infinity
}

/**
 * How far above the threshold a held current leads V, R I - (V_th - E_L) in mV; of a leaky neuron. Exactly 0 at the
 * rheobase, also where the decimals of R, I, V_th and E_L round to a difference of some 1e-14 mV.
 */
export function excessMv(params: NeuronParams, iNa: number): number {
  const { restMv, thresholdMv } = params
  const drivenMv = params.resistanceMohm * iNa
  const excess = drivenMv - (thresholdMv - restMv)
  const roundingMv = ROUNDING * Math.max(Math.abs(drivenMv), Math.abs(thresholdMv), Math.abs(restMv))
  return Math.abs(excess) <= roundingMv ? 0 : excess
}

/** How fast V forgets: 1/tau per ms; 0 for the perfect integrator. */
export function leakPerMs(params: NeuronParams): number {
  return params.model === 'pif' ? 0 : 1 / params.tauMs
}

/** How fast 1 nA raises V: 1/C = R/tau, in mV/ms. */
export function mvPerNaMs(params: NeuronParams): number {
  return params.model === 'pif' ? 1 / params.capacitanceNf : params.resistanceMohm / params.tauMs
}

/**
 * V that has not reached the threshold, where rounding would say it has: a double just below it stands in.
 * @param shiftMv how far the threshold has moved
 */
export function belowThreshold(params: NeuronParams, vMv: number, shiftMv = 0): number {
  const thresholdMv = params.thresholdMv + shiftMv
  if (!(vMv >= thresholdMv)) return vMv
  return thresholdMv - Math.max(Math.abs(thresholdMv) * Number.EPSILON, Number.MIN_VALUE)
}
