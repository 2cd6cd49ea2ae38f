import { describe, expect, it } from 'vitest'
import {
  addCurrentPulse,
  addVoltageJump,
  advance,
  advanceSilently,
  crossesInThisMoment,
  nextSpikeMs,
  presentThresholdMv,
  restingState,
} from '../../src/neuron/integrate-and-fire.ts'
import { complaintsAbout, type NeuronInput, neuronFrom, patchedNeuron } from '../../src/neuron/params.ts'
import { constantCurrent } from '../../src/neuron/run-settings.ts'
import { simulate } from '../../src/neuron/simulate.ts'
import { eventRun } from './reference.ts'

const SLOW: NeuronInput = { tauMs: 100 }
const BURSTING: NeuronInput = { ...SLOW, fastJumpNa: 3.5, fastTauMs: 80, slowJumpNa: -0.3, slowTauMs: 1500 }
const EVERYTHING: NeuronInput = {
  ...{ ...BURSTING, refractoryMs: 3, thresholdJumpMv: 2, thresholdTauMs: 300, thresholdCoupling: 0.4 },
}

describe('what spikes leave behind', () => {
  it('is nothing where all is off, whatever the time constants and the floor', () => {
    const plain = eventRun(neuronFrom({}), 5000, { input: { tMs: [0, 1000, 2000], iNa: [2, 1.5, 1.8] } })
    const idle = { slowTauMs: 7, slowKeep: 0.5, fastTauMs: 8, fastKeep: 1, thresholdTauMs: 9, thresholdFloorMv: -50 }
    const found = simulate({ ...plain, neuron: neuronFrom(idle) })
    expect(found).toEqual(simulate(plain))
    const grid = { ...plain, timing: 'grid' } as const
    expect(simulate({ ...grid, neuron: neuronFrom(idle) })).toEqual(simulate(grid))
  })

  it.each([0, 0.5])('fades and leaves the plain neuron, when it is turned off: noise %d mV', noiseMv => {
    const quick = { ...EVERYTHING, fastTauMs: 20, slowTauMs: 100, thresholdTauMs: 30 }
    const state = restingState(neuronFrom({ ...quick, noiseMv }))
    const run = (input: NeuronInput, iNa: number, untilMs: number) => {
      const neuron = neuronFrom({ ...input, noiseMv })
      for (let tMs = 0; tMs < untilMs; ) tMs += advance(neuron, state, iNa, untilMs - tMs)
    }
    run(quick, 3, 500)
    expect(Object.values(state.adaptation).every(value => value !== 0)).toBe(true)
    run({ ...quick, fastJumpNa: 0, slowJumpNa: 0, thresholdJumpMv: 0, thresholdCoupling: 0 }, 0, 6000)
    expect(state.adaptation).toEqual({ slowNa: 0, fastNa: 0, thresholdShiftMv: 0 })
  })

  it('is the same in one piece and in many, with synapses and a refractory period', () => {
    const neuron = neuronFrom(EVERYTHING)
    const [whole, pieces] = [restingState(neuron), restingState(neuron)]
    for (let spike = 0; spike < 40; spike++) {
      for (const state of [whole, pieces]) addCurrentPulse(state, 7, 0.3)
      const isiMs = advance(neuron, whole, 2.6, 1e5)
      let piecesMs = 0
      do {
        const predictedMs = nextSpikeMs(neuron, pieces, 2.6, 1e5)
        expect(Math.abs(piecesMs + predictedMs - isiMs)).toBeLessThan(1e-8)
        piecesMs += advance(neuron, pieces, 2.6, 1)
      } while (!pieces.spiked)
      expect(Math.abs(piecesMs - isiMs)).toBeLessThan(1e-8)
    }
  })

  it('moves the threshold that a jump of V has to reach, and that noise does', () => {
    const neuron = neuronFrom({ thresholdJumpMv: 5, thresholdTauMs: 1e5 })
    const state = restingState(neuron)
    addVoltageJump(neuron, state, 15)
    expect(state.spiked).toBe(true)
    expect(presentThresholdMv(neuron, state)).toBe(-50)
    addVoltageJump(neuron, state, 24.9)
    expect(state.spiked).toBe(false)
    addVoltageJump(neuron, state, 0.1)
    expect(state.spiked).toBe(true)
  })

  it('spikes in the very moment in which V is due to reach the moving threshold', () => {
    const neuron = neuronFrom(EVERYTHING)
    const state = restingState(neuron)
    for (let k = 0; k < 5; k++) {
      const dueMs = nextSpikeMs(neuron, state, 2.6, 1e5)
      advanceSilently(neuron, state, 2.6, dueMs - 1e-10)
      expect(crossesInThisMoment(neuron, state, 2.6, 1e-9)).toBe(true)
    }
  })

  it('does not make a V spike that only tends to the threshold', () => {
    const neuron = neuronFrom({ slowJumpNa: -0.1, slowTauMs: 30 })
    const input = { tMs: [0, 200], iNa: [3, 1.5] }
    const { spikesMs } = simulate(eventRun(neuron, 1e6, { input }))
    expect(spikesMs.at(-1)).toBeLessThan(200)
    const grid = simulate(eventRun(neuron, 1e5, { input, timing: 'grid', dtMs: 10 }))
    expect(grid.spikesMs.at(-1)).toBeLessThanOrEqual(200)
  })

  it('lets the rate of a perfect integrator settle where theory puts it', () => {
    const neuron = neuronFrom({ model: 'pif', capacitanceNf: 1, slowJumpNa: -0.1, slowTauMs: 50 })
    const { spikesMs } = simulate(eventRun(neuron, 20_000, { input: constantCurrent(2) }))
    const isiMs = spikesMs.at(-1)! - spikesMs.at(-2)!
    // I = (C (V_th - V_r) - jump tau) r.
    expect(isiMs).toBeCloseTo((20 + 0.1 * 50) / 2, 9)
  })
})

describe('parameters of what spikes leave behind', () => {
  it('are refused with a floor that the threshold could come down to below the reset', () => {
    expect(complaintsAbout({ thresholdFloorMv: -75 })).toEqual([])
    expect(complaintsAbout({ thresholdFloorMv: -75, thresholdCoupling: 0.5 })).toEqual([
      { path: 'thresholdFloorMv', message: expect.stringContaining('is -75, must be above resetMv, which is -75 mV') },
    ])
  })

  it('keep a floor midway between reset and threshold, unless it is given', () => {
    const neuron = neuronFrom({ thresholdCoupling: 0.5 })
    expect(neuronFrom(patchedNeuron(neuron, { resetMv: -60 })).thresholdFloorMv).toBe(-57.5)
    const low = neuronFrom(patchedNeuron(neuron, { thresholdFloorMv: -70 }))
    expect(neuronFrom(patchedNeuron(low, { thresholdMv: -50 })).thresholdFloorMv).toBe(-70)
    expect(complaintsAbout(patchedNeuron(low, { resetMv: -65 }))).toHaveLength(1)
  })

  it.each<[NeuronInput, boolean]>([
    [{ ...SLOW, slowJumpNa: 1.8 }, false],
    [{ ...SLOW, slowJumpNa: 2.5 }, true],
    [{ ...SLOW, slowJumpNa: 2.05, refractoryMs: 5 }, false],
    [{ ...SLOW, slowJumpNa: 2.05, slowKeep: 0.9 }, false],
    [{ ...SLOW, slowJumpNa: 2.05, thresholdJumpMv: 1 }, false],
    [{ ...SLOW, slowJumpNa: 2.05, fastJumpNa: -1, fastTauMs: 20, fastKeep: 1 }, false],
    [{ ...SLOW, slowJumpNa: 1.5, thresholdJumpMv: -1 }, true],
    [{ ...SLOW, slowJumpNa: 2.05, thresholdCoupling: 0.5 }, false],
    [{ ...SLOW, slowJumpNa: 2.5, thresholdCoupling: 0.1 }, true],
  ])('are refused where the rate would grow without end: %o', (input, isRefused) => {
    const complaints = complaintsAbout(input)
    expect(complaints.map(({ path }) => path)).toEqual(isRefused ? ['slowJumpNa'] : [])
    if (isRefused) expect(complaints[0]!.message).toContain('the rate would grow without end')
    const neuron = neuronFrom({ ...input, ...(isRefused && { slowJumpNa: 0 }) })
    const state = restingState(neuron)
    let spikes = 0
    const bold = isRefused ? { ...neuron, slowJumpNa: input.slowJumpNa! } : neuron
    for (let tMs = 0; tMs < 4000 && spikes < 20_000; spikes++) tMs += advance(bold, state, 3, 4000 - tMs)
    expect(spikes === 20_000).toBe(isRefused)
  })
})
