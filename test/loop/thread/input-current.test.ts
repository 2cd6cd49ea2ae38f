import { describe, expect, it } from 'vitest'
import {
  applyInput,
  createInput,
  createKnob,
  nextInputMs,
  startStimulus,
} from '../../../src/loop/thread/input-current.ts'
import { advanceTo, createEngine } from '../../../src/loop/thread/neuron-engine.ts'
import { neuronFrom } from '../../../src/neuron/params.ts'
import { simulate } from '../../../src/neuron/simulate.ts'
import { type Stimulus, samplesOf } from '../../../src/neuron/stimulus.ts'
import { createTestLoop } from '../../fakes/loop-on-manual-clock.ts'

const neuron = neuronFrom({ seed: 1 })
const STEP: Stimulus = { shape: 'step', iNa: 2, offsetNa: 0, durationMs: 300, periodMs: 0, widthMs: 0, replaces: false }
const times = (spikes: readonly { tUs: number }[]) => spikes.map(({ tUs }) => tUs / 1000)

/** What theory makes of a current that changes at given times. */
function truth(rows: readonly (readonly [number, number])[], durationMs: number): number[] {
  const input = { tMs: rows.map(([t]) => t), iNa: rows.map(([, i]) => i) }
  const run = { neuron, durationMs, timing: 'event', method: 'exact', dtMs: 0.1, comparator: 'ge', input } as const
  return [...simulate(run).spikesMs]
}

function expectTimes(actual: readonly number[], wanted: readonly number[]): void {
  expect(actual.length).toBe(wanted.length)
  actual.forEach((ms, i) => {
    expect(Math.abs(ms - (wanted[i] as number))).toBeLessThan(0.002)
  })
}

describe('a stimulus', () => {
  it('is added to the knob from its start to its end, both at their exact times', () => {
    const loop = createTestLoop({ maxNa: 1 })
    loop.send({ type: 'stim', stimulus: STEP }, 100.3)
    loop.run(600)
    const rows = [
      [0, 1],
      [100.3, 3],
      [400.3, 1],
    ] as const
    expectTimes(times(loop.spikes), truth(rows, 600))
  })

  it('may replace the knob, and is over when it is told so', () => {
    const loop = createTestLoop({ maxNa: 2 })
    loop.send({ type: 'stim', stimulus: { ...STEP, iNa: 0, replaces: true } }, 100)
    loop.send({ type: 'unstim' }, 200)
    loop.run(400)
    const rows = [
      [0, 2],
      [100, 0],
      [200, 2],
    ] as const
    expectTimes(times(loop.spikes), truth(rows, 400))
  })

  it('as a train of pulses has each pulse at its exact time, also between two ticks', () => {
    const loop = createTestLoop({ maxNa: 0.001 })
    const train = { ...STEP, shape: 'train', iNa: 40, durationMs: 100, periodMs: 20.5, widthMs: 0.7 } as const
    loop.send({ type: 'stim', stimulus: train }, 50)
    loop.run(200)
    const rows: [number, number][] = [[0, 0.001]]
    for (let t = 50; t < 150; t += 20.5) rows.push([t, 40.001], [t + 0.7, 0.001])
    expectTimes(times(loop.spikes), truth(rows, 200))
    expect(loop.spikes.length).toBeGreaterThan(3)
  })

  it('of samples has each at its exact time, also several between two ticks, in place of the knob', () => {
    const loop = createTestLoop({ maxNa: 2 })
    const samples = samplesOf({ tMs: [0, 10.25, 10.5, 40.7, 41.4], valuesNa: [0, 3, 0.5, 9, 1.7] })
    const stimulus = { ...STEP, shape: 'samples', samples, durationMs: 90, replaces: true } as const
    loop.send({ type: 'stim', stimulus }, 100.3)
    loop.run(400)
    const rows = [...samples.tMs].map((t, k) => [100.3 + t, samples.iNa[k]!] as const)
    const spikes = truth([[0, 2], ...rows, [190.3, 2]], 400)
    expectTimes(times(loop.spikes), spikes)
    expect(spikes.filter(ms => ms > 141 && ms < 190).length).toBeGreaterThan(0)
  })

  it('of samples at a steady step, replaced by another, is added to the knob in slow motion too', () => {
    const loop = createTestLoop({ maxNa: 1, speed: 0.5 })
    const stim = (valuesNa: number[]) => {
      const samples = samplesOf({ valuesNa, dtMs: 20 })
      return { type: 'stim', stimulus: { ...STEP, shape: 'samples', samples, durationMs: samples.lengthMs } } as const
    }
    loop.send(stim([9, 9, 9, 9]), 100)
    loop.send(stim([1, 2, 0.6]), 110)
    loop.run(600)
    const wall = times(loop.spikes).map(ms => ms / 2)
    const rows = [
      [0, 1],
      [50, 10],
      [55, 2],
      [75, 3],
      [95, 1.6],
      [115, 1],
    ] as const
    expectTimes(wall, truth(rows, 300))
  })

  it('of noise has the mean and the spread that were asked for', () => {
    const loop = createTestLoop({ maxNa: 0.001 })
    loop.send({ type: 'trace', on: true }, 0)
    loop.send({ type: 'stim', stimulus: { ...STEP, shape: 'noise', iNa: 0.5, offsetNa: 1, durationMs: 1e6 } }, 0)
    loop.run(20_000)
    const currents = loop.samples.slice(2).map(([, , iNa]) => iNa as number)
    const mean = currents.reduce((sum, i) => sum + i, 0) / currents.length
    const spread = Math.sqrt(currents.reduce((sum, i) => sum + (i - mean) ** 2, 0) / currents.length)
    expect(Math.abs(mean - 1)).toBeLessThan(0.02)
    expect(Math.abs(spread - 0.5)).toBeLessThan(0.02)
  })
})

describe('the jumps of a stimulus', () => {
  const DAY_MS = 86_400_000
  it.each([
    { upDays: 1, modelMs: 0, speed: 1 },
    { upDays: 40, modelMs: 40 * DAY_MS, speed: 0.01 },
    { upDays: 400, modelMs: 0, speed: 1 },
    { upDays: 4000, modelMs: 4000 * DAY_MS, speed: 1 },
  ])('are each past in one go, however long it has run: %j', ({ upDays, modelMs, speed }) => {
    const engine = Object.assign(createEngine(neuron, speed, upDays * DAY_MS + 0.123), { modelMs })
    const input = createInput(createKnob({ minNa: 0, maxNa: 2, sampleHz: 250, holdMs: 500 }))
    const train = { ...STEP, shape: 'train', durationMs: 50.3, periodMs: 10.1, widthMs: 3.3 } as const
    startStimulus(input, train, engine)
    const currents: number[] = []
    for (let atMs = nextInputMs(input, engine); atMs < Infinity && currents.length < 20; ) {
      advanceTo(engine, atMs, () => {})
      applyInput(input, engine)
      currents.push(engine.currentNa)
      atMs = nextInputMs(input, engine)
    }
    expect(currents).toEqual([0, 2, 0, 2, 0, 2, 0, 2, 0, 0])
  })
})

describe('the knob', () => {
  it('is taken over by a slider and given back', () => {
    const loop = createTestLoop({ maxNa: 2 })
    loop.send({ type: 'take', level: 0 }, 100)
    loop.send({ type: 'take', level: Number.NaN }, 300)
    loop.run(500)
    const rows = [
      [0, 2],
      [100, 0],
      [300, 2],
    ] as const
    expectTimes(times(loop.spikes), truth(rows, 500))
  })
})

describe('a synaptic event', () => {
  it('that lifts V over the threshold makes it spike at the moment of arrival', () => {
    const loop = createTestLoop({ maxNa: 0.001 })
    loop.send({ type: 'synapse', atMs: 50.25, tauMs: 0, weight: 20 }, 10)
    loop.send({ type: 'synapse', atMs: 30.5, tauMs: 0, weight: 20 }, 11)
    loop.run(100)
    expectTimes(times(loop.spikes), [30.5, 50.25])
    expect(loop.edges.filter(([, on]) => on).map(([ms]) => ms)).toEqual([30.5, 50.25])
  })

  it('of decaying current fires at the exact time of its crossing', () => {
    const loop = createTestLoop({ maxNa: 1.2 })
    loop.send({ type: 'synapse', atMs: 80, tauMs: 5, weight: 3 }, 10)
    loop.run(100)
    const input = { tMs: [0], iNa: [1.2] }
    const run = {
      neuron,
      durationMs: 100,
      timing: 'event',
      method: 'exact',
      dtMs: 0.1,
      comparator: 'ge',
      input,
    } as const
    const { spikesMs } = simulate({ ...run, spikesIn: { tMs: [80], weight: [3] }, synapse: { kind: 'exp', tauMs: 5 } })
    expectTimes(times(loop.spikes), [...spikesMs])
    expect(loop.spikes.length).toBe(1)
  })
})

describe('identify', () => {
  it('blinks the outputs for as long as asked, then shows spikes again', () => {
    const loop = createTestLoop({ maxNa: 2, pulseMs: 5 })
    loop.send({ type: 'identify', durationMs: 1000 }, 500)
    loop.run(2000)
    const during = loop.edges.filter(([ms, on]) => on && ms >= 500 && ms < 1500)
    expect(during.length).toBeGreaterThanOrEqual(3)
    const after = loop.spikes.filter(({ tUs }) => tUs / 1000 >= 1500)
    expect(loop.edges.filter(([ms, on]) => on && ms >= 1500).length).toBe(after.length)
  })
})
