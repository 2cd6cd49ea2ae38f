import { expect, it } from 'vitest'
import { neuronFrom } from '../../../../../src/neuron/params.ts'
import { onsetBetween } from '../../../../../src/web/public/neuron/data/stimulus-onset.ts'

/** V from `vMv` after so many ms, by Euler steps that are fine enough. */
function voltageAfter(neuron: ReturnType<typeof neuronFrom>, vMv: number, iNa: number, ms: number): number {
  const steps = 10_000
  let v = vMv
  for (let k = 0; k < steps; k++) {
    const leakMv = neuron.model === 'pif' ? 0 : (neuron.restMv - v) / neuron.tauMs
    v += (leakMv + iNa / neuron.capacitanceNf) * (ms / steps)
  }
  return v
}

it.each([
  [{ tauMs: 100 }, 0, 3, 0.2, 1],
  [{ tauMs: 10 }, 0.7, 1.4, 0.9, 1],
  [{ tauMs: 10 }, 1.4, -2, 0.5, 0.1],
  [{ tauMs: 10, model: 'pif' }, 0.1, 1, 0.35, 1],
] as const)('%j: the change from %d to %d nA after %d ms is found', (input, beforeNa, afterNa, onsetMs, speed) => {
  const neuron = neuronFrom(input)
  const atOnsetMv = voltageAfter(neuron, -66, beforeNa, onsetMs)
  const before = { atS: 5, vMv: -66, iNa: beforeNa }
  const after = { atS: 5 + 0.001 / speed, vMv: voltageAfter(neuron, atOnsetMv, afterNa, 1 - onsetMs), iNa: afterNa }
  expect((onsetBetween(neuron, speed, before, after) - 5) * 1000 * speed).toBeCloseTo(onsetMs, 3)
})

it.each([0, 1])('a change %d ms after the first sample is found in the 32-bit floats of a frame', onsetMs => {
  const neuron = neuronFrom({ tauMs: 100 })
  const vMv = Math.fround(voltageAfter(neuron, voltageAfter(neuron, -70, 0, onsetMs), 3, 1 - onsetMs))
  const after = { atS: 5.001, vMv, iNa: 3 }
  expect((onsetBetween(neuron, 1, { atS: 5, vMv: -70, iNa: 0 }, after) - 5) * 1000).toBeCloseTo(onsetMs, 3)
})

it('with noise, and where V does not fit, it is the time of the second sample', () => {
  const before = { atS: 5, vMv: -70, iNa: 0 }
  const after = { atS: 5.001, vMv: -69.9, iNa: 3 }
  expect(onsetBetween(neuronFrom({ tauMs: 100, noiseMv: 2 }), 1, before, after)).toBe(5.001)
  expect(onsetBetween(neuronFrom({ tauMs: 100 }), 1, before, { ...after, vMv: -75 })).toBe(5.001)
})
