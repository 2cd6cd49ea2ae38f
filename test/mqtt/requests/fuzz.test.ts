import { describe, expect, it } from 'vitest'
import { spike } from '../example-neuron.ts'
import { linkOfFakeNeuron } from '../fake-neuron.ts'
import { peersOnFakeBroker } from '../peers/peers-on-fake-broker.ts'
import { hostileMessages } from './hostile.ts'

const ROUNDS = 100_000
const SYNAPSES = [{ from: 'pi-b', weightMv: 5 }]

describe(`${ROUNDS} hostile messages`, () => {
  it('crash nothing, reach the neuron only as sound requests at a bounded rate, and disturb no spike', async () => {
    const { broker, fake, link, timers, contents } = await linkOfFakeNeuron()
    fake.reply = { ok: false, error: { code: 'range', message: 'refused' } }
    link.setSynapses(SYNAPSES)
    const messages = hostileMessages(1)
    let seq = 0
    for (let i = 1; i <= ROUNDS; i++) {
      const { topic, ...message } = messages()
      broker.deliver(topic, message.payload, message)
      if (i % 100 !== 0) continue
      link.spike(spike(++seq))
      await timers.pass(10)
      // Topics of answers and ledger are looked at, the rest would only fill the memory of the test.
      broker.received.splice(
        0,
        broker.received.length,
        ...broker.received.filter(({ topic }) => topic.endsWith('/spikes')),
      )
    }
    await timers.pass(100)
    const seqs = contents('spikes').flatMap(({ seq0, n }) => Array.from({ length: n }, (_, i) => seq0 + i))
    expect(seqs).toEqual(Array.from({ length: ROUNDS / 100 }, (_, i) => i + 1))
    const seconds = ROUNDS / 100 / 100
    expect(fake.commands.length + fake.patches.length).toBeLessThanOrEqual(20 * (seconds + 2))
    expect(fake.commands.length).toBeGreaterThan(0)
    expect(link.synapses()).toMatchObject(SYNAPSES)
    expect(fake.rev).toBe(3)
    for (const [verb, payload] of fake.commands) {
      expect(typeof verb).toBe('string')
      expect(() => JSON.stringify(payload)).not.toThrow()
    }
    for (const { weight, tauMs, atMs } of fake.events) {
      expect([weight, tauMs, atMs].every(Number.isFinite)).toBe(true)
      expect(Math.abs(weight)).toBeLessThanOrEqual(1000)
    }
  }, 30_000)

  it('crash nobody who looks at all neurons either, and leave no number that is none', async () => {
    const { peers, timers, listeners } = peersOnFakeBroker()
    peers.watch()
    await timers.pass(0)
    const times: number[] = []
    peers.onSpike((_, tUs) => times.push(tUs))
    const messages = hostileMessages(2)
    for (let i = 1; i <= ROUNDS; i++) {
      const { topic, payload, retain } = messages()
      for (const listen of listeners) listen(topic, payload, { retain })
      if (i % 1000 === 0) await timers.pass(1000)
    }
    expect(times.filter(tUs => !Number.isSafeInteger(tUs))).toEqual([])
    expect(times.length).toBeGreaterThan(0)
  }, 30_000)
})
