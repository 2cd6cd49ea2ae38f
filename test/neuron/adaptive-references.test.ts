import { describe, expect, it } from 'vitest'
import { advance, presentThresholdMv, restingState } from '../../src/neuron/integrate-and-fire.ts'
import { simulate } from '../../src/neuron/simulate.ts'
import { adaptiveNeuronOf, adaptiveRun } from './adaptive-neuron.ts'
import { type Case, farthest, reference } from './reference.ts'

const FILES = ['glif_adapt', 'glif_burst', 'glif_threshold', 'glif_patterns', 'glif_mixed']
const CASES = FILES.flatMap(name => reference(name).cases)

/** At a slope of 1e-6 mV/ms the last digits of V decide about more. */
const toleranceMs = (name: string) => (/B class 1/.test(name) ? 1e-6 : 1e-9)

describe('a neuron with spike currents and a moving threshold', () => {
  it.each(CASES)('has the exact spikes: $name', c => {
    const found = simulate(adaptiveRun(c))
    expect(found.spikesMs).toHaveLength(c.count)
    expect(farthest(found.spikesMs.slice(0, c.spikesMs.length), c.spikesMs)).toBeLessThan(toleranceMs(c.name))
    expect(Math.abs(found.vEndMv - Number(c.vEndMv_30))).toBeLessThan(1e-9)
  })

  const withoutArrivals = CASES.filter(c => c.spikesIn === undefined && !/B class 1/.test(c.name))

  it.each(withoutArrivals)('has the exact voltage, threshold and currents on the way: $name', c => {
    const neuron = adaptiveNeuronOf(c.neuron)
    const state = restingState(neuron)
    let tMs = 0
    let row = 0
    for (const [atMs, vMv, thresholdMv, currentsNa] of c.snapshots) {
      while (tMs < atMs) {
        while ((c.input.tMs[row + 1] ?? Infinity) <= tMs) row++
        tMs += advance(neuron, state, c.input.iNa[row], Math.min(atMs, c.input.tMs[row + 1] ?? Infinity) - tMs)
      }
      const { slowNa, fastNa } = state.adaptation
      const found = [
        state.voltageMv,
        presentThresholdMv(neuron, state),
        ...[slowNa, fastNa].slice(0, currentsNa.length),
      ]
      expect(farthest(found, [vMv, thresholdMv, ...currentsNa]), `at ${atMs}`).toBeLessThan(1e-9)
    }
  })

  const onGrid = CASES.flatMap((c: Case) => Object.keys(c.grid ?? {}).map(key => ({ name: c.name, key, c })))

  it.each(onGrid)('has the same steps on a grid: $name $key', ({ key, c }) => {
    const [method, dt] = key.split('_dt')
    const grid = { timing: 'grid', method: method as 'exact' | 'euler', dtMs: Number(dt) } as const
    for (const comparator of ['ge', 'gt'] as const) {
      const run = adaptiveRun(c, { ...grid, comparator, durationMs: Math.min(c.durationMs, 5000) })
      expect(simulate(run).spikeSteps).toEqual(c.grid[key].steps)
    }
  })
})
