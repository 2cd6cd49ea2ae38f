import { describe, expect, it } from 'vitest'
import { complaintsAbout, neuronFrom } from '../../src/neuron/params.ts'
import { PRESETS, type PresetName, presetCurrent, presetNamed } from '../../src/neuron/presets.ts'
import { rateInWindowHz } from '../../src/neuron/rate-meter.ts'
import { simulate } from '../../src/neuron/simulate.ts'
import { rateHz, rheobaseNa } from '../../src/neuron/theory.ts'

describe('presets', () => {
  it.each(Object.keys(PRESETS))('%s is a sound neuron that runs and spikes', name => {
    const { neuron, run, ...preset } = presetNamed(name)
    expect(preset.name).toBe(name)
    expect(complaintsAbout(neuron)).toEqual([])
    const { spikesMs } = simulate({ neuron: neuronFrom(neuron), ...run, input: presetCurrent(run) })
    expect(spikesMs.length).toBeGreaterThan(['phasic', 'rebound'].includes(name) ? 0 : 3)
    expect(run.window.toMs).toBeLessThanOrEqual(run.durationMs)
  })

  // What their descriptions say.
  const steps = (...rows: readonly [tMs: number, iNa: number][]) => ({
    ...{ tMs: rows.map(([tMs]) => tMs), iNa: rows.map(([, iNa]) => iNa) },
  })
  const ramp = (lengthMs: number, fromNa: number, toNa: number) => {
    return steps(
      ...Array.from({ length: 1001 }, (_, k) => {
        return [(k * lengthMs) / 1000, fromNa + ((toNa - fromNa) * k) / 1000] as [number, number]
      }),
    )
  }
  const constant = (iNa: number) => steps([0, iNa])
  const heldThenFree = (iNa: number) => steps([0, iNa], [2000, 0])

  it.each<
    [PresetName, ReturnType<typeof steps>, (spikesMs: readonly number[], isis: readonly number[]) => unknown, unknown]
  >([
    ['adapting', constant(3), (_, isis) => isis[0]! < 95 && isis.at(-1)! > 225, true],
    ['bursting', constant(2), (_, isis) => isis.filter(isi => isi > 1000).map(Math.round)[1], 1508],
    ['bursting', constant(2), (_, isis) => isis.slice(-30).filter(isi => isi < 100).length, 20],
    ['bursting', constant(1.49), spikesMs => spikesMs.length, 0],
    ['phasic', steps([0, 0], [500, 2.01]), spikesMs => spikesMs.length, 1],
    ['phasic', steps([0, 0], [500, 3]), spikesMs => spikesMs.length, 1],
    ['phasic', ramp(2000, 0, 3), spikesMs => spikesMs.length, 0],
    ['phasic-bursting', constant(2), spikesMs => spikesMs.length, 2],
    ['phasic-bursting', constant(2.5), spikesMs => spikesMs.length, 5],
    ['phasic-bursting', constant(3), spikesMs => spikesMs.length, 7],
    ['mixed', constant(2), (_, isis) => isis[0]! < 101 && isis.at(-1)! > 340, true],
    ['rebound', heldThenFree(-2), spikesMs => spikesMs.length, 3],
    ['rebound', heldThenFree(-3), spikesMs => spikesMs.length, 3],
    ['rebound', heldThenFree(-1), spikesMs => spikesMs.length, 0],
    ['latency', constant(0.55), ([first]) => first! > 1500 && first! < 2500, true],
    ['latency', constant(2), ([first]) => Math.round(first!), 110],
    [
      'class-two',
      ramp(20_000, 0, 3),
      ([first], [isi]) => [Math.round(first! / 1000), Math.round(1000 / isi!)],
      [14, 3],
    ],
    ['class-two', ramp(40_000, 3, 0), spikesMs => (3 * (40_000 - spikesMs.at(-1)!)) / 40_000 < 2, true],
  ])('%s does what its description says, %#', (name, input, seen, wanted) => {
    const run = { neuron: neuronFrom(PRESETS[name].neuron), ...PRESETS.classroom.run, durationMs: 40_000, input }
    const { spikesMs } = simulate(run)
    const isis = spikesMs.slice(1).map((tMs, k) => tMs - spikesMs[k]!)
    expect(seen(spikesMs, isis)).toEqual(wanted)
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
