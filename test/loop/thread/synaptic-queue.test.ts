import { describe, expect, it } from 'vitest'
import type { Stimulus } from '../../../src/neuron/stimulus.ts'
import { createTestLoop, type TestLoop } from '../../fakes/loop-on-manual-clock.ts'

const STRONG: Stimulus = {
  ...{ shape: 'pulse', iNa: 20, offsetNa: 0, durationMs: 1.5, periodMs: 100, widthMs: 10, replaces: true },
}

/** A silent neuron, and events that arrive at these times, each with this weight (mV). */
function excited(follows: 'spike' | 'synapse' | 'both', atMs: readonly number[], weight: number): TestLoop {
  const loop = createTestLoop({ follows, maxNa: 0, minNa: -1 })
  for (const at of atMs) loop.send({ type: 'synapse', atMs: at, tauMs: 0, weight }, 0)
  return loop
}

const rises = ({ edges }: TestLoop) => edges.filter(([, on]) => on).map(([atMs]) => Math.round(atMs * 1000) / 1000)

describe('an output that shows synaptic events', () => {
  it('flashes at the moment of each arrival, though the neuron stays silent', () => {
    const loop = excited('synapse', [20, 50], 5)
    loop.run(100)
    expect(loop.spikes).toEqual([])
    expect(rises(loop)).toEqual([20, 50])
  })

  it('does not flash for spikes, unless it shows both', () => {
    const own = excited('spike', [20, 50], 5)
    own.send({ type: 'synapse', atMs: 70, tauMs: 0, weight: 20 }, 0)
    own.run(100)
    expect(rises(own)).toEqual([70])
    const both = excited('both', [20], 5)
    both.send({ type: 'stim', stimulus: STRONG }, 40)
    both.run(60)
    expect(both.spikes).toHaveLength(1)
    expect(rises(both)).toEqual([20, both.spikes[0]!.tUs / 1000])
    const synapse = excited('synapse', [], 5)
    synapse.send({ type: 'stim', stimulus: STRONG }, 40)
    synapse.run(60)
    expect(synapse.spikes).toHaveLength(1)
    expect(rises(synapse)).toEqual([])
  })

  it('is dark while it is muted, and while the neuron is paused', () => {
    const muted = excited('synapse', [20], 5)
    muted.send({ type: 'mute', on: true }, 10)
    muted.run(100)
    const paused = excited('synapse', [20, 60], 5)
    paused.send({ type: 'run', on: false }, 10)
    paused.send({ type: 'run', on: true }, 40)
    paused.run(100)
    expect([rises(muted), rises(paused)]).toEqual([[], [60]])
  })
})

describe('more synaptic events than can be on their way', () => {
  it('are refused and counted, and reported once in ten seconds', () => {
    const loop = createTestLoop({ maxNa: 0, minNa: -1 })
    for (let i = 0; i < 1600; i++) {
      loop.send({ type: 'synapse', atMs: 60_000, tauMs: 5, weight: 1 }, Math.floor(i / 100))
    }
    loop.send({ type: 'synapse', atMs: 60_000, tauMs: 5, weight: 1 }, 5000)
    const { clippedArrivals } = loop.run(12_000)
    expect(clippedArrivals).toBe(577)
    const reported = loop.events.filter(event => event.type === 'synapseClipped')
    expect(reported).toHaveLength(2)
    expect(reported.reduce((sum, event) => sum + ('lost' in event ? Number(event.lost) : 0), 0)).toBe(577)
  })
})
