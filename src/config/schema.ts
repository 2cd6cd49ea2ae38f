import { z } from 'zod'
import type { Driver, Options } from '../../drivers/contract.ts'
import type { Fields, ValuesOf } from '../fields/field-types-and-checks.ts'
import { LESSON_FIELDS } from '../lessons/options.ts'
import { LOOP_FIELDS } from '../loop/options.ts'
import { addressFault } from '../mqtt/connection/address.ts'
import {
  BROKER_FIELDS,
  complaintsAboutSynapses,
  MQTT_FIELDS,
  SYNAPSE_FIELDS,
  type Synapse,
} from '../mqtt/link-and-synapse-options.ts'
import { complaintsAbout, NEURON_FIELDS, type NeuronParams } from '../neuron/params.ts'
import { PRESETS } from '../neuron/presets.ts'
import { WEB_FIELDS } from '../web/options.ts'
import {
  defaulted,
  fieldSchemas,
  nameSchema,
  optionalSchemas,
  type RefusedValue,
  refusalText,
  sectionSchema,
  textSchema,
} from './field-schemas.ts'
import {
  checkLines,
  type INPUT_FIELDS,
  inputSchema,
  type OUTPUT_FIELDS,
  outputsSchema,
} from './input-output-schemas.ts'
import { dotted, pathOf } from './settings-with-origins.ts'

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** Settings of the log. */
export const LOG_FIELDS = {
  level: {
    type: 'choice',
    choices: LEVELS,
    default: 'info',
    help: 'the lowest level of messages that are written',
  },
  format: {
    type: 'choice',
    choices: ['auto', 'pretty', 'json'],
    default: 'auto',
    help: 'pretty is for people, json for programs; auto is json for the journal of a service and pretty elsewhere',
  },
} as const satisfies Fields

const SAVE_FIELDS = {
  keepChanges: {
    type: 'flag',
    default: false,
    help: 'write what is changed while it runs (over MQTT, on the dashboard) into this file; else it is gone at the next start',
  },
} as const satisfies Fields

/** Parts of the program that may have their own log level. */
const LOG_PARTS = ['loop', 'mqtt', 'web']

/** The version of the file's format: a later one is refused, and the default is this one. */
const VERSION = 1

/** The input or an output: the options of its driver, beside the settings that all drivers have. */
type Part = { readonly driver: string } & Options

/** The whole configuration: complete, within range, frozen. */
export interface Config {
  readonly version: 1
  /** The neuron's name in topics; 1 to 32 of a-z, 0-9 and "-". */
  readonly id: string
  readonly preset?: string | undefined
  /** Complete, but for the seed: without one the neuron is started with a random seed. */
  readonly neuron: Omit<NeuronParams, 'seed'> & { readonly seed?: number | undefined }
  readonly input: Part & ValuesOf<typeof INPUT_FIELDS>
  readonly synapses: readonly Synapse[]
  readonly outputs: readonly (Part & { readonly name: string } & ValuesOf<typeof OUTPUT_FIELDS>)[]
  readonly mqtt: ValuesOf<typeof MQTT_FIELDS> & { readonly broker: ValuesOf<typeof BROKER_FIELDS> }
  readonly web: ValuesOf<typeof WEB_FIELDS>
  readonly lessons: ValuesOf<typeof LESSON_FIELDS>
  readonly loop: ValuesOf<typeof LOOP_FIELDS>
  readonly log: ValuesOf<typeof LOG_FIELDS> & { readonly levels: Readonly<Record<string, string>> }
  readonly keepChanges: boolean
}

/** The schema of the configuration file, with the settings of these drivers. */
export function configSchema(drivers: readonly Driver[]): z.ZodType {
  const id = textSchema(/^[a-z0-9-]{1,32}$/, '1 to 32 of the characters a-z, 0-9 and "-", for example pi-a').refine(
    name => name !== 'all',
    { error: refusal => refusalText(refusal, 'must be another name: this one means every neuron of a class') },
  )
  return sectionSchema({
    version: versionSchema(),
    id: id.optional().meta({ description: "the neuron's name in topics; the machine's name unless given" }),
    preset: nameSchema(Object.keys(PRESETS))
      .optional()
      .meta({ description: 'a ready-made neuron and knob; the keys under neuron and input override it' }),
    neuron: neuronSchema(),
    input: inputSchema(drivers),
    outputs: outputsSchema(drivers),
    synapses: synapsesSchema(),
    mqtt: mqttSchema(),
    web: fieldsSchema(WEB_FIELDS, 'the dashboard'),
    lessons: fieldsSchema(LESSON_FIELDS, 'the lessons'),
    loop: fieldsSchema(LOOP_FIELDS, 'the real-time loop'),
    log: logSchema(),
    keepChanges: fieldSchemas(SAVE_FIELDS).keepChanges,
  }).check(z.core._check(payload => checkLines(payload.value, payload.issues, drivers), { when: () => true }))
}

/** The JSON Schema for editors: completion, help texts and errors while the file is being written. */
export function jsonSchema(drivers: readonly Driver[]): object {
  return {
    ...z.toJSONSchema(configSchema(drivers), { io: 'input', reused: 'inline', override: allowSpelledLine }),
    title: 'Configuration of neurond',
  }
}

/** A line may be given as GPIO17 or pin 11 too: its number is found before the schema sees it. */
function allowSpelledLine({
  jsonSchema,
  path,
}: {
  jsonSchema: z.core.JSONSchema.BaseSchema
  path: (string | number)[]
}): void {
  const { type, minimum, maximum } = jsonSchema
  if (path.at(-1) !== 'line' || type !== 'integer') return
  for (const key of ['type', 'minimum', 'maximum'] as const) delete jsonSchema[key]
  jsonSchema.anyOf = [
    { type, ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) },
    { type: 'string', pattern: '^([Gg][Pp][Ii][Oo]|[Bb][Cc][Mm]|[Pp][Ii][Nn])[ _-]*[0-9]{1,3}$' },
  ]
}

/** Every key that may occur in the file, for sources that do not distinguish upper and lower case. */
export function knownKeys(drivers: readonly Driver[]): readonly string[] {
  return [...new Set(keysIn(jsonSchema(drivers)))]
}

function fieldsSchema(fields: Fields, description: string): z.ZodType {
  return sectionSchema(fieldSchemas(fields)).prefault({}).meta({ description })
}

function versionSchema(): z.ZodType {
  const error = ({ input }: { input?: unknown }) => refusalText({ path: ['version'], input }, versionDemand(input))
  return z.literal(VERSION, { error }).default(VERSION).meta({ description: 'version of the format of this file' })
}

function versionDemand(version: unknown): string {
  if (typeof version !== 'number' || version <= VERSION) return `must be ${VERSION}`
  return `and this neurond reads ${VERSION}: update it (npm install -g neurond@latest), or go back to the file from before`
}

function logSchema(): z.ZodType {
  const level = nameSchema(LEVELS)
  const levels = sectionSchema(
    Object.fromEntries(
      LOG_PARTS.map(part => [part, level.optional().meta({ description: `level of messages from ${part}` })]),
    ),
  )
  const described = levels.prefault({}).meta({ description: 'levels of parts of the program, like mqtt: debug' })
  return sectionSchema({ ...fieldSchemas(LOG_FIELDS), levels: described })
    .prefault({})
    .meta({ description: 'the log' })
}

function neuronSchema(): z.ZodType {
  return sectionSchema(optionalSchemas(NEURON_FIELDS, ['initialMv', 'thresholdFloorMv', 'capacitanceNf', 'seed']))
    .superRefine((neuron, context) => {
      for (const { path, message } of complaintsAbout(neuron)) {
        context.addIssue({ code: 'custom', path: [path], message: `${dotted(['neuron', path])} ${message}` })
      }
    })
    .prefault({})
    .meta({ description: 'the membrane: every parameter of the leaky integrate-and-fire neuron' })
}

function synapsesSchema(): z.ZodType {
  const synapse = sectionSchema(optionalSchemas(SYNAPSE_FIELDS, ['from', 'weightNa', 'weightMv', 'rateHz']))
  return z
    .array(synapse, {
      error: refusal => refusalText(refusal, 'must be a list: begin each synapse with "- from: pi-b"'),
    })
    .superRefine((synapses, context) => {
      for (const { path, message } of complaintsAboutSynapses(synapses, '')) {
        context.addIssue({ code: 'custom', path: [...pathOf(path.split('.').slice(1))], message: `${path} ${message}` })
      }
    })
    .default([])
    .meta({ description: 'other neurons whose spikes arrive here' })
}

/** First levels of topics; `usual` is an example. */
function levelsSchema(usual: string): z.ZodType<string> {
  return textSchema(
    /^(?!\$|.{201})[^+#/\s]+(\/[^+#/\s]+)*$/,
    `topic levels joined by "/", none of them empty or with "+", "#" or spaces, 200 characters at most: ${usual} is the usual one`,
  )
}

function mqttSchema(): z.ZodType {
  const { url, base, discoveryPrefix } = MQTT_FIELDS
  return sectionSchema({
    ...fieldSchemas(MQTT_FIELDS),
    url: defaulted(brokerUrlSchema(), url.default, url),
    base: defaulted(levelsSchema(base.default), base.default, base),
    discoveryPrefix: defaulted(levelsSchema(discoveryPrefix.default), discoveryPrefix.default, discoveryPrefix),
    broker: fieldsSchema(BROKER_FIELDS, 'the built-in broker, for this machine alone'),
  })
    .prefault({})
    .meta({ description: 'the link to the broker' })
}

function keysIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const properties = 'properties' in schema ? Object.keys(schema.properties as object) : []
  return [...properties, ...Object.values(schema).flatMap(keysIn)]
}

/** Schema of `mqtt.url`; empty means no broker. */
function brokerUrlSchema(): z.ZodType<string> {
  const error = (refusal: RefusedValue) =>
    refusalText(
      refusal,
      (addressFault(String(refusal.input)) ?? '').replace(/^must /, 'must be empty (no broker), or '),
    )
  // The pattern is for editors.
  return z
    .string({ error })
    .regex(/^([A-Za-z]+:\/\/[^\s/]+\S*)?$/, { error, abort: true })
    .refine(url => url === '' || addressFault(url) === null, { error })
}
