import type { NeuronParams } from '../../neuron/params.ts'
import { STIMULUS_SHAPES, type Stimulus } from '../stimulus.ts'

/** What the main thread may ask of the neuron thread. */
export type Command =
  | { readonly type: 'neuron'; readonly neuron: NeuronParams }
  /** The current at knob positions 0 and 1, nA. */
  | { readonly type: 'range'; readonly minNa: number; readonly maxNa: number }
  /** How the knob is read: how often, how long its last level is held, what the chip reads at its ends. */
  | {
      readonly type: 'knob'
      readonly sampleHz: number
      readonly holdMs: number
      readonly fromLevel: number
      readonly toLevel: number
    }
  /** Drive other outputs: their settings are in the message to the worker that went ahead. */
  | { readonly type: 'outputs' }
  /** Turn a simulated knob to a level 0…1. */
  | { readonly type: 'turn'; readonly level: number }
  /** Take over from the knob at a level 0…1; NaN gives it back. */
  | { readonly type: 'take'; readonly level: number }
  /** Start a stimulus now, instead of one that still runs. Samples do not fit into a record: they go ahead of it. */
  | { readonly type: 'stim'; readonly stimulus: Stimulus }
  | { readonly type: 'unstim' }
  /** A synaptic event at a time (monotonic ms): a current of `weight` nA that decays, or, with tauMs 0, a jump of V by `weight` mV. */
  | { readonly type: 'synapse'; readonly atMs: number; readonly tauMs: number; readonly weight: number }
  | { readonly type: 'run'; readonly on: boolean }
  | { readonly type: 'mute'; readonly on: boolean }
  /** Blink the outputs for so long, to be found among many. */
  | { readonly type: 'identify'; readonly durationMs: number }
  /** Report V and I at every tick. */
  | { readonly type: 'trace'; readonly on: boolean }
  | { readonly type: 'speed'; readonly speed: number }
  /** Back to the initial voltage; the spike count goes on. */
  | { readonly type: 'reset' }
  /** Epoch ms at monotonic 0: the system clock was set. */
  | { readonly type: 'wall'; readonly originMs: number }
  | { readonly type: 'stop' }

/** Numbers in a command's record. */
export const COMMAND_FIELDS = 12

const TYPES = [
  'neuron',
  'range',
  'turn',
  'take',
  'stim',
  'unstim',
  'synapse',
  'run',
  'mute',
  'identify',
  'trace',
  'speed',
  'reset',
  'wall',
  'knob',
  'outputs',
  'stop',
] as const
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
    case 'take':
      return [command.level]
    case 'stim':
      return stimulusNumbers(command.stimulus)
    case 'synapse':
      return [command.atMs, command.tauMs, command.weight]
    case 'identify':
      return [command.durationMs]
    case 'run':
    case 'mute':
    case 'trace':
      return [Number(command.on)]
    case 'speed':
      return [command.speed]
    case 'wall':
      return [command.originMs]
    case 'knob':
      return [command.sampleHz, command.holdMs, command.fromLevel, command.toLevel]
    case 'unstim':
    case 'reset':
    case 'outputs':
    case 'stop':
      return []
  }
}

/** The command in a record. */
export function decodeCommand(record: Float64Array): Command {
  const [code, a = 0, b = 0, c = 0, d = 0] = record
  const type = TYPES[code as number]
  switch (type) {
    case 'neuron':
      return { type, neuron: neuronOf(record) }
    case 'range':
      return { type, minNa: a, maxNa: b }
    case 'turn':
    case 'take':
      return { type, level: a }
    case 'stim':
      return { type, stimulus: stimulusIn(record) }
    case 'synapse':
      return { type, atMs: a, tauMs: b, weight: c }
    case 'identify':
      return { type, durationMs: a }
    case 'run':
    case 'mute':
    case 'trace':
      return { type, on: a !== 0 }
    case 'speed':
      return { type, speed: a }
    case 'wall':
      return { type, originMs: a }
    case 'knob':
      return { type, sampleHz: a, holdMs: b, fromLevel: c, toLevel: d }
    case 'unstim':
    case 'reset':
    case 'outputs':
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

function stimulusNumbers({ shape, iNa, offsetNa, durationMs, periodMs, widthMs, replaces }: Stimulus): number[] {
  return [STIMULUS_SHAPES.indexOf(shape), iNa, offsetNa, durationMs, periodMs, widthMs, Number(replaces)]
}

function stimulusIn(record: Float64Array): Stimulus {
  const at = (i: number) => record[i] as number
  return {
    shape: STIMULUS_SHAPES[at(1)] ?? 'step',
    iNa: at(2),
    offsetNa: at(3),
    durationMs: at(4),
    periodMs: at(5),
    widthMs: at(6),
    replaces: at(7) !== 0,
  }
}
