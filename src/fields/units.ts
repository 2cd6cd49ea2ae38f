/** Numbers with a unit of their own, like 250pA where nA are expected. Pure. */
import { numberIn } from './parse-time-columns.ts'

const PREFIXES: Readonly<Record<string, number>> = { p: -12, n: -9, u: -6, µ: -6, μ: -6, m: -3, k: 3, K: 3, M: 6, G: 9 }

/** What a unit measures, and its power of ten: nA is ['A', -9]. */
function partsOf(unit: string): readonly [base: string, power: number] | undefined {
  const [, prefix = '', name = ''] = /^([pnuµμmkKMG]?)(V|A|s|sec|F|Hz|S|Ohm|ohm|Ω|Ω)$/.exec(unit) ?? []
  if (name === '') return undefined
  const base = /^(ohm|Ω|Ω)$/i.test(name) ? 'Ohm' : name === 'sec' ? 's' : name
  return [base, PREFIXES[prefix] ?? 0]
}

/** A value in `from` as a value in `to`; undefined where the units do not measure the same, or are unknown. */
export function converted(value: number, from: string, to: string): number | undefined {
  const [a, b] = [partsOf(from), partsOf(to)]
  if (a === undefined || b === undefined || a[0] !== b[0]) return undefined
  const power = a[1] - b[1]
  // Dividing by a power of ten rounds once; 250 x 0.001 would round twice.
  return power < 0 ? value / 10 ** -power : value * 10 ** power
}

/** The number that a text is, in `unit`: alone, or with a unit that measures the same; undefined if it is none. */
export function quantityIn(text: string, unit: string): number | undefined {
  const alone = numberIn(text)
  if (alone !== undefined) return alone
  const [, digits = '', own = ''] = /^\s*([-+.\de]*[\d.])\s*([a-zA-ZµμΩΩ]+)\s*$/.exec(text) ?? []
  const value = numberIn(digits)
  return value === undefined ? undefined : converted(value, own, unit)
}
