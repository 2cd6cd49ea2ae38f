import { z } from 'zod'
import {
  checkValue,
  type Field,
  type Fields,
  fieldCalled,
  quote,
  type ValuesOf,
} from '../fields/field-types-and-checks.ts'
import { descriptionOf } from '../fields/json-schema.ts'
import { NEURON_FIELDS } from '../neuron/params.ts'
import { nearest, redacted, shortened } from './messages.ts'
import { dotted } from './settings-with-origins.ts'

/** A value that zod refuses; the path is complete by the time that zod asks for the message. */
export interface RefusedValue {
  readonly path?: readonly PropertyKey[] | undefined
  readonly input?: unknown
}

/** What textbooks have and a configuration has not, in small letters, and what stands for it. */
const RELATED: Readonly<Record<string, string>> = {
  gl: 'R = 1/g_L stands for it: 10 nS is resistanceMohm: 100',
  gleak: 'R = 1/g_L stands for it: 10 nS is resistanceMohm: 100',
  i: 'the current is that of the knob, from input.minNa to input.maxNa; offline it is simulate --current',
}

type Shape = Readonly<Record<string, z.ZodType>>

/** Schemas of a set of settings, each with its default. */
export function fieldSchemas<F extends Fields>(fields: F): { [K in keyof F]: z.ZodType<ValuesOf<F>[K]> } {
  const schemas = Object.entries(fields).map(([key, field]) => {
    return [key, defaulted(fieldSchema(field), field.default, field)]
  })
  return Object.fromEntries(schemas)
}

/** Schemas of settings that may be left out. Editors show their defaults, except those of `derived` settings. */
export function optionalSchemas(fields: Fields, derived: readonly string[]): Shape {
  const schemas = Object.entries(fields).map(([key, field]) => {
    const shownDefault = derived.includes(key) ? {} : { default: field.default }
    return [
      key,
      fieldSchema(field)
        .optional()
        .meta({ description: descriptionOf(field), ...shownDefault }),
    ]
  })
  return Object.fromEntries(schemas)
}

/** A text of a certain form, without a default. */
export function textSchema(pattern: RegExp, allowed: string): z.ZodType<string> {
  const error = (refusal: RefusedValue) => refusalText(refusal, `must be ${allowed}`)
  return z.string({ error }).regex(pattern, { error, abort: true })
}

/** One of several names, without a default. */
export function nameSchema(names: readonly string[]): z.ZodType<string> {
  return z.enum(names, { error: refusal => refusalText(refusal, oneOf(names, refusal.input)) })
}

/** `schema` with its default and the field's help as the description. */
export function defaulted(schema: z.ZodType, value: unknown, field: Field): z.ZodType {
  return schema.default(value).meta({ description: descriptionOf(field) })
}

/** A map with these keys and no others. */
export function sectionSchema(shape: Shape): z.ZodObject {
  const known = Object.keys(shape)
  return z.object(shape, { error: mustBeMap(known) }).catchall(unknownKey(known))
}

/** The message for a value that should be a map. */
export function mustBeMap(known: readonly string[]): (refusal: RefusedValue) => string {
  return refusal => refusalText(refusal, `must be a map, with the keys ${known.join(', ')}`)
}

/** `neuron.tauMs is -3, must be …`: what was wrong, the value, what is allowed. */
export function refusalText({ path, input }: RefusedValue, demand: string): string {
  return `${dotted(path ?? [])} ${input === undefined ? 'is missing' : `is ${quote(redacted(input))}`}, ${demand}`
}

/** The demand that a value be one of these, with the one that was probably meant. */
export function oneOf(names: readonly string[], value: unknown): string {
  if (names.length === 1) return `must be ${names[0]}`
  const guess = typeof value === 'string' ? nearest(value, names) : undefined
  return `must be one of ${names.join(', ')}${guess ? `: did you mean ${guess}?` : ''}`
}

function fieldSchema(field: Field): z.ZodType {
  // `checkValue` has the words for every fault of a field: they are the same wherever a value is refused.
  const error = ({ path, input }: RefusedValue) => `${dotted(path ?? [])} ${checkValue(field, input)}`
  switch (field.type) {
    case 'number': {
      const bound = { error, abort: true }
      const number = field.integer ? z.number({ error }).int(bound) : z.number({ error })
      const inRange = (field.aboveMin ? number.gt(field.min, bound) : number.gte(field.min, bound)).lte(
        field.max,
        bound,
      )
      return field.addresses ? inRange.refine(value => field.addresses?.includes(value), { error }) : inRange
    }
    case 'choice':
      return choiceSchema(field.choices)
    case 'text':
      return z.string({ error: refusal => `${error(refusal)}: put it in quotes` })
    case 'flag':
      return z.boolean({ error })
    case 'numbers':
      return z.array(z.number(), { error }).refine(numbers => checkValue(field, numbers) === null, { error })
  }
}

/** A name that looks like a number may be written without quotes. */
function choiceSchema(names: readonly string[]): z.ZodType {
  const numbers = names.filter(name => /^\d+$/.test(name)).map(name => z.literal(Number(name)))
  if (numbers.length === 0) return nameSchema(names)
  const error = (refusal: RefusedValue) => refusalText(refusal, oneOf(names, refusal.input))
  return z.union([nameSchema(names), ...numbers], { error }).transform(String)
}

// A schema that refuses every value, because zod's own strict objects put all unknown keys into a single issue and
// each of them stands in a line of its own. Editors see `not: {}`, which says the same as `false`.
function unknownKey(known: readonly string[]): z.ZodType {
  const error = ({ path }: RefusedValue) => {
    const key = String(path?.at(-1))
    const name = shortened(dotted(path ?? []))
    const called = fieldCalled(NEURON_FIELDS, key)
    if (called && known.includes(called)) return `${name} is not a setting; it is called ${called} here`
    const related = known.includes('resistanceMohm') && RELATED[key.toLowerCase().replace(/[^a-z]/g, '')]
    if (related) return `${name} is not a setting; ${related}`
    const guess = nearest(key, known)
    const advice = guess ? `did you mean ${guess}? ` : ''
    return `${name} is not a setting; ${advice}known here: ${known.join(', ')}`
  }
  return z
    .unknown()
    .refine(() => false, { error })
    .meta({ not: {} })
}
