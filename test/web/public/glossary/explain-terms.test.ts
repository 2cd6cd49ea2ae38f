import type { TemplateResult } from 'lit-html'
import { expect, it } from 'vitest'
import { neuronFrom } from '../../../../src/neuron/params.ts'
import { equationsOf, type Term } from '../../../../src/web/public/glossary/explain-terms.ts'
import { GLOSSARY } from '../../../../src/web/public/shared/english-words.ts'

/** What a formula shows, its tags left out. */
function textOf(part: unknown): string {
  if (Array.isArray(part)) return part.map(textOf).join(' ')
  if (typeof part !== 'object' || part === null) return String(part)
  const { strings, values } = part as TemplateResult
  return strings.flatMap((string, k) => [string.replace(/<[^>]*>/g, ''), textOf(values[k] ?? '')]).join('')
}

const CLASSROOM = neuronFrom({ tauMs: 100 })
const lastLine = (term: Term, params = CLASSROOM, iNa = 3) => textOf(equationsOf(term, { params, iNa }).at(-1))

it.each<[Term, RegExp]>([
  ['rheobase', /^I.*= .*−55 \+ 70 mV.*10 MΩ.* = 1\.5 nA$/],
  ['tau', /10 MΩ · 10 nF = 100 ms$/],
  ['latency', /3 nA \) = τ ln 2 = 69\.31 ms$/],
  ['interval', /^T = 84\.73 ms$/],
  ['fiCurve', /3 nA \) = 11\.8 Hz$/],
  ['threshold', /= −55 mV$/],
  ['jump', /= 15 mV$/],
  ['refractory', /= 0 ms$/],
])('%s has the numbers of the neuron in it', (term, numbers) => {
  expect(lastLine(term).replace(/\s+/g, ' ')).toMatch(numbers)
})

it('a refractory period says its highest rate', () => {
  expect(lastLine('refractory', { ...CLASSROOM, refractoryMs: 2 }).replace(/\s+/g, ' ')).toMatch(/2 ms = 500 Hz$/)
})

it('where nothing fires, or nothing leaks, there is no number for it', () => {
  const pif = neuronFrom({ model: 'pif' })
  expect(equationsOf('interval', { params: CLASSROOM, iNa: 1.5 })).toHaveLength(1)
  expect(
    (['rheobase', 'latency', 'leak'] as const).map(term => equationsOf(term, { params: pif, iNa: 1 }).length),
  ).toEqual([1, 1, 1])
})

it('what a lesson conceals is not told: no numbers without all of the parameters', () => {
  const { tauMs: _, ...rest } = CLASSROOM
  for (const term of Object.keys(GLOSSARY.terms) as Term[]) {
    const concealed = equationsOf(term, { params: rest as typeof CLASSROOM, iNa: 1 })
    expect(concealed.map(textOf)).toEqual(equationsOf(term, undefined).map(textOf))
    expect(concealed.map(textOf).join()).not.toMatch(/\d \S*(mV|nA|ms|Hz|MΩ)/)
  }
})
