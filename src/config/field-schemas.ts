import { z } from 'zod'
import { checkValue, type Field, type Fields, quote, type ValuesOf } from '../fields/fields.ts'
import { descriptionOf } from '../fields/json-schema.ts'
import { NEURON_FIELDS } from '../neuron/params.ts'
import { nearest, redacted, shortened } from './messages.ts'

/** What zod knows about a value that it refuses; the path is complete by the time a message is asked for. */
export interface Refusal {
  readonly path?: readonly PropertyKey[] | undefined
  readonly input?: unknown
}

/** The names of textbooks and other programs, in small letters, for what is called otherwise here. */
const USUAL_NAMES = new Map(
  Object.entries<Field>(NEURON_FIELDS).flatMap(([name, { aliases = [] }]) => aliases.map(alias => [alias, name])),
)

type Shape = Readonly<Record<string, z.ZodType>>

/** Schemas of a set of settings, each with its default. */
export function fieldSchemas<F extends Fields>(fields: F): { [K in keyof F]: z.ZodType<ValuesOf<F>[K]> } {
  const schemas = Object.entries(fields).map(([key, field]) => {
    return [key, defaulted(fieldSchema(field), field.default, field)]
  })
  return Object.fromEntries(schemas)
}

/** Schemas of settings that stay out where they are not given; editors are told the defaults but for the `derived`. */
export function optionalSchemas(fields: Fields, derived: readonly string[]): Shape {
  const schemas = Object.entries(fields).map(([key, field]) => {
    const known = derived.includes(key) ? {} : { default: field.default }
    return [
      key,
      fieldSchema(field)
        .optional()
        .meta({ description: descriptionOf(field), ...known }),
    ]
  })
  return Object.fromEntries(schemas)
}

/** A text of a certain form, which has no default of its own. */
export function textSchema(pattern: RegExp, allowed: string): z.ZodType<string> {
  const error = (refusal: Refusal) => refused(refusal, `must be ${allowed}`)
  return z.string({ error }).regex(pattern, { error, abort: true })
}

/** One of several names, which has no default of its own. */
export function nameSchema(names: readonly string[]): z.ZodType<string> {
  return z.enum(names, { error: refusal => refused(refusal, oneOf(names, refusal.input)) })
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

/** The error of a map that is something else. */
export function mustBeMap(known: readonly string[]): (refusal: Refusal) => string {
  return refusal => refused(refusal, `must be a map, with the keys ${known.join(', ')}`)
}

/** `neuron.tauMs is -3, must be …`: what was wrong, the value, what is allowed. */
export function refused({ path, input }: Refusal, demand: string): string {
  return `${dotted(path ?? [])} ${input === undefined ? 'is missing' : `is ${quote(redacted(input))}`}, ${demand}`
}

/** The demand that a value be one of these; names the one that was probably meant. */
export function oneOf(names: readonly string[], value: unknown): string {
  if (names.length === 1) return `must be ${names[0]}`
  const guess = typeof value === 'string' ? nearest(value, names) : undefined
  return `must be one of ${names.join(', ')}${guess ? `: did you mean ${guess}?` : ''}`
}

/** A path as people write it: `outputs.0.pulseMs`. */
export function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.')
}

function fieldSchema(field: Field): z.ZodType {
  // The neuron's room has the words for every fault of a field; the same ones appear wherever a value is refused.
  const error = ({ path, input }: Refusal) => `${dotted(path ?? [])} ${checkValue(field, input)}`
  switch (field.type) {
    case 'number': {
      const bound = { error, abort: true }
      const number = field.integer ? z.number({ error }).int(bound) : z.number({ error })
      return (field.aboveMin ? number.gt(field.min, bound) : number.gte(field.min, bound)).lte(field.max, bound)
    }
    case 'choice':
      return z.enum(field.choices, { error: refusal => refused(refusal, oneOf(field.choices, refusal.input)) })
    case 'text':
      return z.string({ error: refusal => `${error(refusal)}: put it in quotes` })
    case 'flag':
      return z.boolean({ error })
    case 'numbers':
      return z.array(z.number(), { error }).refine(numbers => checkValue(field, numbers) === null, { error })
  }
}

// A schema that refuses every value, because zod's own strict objects put all unknown keys into a single issue and
// each of them stands in a line of its own. Editors see `not: {}`, which says the same as `false`.
function unknownKey(known: readonly string[]): z.ZodType {
  const error = ({ path }: Refusal) => {
    const key = String(path?.at(-1))
    const name = shortened(dotted(path ?? []))
    const called = USUAL_NAMES.get(key.toLowerCase().replace(/[^a-z]/g, ''))
    if (called && known.includes(called)) return `${name} is not a setting; it is called ${called} here`
    const guess = nearest(key, known)
    const advice = guess ? `did you mean ${guess}? ` : ''
    return `${name} is not a setting; ${advice}known here: ${known.join(', ')}`
  }
  return z
    .unknown()
    .refine(() => false, { error })
    .meta({ not: {} })
}
