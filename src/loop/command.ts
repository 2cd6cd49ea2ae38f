import type { NeuronParams } from '../neuron/params.ts'

/** What the main thread may ask of the neuron thread. */
export type Command =
  | { readonly type: 'neuron'; readonly neuron: NeuronParams }
  /** The current at knob positions 0 and 1, nA. */
  | { readonly type: 'range'; readonly minNa: number; readonly maxNa: number }
  /** Turn a simulated knob to a level 0…1. */
  | { readonly type: 'turn'; readonly level: number }
  | { readonly type: 'run'; readonly on: boolean }
  | { readonly type: 'mute'; readonly on: boolean }
  | { readonly type: 'speed'; readonly speed: number }
  /** Back to the initial voltage; the spike count goes on. */
  | { readonly type: 'reset' }
  /** Epoch ms at monotonic 0: the system clock was set. */
  | { readonly type: 'wall'; readonly originMs: number }
  | { readonly type: 'stop' }

/** Numbers in a command's record. */
export const COMMAND_FIELDS = 12

const TYPES = ['neuron', 'range', 'turn', 'run', 'mute', 'speed', 'reset', 'wall', 'stop'] as const
const MODELS = ['lif', 'pif'] as const

/** A command as a record for the ring. */
export function encodeCommand(command: Command): Float64Array {
  const record = new Float64Array(COMMAND_FIELDS)
  record[0] = TYPES.indexOf(command.type)
  record.set(argumentsOf(command), 1)
  return record
}

function argumentsOf(command: Command): number[] {
  switch (command.type) {
    case 'neuron':
      return numbersOf(command.neuron)
    case 'range':
      return [command.minNa, command.maxNa]
    case 'turn':
      return [command.level]
    case 'run':
    case 'mute':
      return [Number(command.on)]
    case 'speed':
      return [command.speed]
    case 'wall':
      return [command.originMs]
    case 'reset':
    case 'stop':
      return []
  }
}

/** The command in a record. */
export function decodeCommand(record: Float64Array): Command {
  const [code, a = 0, b = 0] = record
  const type = TYPES[code as number]
  switch (type) {
    case 'neuron':
      return { type, neuron: neuronOf(record) }
    case 'range':
      return { type, minNa: a, maxNa: b }
    case 'turn':
      return { type, level: a }
    case 'run':
    case 'mute':
      return { type, on: a !== 0 }
    case 'speed':
      return { type, speed: a }
    case 'wall':
      return { type, originMs: a }
    case 'reset':
    case 'stop':
      return { type }
    default:
      throw new RangeError(`command ${code} is not known, must be 0 to ${TYPES.length - 1}`)
  }
}

function numbersOf(n: NeuronParams): number[] {
  const { restMv, thresholdMv, resetMv, initialMv, resistanceMohm, tauMs, capacitanceNf, refractoryMs, noiseMv, seed } =
    n
  const model = MODELS.indexOf(n.model)
  return [
    model,
    restMv,
    thresholdMv,
    resetMv,
    initialMv,
    resistanceMohm,
    tauMs,
    capacitanceNf,
    refractoryMs,
    noiseMv,
    seed,
  ]
}

function neuronOf(record: Float64Array): NeuronParams {
  const at = (i: number) => record[i] as number
  return {
    model: MODELS[at(1)] ?? 'lif',
    restMv: at(2),
    thresholdMv: at(3),
    resetMv: at(4),
    initialMv: at(5),
    resistanceMohm: at(6),
    tauMs: at(7),
    capacitanceNf: at(8),
    refractoryMs: at(9),
    noiseMv: at(10),
    seed: at(11),
  }
}
