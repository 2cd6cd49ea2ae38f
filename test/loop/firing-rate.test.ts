import { describe, expect, it } from 'vitest'
import { openFiringMeter } from '../../src/loop/firing-rate.ts'

const spike = (seq: number, isiMs: number) => ({ seq, tUs: 0, isiMs, late: false, speed: 1 })

describe('how the neuron fires', () => {
  it('is told in model time, from the intervals of its spikes', () => {
    const meter = openFiringMeter()
    meter.count(spike(1, Number.NaN), 100)
    expect(meter.read(100)).toEqual({ rateHz: 0, isiMs: null, cv: null })
    for (let seq = 2; seq <= 11; seq++) meter.count(spike(seq, seq % 2 === 0 ? 15 : 25), 100)
    const { rateHz, isiMs, cv } = meter.read(300)
    expect([rateHz, isiMs]).toEqual([50, 25])
    expect(cv).toBeCloseTo(0.25, 9)
  })

  it('falls when the neuron falls silent', () => {
    const meter = openFiringMeter()
    meter.count(spike(1, Number.NaN), 100)
    meter.count(spike(2, 20), 120)
    expect(meter.read(1120).rateHz).toBe(1)
  })

  it('begins anew after a reset', () => {
    const meter = openFiringMeter()
    meter.count(spike(1, Number.NaN), 100)
    meter.count(spike(2, 20), 120)
    meter.count(spike(3, Number.NaN), 500)
    expect(meter.read(500).rateHz).toBe(0)
  })

  it('begins anew where reports of spikes were lost, and does not lag behind by their time for ever', () => {
    const meter = openFiringMeter()
    meter.count(spike(1, Number.NaN), 100)
    meter.count(spike(2, 20), 120)
    meter.count(spike(501, 20), 10_000)
    meter.count(spike(502, 20), 10_020)
    expect(meter.read(10_030).rateHz).toBe(50)
  })

  it('goes on as before while spikes come whose reports are lost, and falls when no more come', () => {
    const meter = openFiringMeter()
    meter.count(spike(1, Number.NaN), 100)
    meter.count(spike(2, 0.01), 100.01)
    meter.count(spike(3, 0.01), 100.02)
    expect(meter.read(600, 50_000).rateHz).toBeCloseTo(100_000, 6)
    expect(meter.read(1600, 50_000).rateHz).toBe(1)
    expect(meter.read(1700, 50_001).rateHz).toBeCloseTo(100_000, 6)
  })
})
