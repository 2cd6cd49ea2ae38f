/**
 * The spikes of many neurons since the frame before, as bytes; and what of them is worth sending. Pure.
 *
 * Little-endian: 3 doubles (format, spikes, the time that the others count from in µs since 1970), then 2 floats a spike
 * (index of the neuron, ms since that time).
 */

/** Index of the neuron and µs since 1970, one pair behind the other. */
export type WallSpikes = readonly number[]

const FORMAT = 2
const HEAD = 3

export function encodeSpikes(spikes: WallSpikes): Uint8Array<ArrayBuffer> {
  const [, originUs = 0] = spikes
  const buffer = new ArrayBuffer(HEAD * 8 + spikes.length * 4)
  new Float64Array(buffer, 0, HEAD).set([FORMAT, spikes.length / 2, originUs])
  const floats = new Float32Array(buffer, HEAD * 8)
  for (let at = 0; at < spikes.length; at += 2) {
    floats[at] = spikes[at]!
    floats[at + 1] = (spikes[at + 1]! - originUs) / 1000
  }
  return new Uint8Array(buffer)
}

/** @throws RangeError if these bytes are no frame of this format */
export function decodeSpikes(buffer: ArrayBuffer): WallSpikes {
  const [format, count = 0, originUs = 0] = new Float64Array(buffer, 0, HEAD)
  if (format !== FORMAT) throw new RangeError(`frame format is ${format}, must be ${FORMAT}: reload the page`)
  const spikes = Array.from(new Float32Array(buffer, HEAD * 8, 2 * count))
  for (let at = 1; at < spikes.length; at += 2) spikes[at] = originUs + spikes[at]! * 1000
  return spikes
}

/** How far a viewer has come: the count of all spikes so far. */
export interface WallHistory {
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
