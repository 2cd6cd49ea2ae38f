import { expect } from 'vitest'
import { neuronFrom } from '../../../src/neuron/params.ts'
import { isiMs } from '../../../src/neuron/theory.ts'
import type { Guest } from './guest.ts'
import * as lab from './neurond.ts'

export const NEURON = neuronFrom({ tauMs: lab.TAU_MS })
export const MAX_NA = 3

/** What the daemon of a guest does, as tests expect it. */
export function watch(guest: () => Guest, neurond: () => lab.Neurond) {
  async function expectRateAfter(settleS: number, level: number): Promise<void> {
    const spikes = lab.spikesOf(await lab.publishedIn(guest(), settleS, 2))
    expect(Math.abs(lab.meanIsiMs(spikes) / isiMs(NEURON, level * MAX_NA) - 1)).toBeLessThan(0.02)
  }

  /** Published events, of one part or of all, from the given one on. */
  async function events(part = /./, from = 0): Promise<readonly lab.Published['payload'][]> {
    return lab
      .eventsOf(await neurond().published())
      .slice(from)
      .filter(({ type }) => part.test(type))
  }

  /** Events of the outputs, sorted, from the given one on. */
  function lineEvents(from = 0): () => Promise<string[]> {
    return async () => (await events(/^output/, from)).map(event => `${event.type} ${event.output}`).sort()
  }

  async function expectLow(base: number): Promise<void> {
    for (const line of [17, 18]) expect((await lab.edgesOf(guest(), base + line)).at(-1)).toMatchObject({ high: false })
  }

  return { expectRateAfter, events, lineEvents, expectLow }
}

/** Events are published at a limited rate, after those of the emulator's own stalls. */
export function soon<Value>(look: () => Promise<Value>): ReturnType<typeof expect.poll> {
  return expect.poll(look, { timeout: 60_000, interval: 300 })
}
