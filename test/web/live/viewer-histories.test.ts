import { describe, expect, it } from 'vitest'
import { createSampleHistory, createWallSpikeHistory } from '../../../src/web/live/viewer-histories.ts'
import { NUMBERS_PER_SAMPLE } from '../../../src/web/wire-format.ts'
import { rowsOf, spikeOf } from '../fake-samples.ts'

const START_US = 1.8e15

describe('the history of samples', () => {
  it('gives each viewer what is new to it, once', () => {
    const history = createSampleHistory()
    history.addRows(rowsOf(10))
    const position = history.end()
    expect(history.since(position, 400).rows).toHaveLength(0)
    history.addRows(rowsOf(3))
    history.addSpike(spikeOf(1))
    const { rows, spikes } = history.since(position, 400)
    expect([rows.length / NUMBERS_PER_SAMPLE, spikes.map(spike => spike.seq)]).toEqual([3, [1]])
  })

  it('keeps every spike for a viewer that was away for long, and thins the samples', () => {
    const history = createSampleHistory()
    const position = history.end()
    for (let k = 0; k < 100; k++) history.addRows(rowsOf(100))
    for (let seq = 1; seq <= 4000; seq++) history.addSpike(spikeOf(seq))
    const { rows, spikes } = history.since(position, 400)
    expect(spikes.map(spike => spike.seq)).toEqual(Array.from({ length: 4000 }, (_, k) => k + 1))
    expect(rows.length / NUMBERS_PER_SAMPLE).toBeLessThanOrEqual(400)
  })

  it('is bounded: of a million spikes the last thousands remain', () => {
    const history = createSampleHistory()
    const position = history.end()
    for (let seq = 1; seq <= 1e6; seq++) history.addSpike({ seq, tUs: 0, isiMs: 1, late: false, speed: 1 })
    const { spikes } = history.since(position, 400)
    expect(spikes.length).toBeLessThan(10_000)
    expect(spikes.at(-1)?.seq).toBe(1e6)
  })
})

describe('the history of the spikes of all neurons', () => {
  it('leaves out what would be one line on the screen, and nothing else', () => {
    const history = createWallSpikeHistory()
    for (let k = 0; k < 1000; k++) for (const index of [0, 1]) history.add(index, START_US + k * 1000 * (1 + 9 * index))
    const spikes = history.since(0)
    const times = (index: number) =>
      spikes.flatMap((one, at) => (at % 2 === 0 && one === index ? [spikes[at + 1]!] : []))
    expect([times(0).length, times(1).length]).toEqual([500, 1000])
  })

  it('is bounded, however much comes', () => {
    const history = createWallSpikeHistory()
    for (let k = 0; k < 100_000; k++) history.add(k % 128, START_US + k * 1000)
    expect(history.since(0)).toHaveLength(2 * 2048)
    expect(history.since(0).at(-1)).toBe(START_US + 99_999_000)
    expect(history.since(history.end())).toEqual([])
  })
})
