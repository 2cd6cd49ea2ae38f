import { describe, expect, it } from 'vitest'
import { neuronFrom } from '../../../../src/neuron/params.ts'
import { cellFrameAt, fillOf, MOST_TRAVELLING } from '../../../../src/web/public/cell/cell-state.ts'

const at = (...times: readonly number[]) => times.map(atS => ({ atS }))
const MOMENT = { params: neuronFrom({}), vMv: -70, speed: 1, spikes: at(), arrivals: [], atS: 10 }

describe('the soma', () => {
  it.each([
    ['at the reset, below rest', {}, -75, 0],
    ['half way', {}, -65, 0.5],
    ['at the threshold', {}, -55, 1],
    ['pushed below the reset', {}, -90, 0],
    ['over the threshold, as noise may', {}, -50, 1],
    ['at a rest below the reset', { restMv: -80 }, -80, 0],
    ['of a perfect integrator, which has no rest', { model: 'pif', restMv: -1000 } as const, -65, 0.5],
    ['of a pacemaker, whose rest is above the threshold', { restMv: -50 }, -65, 0.5],
    ['of which nothing is known', {}, Number.NaN, 0],
  ])('%s', (_, params, vMv, fill) => {
    expect(fillOf(neuronFrom(params), vMv)).toBeCloseTo(fill, 12)
  })

  it('flashes at a spike, and the flash fades; a spike that is still to come is not seen', () => {
    const flash = (...spikes: readonly number[]) => cellFrameAt({ ...MOMENT, spikes: at(...spikes) }).flash
    expect([flash(), flash(10.001), flash(9.5)]).toEqual([0, 0, 0])
    expect(flash(10)).toBe(1)
    expect(flash(9.9)).toBeCloseTo(0.6, 9)
  })

  it.each([
    ['in real time', 1, 9.9985, true],
    ['after it', 1, 9.9975, false],
    ['ten times slower it lasts ten times as long', 0.1, 9.985, true],
  ])('is refractory for 2 ms of its own time: %s', (_, speed, spikeS, isRefractory) => {
    const params = neuronFrom({ refractoryMs: 2 })
    expect(cellFrameAt({ ...MOMENT, params, speed, spikes: at(spikeS) }).isRefractory).toBe(isRefractory)
    expect(cellFrameAt({ ...MOMENT, speed, spikes: at(spikeS) }).isRefractory).toBe(false)
  })
})

describe('the axon', () => {
  const places = (spikes: readonly { atS: number }[]) => cellFrameAt({ ...MOMENT, spikes }).travelling

  it('carries each spike from the soma to its end', () => {
    expect(places(at(9, 9.7, 9.9))).toEqual([expect.closeTo(0.25, 9), expect.closeTo(0.75, 9)])
  })

  it('carries no more than can be seen apart, always the same ones', () => {
    const fast = at(...Array.from({ length: 500 }, (_, k) => 9 + k / 500))
    const seen = places(fast)
    expect(seen.length).toBeLessThanOrEqual(MOST_TRAVELLING)
    expect(seen.length).toBeGreaterThan(5)
    const later = cellFrameAt({ ...MOMENT, spikes: fast, atS: 10.016 }).travelling
    // Each has moved on by the same way: none was exchanged for another.
    for (const place of later.filter(one => one < 0.95 && one > 0.14)) {
      expect(Math.min(...seen.map(before => Math.abs(before + 0.04 - place)))).toBeLessThan(1e-6)
    }
  })
})

it('synapses light up by their sign when a spike arrives, not before its delay is over', () => {
  const lit = (...arrivals: readonly { atS: number; weight: number }[]) => {
    const { excited, inhibited } = cellFrameAt({ ...MOMENT, arrivals })
    return [excited, inhibited].map(one => Number(one.toFixed(3)))
  }
  expect(lit()).toEqual([0, 0])
  expect(lit({ atS: 10, weight: 4 })).toEqual([1, 0])
  expect(lit({ atS: 9.85, weight: -1.5 }, { atS: 10.2, weight: 3 })).toEqual([0, 0.5])
  expect(lit({ atS: 9.85, weight: 2 }, { atS: 10, weight: -1 })).toEqual([0.5, 1])
})
