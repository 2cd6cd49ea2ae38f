import { describe, expect, it } from 'vitest'
import {
  decodeNeuronFrame,
  decodeWallFrame,
  encodeNeuronFrame,
  encodeWallFrame,
  NUMBERS_PER_SAMPLE,
} from '../../src/web/wire-format.ts'
import { rowsOf, spikeOf } from './fake-samples.ts'

const START_US = 1.8e15

describe('a frame', () => {
  it('brings the spikes through to the last digit', () => {
    const spikes = [1, 2, 3].map(spikeOf)
    expect(decodeNeuronFrame(encodeNeuronFrame({ spikes, rows: rowsOf(5) }).buffer).spikes).toEqual(spikes)
  })

  it('brings the samples through to a µs, a thousandth of a mV and of a nA', () => {
    const rows = rowsOf(40, k => -75.1234 + k)
    const seen = decodeNeuronFrame(encodeNeuronFrame({ spikes: [], rows }).buffer).rows
    rows.forEach((value, k) => {
      expect(Math.abs(seen[k]! - value)).toBeLessThan(k % NUMBERS_PER_SAMPLE === 0 ? 1 : 1e-5)
    })
  })

  it('may be empty', () => {
    const empty = decodeNeuronFrame(encodeNeuronFrame({ spikes: [], rows: new Float64Array() }).buffer)
    expect(empty.spikes.length + empty.rows.length).toBe(0)
  })

  it('of another format is refused with the way out', () => {
    const bytes = encodeNeuronFrame({ spikes: [], rows: rowsOf(1) })
    new Float64Array(bytes.buffer)[0] = 7
    expect(() => decodeNeuronFrame(bytes.buffer)).toThrow('frame format is 7, must be 1: reload the page')
  })

  it('takes less than 20 bytes a sample', () => {
    expect(encodeNeuronFrame({ spikes: [], rows: rowsOf(40) }).byteLength / 40).toBeLessThan(20)
  })
})

describe('a frame of the spikes of all neurons', () => {
  it('comes out as it went in, to a tenth of a ms', () => {
    const spikes = [0, START_US + 123, 127, START_US + 40_000, 5, START_US - 900_000]
    const bytes = encodeWallFrame(spikes)
    expect(bytes.length).toBe(24 + 8 * 3)
    decodeWallFrame(bytes.buffer).forEach((value, at) => void expect(Math.abs(value - spikes[at]!)).toBeLessThan(100))
    expect(decodeWallFrame(encodeWallFrame([]).buffer)).toEqual([])
  })

  it('of another format is refused', () => {
    expect(() => decodeWallFrame(new Float64Array([1, 0, 0]).buffer)).toThrow('frame format is 1, must be 2')
  })
})
