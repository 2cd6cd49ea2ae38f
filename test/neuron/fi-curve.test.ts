import { describe, expect, it } from 'vitest'
import { constantCurrent } from '../../src/neuron/run-settings.ts'
import { simulate } from '../../src/neuron/simulate.ts'
import { rateHz } from '../../src/neuron/theory.ts'
import { type Case, eventRun, farthest, neuronOf, reference } from './reference.ts'

describe('the f-I curve', () => {
  const { curves } = reference('fi_curve')

  it.each(curves)('has the exact counts and rates: $params', curve => {
    const neuron = neuronOf(curve.params)
    const rates = curve.I.map((iNa: number) => rateHz(neuron, iNa))
    expect(farthest(rates, curve.rate_hz)).toBeLessThan(1e-9)
    const counts = curve.I.map(
      (iNa: number) => simulate(eventRun(neuron, curve.T_ms, { input: constantCurrent(iNa) })).spikesMs.length,
    )
    expect(counts).toEqual(curve.count_event_exact)
  })

  it.each(curves.filter((curve: Case) => curve.count_grid_dt0_1))('has the counts of a grid: $params', curve => {
    const neuron = neuronOf(curve.params)
    const grid = { timing: 'grid', method: 'exact', dtMs: 0.1, comparator: 'gt' } as const
    const counts = curve.I.map(
      (iNa: number) => simulate(eventRun(neuron, curve.T_ms, { ...grid, input: constantCurrent(iNa) })).spikesMs.length,
    )
    expect(counts).toEqual(curve.count_grid_dt0_1)
  })
})
