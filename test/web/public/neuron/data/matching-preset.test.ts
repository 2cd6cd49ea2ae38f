import { expect, it } from 'vitest'
import { neuronFrom } from '../../../../../src/neuron/params.ts'
import { PRESETS } from '../../../../../src/neuron/presets.ts'
import {
  isSameNeuron,
  matchingPreset,
  originalValue,
} from '../../../../../src/web/public/neuron/data/matching-preset.ts'

const BIO = { ...neuronFrom(PRESETS.bio.neuron, 4711), ...PRESETS.bio.input, speed: 0.1 }

it.each(Object.values(PRESETS))('$name is known by its parameters', ({ name, neuron, input }) => {
  expect(matchingPreset({ ...neuronFrom(neuron), ...input, speed: 1 }, name)).toBe(name)
})

it('of two presets that are the same neuron the one holds that was chosen', () => {
  expect([matchingPreset(BIO), matchingPreset(BIO, 'seed003'), matchingPreset(BIO, 'epfl')]).toEqual([
    'bio',
    'seed003',
    'bio',
  ])
})

it('no preset holds once a parameter is another', () => {
  expect(matchingPreset({ ...BIO, thresholdMv: -54 }, 'bio')).toBeUndefined()
})

it('it is the same neuron with another seed, knob or speed, and another with any other parameter', () => {
  expect(isSameNeuron(BIO, { ...BIO, seed: 1, minNa: 1, maxNa: 2, speed: 1 })).toBe(true)
  expect([{ tauMs: 11 }, { model: 'pif' as const }].map(change => isSameNeuron(BIO, { ...BIO, ...change }))).toEqual([
    false,
    false,
  ])
})

it.each([
  ['tauMs', 'epfl', 8, 'epfl'],
  ['initialMv', 'epfl', -70, 'epfl'],
  ['capacitanceNf', 'neuromatch', 0.1, 'neuromatch'],
  ['tauMs', 'classroom', 100, 'classroom'],
  ['tauMs', undefined, 10, undefined],
  ['tauMs', 'unknown', 10, undefined],
] as const)('%s goes back to the value of the preset %s', (name, preset, value, of) => {
  const original = originalValue(name, preset)
  expect([original.value, original.of]).toEqual([expect.closeTo(value, 12), of])
})
