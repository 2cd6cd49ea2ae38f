/** Random requests, configurations and keys: all valid, with values up to the ends of their ranges. */
import { DRIVERS } from '../../drivers/registry.ts'
import { INPUT_FIELDS, OUTPUT_FIELDS } from '../../src/config/input-output-schemas.ts'
import { loadConfig } from '../../src/config/load.ts'
import { ConfigError } from '../../src/config/messages.ts'
import type { Field, Fields } from '../../src/fields/field-types-and-checks.ts'
import { LIVE_FIELDS } from '../../src/loop/control/live-params.ts'
import { VERBS } from '../../src/loop/control/verbs.ts'
import { LOOP_FIELDS } from '../../src/loop/options.ts'
import { SYNAPSE_FIELDS } from '../../src/mqtt/link-and-synapse-options.ts'
import { NEURON_FIELDS } from '../../src/neuron/params.ts'
import { PRESETS } from '../../src/neuron/presets.ts'
import { type Random, uniform } from '../../src/neuron/random.ts'

/** A request as it is sent; `times` is how often, at once. */
export interface Request {
  readonly door: 'http' | 'mqtt'
  /** Below the topics of the neuron, or below `/api`. */
  readonly topic: string
  readonly payload: object
  readonly times: number
}

export type Step =
  | Request
  /** Another configuration file, which is read at SIGHUP. */
  | { readonly door: 'reload'; readonly config: object }
  /** Spikes of the neuron that synapses come from. */
  | { readonly door: 'sender'; readonly times: number }
  /** `neurond config save`. */
  | { readonly door: 'save' }
  | { readonly door: 'keys'; readonly keys: string }

/** The neuron that is fuzzed, and one that synapses come from. */
export const ID = 'pi-a'
export const SENDER = 'pi-b'

const VERB_NAMES = Object.keys(VERBS) as (keyof typeof VERBS)[]
const MOST_SYNAPSES = 8
const MOST_STEPS = 6

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(from.length * uniform(random))] as T
}

/** A few steps. A daemon on a terminal has keys, and one without reads its configuration again. */
export function randomSequence(random: Random, onTerminal: boolean): Step[] {
  return Array.from({ length: 1 + Math.floor(MOST_STEPS * uniform(random)) }, () => randomStep(random, onTerminal))
}

function randomStep(random: Random, onTerminal: boolean): Step {
  const kind = uniform(random)
  if (onTerminal && kind < 0.5) return { door: 'keys', keys: randomKeys(random) }
  if (!onTerminal && kind < 0.05) return { door: 'reload', config: randomConfig(random) }
  if (kind > 0.98) return { door: 'save' }
  if (kind > 0.94) return { door: 'sender', times: pick(random, [1, 10, 300]) }
  return randomRequest(random)
}

function randomRequest(random: Random): Request {
  const door = pick(random, ['http', 'mqtt'] as const)
  const kind = uniform(random)
  if (kind < 0.35) return { door, topic: 'params/set', payload: randomParams(random, LIVE_FIELDS), times: 1 }
  if (kind < 0.5) {
    const times = pick(random, [1, 10, 300])
    return { door: 'mqtt', topic: 'syn/fuzz', payload: randomWeight(random), times }
  }
  const verb = pick(random, [...VERB_NAMES, 'take', 'take', 'stim', 'stim', 'preset', 'speed'] as const)
  return { door, topic: `cmd/${verb}`, payload: randomArguments(random, verb), times: 1 }
}

/** A configuration file as an object: valid, and with simulated hardware. */
export function randomConfig(random: Random): object {
  for (;;) {
    const config = anyConfig(random)
    if (isValid(config)) return config
  }
}

function isValid(config: object): boolean {
  const readFile = () => JSON.stringify(config)
  try {
    loadConfig({ file: 'fuzz.yaml', env: {}, set: [], drivers: DRIVERS, hostname: ID, readFile })
    return true
  } catch (error) {
    if (error instanceof ConfigError) return false
    throw error
  }
}

function anyConfig(random: Random): object {
  const knob = DRIVERS.find(({ kind, name }) => kind === 'adc' && name === 'mock')!
  const input = { ...randomValues(random, INPUT_FIELDS, 0.4), ...randomValues(random, knob.fields, 0.4) }
  const outputs = Array.from({ length: Math.floor(4 * uniform(random)) }, (_, n) => ({
    ...{ name: `led-${n}`, driver: 'mock' },
    ...randomValues(random, OUTPUT_FIELDS, 0.6),
  }))
  return {
    id: ID,
    ...(uniform(random) < 0.7 && { preset: pick(random, Object.keys(PRESETS)) }),
    neuron: randomParams(random, NEURON_FIELDS),
    // A recorded knob needs a file.
    input: { driver: 'mock', ...input, ...(input.shape === 'csv' && { shape: 'noise' }) },
    outputs,
    synapses: Array.from({ length: Math.floor(MOST_SYNAPSES * uniform(random)) }, () => randomSynapse(random)),
    mqtt: { homeAssistant: uniform(random) < 0.3, broker: { port: 0 } },
    web: { port: 0 },
    loop: randomValues(random, LOOP_FIELDS, 0.4),
    keepChanges: uniform(random) < 0.3,
  }
}

/** From another neuron, from one that is not there, or from itself. */
function randomSynapse(random: Random): object {
  const from = pick(random, [SENDER, 'pi-c', ID])
  const delayMs = randomValue(random, SYNAPSE_FIELDS.delayMs)
  return { from, ...(from === ID && { autapse: true }), ...randomWeight(random), delayMs }
}

function randomWeight(random: Random): object {
  const { weightNa, weightMv, tauMs } = SYNAPSE_FIELDS
  return pick(random, [true, false])
    ? { weightNa: randomValue(random, weightNa), tauMs: randomValue(random, tauMs) }
    : { weightMv: randomValue(random, weightMv) }
}

/** Some of the parameters. The voltages come together: the reset must be below the threshold. */
function randomParams(random: Random, fields: Fields): object {
  const params: Record<string, unknown> = randomValues(random, fields, 0.25)
  if ('tauMs' in params || params.model === 'pif') delete params.capacitanceNf
  if (!('thresholdMv' in params || 'resetMv' in params)) return params
  const thresholdMv = Math.max(-999, randomValue(random, LIVE_FIELDS.thresholdMv) as number)
  const distanceMv = pick(random, [1e-9, 1e-3, 1, 20])
  return { ...params, thresholdMv, resetMv: thresholdMv - distanceMv }
}

function randomArguments(random: Random, verb: keyof typeof VERBS): object {
  const isAlwaysGiven = verb === 'speed' || verb === 'preset' || verb === 'take'
  const { valuesNa: _, tMs: __, dtMs, ...plain } = randomValues(random, VERBS[verb].fields, isAlwaysGiven ? 1 : 0.6)
  if (plain.shape !== 'samples') return plain
  const valuesNa = Array.from({ length: pick(random, [1, 10, 1000]) }, () => Math.round(200 * (uniform(random) - 0.5)))
  return { shape: 'samples', valuesNa, dtMs: Math.min(Number(dtMs ?? 0.1), 100) }
}

/** A value for each field, or for this part of them. */
function randomValues(random: Random, fields: Fields, part: number): Record<string, unknown> {
  const chosen = Object.entries(fields).filter(() => uniform(random) < part)
  return Object.fromEntries(chosen.map(([name, field]) => [name, randomValue(random, field)]))
}

/** An end of the range, the default, or anything between: evenly, or evenly in its logarithm. */
function randomValue(random: Random, field: Field): unknown {
  if (field.type === 'choice') return pick(random, field.choices)
  if (field.type === 'flag') return uniform(random) < 0.5
  if (field.type !== 'number') return field.default
  const { min, max, integer = false } = field
  const least = 'aboveMin' in field && field.aboveMin ? min + Math.min(1e-6, (max - min) / 1e6) : min
  const even = least + (max - least) * uniform(random)
  const small = least + (max - least) * 10 ** (-8 * uniform(random))
  const usual = Number.isNaN(field.default) ? even : field.default
  const value = pick(random, [least, max, even, small, usual])
  return integer ? Math.round(value) : value
}

const ESCAPE = '\u001b'
/** Those that the help names, and some that do nothing: Ctrl-Z, which in raw mode is a key like any other, F5, é, Esc. */
const KEYS = [
  ...['A', 'B', 'C', 'D', '5~', '6~'].map(code => `${ESCAPE}[${code}`),
  ...'+-0123456789 apmrRh?',
  ...['\u001a', `${ESCAPE}[15~`, 'é', ESCAPE, '\r', 'x'],
]

/** Single keys, or one that is held down: it comes many times at once. */
function randomKeys(random: Random): string {
  if (uniform(random) < 0.2) return pick(random, KEYS).repeat(300)
  return Array.from({ length: 1 + Math.floor(20 * uniform(random)) }, () => pick(random, KEYS)).join('')
}

/** Each ends a daemon on a terminal: q, Ctrl-C, Ctrl-D. */
export const QUIT_KEYS = ['q', '\u0003', '\u0004']
