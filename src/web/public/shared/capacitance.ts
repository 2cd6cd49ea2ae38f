/** Capacitances in the unit that suits them, and as people type them. Pure. */
import { formatShort } from './number-format.ts'
import { parseNumber } from './parse-number.ts'

const UNITS = [
  ['pF', 0.001],
  ['nF', 1],
  ['µF', 1000],
] as const

/** The unit in which the number is neither very long nor very small, and the number in it. */
export function capacitanceParts(nanofarad: number): { readonly value: number; readonly unit: string } {
  const [unit, each] = UNITS[nanofarad < 0.9995 ? 0 : nanofarad < 999.5 ? 1 : 2] as (typeof UNITS)[number]
  return { value: nanofarad / each, unit }
}

export function formatCapacitance(nanofarad: number): string {
  const { value, unit } = capacitanceParts(nanofarad)
  return `${formatShort(value)} ${unit}`
}

/** In nF; NaN if it cannot be read. @param shownNf the value that the field shows: without a unit, its unit is meant */
export function parseCapacitance(text: string, shownNf: number): number {
  const shown = capacitanceParts(shownNf).unit
  // A u and the two characters that look alike stand for micro.
  const plain = text.trim().replace(/[uμ]f$/i, 'µF')
  const [unit, each] = UNITS.find(([one]) => plain.toLowerCase().endsWith(one.toLowerCase())) ??
    UNITS.find(([one]) => one === shown) ?? ['nF', 1]
  return parseNumber(plain, unit) * each
}
