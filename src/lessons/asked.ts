/** What a step asks the student to type, choose, draw or write, and what would be right. Pure. */
import type { StudentReply } from './checks.ts'
import type { Conditions, LessonCheck, MeasureCheck, SingleCheck, Value } from './format.ts'
import type { AskedReply, LessonRequest } from './report.ts'
import { type Known, numberOf } from './values.ts'

/** @param filled puts the numbers into a text */
export function askedBy(check: LessonCheck | undefined, filled: (text: string) => string): AskedReply | null {
  for (const part of partsOf(check)) {
    if ('answer' in part) return { type: 'number', unit: part.answer.unit }
    if ('choose' in part) {
      const options = part.choose.map(({ text }) => filled(text))
      return { type: 'options', options, several: part.choose.filter(({ right }) => right).length > 1 }
    }
    if ('predict' in part) {
      if (part.predict === 'sketch') return { type: 'sketch', x: part.x, y: part.y }
      return { type: 'options', options: part.predict.map(({ text }) => filled(text)), several: false }
    }
    if ('write' in part) return { type: 'text', label: filled(part.write) }
    if ('confirm' in part) return { type: 'confirm', label: filled(part.confirm) }
  }
  return null
}

/** Each kind of answer by the part of the request that holds it. */
const WANTED = {
  number: 'value',
  options: 'options',
  sketch: 'points',
  text: 'text',
  confirm: 'nothing else',
} as const

/** The reply in a request, or what it must have. */
export function replyIn(request: LessonRequest, asked: AskedReply): StudentReply | { readonly fault: string } {
  const { value, options, points, text } = request
  switch (asked.type) {
    case 'number':
      if (value !== undefined) return { type: 'number', value }
      break
    case 'options': {
      if (options === undefined) break
      const last = asked.options.length - 1
      const isFit = options.length > 0 && options.every(one => Number.isInteger(one) && one >= 0 && one <= last)
      if (!isFit) return { fault: `options is ${JSON.stringify(options)}, must have numbers from 0 to ${last}` }
      if (options.length > 1 && !asked.several) return { fault: 'options has several, must have one' }
      return { type: 'options', indices: options }
    }
    case 'sketch':
      if (points !== undefined && points.length > 1) return { type: 'sketch', points }
      break
    case 'text':
      if (text !== undefined && text.trim() !== '') return { type: 'text', text }
      break
    case 'confirm':
      return { type: 'confirmed' }
  }
  return { fault: `this step asks for ${WANTED[asked.type]}, like ${EXAMPLES[asked.type]}` }
}

const EXAMPLES = {
  number: '{"do":"answer","value":1.5}',
  options: '{"do":"answer","options":[0]}',
  sketch: '{"do":"answer","points":[[0,0],[3,12]]}',
  text: '{"do":"answer","text":"…"}',
  confirm: '{"do":"answer"}',
} as const

/** What is right, in numbers, units and texts of the options; null where there is nothing to tell. */
export function solutionOf(
  check: LessonCheck | undefined,
  known: Known,
  filled: (text: string) => string,
): string | null {
  const parts = partsOf(check).map(part => solutionOfPart(part, known, filled))
  return parts.filter(part => part !== null).join('; ') || null
}

function partsOf(check: LessonCheck | undefined): readonly SingleCheck[] {
  if (check === undefined) return []
  if ('all' in check) return check.all
  return 'any' in check ? check.any : [check]
}

function solutionOfPart(check: SingleCheck, known: Known, filled: (text: string) => string): string | null {
  if ('measure' in check) return ofMeasure(check, known)
  if ('bracket' in check) {
    return check.bracket === 'rheobaseNa' ? amount(numberOf({ theory: 'rheobaseNa' }, known), 'nA') : null
  }
  if ('answer' in check) {
    return check.predict ? null : amount(numberOf(check.answer.equals, known), check.answer.unit)
  }
  if ('choose' in check) {
    return check.choose.flatMap(({ right, text }) => (right ? [filled(text)] : [])).join('; ')
  }
  return null
}

function ofMeasure({ while: conditions, ...check }: MeasureCheck, known: Known): string | null {
  const unit = unitOf(check.measure)
  const told = [ofConditions(conditions, known), ofExpectation(check, unit, known)].filter(part => part !== null)
  return told.join(', ') || null
}

function ofConditions(conditions: Conditions | undefined, known: Known): string | null {
  const range = conditions?.currentNa
  if (range === undefined) return null
  return Array.isArray(range)
    ? ofExpectation({ between: range as [Value, Value] }, 'nA', known)
    : ofExpectation(range as Bounds, 'nA', known)
}

type Bounds = Pick<MeasureCheck, 'equals' | 'between' | 'above' | 'below' | 'atLeast'>

function ofExpectation({ equals, between, above, below, atLeast }: Bounds, unit: string, known: Known): string | null {
  if (between) {
    const [low, high] = between.map(value => amount(numberOf(value, known), ''))
    return low === null || high === null ? null : `${low} – ${high} ${unit}`.trim()
  }
  const signs = [
    ['', equals],
    ['> ', above],
    ['< ', below],
    ['≥ ', atLeast],
  ] as const
  const told = signs.map(([sign, value]) => {
    const text = value === undefined ? null : amount(numberOf(value, known), unit)
    return text === null ? null : sign + text
  })
  return told.filter(one => one !== null).join(', ') || null
}

function amount(value: number, unit: string): string | null {
  return Number.isFinite(value) ? `${Number(value.toPrecision(4))} ${unit}`.trim() : null
}

const UNITS = { Na: 'nA', Mv: 'mV', Hz: 'Hz', Ms: 'ms' } as const

/** The unit that stands at the end of a quantity's name; '' of those without one. */
function unitOf(quantity: string): string {
  return UNITS[quantity.slice(-2) as keyof typeof UNITS] ?? ''
}
