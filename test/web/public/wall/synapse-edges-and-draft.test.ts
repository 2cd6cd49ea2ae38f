import { describe, expect, it } from 'vitest'
import type { Synapse } from '../../../../src/mqtt/types.ts'
import {
  draftOf,
  newDraft,
  type SynapseEdge,
  synapseEdges,
  unreadableIn,
  weightText,
  withDraft,
  withoutEdge,
} from '../../../../src/web/public/wall/synapse-edges-and-draft.ts'
import { fakeEdge, fakePeer } from './fake-synapses.ts'

describe('synapses on the wall', () => {
  const SYNAPSES: readonly Synapse[] = [
    { from: 'pi-b', weightMv: 20, delayMs: 10 },
    { from: 'pi-c', weightNa: -0.5 },
  ]
  const [first, second] = synapseEdges([fakePeer('pi-a', { synapses: SYNAPSES })]) as [SynapseEdge, SynapseEdge]

  it('are edges with their effect, kind and weight', () => {
    expect(first).toEqual(fakeEdge('pi-b', 'pi-a', { weight: 20, delayMs: 10 }))
    expect(second).toEqual(
      fakeEdge('pi-c', 'pi-a', { position: 1, effect: 'inhibits', kind: 'na', weight: 0.5, tauMs: 5 }),
    )
    expect([weightText(first), weightText(second)]).toEqual(['20 mV', '−0.5 nA'])
    expect(synapseEdges([fakePeer('pi-a', { synapses: null })])).toEqual([])
  })

  it('come out of the form as they went in', () => {
    expect(withDraft(SYNAPSES, draftOf(second))).toEqual([
      SYNAPSES[0],
      { from: 'pi-c', weightNa: -0.5, tauMs: 5, delayMs: 0 },
    ])
  })

  it('are added at the end, changed in place, and removed', () => {
    const added = withDraft(SYNAPSES, { ...newDraft(), from: 'pi-a', to: 'pi-a', weight: '-3', effect: 'inhibits' })
    expect(added.slice(0, 2)).toEqual(SYNAPSES)
    expect(added[2]).toEqual({ from: 'pi-a', weightMv: -3, delayMs: 0, autapse: true })
    expect(withDraft(SYNAPSES, { ...draftOf(first), weight: '7' })[0]).toEqual({ ...SYNAPSES[0], weightMv: 7 })
    expect(withoutEdge(SYNAPSES, first)).toEqual([SYNAPSES[1]])
  })

  it('that were not typed in are left to the neuron to refuse', () => {
    expect(withDraft([], { ...newDraft(), weight: '', delayMs: ' ' })[0]).toMatchObject({
      weightMv: Number.NaN,
      delayMs: Number.NaN,
    })
  })

  it('are read with either comma, and the first number that cannot be read is named', () => {
    const draft = { ...newDraft(), kind: 'na' as const, weight: '0,5', tauMs: '7.5', delayMs: '1,2,3' }
    expect(withDraft([], draft)[0]).toMatchObject({ weightNa: 0.5, tauMs: 7.5 })
    expect(unreadableIn(draft)).toEqual(['Delay', '1,2,3'])
    expect(unreadableIn({ ...draft, delayMs: '0', tauMs: 'x' })).toEqual(['Time constant τ', 'x'])
    expect(unreadableIn({ ...draft, delayMs: '0', tauMs: 'x', kind: 'mv' })).toBeUndefined()
  })
})
