import { describe, expect, it } from 'vitest'
import { NEURON_FIELDS } from '../../../../src/neuron/params.ts'
import { positionOf, spanOf, valueAt } from '../../../../src/web/public/neuron/slider-range.ts'

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
