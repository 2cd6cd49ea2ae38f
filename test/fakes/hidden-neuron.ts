import { neuronFrom } from '../../src/neuron/params.ts'
import { rheobaseNa } from '../../src/neuron/theory.ts'

/** A neuron of numbers that occur nowhere else, to be hidden. */
export const HIDDEN_NEURON = {
  ...{ restMv: -63.7134, thresholdMv: -48.3719, resetMv: -66.9328 },
  ...{ resistanceMohm: 11.9327, tauMs: 137.319, refractoryMs: 23.7182 },
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

const MOST_DIGITS = 15

/**
 * The numbers in a text that are one of these, exact or rounded, in whatever unit of thousands.
 * @param leastDigits a number with fewer digits may be there by chance; 6 where much is measured
 */
export function toldBy(text: string, leastDigits = 4): string[] {
  return (text.match(/\d+(\.\d+)?/g) ?? []).filter(number => {
    const value = Number(number)
    return SECRETS.some(secret => {
      return Array.from({ length: MOST_DIGITS - leastDigits }, (_, k) => leastDigits + k).some(digits => {
        const rounded = Number(Math.abs(secret).toPrecision(digits))
        return [rounded, rounded / 1000].some(one => Math.abs(value - one) <= 1e-12 * one)
      })
    })
  })
}
