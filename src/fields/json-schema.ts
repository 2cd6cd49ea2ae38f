/** JSON Schemas in few words. Pure. */
import type { Field, Fields } from './fields.ts'

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
  const properties = Object.entries(fields).map(([key, field]) => [key, fieldSchema(field)])
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false }
}

function fieldSchema(field: Field): Schema {
  const { help } = field
  const known = typeof field.default === 'number' && Number.isNaN(field.default) ? {} : { default: field.default }
  switch (field.type) {
    case 'number': {
      const { unit, min, max, aboveMin, integer } = field
      const description = unit === '' ? help : `${help} (${unit})`
      const from = aboveMin ? { exclusiveMinimum: min } : { minimum: min }
      return { type: integer ? 'integer' : 'number', ...from, maximum: max, ...known, description }
    }
    case 'choice':
      return { type: 'string', enum: field.choices, ...known, description: help }
    case 'text':
      return { type: 'string', ...known, description: help }
    case 'flag':
      return { type: 'boolean', ...known, description: help }
    case 'numbers': {
      const { unit, min, max, most } = field
      return { ...list({ type: 'number', minimum: min, maximum: max }, `${help} (${unit})`), maxItems: most }
    }
  }
}
