import { describe, expect, it } from 'vitest'
import { complaintsAbout, neuronFrom } from '../../src/neuron/params.ts'
import { PRESETS, presetCurrent, presetNamed } from '../../src/neuron/presets.ts'
import { rateInWindowHz } from '../../src/neuron/rate-meter.ts'
import { simulate } from '../../src/neuron/simulate.ts'
import { rateHz, rheobaseNa } from '../../src/neuron/theory.ts'

describe('presets', () => {
  it.each(Object.keys(PRESETS))('%s is a sound neuron that runs and spikes', name => {
    const { neuron, run, ...preset } = presetNamed(name)
    expect(preset.name).toBe(name)
    expect(complaintsAbout(neuron)).toEqual([])
    expect(simulate({ neuron: neuronFrom(neuron), ...run, input: presetCurrent(run) }).spikesMs.length).toBeGreaterThan(
      3,
    )
    expect(run.window.toMs).toBeLessThanOrEqual(run.durationMs)
  })

  it('of the classroom gives 0 to about 12 Hz over the knob, of bio ten times that', () => {
    for (const [name, topHz] of [
      ['classroom', 11.8],
      ['bio', 118],
    ] as const) {
      const { neuron, input } = presetNamed(name)
      expect(rateHz(neuronFrom(neuron), input.minNa)).toBe(0)
      expect(rateHz(neuronFrom(neuron), input.maxNa) / topHz).toBeCloseTo(1, 2)
    }
  })

  it('of two courses have the rates of their lessons', () => {
    const epfl = neuronFrom(PRESETS.epfl.neuron)
    expect(rheobaseNa(epfl)).toBe(2)
    expect([2.1, 2.5, 3, 4, 5, 10, 100].map(i => Number(rateHz(epfl, i).toPrecision(4)))).toEqual([
      41.36, 76.39, 107.2, 154.4, 190.7, 296.3, 471.4,
    ])
    const neuromatch = neuronFrom(PRESETS.neuromatch.neuron)
    expect(rheobaseNa(neuromatch)).toBe(0.2)
    expect([0.21, 0.22, 0.25, 0.3, 0.4, 1].map(i => Number(rateHz(neuromatch, i).toPrecision(4)))).toEqual([
      30.82, 38.49, 55.27, 77.01, 112, 236.3,
    ])
  })

  it('of seed002 print 20001 characters', () => {
    const { neuron, run } = PRESETS.seed002
    expect(simulate({ neuron: neuronFrom(neuron), ...run, input: presetCurrent(run) }).stepCount).toBe(20001)
  })

  it('of seed003 give the table of its text, counted over the stimulus', () => {
    const { neuron, run } = PRESETS.seed003
    const rates = Array.from({ length: 11 }, (_, k) => {
      const input = presetCurrent(run, 1.43 + 0.04 * k)
      const { spikesMs } = simulate({ neuron: neuronFrom(neuron), ...run, input })
      return Number(rateInWindowHz(spikesMs, run.window.fromMs, run.window.toMs).toFixed(2))
    })
    expect(rates).toEqual([0, 0, 16.67, 26.67, 30, 33.33, 36.67, 40, 43.33, 46.67, 50])
  })

  it('that are not known are answered with the known ones', () => {
    expect(() => presetNamed('slow')).toThrow('preset is "slow", must be one of classroom, bio, epfl')
    expect(() => presetNamed('toString')).toThrow('must be one of')
  })
})
