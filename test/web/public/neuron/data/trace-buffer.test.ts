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
