/** Parsers of option values, and the faults that they report. Pure. */
import { nearest } from '../config/messages.ts'
import { checkValue, type Field, quote } from '../fields/field-types-and-checks.ts'
import { quantityIn } from '../fields/units.ts'

/** One thing that is wrong with the command. */
export interface CommandFault {
  /** A whole sentence: what was wrong, the value, what is allowed, the next step. */
  readonly text: string
  /** The command line itself is wrong (exit 2), not a file that it names (exit 1). */
  readonly isMisuse: boolean
}

/** The range of a number after a flag. */
type NumberRange = Pick<Field & { type: 'number' }, 'unit' | 'min' | 'max'> & { readonly aboveMin?: boolean }

/** The number after a flag, which may have a unit: 250pA. Undefined if there is none, or a wrong one: then `faults` gets the reason. */
export function numberFlag(
  flag: string,
  text: string | undefined,
  range: NumberRange,
  faults: CommandFault[],
): number | undefined {
  if (text === undefined) return undefined
  const value = quantityIn(text, range.unit)
  const fault = checkValue({ type: 'number', default: 0, help: '', ...range }, value ?? text)
  if (fault === null) return value
  const advice = /^\s*-?\d+,\d+\s*$/.test(text) ? `, written with a point: ${text.trim().replace(',', '.')}` : ''
  faults.push(misuseFault(`${flag} ${fault}${advice}`))
  return undefined
}

/** The name after a flag; undefined if there is none, or an unknown one: then `faults` gets the known ones. */
export function choiceFlag<T extends string>(
  flag: string,
  text: string | undefined,
  choices: readonly T[],
  faults: CommandFault[],
): T | undefined {
  if (text === undefined) return undefined
  const found = choices.find(choice => choice === text)
  if (found !== undefined) return found
  const guess = nearest(text, choices)
  const advice = guess === undefined ? '' : `; did you mean ${guess}?`
  faults.push(misuseFault(`${flag} is ${quote(text)}, must be one of ${choices.join(', ')}${advice}`))
  return undefined
}

/** A fault of the command line. */
export function misuseFault(text: string): CommandFault {
  return { text, isMisuse: true }
}

/** Collects a flag that may be given several times, for commander. */
export function appendValue(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value]
}
