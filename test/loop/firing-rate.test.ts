import { describe, expect, it } from 'vitest'
import { openFiringMeter } from '../../src/loop/firing-rate.ts'

const spike = (seq: number, isiMs: number) => ({ seq, tUs: 0, isiMs, late: false, speed: 1 })
const at = (modelMs: number) => ({ modelMs, running: true })

describe('how the neuron fires', () => {
  it('is told in model time, from the intervals of its spikes', () => {
    const meter = openFiringMeter()
    meter.count(spike(1, Number.NaN), 100)
    expect(meter.read(at(100))).toEqual({ rateHz: 0, isiMs: null, cv: null })
    for (let seq = 2; seq <= 11; seq++) meter.count(spike(seq, seq % 2 === 0 ? 15 : 25), 100)
    const { rateHz, isiMs, cv } = meter.read(at(300))
    expect([rateHz, isiMs]).toEqual([50, 25])
    expect(cv).toBeCloseTo(0.25, 9)
  })

  it('falls when the neuron falls silent', () => {
    const meter = openFiringMeter()
    meter.count(spike(1, Number.NaN), 100)
    meter.count(spike(2, 20), 120)
    expect(meter.read(at(1120)).rateHz).toBe(1)
  })

  it.each([200, 5000])('is 0 in a pause, and goes on after it (paused at %d ms)', modelMs => {
    const meter = openFiringMeter()
    for (let seq = 1; seq <= 10; seq++) meter.count(spike(seq, seq === 1 ? Number.NaN : 20), 20 * seq)
    expect(meter.read({ modelMs, running: false })).toMatchObject({ rateHz: 0, isiMs: 20 })
    expect(meter.read(at(200)).rateHz).toBeCloseTo(50, 9)
  })

  it('a change of the parameters does not make a regular neuron irregular: the CV is that of the intervals since', () => {
    const meter = openFiringMeter()
    let seq = 0
    const fire = (count: number, isiMs: number) => {
      for (let k = 0; k < count; k++) meter.count(spike(++seq, seq === 1 ? Number.NaN : isiMs), 0)
    }
    fire(10, 200)
    expect(meter.read(at(2000)).cv).toBeCloseTo(0, 9)
    meter.changed()
    expect(meter.read(at(2000)).cv).toBeNull()
    // The interval in which it changed, and two that lie behind it.
    fire(3, 20)
    expect(meter.read(at(2000)).cv).toBeNull()
    fire(1, 20)
    expect(meter.read(at(2000)).cv).toBeCloseTo(0, 9)
  })

  it('begins anew after a reset', () => {
    const meter = openFiringMeter()
    meter.count(spike(1, Number.NaN), 100)
    meter.count(spike(2, 20), 120)
    meter.count(spike(3, Number.NaN), 500)
    expect(meter.read(at(500)).rateHz).toBe(0)
  })

  it('begins anew where reports of spikes were lost, and does not lag behind by their time for ever', () => {
    const meter = openFiringMeter()
    meter.count(spike(1, Number.NaN), 100)
    meter.count(spike(2, 20), 120)
    meter.count(spike(501, 20), 10_000)
    meter.count(spike(502, 20), 10_020)
    expect(meter.read(at(10_030)).rateHz).toBe(50)
  })

  it('goes on as before while spikes come whose reports are lost, and falls when no more come', () => {
    const meter = openFiringMeter()
    meter.count(spike(1, Number.NaN), 100)
    meter.count(spike(2, 0.01), 100.01)
    meter.count(spike(3, 0.01), 100.02)
    expect(meter.read({ ...at(600), count: 50_000 }).rateHz).toBeCloseTo(100_000, 6)
    expect(meter.read({ ...at(1600), count: 50_000 }).rateHz).toBe(1)
    expect(meter.read({ ...at(1700), count: 50_001 }).rateHz).toBeCloseTo(100_000, 6)
  })
})
