import type { NeuronParams } from './params.ts'

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
  const excessMv = params.resistanceMohm * iNa - (params.thresholdMv - params.restMv)
  return excessMv > 0 ? params.tauMs * Math.log1p(missingMv / excessMv) : Infinity
}

/** dV/dt in mV/ms under constant current. */
export function slopeMvPerMs(params: NeuronParams, vMv: number, iNa: number): number {
  return leakPerMs(params) * (params.restMv - vMv) + mvPerNaMs(params) * iNa
}

/** How fast V forgets: 1/tau per ms; 0 for the perfect integrator. */
export function leakPerMs(params: NeuronParams): number {
  return params.model === 'pif' ? 0 : 1 / params.tauMs
}

/** How fast 1 nA raises V: 1/C = R/tau, in mV/ms. */
export function mvPerNaMs(params: NeuronParams): number {
  return params.model === 'pif' ? 1 / params.capacitanceNf : params.resistanceMohm / params.tauMs
}
