import { describe, expect, it } from 'vitest'
import { createTraceBuffer } from '../../../../../src/web/public/neuron/data/trace-buffer.ts'
import { frameOfSecond, START_US } from '../fake-frames.ts'

describe('the trace buffer', () => {
  it('gives the last seconds in full and a minute coarsely, extremes included', () => {
    const buffer = createTraceBuffer()
    for (let k = 0; k < 70; k++) buffer.add(frameOfSecond(k))
    expect(buffer.trace(68, 70)[0].length).toBeGreaterThan(1990)
    const [atS, vMv] = buffer.trace(10, 70)
    expect(atS[0]).toBeLessThanOrEqual(10)
    expect(atS.length).toBeLessThan(16_384)
    expect([Math.min(...vMv), Math.max(...vMv)]).toEqual([-70, -21])
  })

  it('keeps synaptic events in the order of their arrival, whatever their delays, and not for ever', () => {
    const buffer = createTraceBuffer()
    const arrival = { from: 'pi-b', weight: 1, tauMs: 5 }
    buffer.addArrivals([{ ...arrival, tUs: START_US }])
    expect(buffer.arrivals()).toEqual([])
    buffer.add(frameOfSecond(0))
    buffer.addArrivals([{ ...arrival, tUs: START_US + 2e6 }])
    buffer.addArrivals([{ ...arrival, weight: -1, tUs: START_US + 1e6 }])
    expect(buffer.arrivals().map(({ atS, weight }) => [atS, weight])).toEqual([
      [1, -1],
      [2, 1],
    ])
    for (let k = 0; k < 500; k++) buffer.addArrivals(Array(32).fill({ ...arrival, tUs: START_US + 1e6 * k }))
    expect(buffer.arrivals().length).toBeLessThanOrEqual(10_000)
    expect(buffer.arrivals().at(-1)?.atS).toBe(499)
  })

  it('does not grow in two hours of a neuron at 20 Hz', () => {
    const buffer = createTraceBuffer()
    const { rows } = frameOfSecond(0)
    const spike = frameOfSecond(0).spikes[0]!
    for (let k = 0; k < 7200; k++) {
      const later = rows.subarray(0, 400).map((value, at) => (at % 4 === 0 ? value + 1e6 * k : value))
      buffer.add({ rows: later, spikes: Array.from({ length: 20 }, (_, n) => ({ ...spike, seq: 20 * k + n })) })
    }
    expect(buffer.spikes().length).toBeLessThanOrEqual(40_000)
    expect(buffer.trace(0, 1e9)[0].length).toBeLessThanOrEqual(16_384)
  })
})

it('a system clock that is set back does not stop the scope', () => {
  const buffer = createTraceBuffer()
  buffer.add(frameOfSecond(3600))
  buffer.add(frameOfSecond(0))
  expect(buffer.lastS()).toBeCloseTo(0.999, 6)
})

describe('V at a spike', () => {
  const NEURON = { thresholdMv: -55, resetMv: -75 }
  const frameOf = (fromMs: number, count: number, spikesMs: readonly number[]) => ({
    rows: Float64Array.from(
      Array.from({ length: count }, (_, k) => [START_US + 1000 * (fromMs + k), -60, 1.5, 0.5]).flat(),
    ),
    spikes: spikesMs.map((ms, k) => ({ ...frameOfSecond(k).spikes[0]!, tUs: START_US + 1000 * ms })),
  })
  const pointsAt = (buffer: ReturnType<typeof createTraceBuffer>, atS: number) => {
    const [times, vMv, iNa] = buffer.trace(0, 100)
    return [...times].flatMap((at, k) => (Math.abs(at - atS) < 1e-7 ? [[vMv[k], iNa[k]]] : []))
  }
  const BOTH = [
    [-55, 1.5],
    [-75, 1.5],
  ]

  it('reaches the threshold, then the reset, at the exact time', () => {
    const buffer = createTraceBuffer()
    buffer.add(frameOf(0, 20, [10.3]), NEURON)
    expect(pointsAt(buffer, 0.0103)).toEqual(BOTH)
    const [times] = buffer.trace(0, 1)
    expect([...times]).toEqual([...times].sort((a, b) => a - b))
    expect(times.length).toBe(22)
  })

  it('also where the spike comes with a frame before its rows, or between two frames', () => {
    const buffer = createTraceBuffer()
    buffer.add(frameOf(0, 20, [19.5, 30.5]), NEURON)
    buffer.add(frameOf(20, 20, []), NEURON)
    expect([pointsAt(buffer, 0.0195), pointsAt(buffer, 0.0305)]).toEqual([BOTH, BOTH])
  })

  it('keeps what was the threshold when another holds now, and counts several spikes within one sample', () => {
    const buffer = createTraceBuffer()
    buffer.add(frameOf(0, 20, [5.2, 5.6]), NEURON)
    buffer.add(frameOf(20, 20, []), { thresholdMv: -50, resetMv: -70 })
    expect([pointsAt(buffer, 0.0052), pointsAt(buffer, 0.0056)]).toEqual([BOTH, BOTH])
  })

  it('is not lost in a long window either', () => {
    const buffer = createTraceBuffer()
    for (let k = 0; k < 60; k++) buffer.add(frameOf(1000 * k, 1000, [1000 * k + 500.5]), NEURON)
    const [atS, vMv] = buffer.trace(5, 55)
    expect(atS.length).toBeLessThan(16_384)
    const count = (mv: number) => vMv.filter(v => v === mv).length
    expect([count(-55), count(-75)].every(n => n >= 50 && n <= 52)).toBe(true)
  })
})
