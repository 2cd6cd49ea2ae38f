import { describe, expect, it } from 'vitest'
import { checkValue, type Field } from '../../src/fields/field-types-and-checks.ts'
import { complaintsAbout, NEURON_FIELDS, NeuronError, neuronFrom, patchedNeuron } from '../../src/neuron/params.ts'

describe('a neuron', () => {
  it('takes the default for whatever is left out', () => {
    const neuron = neuronFrom({}, 99)
    for (const [name, field] of Object.entries(NEURON_FIELDS)) {
      if (name !== 'seed') expect(neuron[name as keyof typeof neuron]).toBe(field.default)
    }
    expect(neuron.seed).toBe(99)
    expect(neuronFrom({ restMv: -60 }).initialMv).toBe(-60)
    expect(neuronFrom({ seed: 5 }, 99).seed).toBe(5)
  })

  it('has tau = R C, whichever of the two is given', () => {
    expect(neuronFrom({ resistanceMohm: 100, capacitanceNf: 0.2 }).tauMs).toBe(20)
    expect(neuronFrom({ resistanceMohm: 100, tauMs: 20 }).capacitanceNf).toBe(0.2)
    expect(complaintsAbout({ resistanceMohm: 100, capacitanceNf: 0.2, tauMs: 20 })).toEqual([])
    expect(complaintsAbout({ capacitanceNf: 0.2, tauMs: 20 })).toEqual([
      { path: 'capacitanceNf', message: expect.stringContaining('give only one of the two') },
    ])
    expect(complaintsAbout({ resistanceMohm: 1e6, capacitanceNf: 1e6 })[0].message).toContain('1000000000000')
  })

  it('is refused where tau and R make a C that could not be given', () => {
    // It could not be saved: where the file gives C, that is what is written.
    const expected = 'makes C = tau / R, which is 100000000000, must be a number above 0 to 1000000000 nF'
    expect(complaintsAbout({ tauMs: 1e5, resistanceMohm: 1e-6 })).toEqual([{ path: 'tauMs', message: expected }])
    expect(complaintsAbout({ resistanceMohm: 1e-9 })).toMatchObject([{ path: 'resistanceMohm' }])
    expect(complaintsAbout({ tauMs: 1e-300, resistanceMohm: 1e6 })).toEqual([])
    expect(complaintsAbout({ tauMs: 5e-324, resistanceMohm: 1e6 })).toMatchObject([{ path: 'tauMs' }])
  })

  it('may start above its threshold, and may rest there', () => {
    expect(complaintsAbout({ initialMv: -40 })).toEqual([])
    expect(complaintsAbout({ restMv: -50 })).toEqual([])
  })

  it('is refused with every complaint at once, each with the value and what is allowed', () => {
    const input = {
      tauMs: 0,
      resistanceMohm: Number.NaN,
      noiseMv: -1,
      seed: 1.5,
      thresholdMv: '-55',
      model: 'hh',
      taumS: 3,
    }
    const complaints = complaintsAbout(input)
    expect(Object.fromEntries(complaints.map(c => [c.path, c.message]))).toEqual({
      tauMs: 'is 0, must be a number above 0 to 100000 ms',
      resistanceMohm: 'is NaN, must be a number above 0 to 1000000 MOhm',
      noiseMv: 'is -1, must be a number from 0 to 1000 mV',
      seed: 'is 1.5, must be a whole number from 0 to 4294967295',
      thresholdMv: 'is "-55", must be a number from -1000 to 1000 mV',
      model: 'is "hh", must be one of lif, pif',
      taumS: `is not a parameter; known are ${Object.keys(NEURON_FIELDS).join(', ')}; taumS is called tauMs here`,
    })
  })

  it('is refused with a reset that is not below the threshold, beside other complaints', () => {
    for (const resetMv of [-55, -50]) {
      const complaints = complaintsAbout({ resetMv, tauMs: -1 })
      expect(complaints.map(c => c.path)).toEqual(['tauMs', 'resetMv'])
      expect(complaints[1].message).toContain(`${resetMv}, must be below thresholdMv, which is -55 mV`)
    }
  })

  it('is refused where it is no object at all', () => {
    for (const input of [null, 3, 'lif', []]) expect(complaintsAbout(input)).toHaveLength(1)
  })

  it('throws what complaintsAbout tells', () => {
    expect(() => neuronFrom({ tauMs: -1, noiseMv: -1 })).toThrow(NeuronError)
    expect(() => neuronFrom({ tauMs: -1, noiseMv: -1 })).toThrow(/tauMs is -1.*; noiseMv is -1/)
  })

  it('can be patched without tauMs and capacitanceNf contradicting each other', () => {
    const lif = neuronFrom({})
    expect(neuronFrom(patchedNeuron(lif, { resistanceMohm: 20 }))).toMatchObject({ tauMs: 10, capacitanceNf: 0.5 })
    expect(neuronFrom(patchedNeuron(lif, { capacitanceNf: 3 }))).toMatchObject({ tauMs: 30, capacitanceNf: 3 })
    expect(neuronFrom(patchedNeuron(lif, { tauMs: 30 }))).toMatchObject({ tauMs: 30, capacitanceNf: 3 })
    const pif = neuronFrom({ model: 'pif', capacitanceNf: 3 })
    expect(neuronFrom(patchedNeuron(pif, { resistanceMohm: 2 }))).toMatchObject({ tauMs: 6, capacitanceNf: 3 })
    expect(patchedNeuron({ capacitanceNf: 0.9 }, { resistanceMohm: 2 })).toEqual({
      capacitanceNf: 0.9,
      resistanceMohm: 2,
    })
    expect(complaintsAbout(patchedNeuron(lif, { tauMs: 1, capacitanceNf: 7 }))).toHaveLength(1)
  })
})

describe('the declaration of a parameter', () => {
  it('has a label, and a slider within what is allowed', () => {
    for (const [name, field] of Object.entries<Field>(NEURON_FIELDS)) {
      expect(field.label, name).toMatch(/^[A-Z]/)
      if (field.type !== 'number' || !Array.isArray(field.slider)) continue
      const [from, to] = field.slider
      expect(
        [from, to].map(end => checkValue(field, end)),
        name,
      ).toEqual([null, null])
      expect(from).toBeLessThan(to)
    }
  })

  it('has textbook names that no other parameter has', () => {
    const aliases = Object.values<Field>(NEURON_FIELDS).flatMap(({ aliases = [] }) => aliases)
    expect(new Set(aliases).size).toBe(aliases.length)
    for (const alias of aliases) expect(alias).toMatch(/^[a-z]+$/)
  })
})
