import { describe, expect, it } from 'vitest'
import {
  addCurrentPulse,
  addVoltageJump,
  advance,
  copyState,
  type NeuronState,
  nextSpikeMs,
  restingState,
} from '../../src/neuron/integrate-and-fire.ts'
import { type NeuronInput, type NeuronParams, neuronFrom } from '../../src/neuron/params.ts'
import { randomFrom, uniform } from '../../src/neuron/random.ts'
import { farthest } from './reference.ts'

const KINDS: readonly { name: string; input: NeuronInput; currentNa: number; synapses?: boolean }[] = [
  { name: 'plain', input: {}, currentNa: 1.8 },
  { name: 'refractory', input: { refractoryMs: 3.3 }, currentNa: 3 },
  { name: 'perfect', input: { model: 'pif', capacitanceNf: 2 }, currentNa: 2 },
  { name: 'synapses', input: { refractoryMs: 1 }, currentNa: 1.2, synapses: true },
  { name: 'perfect with synapses', input: { model: 'pif' }, currentNa: 0.5, synapses: true },
  { name: 'noise', input: { noiseMv: 3, seed: 11 }, currentNa: 1.4 },
  { name: 'noise and refractory', input: { noiseMv: 3, seed: 12, refractoryMs: 2.345 }, currentNa: 1.6 },
  { name: 'noise and synapses', input: { noiseMv: 2, seed: 13, refractoryMs: 1 }, currentNa: 1.3, synapses: true },
  { name: 'perfect with noise', input: { model: 'pif', noiseMv: 2, seed: 14 }, currentNa: 1 },
  { name: 'fast with noise', input: { tauMs: 0.5, noiseMv: 2, seed: 15 }, currentNa: 1.6 },
]

const PULSE_TIMES_MS = [10.013, 10.057, 60.123, 61.011, 200.033]
const DURATION_MS = 400

/** Runs for DURATION_MS in pieces of at most `pieceMs()`, with pulses if wanted, and returns the spike times. */
function spikesInPieces(kind: (typeof KINDS)[number], pieceMs: () => number): number[] {
  const neuron = neuronFrom(kind.input)
  const state = restingState(neuron)
  const spikes: number[] = []
  const stops = [...(kind.synapses ? PULSE_TIMES_MS : []), DURATION_MS]
  let tMs = 0
  for (const stopMs of stops) {
    while (tMs < stopMs) {
      tMs += advance(neuron, state, kind.currentNa, Math.min(pieceMs(), stopMs - tMs))
      if (state.spiked) spikes.push(tMs)
    }
    addCurrentPulse(state, stopMs < 61 ? 5 : 20, 2)
  }
  return spikes
}

describe('advance', () => {
  it.each(KINDS)('gives the same spikes in whatever pieces time passes: $name', kind => {
    const random = randomFrom(1)
    const whole = spikesInPieces(kind, () => Infinity)
    expect(whole.length).toBeGreaterThan(5)
    expect(
      farthest(
        spikesInPieces(kind, () => 0.1),
        whole,
      ),
    ).toBeLessThan(1e-9)
    expect(
      farthest(
        spikesInPieces(kind, () => 1),
        whole,
      ),
    ).toBeLessThan(1e-9)
    expect(
      farthest(
        spikesInPieces(kind, () => 3 * uniform(random)),
        whole,
      ),
    ).toBeLessThan(1e-9)
  })

  it('never passes more time than asked, and all of it without a spike', () => {
    const neuron = neuronFrom({})
    const state = restingState(neuron)
    expect(advance(neuron, state, 1, 7)).toBe(7)
    expect(advance(neuron, state, 1.8, 7)).toBeLessThanOrEqual(7)
    expect(advance(neuron, state, 1, 0)).toBe(0)
    expect(advance(neuron, state, 1, -1)).toBe(0)
  })

  it('spikes at once where V starts at or above the threshold', () => {
    for (const initialMv of [-55, -40]) {
      const neuron = neuronFrom({ initialMv })
      const state = restingState(neuron)
      expect(advance(neuron, state, 0, 1)).toBe(0)
      expect(state).toMatchObject({ spiked: true, voltageMv: -75 })
    }
  })

  it('never spikes at exactly the rheobase, however long', () => {
    for (const iNa of [1.5, 1.4999999]) {
      const neuron = neuronFrom({})
      const state = restingState(neuron)
      for (let k = 0; k < 50; k++) advance(neuron, state, iNa, 1000)
      expect(state.spiked).toBe(false)
      expect(state.voltageMv).toBeLessThan(-55)
    }
  })

  it('holds V at the reset for the refractory period, whatever flows in', () => {
    const neuron = neuronFrom({ refractoryMs: 5, initialMv: -55 })
    const state = restingState(neuron)
    advance(neuron, state, 100, 1)
    expect(advance(neuron, state, 100, 4.9)).toBe(4.9)
    expect(state.voltageMv).toBe(-75)
    expect(advance(neuron, state, 100, 10)).toBeCloseTo(0.1 + 0.201011793210872, 12)
    expect(state.spiked).toBe(true)
  })

  it('ends where the input is not a number', () => {
    for (const noiseMv of [0, 2]) {
      const neuron = neuronFrom({ noiseMv })
      const state = restingState(neuron)
      addCurrentPulse(state, 5, 1)
      expect(advance(neuron, state, Number.NaN, 10)).toBe(10)
      expect(advance(neuron, state, 1, Number.NaN)).toBe(0)
      advance(neuron, state, 1, 10)
      expect(nextSpikeMs(neuron, state, 1, 10)).toBe(Infinity)
    }
  })

  it('takes a changed neuron at once, noise or not', () => {
    const quiet = neuronFrom({})
    const state = restingState(quiet)
    advance(quiet, state, 1.4, 20.03)
    const noisy = neuronFrom({ noiseMv: 1 })
    advance(noisy, state, 1.4, 0.05)
    const lowered = neuronFrom({ noiseMv: 1, thresholdMv: -60 })
    expect(advance(lowered, state, 1.4, 1)).toBe(0)
    expect(state.spiked).toBe(true)
  })
})

describe('nextSpikeMs', () => {
  it.each(KINDS)('tells the spike that advance will meet, and changes nothing: $name', kind => {
    const neuron = neuronFrom(kind.input)
    const state = restingState(neuron)
    const random = randomFrom(2)
    let told = 0
    for (let tick = 0; tick < 500; tick++) {
      if (kind.synapses && tick % 40 === 0) addCurrentPulse(state, 5 + (tick % 3), 1)
      const before = snapshot(neuron, state)
      const dueMs = nextSpikeMs(neuron, state, kind.currentNa, 1.5)
      expect(snapshot(neuron, state)).toEqual(before)
      const passedMs = advance(neuron, state, kind.currentNa, 0.3 + 1.2 * uniform(random))
      if (!state.spiked) expect(dueMs).toBeGreaterThan(passedMs)
      else expect(passedMs).toBe(dueMs)
      if (state.spiked) told++
    }
    expect(told).toBeGreaterThan(3)
  })

  it('sees as far as it is asked to, and says Infinity for never', () => {
    const neuron = neuronFrom({})
    const state = restingState(neuron)
    expect(nextSpikeMs(neuron, state, 1.8, 17.9)).toBe(Infinity)
    expect(nextSpikeMs(neuron, state, 1.8, 18)).toBeCloseTo(17.9175946922805, 12)
    expect(nextSpikeMs(neuron, state, 1.8, Infinity)).toBeCloseTo(17.9175946922805, 12)
    expect(nextSpikeMs(neuron, state, 1, Infinity)).toBe(Infinity)
    const noisy = neuronFrom({ noiseMv: 0.1 })
    expect(nextSpikeMs(noisy, restingState(noisy), 0, Infinity)).toBe(Infinity)
  })

  function snapshot(neuron: NeuronParams, state: NeuronState): unknown {
    const copy = restingState(neuron)
    copyState(state, copy)
    return copy
  }
})

describe('addVoltageJump', () => {
  it('adds exactly its weight, with noise on the way too', () => {
    const neuron = neuronFrom({ noiseMv: 1, seed: 4 })
    const state = restingState(neuron)
    advance(neuron, state, 0, 5)
    const beforeMv = state.voltageMv
    addVoltageJump(neuron, state, 3)
    // 5 ms is a point of the noise's grid up to rounding, so hardly anything is drawn in between.
    expect(Math.abs(state.voltageMv - beforeMv - 3)).toBeLessThan(0.01)
    addVoltageJump(neuron, state, 30)
    expect(state).toMatchObject({ spiked: true, voltageMv: -75 })
  })
})
