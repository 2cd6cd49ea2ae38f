import { describe, expect, it } from 'vitest'
import { rateHz } from '../../../../../src/neuron/theory.ts'
import type { SteadyRate } from '../../../../../src/web/public/neuron/data/fi-measurement.ts'
import {
  type FiMethod,
  patienceMs,
  probeOf,
  pulseSamples,
  sweepCurrents,
} from '../../../../../src/web/public/neuron/data/fi-sweep.ts'
import { framesOfFakeNeuron } from './frames-of-fake-neuron.ts'

const HOLD: FiMethod = { kind: 'hold', longestMs: 20_000 }

/** What a probe finds, and after which time; the knob is turned there after 400 ms. */
async function measure(preset: Parameters<typeof framesOfFakeNeuron>[0], iNa: number, method = HOLD) {
  let found: SteadyRate | undefined
  const probe = probeOf(iNa, method)
  const { neuron, pass } = framesOfFakeNeuron(preset, frame => {
    found ??= probe.add(frame, neuron.sources.params().params)
  })
  neuron.turnKnob(0.9)
  await pass(400)
  neuron.turnKnob(iNa / 3)
  let ms = 0
  for (; !found && ms < 60_000; ms += 40) await pass(40)
  return { found, ms, theoryHz: rateHz(neuron.sources.params().params, iNa) }
}

it('takes the eleven currents of a text in even steps', () => {
  expect(sweepCurrents(1.43, 1.83, 11)).toEqual([1.43, 1.47, 1.51, 1.55, 1.59, 1.63, 1.67, 1.71, 1.75, 1.79, 1.83])
  expect(sweepCurrents(2, 0, 3)).toEqual([2, 1, 0])
  expect(sweepCurrents(2, 0, 1)).toEqual([2])
})

describe('a current that is held', () => {
  it.each([1.503, 1.55, 2, 3])('at %d nA has the rate of theory, from its own intervals alone', async iNa => {
    const { found, theoryHz } = await measure({ tauMs: 20 }, iNa)
    expect(found).toMatchObject({ iNa, intervals: 4 })
    expect(found!.rateHz / theoryHz).toBeCloseTo(1, 6)
  })

  it.each([0, 1, 1.5])('at %d nA is silent after 10 tau, and no earlier', async iNa => {
    const { found, ms } = await measure({ tauMs: 20, refractoryMs: 50 }, iNa)
    expect(found).toEqual({ iNa, rateHz: 0, intervals: 0, uncertainty: 0 })
    expect(ms).toBeGreaterThanOrEqual(240)
    expect(ms).toBeLessThan(400)
  })

  it('with noise it waits until chance makes 3 %', async () => {
    const { found } = await measure({ tauMs: 10, noiseMv: 3, seed: 5 }, 1.4)
    expect(found!.intervals).toBeGreaterThanOrEqual(30)
    expect(found!.uncertainty).toBeLessThanOrEqual(0.03)
    expect(found!.rateHz).toBeGreaterThan(30)
    expect(found!.rateHz).toBeLessThan(37)
  })

  it('after the longest time it says what it knows', async () => {
    const { found, ms } = await measure({ tauMs: 10, noiseMv: 3, seed: 5 }, 1.4, { kind: 'hold', longestMs: 500 })
    expect(ms).toBeLessThan(700)
    expect(found!.intervals).toBeLessThan(30)
    expect(found!.uncertainty).toBeGreaterThan(0.03)
  })

  it('ends with silence where a perfect integrator would take longer', async () => {
    const { found } = await measure({ model: 'pif', tauMs: 100 }, 0, { kind: 'hold', longestMs: 2000 })
    expect(found).toMatchObject({ rateHz: 0, intervals: 0 })
  })
})

describe('a pulse', () => {
  const PULSE = { kind: 'pulse', restMs: 100, pulseMs: 300 } as const

  it.each([
    [1.43, 0],
    [1.47, 0],
    [1.51, 16.67],
    [1.55, 26.67],
    [1.63, 33.33],
    [1.83, 50],
  ])('of %d nA has as many spikes as in the text: %d Hz', async (iNa, hz) => {
    let found: SteadyRate | undefined
    const probe = probeOf(iNa, PULSE)
    const { neuron, pass } = framesOfFakeNeuron({ tauMs: 10 }, frame => {
      found ??= probe.add(frame, neuron.sources.params().params)
    })
    neuron.turnKnob(0.9)
    await pass(400)
    const currents = pulseSamples(iNa, PULSE)
    neuron.sources.control.command('stim', { shape: 'samples', ...currents, replace: true })
    await pass(600)
    expect(found!.rateHz).toBeCloseTo(hz, 1)
  })

  it('of 0 nA needs no pulse', () => {
    expect(probeOf(0, PULSE).add({ rows: new Float64Array(), spikes: [] }, {} as never)).toMatchObject({ rateHz: 0 })
  })
})

it('is left when the neuron does not do what it was asked for', () => {
  expect(patienceMs(HOLD, 1)).toBe(25_000)
  expect(patienceMs({ kind: 'pulse', restMs: 100, pulseMs: 300 }, 0.1)).toBe(9000)
})
