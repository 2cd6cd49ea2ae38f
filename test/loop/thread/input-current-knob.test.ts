import { describe, expect, it } from 'vitest'
import { createKnob, currentNa, type KnobOptions, sampled } from '../../../src/loop/thread/input-current.ts'
import { createTestLoop } from '../../fakes/loop-on-manual-clock.ts'

const OPTIONS = { minNa: 0, maxNa: 3, sampleHz: 250, holdMs: 500 }

/** The current that flows when the chip reads `level`. */
function currentAt(level: number, ends: Partial<KnobOptions> = {}): number {
  const knob = createKnob({ ...OPTIONS, ...ends })
  sampled(knob, level, 0)
  return currentNa(knob)
}

describe('a knob', () => {
  it('goes over the whole range of the chip unless its ends are given', () => {
    expect([0, 0.25, 1].map(level => currentAt(level))).toEqual([0, 0.75, 3])
  })

  it('has its full range of currents between its two ends', () => {
    const ends = { fromLevel: 0.1, toLevel: 0.9 }
    expect([0.1, 0.5, 0.9].map(level => currentAt(level, ends))).toEqual([0, expect.closeTo(1.5, 9), 3])
  })

  it('stands at its end when the chip reads beyond it', () => {
    const ends = { fromLevel: 0.1, toLevel: 0.9 }
    expect([0.02, 0.99].map(level => currentAt(level, ends))).toEqual([0, 3])
  })

  it('may be wired the wrong way round', () => {
    const ends = { fromLevel: 0.95, toLevel: 0.05 }
    expect([0.95, 0.725, 0.05, 0].map(level => currentAt(level, ends))).toEqual([0, expect.closeTo(0.75, 9), 3, 3])
  })

  it('in the running loop feeds the neuron with the current of its position', () => {
    const loop = createTestLoop({ maxNa: 4, fromLevel: 0.2, toLevel: 0.6 })
    loop.knob.level = 0.4
    expect(loop.run(50).iNa).toBeCloseTo(2, 9)
  })
})
