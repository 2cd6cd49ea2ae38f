import { expect } from 'vitest'
import { neuronFrom } from '../../../src/neuron/params.ts'
import { isiMs } from '../../../src/neuron/theory.ts'
import type { Guest } from './guest.ts'
import * as lab from './neurond.ts'

export const NEURON = neuronFrom({ tauMs: lab.TAU_MS })
export const MAX_NA = 3

/** What the daemon of a guest does, as tests expect it. */
export function watch(guest: () => Guest, neurond: () => lab.Neurond) {
  /** The rate comes to what theory says of this position of the knob, and holds it for two seconds. */
  async function expectRate(level: number): Promise<void> {
    const error = async () => {
      const spikes = lab.spikesOf(await lab.publishedIn(guest(), 2))
      return Math.abs(lab.meanIsiMs(spikes) / isiMs(NEURON, level * MAX_NA) - 1)
    }
    await soon(error).toBeLessThan(0.02)
  }

  const spikes = async () => lab.spikesOf(await neurond().published())

  /** Not one spike is fired after this event, though two seconds go by. */
  async function expectSilenceAfter({ tUs }: lab.Published['payload']): Promise<void> {
    await guest().run('sleep 2')
    expect((await spikes()).filter(spike => spike.tUs > tUs)).toEqual([])
  }

  /** A figure grows by more than eight, as the spikes do in two seconds. */
  async function expectGrowth(count: () => Promise<number>): Promise<void> {
    const before = await count()
    await soon(count).toBeGreaterThan(before + 8)
  }

  const expectSpikes = () => expectGrowth(async () => (await spikes()).length)

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
    for (const line of [17, 18]) {
      const last = async () => (await lab.edgesOf(guest(), base + line)).at(-1)
      await soon(last).toMatchObject({ high: false })
    }
  }

  return { expectRate, expectSilenceAfter, expectGrowth, expectSpikes, events, lineEvents, expectLow }
}

/** Events are published at a limited rate, after those of the emulator's own stalls. */
export function soon<Value>(look: () => Promise<Value>): ReturnType<typeof expect.poll> {
  return expect.poll(look, { timeout: 240_000, interval: 300 })
}
