/** Fields as JSON Schema, and short forms of the schemas that are written by hand. Pure. */
import { addressList, type Field, type Fields } from './field-types-and-checks.ts'

export type Schema = Readonly<Record<string, unknown>>

export const number = (description: string): Schema => ({ type: 'number', description })
export const nullable = (description: string): Schema => ({ type: ['number', 'null'], description })
export const count = (description: string): Schema => ({ type: 'integer', minimum: 0, description })
export const text = (description: string): Schema => ({ type: 'string', description })
export const list = (items: Schema, description: string): Schema => ({ type: 'array', items, description })

export function map(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  return { type: 'object', properties, required: Object.keys(properties).filter(key => !optional.includes(key)) }
}

/** The schema of settings that may each be left out, and of no others. */
export function schemaOf(fields: Fields): Schema {
  return { type: 'object', properties: schemasOf(fields), additionalProperties: false }
}

/** The schema of each setting by itself. */
export function schemasOf(fields: Fields): Readonly<Record<string, Schema>> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)]))
}

/** The field's help with its unit. */
export function descriptionOf(field: Field): string {
  if ('addresses' in field && field.addresses) return `${field.help} (${addressList(field.addresses)})`
  return 'unit' in field && field.unit !== '' ? `${field.help} (${field.unit})` : field.help
}

function fieldSchema(field: Field): Schema {
  const description = descriptionOf(field)
  // JSON has no NaN, which stands for a setting without a default.
  const common = Number.isNaN(field.default) ? { description } : { description, default: field.default }
  switch (field.type) {
    case 'number': {
      const { min, max, aboveMin, integer } = field
      const lowest = aboveMin ? { exclusiveMinimum: min } : { minimum: min }
      return { type: integer ? 'integer' : 'number', ...lowest, maximum: max, ...common }
    }
    case 'choice':
      return { type: 'string', enum: field.choices, ...common }
    case 'text':
      return { type: 'string', ...common }
    case 'flag':
      return { type: 'boolean', ...common }
    case 'numbers': {
      const item = { type: 'number', minimum: field.min, maximum: field.max }
      const items = field.pairs ? { type: 'array', items: item, minItems: 2, maxItems: 2 } : item
      return { ...list(items, description), maxItems: field.most }
    }
  }
}
