/** Formulas as MathML, which browsers set by themselves. */
import { mathml, type TemplateResult } from 'lit-html'

export type Formula = TemplateResult

/**
 * Parts one after the other. A text has its symbols, numbers and signs apart from each other by blanks; V_th has an index.
 */
export function row(...parts: readonly (string | Formula)[]): Formula {
  return mathml`<mrow>${parts.map(part => (typeof part === 'string' ? part.split(' ').map(symbol) : part))}</mrow>`
}

export function fraction(over: Formula, under: Formula): Formula {
  return mathml`<mspace width="0.15em"></mspace><mfrac>${over}${under}</mfrac>`
}

function symbol(text: string): Formula {
  if (/^−?\d/.test(text)) return mathml`<mn>${text}</mn>`
  if (/^[=+−·()≥⟹→]$/.test(text)) return mathml`<mo>${text}</mo>`
  const [letter, index] = text.split('_')
  if (index !== undefined) return mathml`<msub><mi>${letter}</mi><mtext>${index}</mtext></msub>`
  // A unit is upright, and apart from its number.
  return UNITS.has(text) ? mathml`<mspace width="0.25em"></mspace><mtext>${text}</mtext>` : mathml`<mi>${text}</mi>`
}

const UNITS = new Set(['mV', 'nA', 'ms', 'Hz', 'MΩ', 'nF'])
