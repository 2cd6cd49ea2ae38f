/** Numbers in the texts of a lesson: `{saved.top.rateHz}`, `{param.restMv}`, `{theory.rheobaseNa}`, `{bracket.low}`. */
import { BESIDE, HELD, type LessonLanguage, REPLIED, THEORY, type TheoryName } from './format.ts'
import { numberIn } from './sentences.ts'
import { ASKS_AT, type Known, numberOf, savedValue } from './values.ts'
import type { Judgement } from './verdict.ts'

const PLACE = /\{([a-z]+)(?:\.([A-Za-z0-9.@-]+))?\}/g
/** What a link points at, as in `[knob](#knob)`. */
const LINK = /\]\([^)]*\)/g
/** Digits of a number in a text, and places behind its point: 1 pA, 1 µs. */
const DIGITS = 4
const PLACES = 3
const UNKNOWN = '–'

/** The text with its numbers; one that cannot be told yet is a dash. */
export function filledIn(text: string, known: Known, verdict: Judgement, language: LessonLanguage = 'en'): string {
  return text.replace(PLACE, (_, kind: string, path = '') => numberText(placeOf(kind, path, known, verdict), language))
}

/** The text with a blank for every number. */
export function withBlanks(text: string): string {
  return text.replace(PLACE, '…')
}

/** The places in a text, as they are written, and the controls of the page that it points at. */
export function placesIn(text: string): readonly string[] {
  return [...text.matchAll(PLACE), ...text.matchAll(LINK)].map(([written]) => written)
}

function placeOf(kind: string, path: string, known: Known, verdict: Judgement): number | undefined {
  const measured = 'measured' in verdict ? verdict.measured : undefined
  switch (kind) {
    case 'saved':
      return savedValue(path, known)
    case 'param':
      return numberOf({ param: path as never }, known)
    case 'theory': {
      const [name, at] = theoryPlace(path)
      return numberOf({ theory: name, at }, known)
    }
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

/** A name of the theory, and behind @ the number that it asks for. */
function theoryPlace(path: string): [name: TheoryName, at: number | undefined] {
  const [name, at] = path.split('@')
  return [name as TheoryName, at === undefined ? undefined : Number(at)]
}

function numberText(value: number | undefined, language: LessonLanguage): string {
  if (value === undefined || Number.isNaN(value)) return UNKNOWN
  return numberIn(language, String(Number(Number(value.toPrecision(DIGITS)).toFixed(PLACES))))
}

/** The places in a text that name nothing: as they are written. @param saved names that can have been saved by then */
export function unknownPlaces(text: string, params: readonly string[], saved: ReadonlySet<string>): readonly string[] {
  return [...text.matchAll(PLACE)]
    .filter(([, kind, path = '']) => !isPlace(kind!, path, params, saved))
    .map(([written]) => written)
}

function isPlace(kind: string, path: string, params: readonly string[], saved: ReadonlySet<string>): boolean {
  switch (kind) {
    case 'param':
      return params.includes(path)
    case 'theory': {
      const [name, at] = theoryPlace(path)
      return (
        (THEORY as readonly string[]).includes(name) && !Number.isNaN(at) && ASKS_AT.has(name) === (at !== undefined)
      )
    }
    case 'saved': {
      const [name = '', quantity = '', ...more] = path.split('.')
      return saved.has(name) && isQuantity(quantity) && more.length === 0
    }
    case 'bracket':
    case 'measured':
      return isQuantity(path)
    default:
      return (kind === 'off' || kind === 'expected') && path === ''
  }
}

/** Points are numbered: `rateHz1`. */
export function isQuantity(name: string): boolean {
  const names: readonly string[] = [...HELD, ...REPLIED, ...BESIDE]
  return names.includes(name.replace(/\d+$/, '')) || names.includes(name)
}
