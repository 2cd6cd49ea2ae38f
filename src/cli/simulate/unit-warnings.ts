/** Warnings of values that are probably meant in other units: pA for nA, Ohm for MOhm, V for mV. Pure. */
import type { NeuronParams } from '../../neuron/params.ts'
import { rheobaseNa } from '../../neuron/theory.ts'
import { shortNumber } from './scales-and-captions.ts'

/** Experiments go up to some times the rheobase. */
const MANY_RHEOBASES = 30
/** No cell has more, nor less than the second. */
const LARGEST_MOHM = 1e5
const SHORTEST_TAU_MS = 0.1
const LONGEST_TAU_MS = 2000
/** Both rest and threshold so close to 0 and not at it are volts. */
const VOLTS = { least: 0.02, most: 0.15 } as const

/** @param peakNa the largest current, by its amount, that flows; 0 if it is not the user's choice */
export function unitWarnings(neuron: NeuronParams, peakNa: number): string[] {
  const { model, restMv, thresholdMv, resistanceMohm, tauMs, capacitanceNf } = neuron
  const n = (value: number) => shortNumber(value)
  if (model === 'pif') return []
  const warnings: string[] = []
  const rheobase = rheobaseNa(neuron)
  if (resistanceMohm >= LARGEST_MOHM) {
    warnings.push(
      `the resistance is ${n(resistanceMohm)} MOhm: is it meant in Ohm? ${n(resistanceMohm)} Ohm are resistanceMohm=${resistanceMohm / 1e6}`,
    )
  } else if (peakNa >= MANY_RHEOBASES * rheobase && rheobase > 0 && thresholdMv < Infinity) {
    const times = n(Math.round(peakNa / rheobase))
    warnings.push(
      `the current of ${n(peakNa)} nA is ${times} times the rheobase of ${n(rheobase)} nA: is it meant in pA? ${n(peakNa)} pA are ${n(peakNa / 1000)} nA`,
    )
  }
  if (tauMs > LONGEST_TAU_MS) {
    warnings.push(
      `the time constant is ${n(tauMs)} ms, as R is ${n(resistanceMohm)} MOhm and C is ${n(capacitanceNf)} nF: is C meant in pF? ${n(capacitanceNf)} pF are capacitanceNf=${capacitanceNf / 1000}`,
    )
  }
  if (tauMs < SHORTEST_TAU_MS) {
    warnings.push(`the time constant is ${n(tauMs)} ms: is it meant in s? ${n(tauMs)} s are tauMs=${tauMs * 1000}`)
  }
  const isVolts = (v: number) => Math.abs(v) >= VOLTS.least && Math.abs(v) <= VOLTS.most
  if (isVolts(restMv) && isVolts(thresholdMv)) {
    warnings.push(
      `rest and threshold are ${n(restMv)} and ${n(thresholdMv)} mV: are they meant in V? ${n(restMv)} V are restMv=${Number((restMv * 1000).toPrecision(12))}`,
    )
  }
  return warnings
}
