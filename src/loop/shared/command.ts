/** The commands of the main thread to the neuron thread: each once, with its arguments and how they are sent. */
import type { ChoiceField, FlagField, NumberField, ValuesOf } from '../../fields/field-types-and-checks.ts'
import { NEURON_FIELDS } from '../../neuron/params.ts'
import { STIMULUS_FIELDS, type Stimulus } from '../../neuron/stimulus.ts'

/** How an argument is written as numbers into a record, and read again. */
interface Codec<T> {
  /** Numbers that it takes. */
  readonly length: number
  write(value: T, record: Float64Array, at: number): void
  read(record: Float64Array, at: number): T
}

const NUMBER: Codec<number> = {
  length: 1,
  write(value, record, at) {
    record[at] = value
  },
  read: (record, at) => record[at] as number,
}

const FLAG: Codec<boolean> = {
  length: 1,
  write(value, record, at) {
    record[at] = Number(value)
  },
  read: (record, at) => record[at] !== 0,
}

const COMMANDS = {
  neuron: { neuron: valuesOf(NEURON_FIELDS) },
  /** The current at knob positions 0 and 1, nA. */
  range: { minNa: NUMBER, maxNa: NUMBER },
  /** How the knob is read: how often, how long its last level is held, what the chip reads at its ends. */
  knob: { sampleHz: NUMBER, holdMs: NUMBER, fromLevel: NUMBER, toLevel: NUMBER },
  /** Drive other outputs: their settings are in the message to the worker that went ahead. */
  outputs: {},
  /** Turn a simulated knob to a level 0…1. */
  turn: { level: NUMBER },
  /** Take over from the knob at a level 0…1; NaN gives it back. */
  take: { level: NUMBER },
  /** Start a stimulus now, instead of one that still runs. Samples do not fit into a record: they go ahead of it. */
  stim: { stimulus: valuesOf(STIMULUS_FIELDS) as Codec<Stimulus> },
  unstim: {},
  /** A synaptic event at a time (monotonic ms): a current of `weight` nA that decays, or, with tauMs 0, a jump of V by `weight` mV. */
  synapse: { atMs: NUMBER, tauMs: NUMBER, weight: NUMBER },
  run: { on: FLAG },
  mute: { on: FLAG },
  /** Blink the outputs for so long, to be found among many. */
  identify: { durationMs: NUMBER },
  /** Report V and I at every tick. */
  trace: { on: FLAG },
  speed: { speed: NUMBER },
  /** Back to the initial voltage; the spike count goes on. */
  reset: {},
  /** Epoch ms at monotonic 0: the system clock was set. */
  wall: { originMs: NUMBER },
  stop: {},
}

type Commands = typeof COMMANDS
type CommandType = keyof Commands
type ValueOf<C> = C extends Codec<infer T> ? T : never

export type Command = {
  [T in CommandType]: { readonly type: T } & { readonly [K in keyof Commands[T]]: ValueOf<Commands[T][K]> }
}[CommandType]

/** The commands by the number that stands first in a record. */
const LAYOUTS = Object.entries<Readonly<Record<string, Codec<unknown>>>>(COMMANDS).map(([type, args]) => ({
  type: type as CommandType,
  args: Object.entries(args),
}))
const CODES = new Map(LAYOUTS.map(({ type }, code) => [type, code]))

/** Numbers in a command's record: which command, and the arguments of the longest. */
export const COMMAND_FIELDS =
  1 + Math.max(...LAYOUTS.map(({ args }) => args.reduce((sum, [, { length }]) => sum + length, 0)))

/** A command as a record for the ring. */
export function encodeCommand(command: Command): Float64Array {
  const record = new Float64Array(COMMAND_FIELDS)
  const code = CODES.get(command.type) as number
  record[0] = code
  let at = 1
  for (const [name, codec] of LAYOUTS[code]!.args) {
    codec.write(command[name as keyof Command], record, at)
    at += codec.length
  }
  return record
}

/** The command in a record. */
export function decodeCommand(record: Float64Array): Command {
  const layout = LAYOUTS[record[0] as number]
  if (!layout) throw new RangeError(`command ${record[0]} is not known, must be 0 to ${LAYOUTS.length - 1}`)
  const command: Record<string, unknown> = { type: layout.type }
  let at = 1
  for (const [name, codec] of layout.args) {
    command[name] = codec.read(record, at)
    at += codec.length
  }
  return command as Command
}

type PlainField = NumberField | ChoiceField | FlagField

/** One number for each field: of a choice, its index. */
function valuesOf<const F extends Readonly<Record<string, PlainField>>>(fields: F): Codec<ValuesOf<F>> {
  const parts = Object.entries<PlainField>(fields)
  return {
    length: parts.length,
    write(values, record, at) {
      parts.forEach(([name, field], k) => {
        const value = values[name] as number | boolean | string
        record[at + k] = field.type === 'choice' ? field.choices.indexOf(value as string) : Number(value)
      })
    },
    read(record, at) {
      const values: Record<string, unknown> = {}
      for (let k = 0; k < parts.length; k++) {
        const [name, field] = parts[k]!
        const number = record[at + k] as number
        if (field.type === 'number') values[name] = number
        else values[name] = field.type === 'flag' ? number !== 0 : (field.choices[number] ?? field.default)
      }
      return values as ValuesOf<F>
    },
  }
}
