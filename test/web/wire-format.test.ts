import { describe, expect, it } from 'vitest'
import { SAMPLE_FIELDS } from '../../src/web/data-sources.ts'
import { createHistory } from '../../src/web/live/recent-data.ts'
import { decimated, decodeFrame, encodeFrame } from '../../src/web/wire-format.ts'

const NOW_US = 1_795_198_454_123_456

function spikeOf(seq: number) {
  return { seq, tUs: NOW_US + seq * 10_000.25, isiMs: seq === 1 ? Number.NaN : 10.00025, late: seq === 3, speed: 1 }
}

function rowsOf(count: number, voltage: (k: number) => number = k => -70 + k / count, current = (_: number) => 1.5) {
  const rows = Array.from({ length: count }, (_, k) => [NOW_US + 1000 * k, voltage(k), current(k), 0.5])
  return Float64Array.from(rows.flat())
}

function columnOf(rows: Float64Array, column: number): number[] {
  return Array.from(rows).filter((_, k) => k % SAMPLE_FIELDS === column)
}

describe('a frame', () => {
  it('brings the spikes through to the last digit', () => {
    const spikes = [1, 2, 3].map(spikeOf)
    expect(decodeFrame(encodeFrame({ spikes, rows: rowsOf(5) }).buffer).spikes).toEqual(spikes)
  })

  it('brings the samples through to a µs, a thousandth of a mV and of a nA', () => {
    const rows = rowsOf(40, k => -75.1234 + k)
    const seen = decodeFrame(encodeFrame({ spikes: [], rows }).buffer).rows
    rows.forEach((value, k) => {
      expect(Math.abs(seen[k]! - value)).toBeLessThan(k % SAMPLE_FIELDS === 0 ? 1 : 1e-5)
    })
  })

  it('may be empty', () => {
    const empty = decodeFrame(encodeFrame({ spikes: [], rows: new Float64Array() }).buffer)
    expect(empty.spikes.length + empty.rows.length).toBe(0)
  })

  it('of another format is refused with the way out', () => {
    const bytes = encodeFrame({ spikes: [], rows: rowsOf(1) })
    new Float64Array(bytes.buffer)[0] = 7
    expect(() => decodeFrame(bytes.buffer)).toThrow('frame format is 7, must be 1: reload the page')
  })

  it('takes less than 20 bytes a sample', () => {
    expect(encodeFrame({ spikes: [], rows: rowsOf(40) }).byteLength / 40).toBeLessThan(20)
  })
})

describe('thinning', () => {
  it('leaves few rows as they are', () => {
    const rows = rowsOf(40)
    expect(decimated(rows, 400)).toBe(rows)
  })

  it('makes about as few as it is told', () => {
    const thin = decimated(
      rowsOf(8000, k => Math.sin(k * 1.7)),
      400,
    )
    expect(thin.length / SAMPLE_FIELDS).toBeLessThanOrEqual(400)
    expect(thin.length / SAMPLE_FIELDS).toBeGreaterThan(200)
  })

  it('keeps every extreme of V and of I, the first row and the last, in order', () => {
    const rows = rowsOf(
      5000,
      k => (k === 1234 ? 30 : k === 4321 ? -99 : Math.sin(k)),
      k => (k === 777 ? 9 : k === 3333 ? -9 : 1),
    )
    const thin = decimated(rows, 100)
    expect(columnOf(thin, 1)).toEqual(expect.arrayContaining([30, -99]))
    expect(columnOf(thin, 2)).toEqual(expect.arrayContaining([9, -9]))
    const times = columnOf(thin, 0)
    expect(times[0]).toBe(rows[0])
    expect(times.at(-1)).toBe(rows.at(-SAMPLE_FIELDS))
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
  })
})

describe('the history', () => {
  it('gives each viewer what is new to it, once', () => {
    const history = createHistory()
    history.addRows(rowsOf(10))
    const place = history.end()
    expect(history.since(place, 400).rows).toHaveLength(0)
    history.addRows(rowsOf(3))
    history.addSpike(spikeOf(1))
    const { rows, spikes } = history.since(place, 400)
    expect([rows.length / SAMPLE_FIELDS, spikes.map(spike => spike.seq)]).toEqual([3, [1]])
  })

  it('keeps every spike for a viewer that was away for long, and thins the samples', () => {
    const history = createHistory()
    const place = history.end()
    for (let k = 0; k < 100; k++) history.addRows(rowsOf(100))
    for (let seq = 1; seq <= 4000; seq++) history.addSpike(spikeOf(seq))
    const { rows, spikes } = history.since(place, 400)
    expect(spikes.map(spike => spike.seq)).toEqual(Array.from({ length: 4000 }, (_, k) => k + 1))
    expect(rows.length / SAMPLE_FIELDS).toBeLessThanOrEqual(400)
  })

  it('is bounded: of a million spikes the last thousands remain', () => {
    const history = createHistory()
    const place = history.end()
    for (let seq = 1; seq <= 1e6; seq++) history.addSpike({ seq, tUs: 0, isiMs: 1, late: false, speed: 1 })
    const { spikes } = history.since(place, 400)
    expect(spikes.length).toBeLessThan(10_000)
    expect(spikes.at(-1)?.seq).toBe(1e6)
  })
})
