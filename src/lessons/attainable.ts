/** Which currents of the knob pass a check, by theory. Pure. */
import type { NeuronParams } from '../neuron/params.ts'
import { cvWithNoise, rateWithNoiseHz } from '../neuron/siegert.ts'
import { rheobaseNa } from '../neuron/theory.ts'
import type { MeasureCheck } from './format.ts'
import { isWithin } from './stretch.ts'
import { compare, type Known } from './values.ts'

/** Currents that are tried, over the range of the knob; fewer where it is only asked whether there are any. */
const CURRENTS = 600
const FEW_CURRENTS = 300
/** Currents just above the rheobase, where the rate is steep: so many, a thousandth of it apart. */
const FINER = 40

/** The currents of the knob that pass when they are held, in order. */
export function passingCurrents(check: MeasureCheck, maxNa: number, known: Known): readonly number[] {
  return triedCurrents(maxNa, known, CURRENTS)
    .filter(iNa => passes(check, iNa, known))
    .sort((a, b) => a - b)
}

/** Whether all currents of the knob pass, or none, or some. */
export function currentsThatPass(check: MeasureCheck, maxNa: number, known: Known): 'all' | 'none' | 'some' {
  const tried = triedCurrents(maxNa, known, FEW_CURRENTS)
  const first = passes(check, tried[0]!, known)
  if (tried.some(iNa => passes(check, iNa, known) !== first)) return 'some'
  return first ? 'all' : 'none'
}

function triedCurrents(maxNa: number, { params }: Known, currents: number): readonly number[] {
  const edge = rheobaseNa(params)
  const finer = Array.from({ length: FINER }, (_, k) => edge * (1 + k / 1000)).filter(iNa => iNa > 0 && iNa <= maxNa)
  return [...finer, ...Array.from({ length: currents + 1 }, (_, k) => (maxNa * k) / currents)]
}

function passes({ measure, while: conditions, ...check }: MeasureCheck, iNa: number, known: Known): boolean {
  if (conditions?.currentNa && !isWithin(iNa, conditions.currentNa, known)) return false
  // What other cells add cannot be foretold.
  if (known.synapses && known.synapses.length > 0 && measure !== 'currentNa') return true
  const rateHz = rateWithNoiseHz(known.params, iNa)
  if (conditions?.rateHz && !isWithin(rateHz, conditions.rateHz, known)) return false
  if (check.intervals !== undefined && !(rateHz > 0)) return false
  const value = heldAt(known.params, iNa, rateHz)[measure] ?? Number.NaN
  // What cannot be foretold may pass.
  return Number.isNaN(value) || compare(value, check, { ...known, measuredNa: iNa }) === 'right'
}

function heldAt(params: NeuronParams, iNa: number, rateHz: number): Readonly<Record<string, number>> {
  return {
    currentNa: iNa,
    vMv: rateHz > 0 ? Number.NaN : params.restMv + params.resistanceMohm * iNa,
    rateHz,
    isiMs: 1000 / rateHz,
    cv: rateHz > 0 ? cvWithNoise(params, iNa) : Number.POSITIVE_INFINITY,
    spikes: rateHz > 0 ? Number.POSITIVE_INFINITY : 0,
  }
}
