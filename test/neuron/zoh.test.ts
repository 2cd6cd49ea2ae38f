import { describe, expect, it } from 'vitest'
import type { RunSettings } from '../../src/neuron/run-settings.ts'
import { simulate } from '../../src/neuron/simulate.ts'
import { type Case, eventRun, farthest, neuronOf, reference } from './reference.ts'

const { cases } = reference('zoh')

function runOf(c: Case, over: Partial<RunSettings> = {}): RunSettings {
  const tMs = c.t_samples ?? c.I.map((_: number, k: number) => k)
  return eventRun(neuronOf(c.params), c.T, { input: { tMs, iNa: c.I }, ...over })
}

describe('an input that is sampled and held', () => {
  it.each(cases)('gives exact spikes: $name', c => {
    const found = simulate(runOf(c))
    expect(found.spikesMs).toHaveLength(c.count)
    const toleranceMs = c.name === 'near-rheobase' ? 1e-6 : 1e-9
    expect(farthest(found.spikesMs.slice(0, c.spikes.length), c.spikes)).toBeLessThan(toleranceMs)
    expect(Math.abs(found.vEndMv - c.V_end_30)).toBeLessThan(1e-9)
  })

  it.each(cases)('gives the exact voltage on the way: $name', c => {
    const everyMs = c.V_snapshots[0][0]
    const { traceMv } = simulate(runOf(c, { trace: { everyMs } }))
    const wanted = c.V_snapshots.map((snapshot: [number, number]) => snapshot[1])
    expect(farthest(traceMv!.slice(1, wanted.length + 1), wanted)).toBeLessThan(1e-9)
  })

  const onGrid = cases.flatMap((c: Case) => Object.keys(c.grid ?? {}).map(key => ({ name: c.name, key, c })))

  it.each(onGrid)('gives the same steps on a grid: $name $key', ({ key, c }) => {
    const method = key.startsWith('exact') ? 'exact' : 'euler'
    const grid = { timing: 'grid', method, dtMs: Number(key.split('dt')[1]) } as const
    expect(simulate(runOf(c, { ...grid, comparator: 'gt' })).spikeSteps).toEqual(c.grid[key])
    expect(simulate(runOf(c, { ...grid, comparator: 'ge' })).spikeSteps).toEqual(c.grid[key])
  })
})
