/** The membrane equation with its present numbers, as parts that a page shows. Pure. */
import type { Term } from '../glossary/explain-terms.ts'
import { formatCapacitance } from '../shared/capacitance.ts'
import { formatFixed, formatShort } from '../shared/number-format.ts'
import type { CellParams } from './cell-state.ts'
import { CELL_WORDS } from './words.ts'

/** A part of a line: a text, and what it stands for, which has a colour on the page. */
export interface EquationPart {
  readonly text: string
  readonly of?: 'voltage' | 'current' | 'threshold'
  /** It explains itself. */
  readonly term?: Term
  /** Set lower, as the index of a symbol. */
  readonly isIndex?: boolean
  /** The line is broken before it. */
  readonly startsLine?: boolean
}

export interface Equation {
  readonly symbols: readonly EquationPart[]
  readonly numbers: readonly EquationPart[]
  /** dV/dt now. */
  readonly slope: string
  /** Where V heads for, and what follows. */
  readonly goal: string
  /** What happens at a spike. */
  readonly spike: string
}

interface Now {
  readonly vMv: number
  readonly iNa: number
  readonly isRunning: boolean
  /** V is held at the reset. */
  readonly isRefractory: boolean
}

export function equationOf(params: CellParams, now: Now): Equation {
  const { thresholdMv, resetMv, refractoryMs } = params
  const isLeaky = params.model !== 'pif'
  const slope = now.isRunning && !now.isRefractory ? slopeMvPerMs(params, now) : 0
  return {
    symbols: [...(isLeaky ? LEAKY : PERFECT), ...noiseParts(params, false)],
    numbers: [...(isLeaky ? leakyNumbers(params, now) : perfectNumbers(params, now)), ...noiseParts(params, true)],
    slope: CELL_WORDS.slope(formatFixed(slope, Math.abs(slope) < 1 ? 3 : 1)),
    goal: goalOf(params, now),
    spike: CELL_WORDS.spike(mv(thresholdMv), mv(resetMv), refractoryMs > 0 ? `${formatShort(refractoryMs)} ms` : ''),
  }
}

/** Of what flows in by knob, slider and stimulus; synapses and noise come on top. */
function slopeMvPerMs({ model, restMv, resistanceMohm, tauMs, capacitanceNf }: CellParams, { vMv, iNa }: Now): number {
  return model === 'pif' ? iNa / capacitanceNf : (restMv - vMv + resistanceMohm * iNa) / tauMs
}

const LEAKY: readonly EquationPart[] = [
  { text: 'τ', term: 'tau' },
  { text: ' d' },
  { text: 'V', of: 'voltage', term: 'voltage' },
  { text: '/dt = −(' },
  { text: 'V', of: 'voltage' },
  { text: ' − ' },
  { text: 'E', term: 'rest' },
  { text: 'L', isIndex: true },
  { text: ') + ' },
  { text: 'R', term: 'resistance' },
  { text: ' ' },
  { text: 'I', of: 'current', term: 'current' },
]
const PERFECT: readonly EquationPart[] = [
  { text: 'C', term: 'capacitance' },
  { text: ' d' },
  { text: 'V', of: 'voltage', term: 'voltage' },
  { text: '/dt = ' },
  { text: 'I', of: 'current', term: 'current' },
]

function leakyNumbers({ tauMs, restMv, resistanceMohm }: CellParams, { vMv, iNa }: Now): EquationPart[] {
  return [
    { text: `${formatShort(tauMs)} ms · d` },
    { text: 'V', of: 'voltage' },
    { text: '/dt =' },
    { text: ' −(', startsLine: true },
    { text: `${formatFixed(vMv, 1)} mV`, of: 'voltage' },
    // Two signs in a row are one.
    { text: ` ${restMv < 0 ? '+' : '−'} ${formatShort(Math.abs(restMv))} mV) + ${formatShort(resistanceMohm)} MΩ · ` },
    { text: `${formatFixed(iNa, 2)} nA`, of: 'current' },
  ]
}

function perfectNumbers({ capacitanceNf }: CellParams, { iNa }: Now): EquationPart[] {
  return [
    { text: `${formatCapacitance(capacitanceNf)} · d` },
    { text: 'V', of: 'voltage' },
    { text: '/dt = ' },
    { text: `${formatFixed(iNa, 2)} nA`, of: 'current' },
  ]
}

function noiseParts({ noiseMv }: CellParams, isNumber: boolean): EquationPart[] {
  if (noiseMv === 0) return []
  return [{ text: isNumber ? CELL_WORDS.noiseOf(`${formatShort(noiseMv)} mV`) : CELL_WORDS.noise }]
}

function goalOf(params: CellParams, { iNa, isRunning }: Now): string {
  const { model, restMv, resistanceMohm, thresholdMv, noiseMv } = params
  if (!isRunning) return CELL_WORDS.paused
  if (model === 'pif') return iNa > 0 ? CELL_WORDS.risesAlways : CELL_WORDS.neverRises
  const endMv = restMv + resistanceMohm * iNa
  // At exactly the threshold it is never reached.
  if (endMv > thresholdMv) return CELL_WORDS.fires(mv(endMv))
  return noiseMv > 0 ? CELL_WORDS.firesByNoise(mv(endMv)) : CELL_WORDS.silent(mv(endMv))
}

function mv(value: number): string {
  return `${formatShort(value)} mV`
}
