import type { Adc, AdcDriver, Fields, Options } from '../contract.ts'
import { type Recording, readRecording, recordedLevel } from './knob-recording.ts'

const SHAPES = ['hand', 'constant', 'sine', 'triangle', 'steps', 'noise', 'csv'] as const
type Shape = (typeof SHAPES)[number]

const KNOB_FIELDS = {
  shape: {
    type: 'choice',
    choices: SHAPES,
    default: 'hand',
    help: 'how the simulated knob turns: by hand (keys), or by itself between lowLevel and highLevel',
  },
  level: {
    type: 'number',
    unit: '',
    min: 0,
    max: 1,
    default: 0.6,
    help: 'position of a knob that stands still',
  },
  lowLevel: {
    type: 'number',
    unit: '',
    min: 0,
    max: 1,
    default: 0,
    help: 'lowest position of one that turns',
  },
  highLevel: {
    type: 'number',
    unit: '',
    min: 0,
    max: 1,
    default: 1,
    help: 'highest position, where it starts',
  },
  periodMs: {
    type: 'number',
    unit: 'ms',
    min: 0,
    max: 3_600_000,
    aboveMin: true,
    default: 20_000,
    help: 'time for one turn there and back; of noise, until the next position',
  },
  file: {
    type: 'text',
    default: '',
    help: 'recorded knob, rows of t_ms,level; played again and again',
  },
  bits: {
    type: 'number',
    unit: 'bit',
    min: 0,
    max: 24,
    integer: true,
    default: 16,
    help: 'resolution of the simulated ADC; 0 is ideal',
  },
  rateHz: {
    type: 'number',
    unit: 'Hz',
    min: 0,
    max: 100_000,
    default: 0,
    help: 'conversions a second; 0 is always fresh',
  },
  noiseLevel: {
    type: 'number',
    unit: '',
    min: 0,
    max: 1,
    default: 0,
    help: 'standard deviation of the noise on the position; 0.002 is a usual potentiometer',
  },
  seed: {
    type: 'number',
    unit: '',
    min: 0,
    max: 4_294_967_295,
    integer: true,
    default: 1,
    help: 'of its noise',
  },
} as const satisfies Fields

/** A simulated knob on a simulated ADC: the same program runs on any desktop. */
export const knob: AdcDriver = {
  name: 'mock',
  kind: 'adc',
  help: 'simulated knob: turned by keys, by itself, or from a recording',
  fields: KNOB_FIELDS,
  thread: 'neuron',
  simulated: 'always',
  settleMs: ({ rateHz }) => ((rateHz as number) > 0 ? 2500 / (rateHz as number) : 5),
  open(options, context) {
    const startMs = context.nowMs()
    const random = randomFrom(options.seed as number)
    const recording = options.shape === 'csv' ? readRecording(options.file as string) : undefined
    let position = positionOf(options, random, recording)
    const rateHz = options.rateHz as number
    let conversion = Number.NaN
    let converted = 0
    const convert = (tMs: number) =>
      quantised(position(tMs) + noise(options.noiseLevel as number, random), options.bits as number)
    const adc: Adc = {
      description: `simulated knob (${options.shape}), ${options.bits === 0 ? 'ideal' : `${options.bits} bit`}`,
      mocked: true,
      fullScaleVolts: 3.3,
      read() {
        const tMs = context.nowMs() - startMs
        if (rateHz === 0) return convert(tMs)
        const latest = Math.floor((tMs * rateHz) / 1000)
        if (latest !== conversion) converted = convert((latest * 1000) / rateHz)
        conversion = latest
        return converted
      },
      turn(level) {
        position = Number.isNaN(level) ? positionOf(options, random, recording) : () => level
        conversion = Number.NaN
      },
      close() {},
    }
    return adc
  },
}

/** What an ADC of so many bits reports for a position. */
export function quantised(level: number, bits: number): number {
  const clipped = Math.min(1, Math.max(0, level))
  if (bits === 0) return clipped
  const top = 2 ** bits - 1
  return Math.round(clipped * top) / top
}

type ShapeOptions = {
  readonly lowLevel: number
  readonly highLevel: number
  readonly periodMs: number
  readonly level: number
}

function positionOf(options: Options, random: () => number, recording?: Recording): (tMs: number) => number {
  const { lowLevel: low, highLevel: high, periodMs, level } = options as ShapeOptions
  const span = high - low
  let held = high
  let holdUntilMs = 0
  const shapes: Record<Shape, (tMs: number) => number> = {
    hand: () => level,
    constant: () => level,
    sine: tMs => low + span * (0.5 + 0.5 * Math.cos((2 * Math.PI * tMs) / periodMs)),
    triangle: tMs => low + span * Math.abs(1 - 2 * ((tMs / periodMs) % 1)),
    // Five levels from the highest down.
    steps: tMs => high - (span / 4) * Math.floor(5 * ((tMs / periodMs) % 1)),
    noise: tMs => {
      if (tMs >= holdUntilMs) {
        held = low + span * random()
        holdUntilMs = tMs + periodMs
      }
      return held
    },
    csv: tMs => recordedLevel(recording as Recording, tMs),
  }
  return shapes[options.shape as Shape]
}

/** Gaussian by Box and Muller (1958). */
function noise(deviation: number, random: () => number): number {
  if (deviation === 0) return 0
  return deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Mulberry32: small and good enough for the noise of a simulated chip. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = state
    x = Math.imul(x ^ (x >>> 15), x | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296
  }
}
