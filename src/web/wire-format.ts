/**
 * What a browser gets a few times a second: the spikes and samples since the frame before, as bytes. Pure.
 *
 * Little-endian: 4 doubles (format, spikes, rows, time of the first row in µs since 1970), 5 doubles a spike (seq, µs
 * since 1970, interval in ms, late 0 or 1, speed), 4 floats a row (ms since the first row, V in mV, I in nA, knob level).
 */
import type { Spike } from '../loop/types.ts'
import { SAMPLE_FIELDS } from './data-sources.ts'

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

/**
 * The spikes of many neurons since the frame before, as bytes; and what of them is worth sending. Pure.
 *
 * Little-endian: 3 doubles (format, spikes, the time that the others count from in µs since 1970), then 2 floats a spike
 * (index of the neuron, ms since that time).
 */

/** Index of the neuron and µs since 1970, one pair behind the other. */
export type WallSpikes = readonly number[]

const WALL_FORMAT = 2
const WALL_HEAD = 3

export function encodeSpikes(spikes: WallSpikes): Uint8Array<ArrayBuffer> {
  const [, originUs = 0] = spikes
  const buffer = new ArrayBuffer(WALL_HEAD * 8 + spikes.length * 4)
  new Float64Array(buffer, 0, WALL_HEAD).set([WALL_FORMAT, spikes.length / 2, originUs])
  const floats = new Float32Array(buffer, WALL_HEAD * 8)
  for (let at = 0; at < spikes.length; at += 2) {
    floats[at] = spikes[at]!
    floats[at + 1] = (spikes[at + 1]! - originUs) / 1000
  }
  return new Uint8Array(buffer)
}

/** @throws RangeError if these bytes are no frame of this format */
export function decodeSpikes(buffer: ArrayBuffer): WallSpikes {
  const [format, count = 0, originUs = 0] = new Float64Array(buffer, 0, WALL_HEAD)
  if (format !== WALL_FORMAT) throw new RangeError(`frame format is ${format}, must be ${WALL_FORMAT}: reload the page`)
  const spikes = Array.from(new Float32Array(buffer, WALL_HEAD * 8, 2 * count))
  for (let at = 1; at < spikes.length; at += 2) spikes[at] = originUs + spikes[at]! * 1000
  return spikes
}

/** How far a viewer has come: the count of all spikes so far. */
interface WallHistory {
  add(index: number, tUs: number): void
  end(): number
  /** What came since; from too long ago, the newest of it. */
  since(from: number): WallSpikes
}

/** Nearer to each other than this, two spikes of a neuron are one line on any screen, µs. */
const NEAREST_US = 2000
/** A frame holds no more spikes than this. */
const MOST_SPIKES = 2048

export function createWallHistory(): WallHistory {
  const lastUs = new Map<number, number>()
  let kept: number[] = []
  let end = 0
  return {
    add(index, tUs) {
      if (Math.abs(tUs - (lastUs.get(index) ?? 0)) < NEAREST_US) return
      lastUs.set(index, tUs)
      kept.push(index, tUs)
      end++
      if (kept.length > 4 * MOST_SPIKES) kept = kept.slice(-2 * MOST_SPIKES)
    },
    end: () => end,
    since: from => (end > from ? kept.slice(-2 * Math.min(end - from, MOST_SPIKES)) : []),
  }
}

/** JSON in which a number that does not exist (NaN) is null. */
export function plain(value: unknown): string {
  return JSON.stringify(value, (_key, one) => (typeof one === 'number' && !Number.isFinite(one) ? null : one))
}
