/** Numbers and units as the pages show them: with the decimal mark of their language, a real minus, and thin spaces between thousands. Pure. */
import { language } from './language.ts'
import { decimalMark } from './parse-number.ts'

const MARK = decimalMark(language) ?? '.'

/** A number that was written with a point and a plain minus. */
function forPeople(plain: string): string {
  return plain.replace('.', MARK).replace('-', '−')
}

/** With a fixed number of decimal places; – if there is no number. */
export function formatFixed(value: number | null | undefined, places: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  // What rounds to zero has no sign.
  return forPeople(value.toFixed(places).replace(/^-(?=[0.]*$)/, ''))
}

/** Up to four significant digits. */
export function formatShort(value: number): string {
  return formatPlain(Number(value.toPrecision(4)))
}

/** With every digit that it has. */
export function formatPlain(value: number): string {
  return forPeople(String(value))
}

/** As a field shows it, to be typed over: the minus is the one on the keyboard. */
export function formatTyped(value: number): string {
  return String(value).replace('.', MARK)
}

/** Numbers on an axis, with as many digits as tell them apart: in thousands where there are five or more before the point. */
export function formatTicks(ticks: readonly number[]): string[] {
  const largest = ticks.reduce((most, tick) => Math.max(most, Math.abs(tick)), 0)
  const [unit, suffix] = largest < 10_000 ? [1, ''] : [1000, 'k']
  const [first = 0, second = first * 0.999] = ticks
  const step = Math.abs(second - first) / unit
  const places = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(step || 1) + 1e-9)))
  return ticks.map(tick => `${formatPlain(Number((tick / unit).toFixed(places)))}${tick === 0 ? '' : suffix}`)
}

export function formatGrouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u2009')
}

const PLURALS = new Intl.PluralRules(language)

/** `1 spike`, `2 spikes`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${plural(count, one, many)}`
}

/** The form of a word that goes with the number in the page's language. */
export function plural(count: number, one: string, many: string): string {
  return PLURALS.select(count) === 'one' ? one : many
}

export function formatUnit(unit: string): string {
  return unit === 'MOhm' ? 'MΩ' : unit
}
