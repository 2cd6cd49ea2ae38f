/**
 * What a browser gets a few times a second: the spikes and samples since the frame before, as bytes. Pure.
 *
 * Little-endian: 4 doubles (format, spikes, rows, time of the first row in µs since 1970), 5 doubles a spike (seq, µs
 * since 1970, interval in ms, late 0 or 1, speed), 4 floats a row (ms since the first row, V in mV, I in nA, knob level).
 */
import type { Spike } from '../loop/types.ts'
import { SAMPLE_FIELDS } from './sources.ts'

export interface Frame {
  readonly spikes: readonly Spike[]
  /** Rows of SAMPLE_FIELDS numbers, one behind the other. */
  readonly rows: Float64Array
}

const FORMAT = 1
const HEAD = 4
const SPIKE_NUMBERS = 5
const V = 1
const I = 2

export function encodeFrame({ spikes, rows }: Frame): Uint8Array<ArrayBuffer> {
  const count = rows.length / SAMPLE_FIELDS
  const rowsAt = (HEAD + spikes.length * SPIKE_NUMBERS) * 8
  const buffer = new ArrayBuffer(rowsAt + rows.length * 4)
  const firstUs = rows[0] ?? 0
  const doubles = new Float64Array(buffer, 0, rowsAt / 8)
  doubles.set([FORMAT, spikes.length, count, firstUs])
  spikes.forEach(({ seq, tUs, isiMs, late, speed }, k) => {
    doubles.set([seq, tUs, isiMs, Number(late), speed], HEAD + k * SPIKE_NUMBERS)
  })
  const floats = new Float32Array(buffer, rowsAt)
  floats.set(rows)
  for (let at = 0; at < rows.length; at += SAMPLE_FIELDS) floats[at] = (rows[at]! - firstUs) / 1000
  return new Uint8Array(buffer)
}

/** @throws RangeError if these bytes are no frame of this format */
export function decodeFrame(buffer: ArrayBuffer): Frame {
  const [format, spikeCount = 0, rowCount = 0, firstUs = 0] = new Float64Array(buffer, 0, HEAD)
  if (format !== FORMAT) throw new RangeError(`frame format is ${format}, must be ${FORMAT}: reload the page`)
  const doubles = new Float64Array(buffer, HEAD * 8, spikeCount * SPIKE_NUMBERS)
  const spikes = Array.from({ length: spikeCount }, (_, k) => {
    const numbers = doubles.subarray(k * SPIKE_NUMBERS) as unknown as [number, number, number, number, number]
    const [seq, tUs, isiMs, late, speed] = numbers
    return { seq, tUs, isiMs, late: late !== 0, speed }
  })
  const rowsAt = (HEAD + spikeCount * SPIKE_NUMBERS) * 8
  const rows = Float64Array.from(new Float32Array(buffer, rowsAt, rowCount * SAMPLE_FIELDS))
  for (let at = 0; at < rows.length; at += SAMPLE_FIELDS) rows[at] = firstUs + rows[at]! * 1000
  return { spikes, rows }
}

/**
 * At most about `most` of the rows: of every stretch those with the lowest and highest V and I, so that no extreme is
 * lost, and the very first and last.
 */
export function decimated(rows: Float64Array, most: number): Float64Array {
  const count = rows.length / SAMPLE_FIELDS
  if (count <= most) return rows
  const stretches = Math.max(1, Math.floor((most - 2) / 4))
  const kept: number[] = [0]
  for (let k = 0; k < stretches; k++) {
    const from = Math.floor((k * count) / stretches)
    const to = Math.floor(((k + 1) * count) / stretches)
    for (const row of extremes(rows, from, to)) if (row > kept.at(-1)!) kept.push(row)
  }
  if (kept.at(-1) !== count - 1) kept.push(count - 1)
  const thinned = new Float64Array(kept.length * SAMPLE_FIELDS)
  kept.forEach((row, k) => {
    thinned.set(rows.subarray(row * SAMPLE_FIELDS, (row + 1) * SAMPLE_FIELDS), k * SAMPLE_FIELDS)
  })
  return thinned
}

/** The rows of a stretch where V and I are lowest and highest, in order. */
function extremes(rows: Float64Array, from: number, to: number): number[] {
  const found = [from, from, from, from]
  for (let row = from + 1; row < to; row++) {
    const at = row * SAMPLE_FIELDS
    if (rows[at + V]! < rows[found[0]! * SAMPLE_FIELDS + V]!) found[0] = row
    if (rows[at + V]! > rows[found[1]! * SAMPLE_FIELDS + V]!) found[1] = row
    if (rows[at + I]! < rows[found[2]! * SAMPLE_FIELDS + I]!) found[2] = row
    if (rows[at + I]! > rows[found[3]! * SAMPLE_FIELDS + I]!) found[3] = row
  }
  return found.sort((a, b) => a - b)
}
