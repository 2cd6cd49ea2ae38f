import { describe, expect, it } from 'vitest'
import { neuronFrom } from '../../../src/neuron/params.ts'
import { simulate } from '../../../src/neuron/simulate.ts'
import { createTestLoop } from '../../fakes/loop-on-manual-clock.ts'
import { eventRun } from '../../neuron/reference.ts'

/** 0.1 nA bring a perfect integrator of 1 nF from the reset to the threshold in 10 ms. */
const PIF = neuronFrom({ model: 'pif', restMv: 0, thresholdMv: 1, resetMv: 0, capacitanceNf: 1, resistanceMohm: 1 })
const INHIBITION = -50
const NEVER_AGAIN_MS = 35

/** The spikes of the loop, in ms, where an event comes at `arrivalMs`. */
function spikesOfLoop(arrivalMs: number, tauMs: number, { tickMs = 1, speed = 1, startMs = 0 } = {}): number[] {
  const loop = createTestLoop({ neuron: PIF, minNa: 0.1, maxNa: 0.1, tickMs, speed })
  loop.send({ type: 'run', on: false }, 0)
  loop.send({ type: 'synapse', atMs: arrivalMs, tauMs, weight: INHIBITION }, 0)
  loop.send({ type: 'run', on: true }, startMs)
  loop.run(NEVER_AGAIN_MS)
  return loop.spikes.map(({ tUs }) => tUs / 1000)
}

describe('V reaches the threshold in real time in the very moment in which an inhibiting event arrives', () => {
  it.each<[string, number]>([
    ['jump', 0],
    ['current', 5],
  ])('a %s: that spike counts, wherever the moment is in a tick', (_, tauMs) => {
    for (let startMs = 1; startMs < 12; startMs += 0.137) {
      for (const errorMs of [0, 0.0002, -0.0002]) {
        const [spikeMs, ...more] = spikesOfLoop(startMs + 10 + errorMs, tauMs, { startMs })
        expect(spikeMs).toBeCloseTo(startMs + 10, 2)
        expect(more).toEqual([])
      }
    }
  })

  it.each([0, 5])('an event 2 us before is in time to prevent it (tau %d ms)', tauMs => {
    expect(spikesOfLoop(11 - 0.002, tauMs, { startMs: 1 })).toEqual([])
  })

  it.each([0.5, 2, 20])('in ticks of %d ms too', tickMs => {
    expect(spikesOfLoop(13.3, 0, { tickMs, startMs: 3.3 })).toHaveLength(1)
  })

  it('as offline', () => {
    const input = { tMs: [0, 3.3], iNa: [0, 0.1] }
    for (const arrivalMs of [13.298, 13.3, 13.302]) {
      const spikesIn = { tMs: [arrivalMs], weight: [INHIBITION] }
      const offline = simulate(eventRun(PIF, NEVER_AGAIN_MS, { input, spikesIn })).spikesMs
      expect(spikesOfLoop(arrivalMs, 0, { startMs: 3.3 })).toHaveLength(offline.length)
    }
  })
})
