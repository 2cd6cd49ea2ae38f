/** Numbers that people type. Pure. A browser's own number field turns `12,5` into 125 or nothing, by its language. */

import { language } from './language.ts'

const MINUS_SIGNS = /[−–]/
/** A thin or hard space between thousands, as the pages write them. */
const THOUSANDS = /(?<=\d)[\u2009\u202f\u00a0 ](?=\d{3}(?!\d))/g
const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i
/** 1,000 is 1 in one language and 1000 in another; a point is decimal, as the pages write it, and so is the comma of 0,125. */
const AMBIGUOUS = /^[+-]?[1-9]\d{0,2},\d{3}(?!\d)/
/** 1,000.5 or 1.000,5 or 1,000,000: with marks between thousands. */
const GROUPED = /^[+-]?\d{1,3}([.,'’]\d{3})+([.,]\d*)?(e[+-]?\d+)?$/i

/** The decimal mark of a language. @param language the browser's, unless it is given */
export function decimalMark(language = languageOfBrowser()): string | undefined {
  return new Intl.NumberFormat(language).formatToParts(1.5).find(({ type }) => type === 'decimal')?.value
}

/** The comma if the page or its reader write so. */
function usualMark(): string | undefined {
  return decimalMark(language) === ',' ? ',' : decimalMark()
}

/** Node has none: its own language counts. */
function languageOfBrowser(): string | undefined {
  return (globalThis as { readonly navigator?: { readonly language: string } }).navigator?.language
}

/**
 * NaN if it cannot be read, or if it may be read in two ways. Both commas are decimal: two in one number are not read.
 * @param unit may follow the number
 * @param mark where it is the comma in the language of the page or of the reader, 1,000 can only be 1
 */
export function parseNumber(text: string, unit = '', mark = usualMark()): number {
  const plain = plainNumber(text, unit)
  const isRead = NUMBER.test(plain) && (mark === ',' || !AMBIGUOUS.test(plain))
  return isRead ? Number(plain.replace(',', '.')) : Number.NaN
}

/** Is it not read because of the marks between its thousands? Any unit may follow. */
export function isGrouped(text: string, mark = usualMark()): boolean {
  const plain = plainNumber(text.replace(/\s*[a-zµΩ]*\s*$/i, ''), '')
  return GROUPED.test(plain) && Number.isNaN(parseNumber(plain, '', mark))
}

/** Without its unit, with a plain minus and no spaces between thousands. */
function plainNumber(text: string, unit: string): string {
  const trimmed = text.trim()
  const bare =
    unit !== '' && trimmed.toLowerCase().endsWith(unit.toLowerCase()) ? trimmed.slice(0, -unit.length) : trimmed
  return bare.trim().replace(MINUS_SIGNS, '-').replace(THOUSANDS, '')
}

/** The keys that a touch screen shows: those of numbers have no minus. */
export function keysFor(min: number): 'decimal' | 'text' {
  return min < 0 ? 'text' : 'decimal'
}
