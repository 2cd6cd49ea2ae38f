import { describe, expect, it } from 'vitest'
import { stepsCovering } from '../../src/neuron/fixed-step.ts'
import { neuronFrom } from '../../src/neuron/params.ts'
import { constantCurrent, type RunSettings } from '../../src/neuron/run-settings.ts'
import { simulate } from '../../src/neuron/simulate.ts'
import { eventRun, reference } from './reference.ts'

const GRID = { timing: 'grid', comparator: 'gt' } as const

describe('a run', () => {
  it('is refused with every complaint at once', () => {
    const run: RunSettings = {
      ...eventRun(neuronFrom({}), -1),
      ...GRID,
      dtMs: 0,
      input: { tMs: [1, Number.NaN], iNa: [0, Infinity, 3] },
      spikesIn: { tMs: [5, 4], weight: [1, 1] },
      synapse: { kind: 'exp', tauMs: 0 },
      trace: { everyMs: 0 },
    }
    expect(() => simulate(run)).toThrow(
      new RegExp(
        [
          'durationMs is -1',
          'dtMs is 0',
          'trace.everyMs is 0',
          'input has 2 times and 3 values',
          'input.tMs\\[1\\] is NaN',
          'input.iNa\\[1\\] is Infinity',
          'input.tMs begins at 1',
          'spikesIn.tMs\\[1\\] is 4, .* 5',
          'synapse.tauMs is 0',
          'spikesIn needs timing event',
        ].join('[^]*'),
      ),
    )
  })

  it('is refused with a step longer than the run, too many steps, or no input', () => {
    const neuron = neuronFrom({})
    expect(() => simulate(eventRun(neuron, 1, { ...GRID, dtMs: 2 }))).toThrow('dtMs is 2')
    expect(() => simulate(eventRun(neuron, 1e9, { ...GRID, dtMs: 0.1 }))).toThrow('steps')
    expect(() => simulate(eventRun(neuron, 1, { input: { tMs: [], iNa: [] } }))).toThrow('input has no rows')
  })

  it('is broken off where a current makes more spikes than anybody can hold', () => {
    const run = eventRun(neuronFrom({}), 1e6, { input: constantCurrent(1e9) })
    expect(() => simulate(run)).toThrow('spikes more than 10000000 times')
  })

  it('of no duration has no spikes', () => {
    expect(simulate(eventRun(neuronFrom({}), 0))).toEqual({ spikesMs: [], vEndMv: -70 })
  })

  it('counts a spike that falls on its last moment', () => {
    const neuron = neuronFrom({
      model: 'pif',
      restMv: 0,
      thresholdMv: 1,
      resetMv: 0,
      resistanceMohm: 1,
      capacitanceNf: 1,
    })
    expect(simulate(eventRun(neuron, 4, { input: constantCurrent(0.25) })).spikesMs).toEqual([4])
  })

  it('tells its progress at most about 100 times', () => {
    for (const over of [{}, GRID]) {
      const told: number[] = []
      simulate(eventRun(neuronFrom({}), 10_000, { ...over, input: constantCurrent(3) }), f => told.push(f))
      expect(told.length).toBeGreaterThan(80)
      expect(told.length).toBeLessThan(110)
      expect(told).toEqual([...told].sort((a, b) => a - b))
      expect(told.at(-1)).toBeGreaterThan(0.98)
    }
  })

  it('traces V from the start to the end, at the times asked for', () => {
    for (const over of [{}, GRID]) {
      const run = eventRun(neuronFrom({}), 10, { ...over, input: constantCurrent(1), trace: { everyMs: 2.5 } })
      const { traceMs, traceMv } = simulate(run)
      expect(traceMs).toEqual([0, 2.5, 5, 7.5, 10])
      traceMs!.forEach((tMs, k) => {
        expect(traceMv![k]).toBeCloseTo(-60 - 10 * Math.exp(-tMs / 10), 11)
      })
    }
  })

  it('with delta synapses takes events that arrive at the same moment one after the other', () => {
    const spikesIn = { tMs: [1, 1, 1], weight: [10, 10, 10] }
    const found = simulate(eventRun(neuronFrom({}), 1, { spikesIn }))
    expect(found.spikesMs).toEqual([1])
    expect(found.vEndMv).toBeCloseTo(-65, 12)
  })
})

describe('a grid', () => {
  it('puts a change of current into the step that begins there, in spite of rounding', () => {
    expect([0, 99.9, 0.3, 400, 1e6].map(tMs => stepsCovering(tMs, 0.1))).toEqual([0, 999, 3, 4000, 1e7])
    expect(stepsCovering(0.25, 0.1)).toBe(3)
  })

  it('rounds a refractory period up to whole steps', () => {
    const { cases } = reference('seed003_exact')
    const wanted = cases.find(c => c.I === 1.83)!.spike_steps
    const isi = wanted[1] - wanted[0]
    for (const [refractoryMs, held] of [
      [2, 20],
      [1.95, 20],
      [0.05, 1],
    ] as const) {
      const run = eventRun(neuronFrom({ refractoryMs }), 300, { ...GRID, input: constantCurrent(1.83) })
      const steps = simulate(run).spikeSteps!
      expect(steps[1] - steps[0]).toBe(isi + held)
    }
  })
})
