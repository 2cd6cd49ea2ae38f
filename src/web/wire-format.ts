/**
 * How data goes to a browser: binary WebSocket frames, encoded by the server and decoded by the page, and JSON. Pure.
 *
 * All frames are little-endian and begin with doubles: format, number of spikes, ...
 */
import type { Spike } from '../loop/types.ts'

/** The spikes and samples of this neuron since the last frame. */
export interface NeuronFrame {
  readonly spikes: readonly Spike[]
  /** Rows of NUMBERS_PER_SAMPLE numbers, one after the other. */
  readonly rows: Float64Array
}

/** The spikes of all neurons since the last frame: index of the neuron and µs since 1970, alternating. */
export type WallFrame = readonly number[]

/** Numbers in one row of samples: µs since 1970, V in mV, input current in nA, knob level 0…1. */
export const NUMBERS_PER_SAMPLE = 4

const NEURON_FORMAT = 1
const NEURON_HEAD_DOUBLES = 4
const DOUBLES_PER_SPIKE = 5
const WALL_FORMAT = 2
const WALL_HEAD_DOUBLES = 3

/**
 * 4 doubles (format, spikes, rows, time of the first row in µs since 1970), 5 doubles per spike (seq, µs since 1970,
 * interval in ms, late 0 or 1, speed), 4 floats per row (ms since the first row, V in mV, I in nA, knob level).
 */
export function encodeNeuronFrame({ spikes, rows }: NeuronFrame): Uint8Array<ArrayBuffer> {
  const count = rows.length / NUMBERS_PER_SAMPLE
  const rowsAt = (NEURON_HEAD_DOUBLES + spikes.length * DOUBLES_PER_SPIKE) * 8
  const buffer = new ArrayBuffer(rowsAt + rows.length * 4)
  const firstUs = rows[0] ?? 0
  const doubles = new Float64Array(buffer, 0, rowsAt / 8)
  doubles.set([NEURON_FORMAT, spikes.length, count, firstUs])
  spikes.forEach(({ seq, tUs, isiMs, late, speed }, k) => {
    doubles.set([seq, tUs, isiMs, Number(late), speed], NEURON_HEAD_DOUBLES + k * DOUBLES_PER_SPIKE)
  })
  const floats = new Float32Array(buffer, rowsAt)
  floats.set(rows)
  for (let at = 0; at < rows.length; at += NUMBERS_PER_SAMPLE) floats[at] = (rows[at]! - firstUs) / 1000
  return new Uint8Array(buffer)
}

/** @throws RangeError if these bytes are no frame of this format */
export function decodeNeuronFrame(buffer: ArrayBuffer): NeuronFrame {
  const [format, spikeCount = 0, rowCount = 0, firstUs = 0] = new Float64Array(buffer, 0, NEURON_HEAD_DOUBLES)
  checkFormat(format, NEURON_FORMAT)
  const doubles = new Float64Array(buffer, NEURON_HEAD_DOUBLES * 8, spikeCount * DOUBLES_PER_SPIKE)
  const spikes = Array.from({ length: spikeCount }, (_, k) => {
    const numbers = doubles.subarray(k * DOUBLES_PER_SPIKE) as unknown as [number, number, number, number, number]
    const [seq, tUs, isiMs, late, speed] = numbers
    return { seq, tUs, isiMs, late: late !== 0, speed }
  })
  const rowsAt = (NEURON_HEAD_DOUBLES + spikeCount * DOUBLES_PER_SPIKE) * 8
  const rows = Float64Array.from(new Float32Array(buffer, rowsAt, rowCount * NUMBERS_PER_SAMPLE))
  for (let at = 0; at < rows.length; at += NUMBERS_PER_SAMPLE) rows[at] = firstUs + rows[at]! * 1000
  return { spikes, rows }
}

/**
 * 3 doubles (format, spikes, time of the first spike in µs since 1970), 2 floats per spike (index of the neuron, ms
 * since the first spike).
 */
export function encodeWallFrame(spikes: WallFrame): Uint8Array<ArrayBuffer> {
  const [, firstUs = 0] = spikes
  const buffer = new ArrayBuffer(WALL_HEAD_DOUBLES * 8 + spikes.length * 4)
  new Float64Array(buffer, 0, WALL_HEAD_DOUBLES).set([WALL_FORMAT, spikes.length / 2, firstUs])
  const floats = new Float32Array(buffer, WALL_HEAD_DOUBLES * 8)
  for (let at = 0; at < spikes.length; at += 2) {
    floats[at] = spikes[at]!
    floats[at + 1] = (spikes[at + 1]! - firstUs) / 1000
  }
  return new Uint8Array(buffer)
}

/** @throws RangeError if these bytes are no frame of this format */
export function decodeWallFrame(buffer: ArrayBuffer): WallFrame {
  const [format, count = 0, firstUs = 0] = new Float64Array(buffer, 0, WALL_HEAD_DOUBLES)
  checkFormat(format, WALL_FORMAT)
  const spikes = Array.from(new Float32Array(buffer, WALL_HEAD_DOUBLES * 8, 2 * count))
  for (let at = 1; at < spikes.length; at += 2) spikes[at] = firstUs + spikes[at]! * 1000
  return spikes
}

/** JSON in which a number that does not exist (NaN) is null. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, one) => (typeof one === 'number' && !Number.isFinite(one) ? null : one))
}

function checkFormat(format: number | undefined, expected: number): void {
  if (format !== expected) throw new RangeError(`frame format is ${format}, must be ${expected}: reload the page`)
}
