import { expect, it, test } from 'vitest'
import { neuronFrom } from '../../src/neuron/params.ts'
import { cvWithNoise } from '../../src/neuron/siegert.ts'

const bio = (noiseMv: number) => neuronFrom({ tauMs: 10, noiseMv })

// Computed apart from this code, and seen in simulations of some 100,000 intervals.
test.each([
  [2, 1.2, 0.66],
  [2, 1.4, 0.45],
  [2, 1.5, 0.38],
  [2, 1.8, 0.26],
  [3, 1.0, 0.74],
  [3, 1.4, 0.48],
  [3, 1.8, 0.34],
  [5, 1.0, 0.68],
  [5, 1.8, 0.47],
])('noise of %s mV at %s nA gives a CV of %s', (noiseMv, iNa, cv) => {
  expect(cvWithNoise(bio(noiseMv), iNa)).toBeCloseTo(cv, 2)
})

// Neuromatch Academy W2D3: V varies by sigma/sqrt(2).
test.each([
  [0.15, 0.863],
  [0.18, 0.512],
  [0.2, 0.359],
  [0.25, 0.202],
  [0.3, 0.148],
])('the neuron of Neuromatch at %s nA', (iNa, cv) => {
  const params = neuronFrom({
    ...{ restMv: -75, resetMv: -75, thresholdMv: -55, resistanceMohm: 100, tauMs: 10, refractoryMs: 2 },
    noiseMv: 3 / Math.SQRT2,
  })
  expect(cvWithNoise(params, iNa)).toBeCloseTo(cv, 2)
})

it('is 0 without noise, and shrinks with it', () => {
  expect(cvWithNoise(bio(0), 2)).toBe(0)
  expect(cvWithNoise(bio(0), 1)).toBeNaN()
  expect(cvWithNoise(bio(0.5), 2)).toBeLessThan(cvWithNoise(bio(1), 2))
})
