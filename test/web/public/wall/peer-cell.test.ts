import { expect, it } from 'vitest'
import { neuronFrom } from '../../../../src/neuron/params.ts'
import { simulate } from '../../../../src/neuron/simulate.ts'
import { peerCellAt } from '../../../../src/web/public/wall/peer-cell.ts'
import { createSpikeRows } from '../../../../src/web/public/wall/spike-rows.ts'
import { fakePeer } from './fake-synapses.ts'

const US = 1.8e15
const rowsOf = (...spikes: readonly (readonly [index: number, atMs: number])[]) => {
  const rows = createSpikeRows()
  rows.secondsOf(US)
  rows.add(spikes.flatMap(([index, atMs]) => [index, US + atMs * 1000]))
  return rows
}

it('V between its spikes is what the model says', () => {
  const neuron = neuronFrom({ tauMs: 100, refractoryMs: 20 })
  const input = { tMs: [0], iNa: [1.8] }
  const run = simulate({
    neuron,
    input,
    durationMs: 700,
    timing: 'event',
    method: 'exact',
    dtMs: 0.1,
    comparator: 'ge',
  })
  const [firstMs] = run.spikesMs as unknown as number[]
  const peer = fakePeer('pi-a', { neuron, iNa: 1.8 })
  const vAt = (sinceMs: number) => peerCellAt(peer, [peer], rowsOf([0, firstMs!]), (firstMs! + sinceMs) / 1000)!.vMv
  expect(vAt(10)).toBe(-75)
  const endMv = -70 + 18
  expect(vAt(120)).toBeCloseTo(endMv + (-75 - endMv) * Math.exp(-1), 4)
})

it.each([
  ['a silent one is where its current holds it', {}, 1.2, -58],
  ['one that should fire and was not heard is no higher than the threshold', {}, 3, -55],
  ['a perfect integrator that has not fired, at its reset', { model: 'pif' } as const, 1, -75],
])('%s', (_, params, iNa, vMv) => {
  const peer = fakePeer('pi-a', { neuron: neuronFrom(params), iNa })
  expect(peerCellAt(peer, [peer], rowsOf(), 5)!.vMv).toBeCloseTo(vMv, 6)
})

it('the spikes of others arrive by its synapses, after their delay, by name and weight', () => {
  const synapses = [
    { from: 'pi-b', weightMv: 4, delayMs: 50 },
    { from: 'pi-c', weightNa: -1.5, tauMs: 5 },
    { from: 'pi-gone', weightMv: 1 },
  ]
  const peer = fakePeer('pi-a', { neuron: neuronFrom({}), synapses })
  const peers = [peer, fakePeer('pi-b', { index: 1 }), fakePeer('pi-c', { index: 2 })]
  const rows = rowsOf([1, 1000], [2, 1010])
  const before = peerCellAt(peer, peers, rows, 1.03)!
  expect([before.excited, before.inhibited]).toEqual([undefined, 'pi-c −1.5 nA'])
  const after = peerCellAt(peer, peers, rows, 1.06)!
  expect([after.excited, after.inhibited]).toEqual(['pi-b +4 mV', 'pi-c −1.5 nA'])
  expect(after.frame.excited).toBeGreaterThan(0.9)
})

it('there is no picture of a neuron that hides its parameters', () => {
  const peer = fakePeer('pi-a')
  expect(peerCellAt(peer, [peer], rowsOf(), 1)).toBeUndefined()
})
