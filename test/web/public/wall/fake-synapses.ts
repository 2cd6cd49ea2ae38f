import type { Peer } from '../../../../src/mqtt/types.ts'
import type { SynapseEdge } from '../../../../src/web/public/wall/synapse-edges-and-draft.ts'

/** A neuron on the broker, alive and without synapses. */
export function fakePeer(id: string, change: Partial<Peer> = {}): Peer {
  return {
    ...{
      id,
      index: 0,
      life: 'alive',
      quietS: null,
      isVeiled: false,
      rateHz: 5,
      iNa: 1,
      running: true,
      muted: false,
      speed: 1,
      source: 'knob',
      neuron: null,
    },
    ...{ synapses: [], rev: 1, board: null, mocked: null, url: null, lesson: null, ...change },
  }
}

/** A synapse of 5 mV without delay. */
export function fakeEdge(from: string, to: string, change: Partial<SynapseEdge> = {}): SynapseEdge {
  return { from, to, position: 0, effect: 'excites', kind: 'mv', weight: 5, tauMs: null, delayMs: 0, ...change }
}
