import { describe, expect, it } from 'vitest'
import { createRig } from '../../fakes/rig.ts'

describe('the voltage of the knob', () => {
  it('is the one at its pin, whatever its calibration makes of it and whoever sets the current', () => {
    const rig = createRig({ fromLevel: 0.2, toLevel: 0.8 })
    rig.knob.level = 0.35
    rig.send({ type: 'take', level: 0.9 }, 50)
    const { knobV, level, source } = rig.run(100)
    expect([knobV, level, source]).toEqual([expect.closeTo(0.35 * 3.3, 9), 0.9, 'slider'])
  })

  it('is unknown before it was read', () => {
    const rig = createRig()
    rig.knob.fault = 'not there'
    expect(rig.run(50).knobV).toBeNaN()
  })
})
