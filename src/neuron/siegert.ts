import type { NeuronParams } from './params.ts'
import { rateHz } from './theory.ts'

/** Step of the trapezoid rule in ln u. The integrand is analytic and dies off at both ends: 12 digits and more. */
const STEP = 0.01

/** Less noise than this, mV, is none: the integral would need numbers that no double holds. */
const LEAST_NOISE_MV = 1e-100

/**
 * Steady firing rate in Hz under constant current and the neuron's white noise: `rateHz` smoothed around the rheobase.
 *
 * 1/rate = t_ref + tau sqrt(pi) Int_{y_r}^{y_th} e^{x^2} (1 + erf x) dx, y = (V - E_L - R I)/(sqrt(2) noiseMv)
 * (Siegert 1951; Ricciardi 1977), in the form t_ref + tau Int_0^inf e^{-u^2} (e^{2 y_th u} - e^{2 y_r u})/u du
 * (Brunel and Hakim 1999, Neural Computation 11:1621), which needs no error function.
 * Noise does not change the rate of the perfect integrator.
 */
export function rateWithNoiseHz(params: NeuronParams, iNa: number): number {
  if (params.thresholdMv === Infinity) return 0
  if (params.noiseMv < LEAST_NOISE_MV || params.model === 'pif') return rateHz(params, iNa)
  const settledMv = params.restMv + params.resistanceMohm * iNa
  const scaleMv = Math.SQRT2 * params.noiseMv
  const yThreshold = (params.thresholdMv - settledMv) / scaleMv
  const yReset = (params.resetMv - settledMv) / scaleMv
  const from = Math.log(1e-17 / (yThreshold - yReset))
  const to = Math.log(Math.max(yThreshold, 0) + 7)
  let sum = 0
  for (let s = from; s < to; s += STEP) {
    const u = Math.exp(s)
    const exponent = u * (2 * yThreshold - u)
    sum += Math.exp(exponent) * -Math.expm1(-2 * (yThreshold - yReset) * u)
  }
  return 1000 / (params.refractoryMs + params.tauMs * sum * STEP)
}
