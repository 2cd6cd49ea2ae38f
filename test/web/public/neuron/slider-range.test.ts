import { describe, expect, it } from 'vitest'
import { NEURON_FIELDS } from '../../../../src/neuron/params.ts'
import {
  currentAt,
  currentSlider,
  levelAt,
  positionOf,
  spanOf,
  valueAt,
} from '../../../../src/web/public/neuron/slider-range.ts'

describe('sliders', () => {
  it.each(['tauMs', 'restMv', 'noiseMv'] as const)('%s goes there and back', name => {
    const field = NEURON_FIELDS[name]
    const span = spanOf(field, field.default)
    for (const position of [0, 0.25, 0.5, 1]) {
      expect(positionOf(valueAt(position, span), span)).toBeCloseTo(position, 2)
    }
  })

  it('reach whatever value was typed', () => {
    expect(spanOf(NEURON_FIELDS.tauMs, 5000).to).toBe(5000)
  })
})

describe('the slider of the current', () => {
  it.each([
    [
      { minNa: 0, maxNa: 3 },
      { min: 0, max: 3, step: 0.01 },
    ],
    [
      { minNa: 0, maxNa: 0.5 },
      { min: 0, max: 0.5, step: 0.001 },
    ],
    [
      { minNa: 0, maxNa: 100 },
      { min: 0, max: 100, step: 0.1 },
    ],
    [
      { minNa: -0.333, maxNa: 2.004 },
      { min: -0.34, max: 2.01, step: 0.01 },
    ],
    [
      { minNa: 3, maxNa: 0 },
      { min: 0, max: 3, step: 0.01 },
    ],
    [
      { minNa: 1, maxNa: 1 },
      { min: 1, max: 1, step: 0.001 },
    ],
  ])('over %j is %j', (range, slider) => {
    expect(currentSlider(range)).toEqual(slider)
  })

  it.each([0, 0.001, 1.43, 1.55, 1.503, 3])('goes to exactly %d nA', iNa => {
    const range = { minNa: 0, maxNa: 3 }
    expect(currentAt(levelAt(iNa, range), range)).toBe(iNa)
  })

  it('stays within the range of the knob', () => {
    expect(levelAt(3.01, { minNa: 0, maxNa: 3 })).toBe(1)
    expect(levelAt(-0.34, { minNa: -0.333, maxNa: 2 })).toBe(0)
    expect(levelAt(1, { minNa: 1, maxNa: 1 })).toBe(0)
  })
})
