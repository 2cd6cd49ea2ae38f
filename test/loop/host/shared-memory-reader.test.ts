import { describe, expect, it } from 'vitest'
import { createTestLoop } from '../../fakes/loop-on-manual-clock.ts'

describe('the voltage of the knob', () => {
  it('is the one at its pin, whatever its calibration makes of it and whoever sets the current', () => {
    const loop = createTestLoop({ fromLevel: 0.2, toLevel: 0.8 })
    loop.knob.level = 0.35
    loop.send({ type: 'take', level: 0.9 }, 50)
    const { knobV, level, source } = loop.run(100)
    expect([knobV, level, source]).toEqual([expect.closeTo(0.35 * 3.3, 9), 0.9, 'slider'])
  })

  it('is unknown before it was read', () => {
    const loop = createTestLoop()
    loop.knob.fault = 'not there'
    expect(loop.run(50).knobV).toBeNaN()
  })
})
