/** Numbers that people type. Pure. A browser's own number field turns `12,5` into 125 or nothing, by its language. */

const MINUS_SIGNS = /[−–]/
/** A thin or hard space between thousands, as the pages write them. */
const THOUSANDS = /(?<=\d)[\u2009\u202f\u00a0 ](?=\d{3}(?!\d))/g
const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i

/**
 * NaN if it cannot be read. Both commas are decimal: two in one number are not read.
 * @param unit may follow the number
 */
export function parseNumber(text: string, unit = ''): number {
  const trimmed = text.trim()
  const bare =
    unit !== '' && trimmed.toLowerCase().endsWith(unit.toLowerCase()) ? trimmed.slice(0, -unit.length) : trimmed
  const plain = bare.trim().replace(MINUS_SIGNS, '-').replace(THOUSANDS, '')
  return NUMBER.test(plain) ? Number(plain.replace(',', '.')) : Number.NaN
}

/** The keys that a touch screen shows: those of numbers have no minus. */
export function keysFor(min: number): 'decimal' | 'text' {
  return min < 0 ? 'text' : 'decimal'
}
