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

/** Step of the Runge-Kutta method in y, and where it begins at the latest: there both functions are as far down as 1/y. */
const CV_STEP = 0.01
const CV_FROM = -8
/** Of so little noise the integral would take too long. */
const CV_LOWEST = -200

/**
 * Coefficient of variation of the interspike intervals under constant current and the neuron's white noise; 0 without
 * noise, NaN where it never fires or the integral needs numbers that no double holds.
 *
 * var = 2 pi tau^2 Int_{y_r}^{y_th} e^{x^2} Int_{-inf}^x e^{y^2} (1 + erf y)^2 dy dx (Tuckwell 1988; Brunel 2000, J
 * Comput Neurosci 8:183). With h = e^{y^2} (1 + erf y) and k = e^{y^2} times the inner integral this is
 * h' = 2 y h + 2/sqrt(pi), k' = 2 y k + h^2, var' = k; from far below, h = 1/(sqrt(pi) |y|) and k = 1/(2 pi |y|^3).
 */
export function cvWithNoise(params: NeuronParams, iNa: number): number {
  const meanMs = 1000 / rateWithNoiseHz(params, iNa)
  if (meanMs === Infinity || params.model === 'pif') return Number.NaN
  if (params.noiseMv < LEAST_NOISE_MV) return 0
  const yAt = (vMv: number) => (vMv - params.restMv - params.resistanceMohm * iNa) / (Math.SQRT2 * params.noiseMv)
  const [fromY, toY] = [yAt(params.resetMv), yAt(params.thresholdMv)]
  const startY = Math.min(fromY, CV_FROM)
  if (startY < CV_LOWEST) return Number.NaN
  let h = (1 - 0.5 / startY ** 2) / (Math.sqrt(Math.PI) * -startY)
  let k = 1 / (2 * Math.PI * (-startY) ** 3)
  let variance = 0
  const integrate = (from: number, to: number): void => {
    const steps = Math.ceil((to - from) / Math.min(CV_STEP, 0.5 / -startY))
    const dy = (to - from) / steps
    const slopes = (y: number, hHere: number, kHere: number) =>
      [2 * y * hHere + 2 / Math.sqrt(Math.PI), 2 * y * kHere + hHere * hHere, kHere] as const
    for (let step = 0; step < steps; step++) {
      const y = from + step * dy
      const a = slopes(y, h, k)
      const b = slopes(y + dy / 2, h + (dy / 2) * a[0], k + (dy / 2) * a[1])
      const c = slopes(y + dy / 2, h + (dy / 2) * b[0], k + (dy / 2) * b[1])
      const d = slopes(y + dy, h + dy * c[0], k + dy * c[1])
      h += (dy / 6) * (a[0] + 2 * b[0] + 2 * c[0] + d[0])
      k += (dy / 6) * (a[1] + 2 * b[1] + 2 * c[1] + d[1])
      variance += (dy / 6) * (a[2] + 2 * b[2] + 2 * c[2] + d[2])
    }
  }
  integrate(startY, fromY)
  variance = 0
  integrate(fromY, toY)
  return (params.tauMs * Math.sqrt(2 * Math.PI * variance)) / meanMs
}
