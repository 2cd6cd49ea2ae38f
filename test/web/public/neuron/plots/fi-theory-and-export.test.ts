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

  const params = { ...NEURON, minNa: 0, maxNa: 3, speed: 1 }
  const measurement = {
    points: [{ iNa: 2, rateHz: 6.5 }],
    heldPoints: [{ iNa: 2.5, rateHz: 9.1, intervals: 30, uncertainty: 0.02 }],
    steady: undefined,
  }

  it('can be taken along as CSV, with and without theory', () => {
    const options = { name: 'pi-a', format: 'comma-point', hidesTheory: false } as const
    const rows = (text: string) => text.split('\n').filter(line => !line.startsWith('#'))
    expect(rows(fiCsv(params, measurement, options))).toEqual([
      'kind,i_na,rate_hz,intervals,standard_error,theory_hz',
      'interval,2.00000,6.5000,1,,6.2133',
      'sweep,2.50000,9.1000,30,0.02000,9.1024',
      '',
    ])
    const german = fiCsv(params, measurement, { ...options, format: 'semicolon-comma', hidesTheory: true })
    expect(german).toContain('# tauMs 100 ms\n')
    expect(rows(german)[2]).toBe('sweep;2,50000;9,1000;30;0,02000')
  })

  it('can be taken along as a picture with axes, names and parameters, whatever the neuron is called', () => {
    const svg = fiSvg(theoryCurve(NEURON, 0, 3), measurement, { name: '<b>&', params, hidesTheory: false })
    for (const part of ['&#60;b&#62;&#38;', '>I (nA)<', '>f (Hz)<', '>1.5<', 'τ 100 ms', '>th</tspan>', '<polyline']) {
      expect(svg).toContain(part)
    }
    const hidden = fiSvg(theoryCurve(NEURON, 0, 3), measurement, { name: 'pi-a', params, hidesTheory: true })
    expect(hidden).not.toContain('<polyline')
    expect(hidden).not.toContain('theory')
  })
})
