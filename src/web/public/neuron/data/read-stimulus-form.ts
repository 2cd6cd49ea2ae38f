/** The numbers that were typed into the stimulus form. Pure. */
import type { Field } from '../../../../fields/field-types-and-checks.ts'
import { COMMON_WORDS } from '../../shared/common-words.ts'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { parseNumber } from '../../shared/parse-number.ts'
import { allowedNumbers } from '../../shared/spoken-names.ts'

/** The numbers in the fields, by name; or why one of them cannot be read. */
export function readFields(
  typed: readonly (readonly [name: string, text: string])[],
  shape: string,
  fields: Readonly<Record<string, Field>>,
): Readonly<Record<string, number>> | string {
  const numbers = typed.map(([name, text]) => [name, parseNumber(text, unitOf(fields[name]))] as const)
  const [wrong] = numbers.find(([, value]) => Number.isNaN(value)) ?? []
  if (wrong === undefined) return Object.fromEntries(numbers)
  const field = fields[wrong]
  const text = typed.find(([name]) => name === wrong)![1]
  return COMMON_WORDS.unreadable(labelOf(wrong, shape), text, field?.type === 'number' ? allowedNumbers(field) : '')
}

function unitOf(field: Field | undefined): string {
  return field?.type === 'number' ? field.unit : ''
}

export function labelOf(name: string, shape: string): string {
  const words = WORDS.stimulus.names[name] ?? name
  return typeof words === 'string' ? words : (words[shape] ?? words.other ?? name)
}

/** What the form calls the arguments of a stimulus. */
export function stimulusNames({ shape }: { readonly shape?: unknown }): Readonly<Record<string, string>> {
  const names = Object.keys(WORDS.stimulus.names)
  return Object.fromEntries(names.map(name => [name, labelOf(name, String(shape))]))
}
