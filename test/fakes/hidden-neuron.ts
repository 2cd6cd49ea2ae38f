import { neuronFrom } from '../../src/neuron/params.ts'
import { rheobaseNa } from '../../src/neuron/theory.ts'

/** A neuron of numbers that occur nowhere else, to be hidden. */
export const HIDDEN_NEURON = {
  ...{ restMv: -63.71, thresholdMv: -48.37, resetMv: -66.93 },
  ...{ resistanceMohm: 11.93, tauMs: 137.3, refractoryMs: 23.71 },
}

const NEURON = neuronFrom(HIDDEN_NEURON)
const { restMv, thresholdMv, resetMv, resistanceMohm, tauMs, refractoryMs, capacitanceNf } = NEURON

/** Its parameters, and what is computed from them. */
const SECRETS: readonly number[] = [
  ...[restMv, thresholdMv, resetMv, resistanceMohm, tauMs, refractoryMs, capacitanceNf],
  ...[rheobaseNa(NEURON), thresholdMv - restMv, thresholdMv - resetMv, 10 * tauMs, refractoryMs + 10 * tauMs],
  ...[1000 / refractoryMs, 900 / refractoryMs, tauMs * Math.LN2, 1000 / (2 * Math.PI * tauMs)],
  ...[0.5, 1, 1.5, 2, 3].flatMap(iNa => [resistanceMohm * iNa, restMv + resistanceMohm * iNa]),
]

/** A number with fewer digits may be there by chance. */
const LEAST_DIGITS = 4
const MOST_DIGITS = 15

/** The numbers in a text that are one of these, exact or rounded, in whatever unit of thousands. */
export function toldBy(text: string): string[] {
  return (text.match(/\d+(\.\d+)?/g) ?? []).filter(number => {
    const value = Number(number)
    return SECRETS.some(secret => {
      return Array.from({ length: MOST_DIGITS - LEAST_DIGITS }, (_, k) => LEAST_DIGITS + k).some(digits => {
        const rounded = Number(Math.abs(secret).toPrecision(digits))
        return [rounded, rounded / 1000].some(one => Math.abs(value - one) <= 1e-12 * one)
      })
    })
  })
}
