import { nearest } from '../config/messages.ts'
import { numberIn } from '../fields/csv-columns.ts'
import { checkValue, type Field, quote } from '../fields/fields.ts'

/** One thing that is wrong with what the user asked for. */
export interface Fault {
  /** A whole sentence: what was wrong, the value, what is allowed, the next step. */
  readonly text: string
  /** The command line itself is wrong (exit 2), not a file that it names (exit 1). */
  readonly misused: boolean
}

/** What a number after a flag may be. */
export type NumberRange = Pick<Field & { type: 'number' }, 'unit' | 'min' | 'max'> & { readonly aboveMin?: boolean }

/** The number after a flag; undefined if there is none, or none that may stand: then `faults` tells why. */
export function numberFlag(
  flag: string,
  text: string | undefined,
  range: NumberRange,
  faults: Fault[],
): number | undefined {
  if (text === undefined) return undefined
  const value = numberIn(text)
  const fault = checkValue({ type: 'number', default: 0, help: '', ...range }, value ?? text)
  if (fault === null) return value
  const advice = /^\s*-?\d+,\d+\s*$/.test(text) ? `, written with a point: ${text.trim().replace(',', '.')}` : ''
  faults.push(misuse(`${flag} ${fault}${advice}`))
  return undefined
}

/** The name after a flag, one of a few; undefined if there is none, or an unknown one: then `faults` tells the known. */
export function choiceFlag<T extends string>(
  flag: string,
  text: string | undefined,
  choices: readonly T[],
  faults: Fault[],
): T | undefined {
  if (text === undefined) return undefined
  const found = choices.find(choice => choice === text)
  if (found !== undefined) return found
  const guess = nearest(text, choices)
  const advice = guess === undefined ? '' : `; did you mean ${guess}?`
  faults.push(misuse(`${flag} is ${quote(text)}, must be one of ${choices.join(', ')}${advice}`))
  return undefined
}

/** A fault of the command line. */
export function misuse(text: string): Fault {
  return { text, misused: true }
}

/** Collects a flag that may be given several times, for commander. */
export function collected(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value]
}
