/** What a term means: its equation in symbols and, where the neuron's numbers are known, with them. Pure. */
import type { TemplateResult } from 'lit-html'
import type { NeuronParams } from '../../../neuron/params.ts'
import { isiMs, rheobaseNa } from '../../../neuron/theory.ts'
import type { GLOSSARY } from '../shared/english-words.ts'
import { formatShort } from '../shared/number-format.ts'
import { type Formula, fraction, row } from './formula.ts'

export type Term = keyof typeof GLOSSARY.terms

/** The parameters that the equations name. */
type ShownParams = Omit<NeuronParams, 'initialMv' | 'seed'>

/** The neuron that the numbers are of. */
export interface GlossaryNeuron {
  readonly params: ShownParams
  /** The present current; NaN if it is not known. */
  readonly iNa: number
}

interface Explained {
  readonly symbols?: Formula
  /** @returns nothing where the equation does not hold, as without a leak */
  readonly numbers?: (neuron: GlossaryNeuron) => Formula | undefined
}

export function equationsOf(term: Term, neuron: GlossaryNeuron | undefined): readonly TemplateResult[] {
  const { symbols, numbers }: Explained = EXPLAINED[term]
  return [symbols, neuron && isKnown(neuron) ? numbers?.(neuron) : undefined].filter(formula => formula !== undefined)
}

/** A lesson may conceal parameters: then there are no numbers. */
function isKnown({ params }: GlossaryNeuron): boolean {
  const { restMv, thresholdMv, resetMv, resistanceMohm, tauMs, capacitanceNf, refractoryMs, noiseMv } = params
  return [restMv, thresholdMv, resetMv, resistanceMohm, tauMs, capacitanceNf, refractoryMs, noiseMv].every(
    Number.isFinite,
  )
}

const INTERVAL = row('t_ref + τ ln', fraction(row('E_L + R I − V_reset'), row('E_L + R I − V_th')))

const EXPLAINED: Readonly<Record<Term, Explained>> = {
  voltage: {
    symbols: row('τ', fraction(row('dV'), row('dt')), '= − ( V − E_L ) + R I'),
    numbers: ({ params: { tauMs, model, capacitanceNf } }) =>
      model === 'pif'
        ? row(amount(capacitanceNf, 'nF'), fraction(row('dV'), row('dt')), '= I')
        : row(amount(tauMs, 'ms'), fraction(row('dV'), row('dt')), '= − ( V − E_L ) + R I'),
  },
  current: { numbers: ({ iNa }) => (Number.isFinite(iNa) ? row('I =', amount(iNa, 'nA')) : undefined) },
  spike: {
    symbols: row('V ≥ V_th ⟹ V = V_reset'),
    numbers: ({ params: { thresholdMv, resetMv } }) =>
      row('V ≥', amount(thresholdMv, 'mV'), '⟹ V =', amount(resetMv, 'mV')),
  },
  rate: { symbols: row('f =', fraction(row('1'), row('T'))) },
  interval: {
    symbols: row('T =', INTERVAL),
    numbers: ({ params, iNa }) => (fires(params, iNa) ? row('T =', amount(intervalMs(params, iNa), 'ms')) : undefined),
  },
  threshold: { numbers: ({ params }) => row('V_th =', amount(params.thresholdMv, 'mV')) },
  reset: { numbers: ({ params }) => row('V_reset =', amount(params.resetMv, 'mV')) },
  rest: { numbers: ({ params }) => row('E_L =', amount(params.restMv, 'mV')) },
  leak: {
    symbols: row('I_L =', fraction(row('V − E_L'), row('R'))),
    numbers: leaky(params =>
      row('I_L =', fraction(row(difference('V', params.restMv)), amount(params.resistanceMohm, 'MΩ'))),
    ),
  },
  resistance: {
    symbols: row('R =', fraction(row('Δ V'), row('I'))),
    numbers: ({ params }) => row('R =', amount(params.resistanceMohm, 'MΩ')),
  },
  tau: {
    symbols: row('τ = R C'),
    numbers: ({ params: { resistanceMohm, capacitanceNf, tauMs } }) =>
      row('τ =', amount(resistanceMohm, 'MΩ'), '·', amount(capacitanceNf, 'nF'), '=', amount(tauMs, 'ms')),
  },
  capacitance: {
    symbols: row('C =', fraction(row('τ'), row('R'))),
    numbers: ({ params: { resistanceMohm, capacitanceNf, tauMs } }) =>
      row('C =', fraction(amount(tauMs, 'ms'), amount(resistanceMohm, 'MΩ')), '=', amount(capacitanceNf, 'nF')),
  },
  refractory: {
    symbols: row('f_max =', fraction(row('1'), row('t_ref'))),
    numbers: ({ params: { refractoryMs } }) =>
      refractoryMs === 0
        ? row('t_ref =', amount(0, 'ms'))
        : row('f_max =', fraction(row('1'), amount(refractoryMs, 'ms')), '=', amount(1000 / refractoryMs, 'Hz')),
  },
  noise: { numbers: ({ params }) => row('σ =', amount(params.noiseMv, 'mV')) },
  rheobase: {
    symbols: row('I_rh =', fraction(row('V_th − E_L'), row('R'))),
    numbers: leaky(params => {
      const climb = row(formatShort(params.thresholdMv), difference('', params.restMv), 'mV')
      return row('I_rh =', fraction(climb, amount(params.resistanceMohm, 'MΩ')), '=', amount(rheobaseOf(params), 'nA'))
    }),
  },
  fiCurve: {
    symbols: row('f =', fraction(row('1'), INTERVAL)),
    numbers: ({ params, iNa }) =>
      fires(params, iNa)
        ? row('f (', amount(iNa, 'nA'), ') =', amount(1000 / intervalMs(params, iNa), 'Hz'))
        : undefined,
  },
  cv: { symbols: row('CV =', fraction(row('σ_T'), row('T̄'))) },
  latency: {
    symbols: row('t_1 = τ ln', fraction(row('R I'), row('R I − ( V_th − E_L )'))),
    numbers: leaky(params => {
      const twice = 2 * rheobaseOf(params)
      return row('t_1 (', amount(twice, 'nA'), ') = τ ln 2 =', amount(params.tauMs * Math.LN2, 'ms'))
    }),
  },
  poisson: { symbols: row('CV = 1') },
  stimulus: {},
  synapse: {},
  jump: {
    symbols: row('V → V + J'),
    numbers: ({ params: { thresholdMv, restMv } }) => row('V_th − E_L =', amount(thresholdMv - restMv, 'mV')),
  },
  delay: {},
  model: {
    symbols: row('C', fraction(row('dV'), row('dt')), '= −', fraction(row('V − E_L'), row('R')), '+ I'),
  },
}

function leaky(numbers: (params: ShownParams) => Formula): (neuron: GlossaryNeuron) => Formula | undefined {
  return ({ params }) => (params.model === 'pif' ? undefined : numbers(params))
}

function fires(params: ShownParams, iNa: number): boolean {
  return Number.isFinite(iNa) && Number.isFinite(intervalMs(params, iNa))
}

function amount(value: number, unit: string): Formula {
  return row(formatShort(value), unit)
}

/** `V + 70`: two signs in a row are one. */
function difference(from: string, taken: number): string {
  return `${from} ${taken < 0 ? '+' : '−'} ${formatShort(Math.abs(taken))}`.trim()
}

function intervalMs(params: ShownParams, iNa: number): number {
  return isiMs(complete(params), iNa)
}

function rheobaseOf(params: ShownParams): number {
  return rheobaseNa(complete(params))
}

/** Neither depends on where V began, nor on the seed. */
function complete(params: ShownParams): NeuronParams {
  return { ...params, initialMv: params.restMv, seed: 0 }
}
