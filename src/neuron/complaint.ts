import type { Field } from '../fields/fields.ts'

/** One thing that is wrong: where, and what is allowed instead. */
export interface Complaint {
  /** Name of the setting, '' for the whole. */
  readonly path: string
  readonly message: string
}

/** A neuron or a run that cannot be: every complaint at once. */
export class NeuronError extends Error {
  readonly complaints: readonly Complaint[]

  constructor(complaints: readonly Complaint[]) {
    super(complaints.map(c => (c.path === '' ? c.message : `${c.path} ${c.message}`)).join('; '))
    this.name = 'NeuronError'
    this.complaints = complaints
  }
}

/** What is wrong with one value, in words that follow the setting's name; null if it may stand. */
export function faultOf(field: Field, value: unknown): string | null {
  switch (field.type) {
    case 'number':
      return numberFault(field, value)
    case 'choice':
      return field.choices.includes(value as string)
        ? null
        : `is ${shown(value)}, must be one of ${field.choices.join(', ')}`
    case 'text':
      return typeof value === 'string' ? null : `is ${shown(value)}, must be a text`
    case 'flag':
      return typeof value === 'boolean' ? null : `is ${shown(value)}, must be true or false`
    case 'numbers':
      return numbersFault(field, value)
  }
}

/** A value as it is quoted in a complaint: NaN and strings stay recognisable, long ones are cut. */
export function shown(value: unknown): string {
  if (typeof value === 'number') return String(value)
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function numberFault(field: Field & { type: 'number' }, value: unknown): string | null {
  const isInside =
    typeof value === 'number' &&
    value <= field.max &&
    (field.aboveMin ? value > field.min : value >= field.min) &&
    (!field.integer || Number.isInteger(value))
  return isInside ? null : `is ${shown(value)}, must be ${allowedNumbers(field)}`
}

function numbersFault(field: Field & { type: 'numbers' }, value: unknown): string | null {
  if (!Array.isArray(value)) return `is ${shown(value)}, must be a list of numbers, like [0,1.5,3]`
  if (value.length > field.most) return `has ${value.length} numbers, must have ${field.most} at the most`
  const at = value.findIndex(one => !(typeof one === 'number' && one >= field.min && one <= field.max))
  return at < 0 ? null : `has ${shown(value[at])} at index ${at}, must have ${allowedNumbers(field)} there`
}

/** `a number above 0 to 10000 ms` */
export function allowedNumbers(field: Field & { type: 'number' | 'numbers' }): string {
  const isNumber = field.type === 'number'
  const kind = isNumber && field.integer ? 'a whole number' : 'a number'
  const from = isNumber && field.aboveMin ? `above ${field.min}` : `from ${field.min}`
  const unit = field.unit === '' ? '' : ` ${field.unit}`
  return `${kind} ${from} to ${field.max}${unit}`
}
