/** Numbers in the texts of a lesson: `{saved.top.rateHz}`, `{param.restMv}`, `{theory.rheobaseNa}`, `{bracket.low}`. */
import { type LessonLanguage, THEORY, type TheoryName } from './format.ts'
import { type Known, numberOf, savedValue } from './values.ts'
import type { Verdict } from './verdict.ts'

const PLACE = /\{([a-z]+)(?:\.([A-Za-z0-9.-]+))?\}/g
/** What a link points at, as in `[knob](#knob)`. */
const LINK = /\]\([^)]*\)/g
/** Digits of a number in a text. */
const DIGITS = 4
const UNKNOWN = '–'

/** The text with its numbers; one that cannot be told yet is a dash. */
export function filledIn(text: string, known: Known, verdict: Verdict, language: LessonLanguage = 'en'): string {
  return text.replace(PLACE, (_, kind: string, path = '') => numberText(placeOf(kind, path, known, verdict), language))
}

/** The places in a text, as they are written, and the controls of the page that it points at. */
export function placesIn(text: string): readonly string[] {
  return [...text.matchAll(PLACE), ...text.matchAll(LINK)].map(([written]) => written)
}

function placeOf(kind: string, path: string, known: Known, verdict: Verdict): number | undefined {
  const measured = 'measured' in verdict ? verdict.measured : undefined
  switch (kind) {
    case 'saved':
      return savedValue(path, known)
    case 'param':
      return numberOf({ param: path as never }, known)
    case 'theory':
      return numberOf({ theory: path as TheoryName }, known)
    case 'bracket':
    case 'measured':
      return measured?.[path]
    case 'off':
      return verdict.state === 'nearly' ? verdict.off : undefined
    case 'expected':
      return verdict.state === 'done' ? verdict.measured.expected : undefined
    default:
      return undefined
  }
}

function numberText(value: number | undefined, language: LessonLanguage): string {
  if (value === undefined || Number.isNaN(value)) return UNKNOWN
  const text = String(Number(value.toPrecision(DIGITS))).replace('-', '−')
  return language === 'de' ? text.replace('.', ',') : text
}

/** The places in a text that name nothing: as they are written. */
export function unknownPlaces(text: string, params: readonly string[]): readonly string[] {
  return [...text.matchAll(PLACE)]
    .filter(([, kind, path = '']) => !isPlace(kind!, path, params))
    .map(([written]) => written)
}

function isPlace(kind: string, path: string, params: readonly string[]): boolean {
  if (kind === 'param') return params.includes(path)
  if (kind === 'theory') return (THEORY as readonly string[]).includes(path)
  return ['saved', 'bracket', 'measured', 'off', 'expected'].includes(kind)
}
