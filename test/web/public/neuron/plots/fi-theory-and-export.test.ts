import { describe, expect, it } from 'vitest'
import { neuronFrom } from '../../../../../src/neuron/params.ts'
import { rateHz } from '../../../../../src/neuron/theory.ts'
import {
  errorPercent,
  fiCsv,
  fiSvg,
  theoryCurve,
} from '../../../../../src/web/public/neuron/plots/fi-theory-and-export.ts'

const NEURON = neuronFrom({ tauMs: 100 })

describe('the f-I curve', () => {
  it('is that of theory, with the rheobase', () => {
    const curve = theoryCurve(NEURON, 0, 3)
    expect(curve.rheobaseNa).toBe(1.5)
    expect(curve.rateHz.at(-1)).toBeCloseTo(rateHz(NEURON, 3), 9)
    expect(curve.rateHz[0]).toBe(0)
  })

  it('gives the error in per cent, and none where there should be silence', () => {
    const steady = { iNa: 2, rateHz: 1.02 * rateHz(NEURON, 2), intervals: 9, uncertainty: 0 }
    expect(errorPercent(NEURON, steady)).toBeCloseTo(2, 6)
    expect(errorPercent(NEURON, { ...steady, iNa: 1 })).toBeUndefined()
  })

  it('can be taken along as CSV and as SVG, whatever the neuron is called', () => {
    const measurement = {
      points: [{ iNa: 2, rateHz: 6.5 }],
      earlierPoints: [{ iNa: 2, rateHz: 60 }],
      steady: undefined,
    }
    expect(fiCsv(NEURON, measurement).split('\n')[1]).toMatch(/^interval,2\.00000,6\.5000,6\.2133$/)
    expect(fiSvg(theoryCurve(NEURON, 0, 3), measurement, '<b>&')).toContain('&#60;b&#62;&#38;')
  })
})
