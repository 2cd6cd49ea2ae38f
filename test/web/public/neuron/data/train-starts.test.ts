import { describe, expect, it } from 'vitest'
import { firingAt } from '../../../../../src/web/public/neuron/data/firing-at-time.ts'
import { cvOf } from '../../../../../src/web/public/neuron/data/interval-statistics.ts'
import { createSpikeTrains, intervalsBetween } from '../../../../../src/web/public/neuron/data/train-starts.ts'

const CONSTANT_NA = 0.015
const NOW = Number.POSITIVE_INFINITY

/** Rows of 1 ms with these currents. */
function rowsOf(fromMs: number, currentsNa: readonly number[]): Float64Array {
  return Float64Array.from(currentsNa.flatMap((iNa, ms) => [(fromMs + ms) * 1000, -60, iNa, 0.5]))
}

const constant = (iNa: number, ms: number) => new Array<number>(ms).fill(iNa)
/** Spikes at these times, ms. */
const spikesAt = (timesMs: readonly number[]) =>
  timesMs.map((ms, k) => ({
    ...{ seq: k + 1, tUs: ms * 1000, late: false, speed: 1 },
    isiMs: k === 0 ? Number.NaN : ms - timesMs[k - 1]!,
  }))
const every = (stepMs: number, fromMs: number, toMs: number) =>
  Array.from({ length: Math.floor((toMs - fromMs) / stepMs) }, (_, k) => fromMs + k * stepMs)

describe('a train of spikes', () => {
  it('begins where a held current changes: a noiseless neuron has CV 0 before and after', () => {
    const trains = createSpikeTrains()
    trains.addRows(rowsOf(0, [...constant(2, 5000), ...constant(2.5, 5000)]), CONSTANT_NA)
    const spikes = spikesAt([...every(200, 100, 5000), ...every(100, 5050, 10_000)])
    expect(trains.at(4_000_000)?.fromUs).toBe(0)
    expect(trains.at(NOW)?.fromUs).toBe(5_000_000)
    const isisMs = intervalsBetween(spikes, 5_000_000, NOW, 500)
    expect([isisMs.length, cvOf(isisMs)]).toEqual([48, 0])
  })

  it('begins where the current is held again after it was turned: what is found out later counts from there', () => {
    const trains = createSpikeTrains()
    const turned = Array.from({ length: 500 }, (_, k) => 2 + k / 1000)
    trains.addRows(rowsOf(0, [...constant(2, 2000), ...turned, ...constant(2.5, 900)]), CONSTANT_NA)
    expect(trains.at(NOW)!.fromUs / 1e6).toBeCloseTo(2.015, 2)
    trains.addRows(rowsOf(3400, constant(2.5, 200)), CONSTANT_NA)
    const { fromUs } = trains.at(NOW)!
    expect(fromUs).toBeGreaterThan(2_480_000)
    expect(fromUs).toBeLessThanOrEqual(2_500_000)
  })

  it.each([
    ['a knob that flickers between two codes', (ms: number) => 2 + 0.0117 * (ms % 2)],
    ['a sine', (ms: number) => 2 + Math.sin(ms / 50)],
    ['a noisy current', (ms: number) => 2 + ((ms * 7919) % 101) / 200],
    ['pulses', (ms: number) => (ms % 100 < 5 ? 30 : 0)],
  ])('goes on through %s', (_, current) => {
    const trains = createSpikeTrains()
    trains.addRows(
      rowsOf(
        0,
        Array.from({ length: 10_000 }, (_, ms) => current(ms)),
      ),
      CONSTANT_NA,
    )
    expect(trains.at(NOW)?.fromUs).toBe(0)
  })

  it('begins at a change of the neuron, at a pause, after it, and after a time without data', () => {
    const trains = createSpikeTrains()
    trains.addRows(rowsOf(0, constant(2, 1500)), CONSTANT_NA)
    trains.begin(1_500_000)
    expect(trains.at(NOW)).toEqual({ fromUs: 1_500_000, isRunning: true })
    trains.begin(1_600_000, false)
    trains.begin(1_700_000)
    expect(trains.at(NOW)).toEqual({ fromUs: 1_700_000, isRunning: false })
    trains.begin(1_800_000, true)
    trains.addRows(rowsOf(9000, constant(2, 1500)), CONSTANT_NA)
    expect(trains.at(NOW)).toEqual({ fromUs: 9_000_000, isRunning: true })
    expect(trains.at(1_650_000)).toEqual({ fromUs: 1_600_000, isRunning: false })
  })

  it('holds no interval that began before it, nor one across a reset or a missing spike', () => {
    const spikes = spikesAt([100, 200, 300, 400, 500])
    expect(intervalsBetween(spikes, 150_000, NOW, 500)).toEqual([100, 100, 100])
    expect(intervalsBetween(spikes, 150_000, 400_000, 500)).toEqual([100, 100])
    expect(intervalsBetween(spikes, 0, NOW, 2)).toEqual([100, 100])
    expect(intervalsBetween(spikes.toSpliced(2, 1), 0, NOW, 500)).toEqual([100])
    expect(intervalsBetween(spikes.with(3, { ...spikes[3]!, isiMs: Number.NaN }), 0, NOW, 500)).toEqual([100])
  })
})

describe('rate and CV in the past', () => {
  const spikes = spikesAt(every(200, 10_100, 20_000)).map(spike => ({ ...spike, seq: spike.seq + 70, isiMs: 200 }))
  const opened = () => {
    const trains = createSpikeTrains()
    trains.addRows(rowsOf(10_000, constant(2, 10_000)), CONSTANT_NA)
    return trains
  }

  it('are not known from before the page was opened, and at once from then on', () => {
    expect(firingAt(spikes, opened(), 9_000_000)).toEqual({ rateHz: null, cv: null })
    expect(firingAt(spikes, opened(), 10_050_000)).toEqual({ rateHz: 5, cv: null })
    expect(firingAt(spikes, opened(), 15_000_000)).toEqual({ rateHz: 5, cv: 0 })
  })

  it('of a silent neuron is 0, once that is known', () => {
    expect(firingAt([], opened(), 11_000_000).rateHz).toBeNull()
    expect(firingAt([], opened(), 14_000_000).rateHz).toBe(0)
  })

  it('is 0 in a pause, and the pause is no interval', () => {
    const trains = opened()
    trains.begin(20_000_000, false)
    trains.begin(25_000_000, true)
    expect(firingAt(spikes, trains, 22_000_000)).toEqual({ rateHz: 0, cv: null })
    expect(firingAt(spikes, trains, 25_050_000)).toEqual({ rateHz: 5, cv: null })
  })

  it('the CV does not mix what was before a change with what is after it', () => {
    const trains = createSpikeTrains()
    trains.addRows(rowsOf(0, [...constant(2, 5000), ...constant(2.5, 5000)]), CONSTANT_NA)
    const both = spikesAt([...every(200, 100, 5000), ...every(100, 5050, 10_000)])
    for (let atMs = 6000; atMs < 10_000; atMs += 500) expect(firingAt(both, trains, atMs * 1000).cv).toBe(0)
  })
})
