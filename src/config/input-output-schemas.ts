/** Schemas of `input` and `outputs`: their own settings, and those of the driver that each names. */

import { z } from 'zod'
import type { Driver, Options } from '../../drivers/contract.ts'
import type { Fields } from '../fields/field-types-and-checks.ts'
import { fieldSchemas, mustBeMap, oneOf, refusalText, sectionSchema, textSchema } from './field-schemas.ts'

/** The driver that looks for itself; taken when none is named. */
export const AUTO = 'auto'

const CURRENT = { type: 'number', unit: 'nA', min: -1000, max: 1000 } as const
const LEVEL = { type: 'number', unit: '', min: 0, max: 1 } as const
/** A knob whose ends lie closer together than this would only show noise. */
const LEAST_TRAVEL = 0.01

/** Settings of the knob, whichever driver reads it. */
export const INPUT_FIELDS = {
  minNa: { ...CURRENT, default: 0, help: 'input current at the left end of the knob' },
  maxNa: { ...CURRENT, default: 3, help: 'input current at the right end of the knob' },
  holdMs: {
    type: 'number',
    unit: 'ms',
    min: 0,
    max: 60_000,
    default: 500,
    help: 'how long the last current is held when the knob vanishes, before it goes to 0 nA',
  },
  sampleHz: { type: 'number', unit: 'Hz', min: 1, max: 1000, default: 250, help: 'how often the knob is read' },
  fromLevel: {
    ...LEVEL,
    default: 0,
    help: 'what the ADC reads at the left end of the knob (neurond calibrate finds it)',
  },
  toLevel: {
    ...LEVEL,
    default: 1,
    help: 'what the ADC reads at the right end of the knob (neurond calibrate finds it)',
  },
} as const satisfies Fields

/** Settings of an output, whichever driver drives it. */
export const OUTPUT_FIELDS = {
  pulseMs: { type: 'number', unit: 'ms', min: 0.5, max: 5000, default: 20, help: 'how long a spike keeps it on' },
  muted: { type: 'flag', default: false, help: 'start silent; it can be unmuted while it runs' },
  follows: {
    type: 'choice',
    choices: ['spike', 'synapse', 'both', 'potential'],
    default: 'spike',
    help: 'what it shows: a pulse for every spike of this neuron, for every synaptic event that arrives, or for both; or by its brightness the membrane potential, dark at rest and full at the threshold',
  },
} as const satisfies Fields

/** Schema of `input`: the knob's own settings and those of the driver that it names. */
export function inputSchema(drivers: readonly Driver[]): z.ZodType {
  return partSchema('adc', drivers, fieldSchemas(INPUT_FIELDS))
    .check(z.core._check(payload => checkCurrents(payload.value, payload.issues), { when: () => true }))
    .check(z.core._check(payload => checkEnds(payload.value, payload.issues), { when: () => true }))
    .prefault({})
    .meta({ description: 'the knob: what current it sets, and the driver that reads it' })
}

/** Schema of `outputs`: a list of parts with a name each, which no other has. */
export function outputsSchema(drivers: readonly Driver[]): z.ZodType {
  const { follows } = OUTPUT_FIELDS
  const help = `${follows.help} (drivers that can dim: ${dimmingDrivers(drivers).join(', ')})`
  const fields = { ...OUTPUT_FIELDS, follows: { ...follows, help } }
  const name = textSchema(/^[a-z0-9-]{1,32}$/, '1 to 32 of the characters a-z, 0-9 and "-", for example led')
  const common = { name: name.meta({ description: 'what it is called: led, buzzer' }), ...fieldSchemas(fields) }
  return z
    .array(partSchema('output', drivers, common), {
      error: refusal => refusalText(refusal, 'must be a list: begin each output with "- name: led"'),
    })
    .check(z.core._check(payload => checkNames(payload.value, payload.issues), { when: () => true }))
    .check(z.core._check(payload => checkDimming(payload.value, payload.issues, drivers), { when: () => true }))
    .default([])
    .meta({ description: 'what shows the spikes: LEDs, buzzers, logic levels' })
}

// Common settings and the driver's are two halves that are both looked at: a misspelt driver hides no other mistake.
function partSchema(kind: Driver['kind'], drivers: readonly Driver[], common: Record<string, z.ZodType>): z.ZodType {
  const candidates = drivers.filter(driver => driver.kind === kind)
  const names = candidates.map(driver => driver.name)
  const commonKeys = Object.keys(common)
  const passed = Object.fromEntries(commonKeys.map(key => [key, z.unknown().optional()]))
  const variants = candidates.map(driver =>
    sectionSchema({ driver: driverName(driver), ...fieldSchemas(driver.fields), ...passed }).meta({
      description: driver.help,
    }),
  )
  const error = mustBeMap(['driver', ...commonKeys])
  const driver = names.includes(AUTO) ? z.unknown().default(AUTO) : z.unknown().optional()
  const chosen = z.discriminatedUnion('driver', variants as [z.ZodObject], {
    error: refusal => {
      if (!isMap(refusal.input)) return error(refusal)
      const input = refusal.input.driver
      return refusalText({ path: refusal.path, input }, oneOf(names, input))
    },
  })
  return z.intersection(z.looseObject({ driver, ...common }, { error }), chosen)
}

function driverName(driver: Driver): z.ZodType {
  const name = z.literal(driver.name)
  return driver.name === AUTO ? name.optional() : name
}

type Issues = z.core.$ZodRawIssue[]

function checkCurrents(input: unknown, issues: Issues): void {
  if (!isMap(input)) return
  const { minNa, maxNa } = input
  if (typeof minNa !== 'number' || typeof maxNa !== 'number' || minNa < maxNa) return
  const message = `input.minNa is ${minNa}, must be below input.maxNa, which is ${maxNa} nA: the knob turns from the one to the other`
  issues.push({ code: 'custom', input, path: ['minNa'], message })
}

function checkEnds(input: unknown, issues: Issues): void {
  if (!isMap(input)) return
  const { fromLevel, toLevel } = input
  if (typeof fromLevel !== 'number' || typeof toLevel !== 'number') return
  if (Math.abs(toLevel - fromLevel) >= LEAST_TRAVEL) return
  const message = `input.fromLevel is ${fromLevel}, must be below or above input.toLevel, which is ${toLevel}, by ${LEAST_TRAVEL} at least: neurond calibrate finds both`
  issues.push({ code: 'custom', input, path: ['fromLevel'], message })
}

function checkNames(outputs: unknown, issues: Issues): void {
  if (!Array.isArray(outputs)) return
  const names = outputs.map(output => (isMap(output) ? output.name : undefined))
  names.forEach((name, index) => {
    const first = names.indexOf(name)
    if (typeof name !== 'string' || first === index) return
    const message = `outputs.${index}.name is "${name}", the name of outputs.${first}: give each output its own`
    issues.push({ code: 'custom', input: outputs, path: [index, 'name'], message })
  })
}

/** No line may be driven by two outputs, or carry the knob's bus beside. */
export function checkLines(config: unknown, issues: Issues, drivers: readonly Driver[]): void {
  if (!isMap(config) || !Array.isArray(config.outputs)) return
  const users = new Map(linesOf('adc', config.input, drivers).map(line => [line, 'input']))
  config.outputs.forEach((output, index) => {
    const [line] = linesOf('output', output, drivers)
    const user = line === undefined ? undefined : users.get(line)
    if (line !== undefined && user === undefined) users.set(line, `outputs.${index}`)
    if (user === undefined) return
    const why = user === 'input' ? 'carries the I2C bus of the knob' : `is driven by ${user} too`
    const message = `outputs.${index} is on ${line}, which ${why}: give it another line, for example ${freeLine(users)}`
    issues.push({ code: 'custom', input: config, path: ['outputs', index, 'line'], message })
  })
}

/** Lines that serve nothing else. */
const PLAIN_LINES = [17, 18, 27, 22, 23, 24, 25, 5, 6]

function freeLine(users: ReadonlyMap<string, string>): string {
  return `GPIO${PLAIN_LINES.find(line => !users.has(`GPIO${line}`)) ?? 16}`
}

function linesOf(kind: Driver['kind'], part: unknown, drivers: readonly Driver[]): readonly string[] {
  if (!isMap(part)) return []
  const driver = drivers.find(one => one.kind === kind && one.name === (part.driver ?? AUTO))
  return driver?.linesOf?.(part as Options) ?? []
}

function checkDimming(outputs: unknown, issues: Issues, drivers: readonly Driver[]): void {
  if (!Array.isArray(outputs)) return
  const able = dimmingDrivers(drivers)
  outputs.forEach((output, index) => {
    if (!isMap(output) || output.follows !== 'potential') return
    if (typeof output.driver !== 'string' || able.includes(output.driver)) return
    const message = `outputs.${index}.follows is "potential", but ${output.driver} can only be on or off: drivers that can dim are ${able.join(', ')}`
    issues.push({ code: 'custom', input: outputs, path: [index, 'follows'], message })
  })
}

function dimmingDrivers(drivers: readonly Driver[]): string[] {
  return drivers.filter(driver => driver.kind === 'output' && driver.dims).map(({ name }) => name)
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
