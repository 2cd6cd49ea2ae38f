import { describe, expect, it } from 'vitest'
import { type NeuronInput, neuronFrom } from '../../src/neuron/params.ts'
import { constantCurrent } from '../../src/neuron/run-settings.ts'
import { simulate } from '../../src/neuron/simulate.ts'
import { eventRun } from './reference.ts'

const PIF: NeuronInput = { model: 'pif', restMv: 0, thresholdMv: 1, resetMv: 0, resistanceMohm: 1, capacitanceNf: 1 }

/** A sum of decimals as a file says it: 10.1 + 2.2 is 12.3. */
const decimal = (sum: number) => Number(sum.toFixed(6))
const STARTS_MS = Array.from({ length: 200 }, (_, k) => decimal(0.1 + 7.3 * k))

describe('an arrival at the end of the refractory period', () => {
  it.each([2.2, 0.1, 0.3, 3.7, 100.1])('counts, and one just before is lost: %d ms', refractoryMs => {
    const neuron = neuronFrom({ refractoryMs })
    for (const startMs of STARTS_MS) {
      const endMs = decimal(startMs + refractoryMs)
      const spikesAfter = (againMs: number, everyMs?: number) => {
        const spikesIn = { tMs: [startMs, againMs], weight: [16, 21] }
        const trace = everyMs === undefined ? {} : { trace: { everyMs } }
        return simulate(eventRun(neuron, 2000, { spikesIn, ...trace })).spikesMs
      }
      expect(spikesAfter(endMs)).toEqual([startMs, endMs])
      expect(spikesAfter(endMs, 1)).toEqual([startMs, endMs])
      expect(spikesAfter(endMs - 1e-9)).toEqual([startMs])
    }
  })

  it('counts after each spike of a long train', () => {
    const neuron = neuronFrom({ refractoryMs: 2.2 })
    const tMs = Array.from({ length: 1000 }, (_, k) => decimal(0.1 + 2.2 * k))
    const weight = tMs.map((_, k) => (k === 0 ? 16 : 21))
    expect(simulate(eventRun(neuron, 3000, { spikesIn: { tMs, weight } })).spikesMs).toEqual(tMs)
  })

  it('counts once: what comes with it is in the next refractory period', () => {
    const neuron = neuronFrom({ refractoryMs: 2.2 })
    const spikesIn = { tMs: [10, 10, 12.2, 12.2, 12.2], weight: [16, 99, 21, 99, -99] }
    const { spikesMs, vEndMv } = simulate(eventRun(neuron, 12.2, { spikesIn }))
    expect([spikesMs, vEndMv]).toEqual([[10, 12.2], -75])
  })

  it('without a refractory period: each of a moment counts', () => {
    const spikesIn = { tMs: [10, 10, 10], weight: [16, 21, 5] }
    const { spikesMs, vEndMv } = simulate(eventRun(neuronFrom({}), 10, { spikesIn }))
    expect([spikesMs, vEndMv]).toEqual([[10, 10], -70])
  })

  it('as a pulse of current finds V at the reset: from there the closed form', () => {
    // With tau_s = tau_m the pulse adds 10 w (t/10) e^(-t/10) mV.
    const neuron = neuronFrom({ refractoryMs: 2.2 })
    const riseMv = (tMs: number) => -70 - 5 * Math.exp(-tMs / 10) + 10 * 9 * (tMs / 10) * Math.exp(-tMs / 10)
    for (const startMs of STARTS_MS) {
      const endMs = decimal(startMs + 2.2)
      // The current of 1e9 nA makes a spike at once, and nothing while refractory.
      const spikesIn = { tMs: [endMs], weight: [9] }
      const input = { tMs: [0, startMs, endMs], iNa: [0, 1e9, 0] }
      const run = eventRun(neuron, endMs + 20, { input, spikesIn, synapse: { kind: 'exp', tauMs: 10 } })
      const [firstMs, secondMs] = simulate(run).spikesMs
      expect(Math.abs(firstMs! - startMs)).toBeLessThan(1e-7)
      expect(Math.abs(riseMv(secondMs! - firstMs! - 2.2) + 55)).toBeLessThan(1e-6)
    }
  })
})

describe('a step of current at the end of the refractory period', () => {
  it('charges from the reset, as the closed form has it', () => {
    const neuron = neuronFrom({ refractoryMs: 2.2 })
    for (const startMs of STARTS_MS) {
      const endMs = decimal(startMs + 2.2)
      const input = { tMs: [0, endMs], iNa: [0, 3] }
      const { spikesMs } = simulate(eventRun(neuron, endMs + 10, { input, spikesIn: { tMs: [startMs], weight: [16] } }))
      expect(spikesMs[0]).toBe(startMs)
      expect(Math.abs(spikesMs[1]! - endMs - 10 * Math.log(35 / 15))).toBeLessThan(1e-11)
    }
  })
})

describe('V reaches the threshold in the very moment in which', () => {
  // 0.1 nA bring a perfect integrator of 1 nF from 0 to 1 mV in 10 ms.
  const neuron = neuronFrom(PIF)
  const inputFrom = (startMs: number, ...then: [tMs: number, iNa: number][]) => ({
    tMs: [0, startMs, ...then.map(([tMs]) => tMs)],
    iNa: [0, 0.1, ...then.map(([, iNa]) => iNa)],
  })

  it.each<[string, (startMs: number) => Parameters<typeof eventRun>[2]]>([
    ['the current ends', startMs => ({ input: inputFrom(startMs, [decimal(startMs + 10), 0]) })],
    ['the current turns round', startMs => ({ input: inputFrom(startMs, [decimal(startMs + 10), -1e6]) })],
    [
      'an inhibiting jump arrives',
      startMs => ({
        input: inputFrom(startMs, [decimal(startMs + 10), 0]),
        spikesIn: { tMs: [decimal(startMs + 10)], weight: [-50] },
      }),
    ],
    [
      'an inhibiting current arrives',
      startMs => ({
        input: inputFrom(startMs, [decimal(startMs + 10), 0]),
        spikesIn: { tMs: [decimal(startMs + 10)], weight: [-50] },
        synapse: { kind: 'exp', tauMs: 5 },
      }),
    ],
    ['the run ends', startMs => ({ input: inputFrom(startMs), durationMs: decimal(startMs + 10) })],
  ])('%s: that spike counts', (_, over) => {
    for (const startMs of STARTS_MS) {
      const { spikesMs } = simulate(eventRun(neuron, startMs + 15, over(startMs)))
      expect(spikesMs).toHaveLength(1)
      expect(Math.abs(spikesMs[0]! - decimal(startMs + 10))).toBeLessThan(1e-11)
      expect(simulate(eventRun(neuron, startMs + 15, { ...over(startMs), trace: { everyMs: 1 } })).spikesMs).toEqual(
        spikesMs,
      )
    }
  })

  it.each([0.3, 0.7, 1.1, 1.3, 2.9])('the run ends, after thousands of spikes at %d nA', iNa => {
    for (const durationMs of [10, 1000, 10_000]) {
      const { spikesMs } = simulate(eventRun(neuron, durationMs, { input: constantCurrent(iNa) }))
      expect(spikesMs).toHaveLength(Math.round(durationMs * iNa))
      expect(spikesMs.at(-1)).toBeCloseTo(durationMs, 10)
    }
  })

  it('not quite: 1e-9 ms too early there is no spike', () => {
    for (const startMs of STARTS_MS) {
      const input = inputFrom(startMs, [startMs + 10 - 1e-9, 0])
      expect(simulate(eventRun(neuron, startMs + 100, { input })).spikesMs).toEqual([])
    }
  })
})
