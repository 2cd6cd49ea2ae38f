import { describe, expect, it } from 'vitest'
import { addCurrentPulse, addVoltageJump, advance, restingState } from '../../src/neuron/integrate-and-fire.ts'
import { neuronFrom } from '../../src/neuron/params.ts'
import { constantCurrent, type RunSettings } from '../../src/neuron/run-settings.ts'
import { simulate } from '../../src/neuron/simulate.ts'
import { MAX_SYNAPTIC_TIME_CONSTANTS } from '../../src/neuron/synaptic-currents.ts'
import { type Case, eventRun, farthest, neuronOf, reference } from './reference.ts'

const { cases } = reference('synapse')

function runOf(c: Case, over: Partial<RunSettings> = {}): RunSettings {
  return eventRun(neuronOf(c.params), c.params.T, {
    input: constantCurrent(c.params.Iext),
    spikesIn: { tMs: c.in_times, weight: c.in_weights },
    synapse: c.syn === 'exp' ? { kind: 'exp', tauMs: c.params.tau_syn } : { kind: 'delta' },
    ...over,
  })
}

describe('synaptic events', () => {
  it.each(cases)('cause the exact spikes: $name $syn', c => {
    const found = simulate(runOf(c))
    expect(farthest(found.spikesMs, c.spikes)).toBeLessThan(1e-9)
    expect(Math.abs(found.vEndMv - c.V_end)).toBeLessThan(1e-9)
  })

  it.each(cases)('cause the exact voltage and current on the way: $name $syn', c => {
    for (const [tMs, vMv] of c.samples) {
      expect(Math.abs(simulate(runOf(c, { durationMs: tMs })).vEndMv - vMv)).toBeLessThan(1e-9)
    }
  })

  it('find a crossing that rises and falls back between two looks', () => {
    const neuron = neuronFrom({})
    const state = restingState(neuron)
    addCurrentPulse(state, 1, 30)
    const spikeMs = advance(neuron, state, 0, 100)
    expect(state.spiked).toBe(true)
    const unseen = restingState(neuronFrom({ thresholdMv: 1000 }))
    addCurrentPulse(unseen, 1, 30)
    advance(neuronFrom({ thresholdMv: 1000 }), unseen, 0, spikeMs)
    expect(unseen.voltageMv).toBeCloseTo(-55, 9)
  })

  it('do not spike where the top of the curve stays a hair below the threshold', () => {
    const neuron = neuronFrom({ thresholdMv: 1000, tauMs: 10 })
    // Top of the curve for tau_s = tau_m: R w / e.
    const weightNa = 15 * Math.E * 0.1
    for (const [factor, spikes] of [
      [1 - 1e-9, false],
      [1 + 1e-9, true],
    ] as const) {
      const tested = { ...neuron, thresholdMv: -55 }
      const state = restingState(tested)
      addCurrentPulse(state, 10, weightNa * factor)
      advance(tested, state, 0, 200)
      expect(state.spiked).toBe(spikes)
    }
  })

  it('of many time constants act together as the sum of each alone', () => {
    const neuron = neuronFrom({ thresholdMv: 1000 })
    const taus = [0.5, 2, 9.999999, 10, 10.000001, 80]
    const together = restingState(neuron)
    let wantedMv = neuron.restMv
    for (const tauMs of taus) {
      const alone = restingState(neuron)
      addCurrentPulse(alone, tauMs, 1)
      addCurrentPulse(together, tauMs, 1)
      advance(neuron, alone, 0, 7)
      wantedMv += alone.voltageMv - neuron.restMv
    }
    advance(neuron, together, 0, 7)
    expect(together.voltageMv).toBeCloseTo(wantedMv, 11)
  })

  it('charge a perfect integrator with all their charge', () => {
    const neuron = neuronFrom({ model: 'pif', thresholdMv: 1000, capacitanceNf: 2, initialMv: 0, resetMv: -1 })
    const state = restingState(neuron)
    addCurrentPulse(state, 5, 3)
    advance(neuron, state, 0, 1000)
    expect(state.voltageMv).toBeCloseTo((3 * 5) / 2, 12)
  })

  it('go on decaying while the neuron is refractory, but a jump is lost there', () => {
    const neuron = neuronFrom({ refractoryMs: 5, initialMv: -55 })
    const state = restingState(neuron)
    addCurrentPulse(state, 4, 1)
    advance(neuron, state, 0, 10)
    addVoltageJump(neuron, state, 100)
    expect(state).toMatchObject({ spiked: false, voltageMv: -75, refractoryLeftMs: 5 })
    advance(neuron, state, 0, 4)
    expect(state.synapses.currentNa[0]).toBeCloseTo(Math.exp(-1), 12)
  })

  it('reset V exactly when a jump reaches the threshold', () => {
    const neuron = neuronFrom({})
    const state = restingState(neuron)
    addVoltageJump(neuron, state, 15)
    expect(state).toMatchObject({ spiked: true, voltageMv: -75 })
  })

  it('are refused when all places are taken, and a current that has faded gives its place back', () => {
    const neuron = neuronFrom({ thresholdMv: 1000 })
    const state = restingState(neuron)
    for (let k = 1; k <= MAX_SYNAPTIC_TIME_CONSTANTS; k++) expect(addCurrentPulse(state, k / 100, 1)).toBe(true)
    expect(addCurrentPulse(state, 99, 1)).toBe(false)
    expect(addCurrentPulse(state, 0.01, 1)).toBe(true)
    advance(neuron, state, 0, 100)
    expect(addCurrentPulse(state, 99, 1)).toBe(true)
  })
})
