import { expect, it } from 'vitest'
import { openPoissonSources } from '../../../src/mqtt/synapses/poisson-sources.ts'
import { eventOf } from '../../../src/mqtt/synapses/synapses.ts'
import type { SynapticEvent } from '../../../src/mqtt/types.ts'
import { randomFrom, uniform } from '../../../src/neuron/random.ts'
import { linkOfFakeNeuron } from '../fake-neuron.ts'
import { manualTimers } from '../manual-timers.ts'

async function trainOf(speed: number, seconds: number) {
  const timers = manualTimers()
  const random = randomFrom(1)
  const events: SynapticEvent[] = []
  const late: number[] = []
  const deliver = (event: SynapticEvent) => {
    events.push(event)
    late.push(timers.nowMs() - event.atMs)
  }
  const synapse = { from: 'poisson', rateHz: 200, weightNa: 0.1, tauMs: 5 }
  const stop = openPoissonSources([synapse], { timers, random: () => uniform(random) }, () => speed, eventOf, deliver)
  await timers.pass(1000 * seconds)
  stop()
  const count = events.length
  await timers.pass(1000)
  expect(events).toHaveLength(count)
  return { events, late }
}

it.each([1, 0.5])('a synapse with a rate brings spikes by chance, ahead of their time, at speed %d', async speed => {
  const { events, late } = await trainOf(speed, 20)
  expect(events[0]).toMatchObject({ from: 'poisson', weight: 0.1, tauMs: 5 })
  const wanted = 200 * 20 * speed
  expect(Math.abs(events.length - wanted)).toBeLessThan(4 * Math.sqrt(wanted))
  expect(Math.max(...late.slice(5))).toBeLessThanOrEqual(0)
  const intervals = events.slice(1).map(({ atMs }, k) => atMs - events[k]!.atMs)
  const mean = intervals.reduce((sum, one) => sum + one, 0) / intervals.length
  const variance = intervals.reduce((sum, one) => sum + (one - mean) ** 2, 0) / intervals.length
  expect(Math.abs(Math.sqrt(variance) / mean - 1)).toBeLessThan(0.06)
})

it('the synapses of a neuron may be such ones, and no neuron of that name is listened to', async () => {
  const { broker, contents, fake, timers } = await linkOfFakeNeuron()
  broker.deliver('neuron/v1/pi-a/params/set', { synapses: [{ from: 'poisson', rateHz: 500, weightMv: 1 }], id: 1 })
  expect(contents('reply').at(-1)).toMatchObject({ ok: true, result: { synapses: [{ rateHz: 500 }] } })
  expect(broker.subscriptions.has('neuron/v1/poisson/spike')).toBe(false)
  await timers.pass(1000)
  // The chance of this link is always the same: an interval of 41 ms.
  expect(fake.events.length).toBe(25)
  const count = fake.events.length
  broker.deliver('neuron/v1/pi-a/params/set', { synapses: [] })
  await timers.pass(1000)
  expect(fake.events).toHaveLength(count)
  broker.deliver('neuron/v1/pi-a/params/set', { synapses: [{ from: 'poisson', rateHz: 5000, weightMv: 1 }], id: 2 })
  expect(contents('reply').at(-1)).toMatchObject({ ok: false, error: { path: 'synapses.0.rateHz' } })
})
