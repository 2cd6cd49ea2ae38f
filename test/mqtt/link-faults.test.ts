import { describe, expect, it } from 'vitest'
import { spike } from './example-neuron.ts'
import { fakeBroker } from './fake-broker.ts'
import { linkOnFakeBroker, refusingBroker } from './link-on-fake-broker.ts'

describe('a link whose broker fails', () => {
  it('tries again with longer and longer waits, and says why once', async () => {
    const { broker, timers, logged, link } = linkOnFakeBroker({}, {}, refusingBroker('ECONNREFUSED'))
    await timers.pass(0)
    expect(link.status()).toMatchObject({ state: 'offline', retryInMs: 1000 })
    expect(link.status().reason).toMatch(/nothing listens at broker:1883/)
    await timers.pass(60_000)
    expect(broker.attempts).toHaveLength(6)
    expect(logged).toHaveLength(1)
    expect(logged[0]).toMatch(/^warn: no connection to mqtt:\/\/ada:\*\*\*@broker: nothing listens/)
  })

  it('says it again when the reason changes, and when all is well', async () => {
    const { broker, timers, logged } = linkOnFakeBroker({}, {}, refusingBroker('ECONNREFUSED'))
    await timers.pass(0)
    broker.refusal = () => ({ code: 5 })
    await timers.pass(1000)
    broker.refusal = undefined
    await timers.pass(2000)
    expect(logged.map(line => line.replace(/.*(refused|nothing listens|not authorised|connected to).*/, '$1'))).toEqual(
      ['nothing listens', 'not authorised', 'connected to'],
    )
  })

  it('falls back to MQTT 3.1.1 at once where 5 is not spoken, and stays with it', async () => {
    const broker = fakeBroker()
    broker.refusal = request => (request.protocol === 5 ? { code: 1 } : undefined)
    const { timers, logged } = linkOnFakeBroker({}, {}, broker)
    await timers.pass(0)
    expect(logged).toEqual(['info: connected to mqtt://ada:***@broker (MQTT 3.1.1)'])
    broker.breakConnection()
    await timers.pass(1000)
    expect(broker.attempts.map(({ protocol }) => protocol)).toEqual([5, 4, 4])
  })

  it('does not go round in circles where neither version is spoken', async () => {
    const { broker, timers, link } = linkOnFakeBroker({}, {}, refusingBroker(1))
    await timers.pass(900)
    expect(broker.attempts.map(({ protocol }) => protocol)).toEqual([5, 4])
    expect(link.status().reason).toMatch(/neither MQTT 5 nor 3.1.1/)
  })

  it('delivers every spike of the time without a connection after it, marked late', async () => {
    const { broker, timers, contents, link } = linkOnFakeBroker()
    await timers.pass(0)
    broker.frozen = true
    link.spike(spike(1))
    await timers.pass(100)
    broker.breakConnection()
    broker.refusal = () => ({ code: 'ECONNREFUSED' })
    for (let seq = 2; seq <= 150; seq++) link.spike(spike(seq))
    await timers.pass(20_000)
    broker.frozen = false
    broker.refusal = undefined
    await timers.pass(30_000)
    const seqs = contents('spikes').flatMap(({ seq0, n }) => Array.from({ length: n }, (_, i) => seq0 + i))
    expect(seqs).toEqual(Array.from({ length: 150 }, (_, i) => i + 1))
    expect(contents('spikes')[0]).toMatchObject({ seq0: 1, late: true })
    expect(link.status()).toMatchObject({ waitingBatches: 0, dropped: 0, reconnects: 1 })
  })

  it('publishes everything retained again after a fault', async () => {
    const { broker, timers, topics } = linkOnFakeBroker()
    await timers.pass(0)
    broker.received.length = 0
    broker.breakConnection()
    await timers.pass(1000)
    expect(topics()).toEqual(['status', 'info', 'params', 'state', 'timing', 'lesson'])
  })

  it('starts over with short waits only after a connection that lasted', async () => {
    const { broker, timers, link } = linkOnFakeBroker()
    const waits: number[] = []
    for (const lastedMs of [100, 100, 20_000]) {
      await timers.pass(lastedMs)
      broker.breakConnection()
      waits.push(link.status().retryInMs)
      await timers.pass(link.status().retryInMs)
    }
    expect(waits).toEqual([1000, 2000, 1000])
  })

  it('tells of spikes that had to be dropped, in the ledger, as an event, and in the log', async () => {
    const { broker, timers, contents, logged, link } = linkOnFakeBroker({}, {}, refusingBroker('ECONNREFUSED'))
    for (let seq = 1; seq <= 64 * 1201; seq++) link.spike(spike(seq))
    await timers.pass(100)
    expect(link.status()).toMatchObject({ waitingBatches: 1200, dropped: 64 })
    broker.refusal = undefined
    await timers.pass(3000)
    const gap = [{ from: 1, to: 64, why: 'outboxFull' }]
    expect(contents('spikes')[0].gap).toEqual(gap)
    expect(contents('events')).toEqual([expect.objectContaining({ type: 'gap', gap })])
    expect(logged.at(-1)).toBe('warn: spikes that no subscriber will get: 1 to 64 (outboxFull)')
    expect(contents('timing').at(-1)?.outbox.dropped).toBe(64)
  })

  it('tells an event again that a broken connection took with it, in its turn and with the time it happened', async () => {
    const { broker, timers, contents, link } = linkOnFakeBroker()
    await timers.pass(100)
    link.event({ type: 'neuronLost' })
    await timers.pass(100)
    broker.frozen = true
    link.event({ type: 'inputLost' })
    await timers.pass(2000)
    const tUs = spike(0).tUs + 200_000
    broker.breakConnection()
    broker.frozen = false
    link.event({ type: 'inputBack' })
    await timers.pass(5000)
    expect(contents('events')).toMatchObject([
      { type: 'neuronLost' },
      { type: 'inputLost', tUs },
      { type: 'inputBack' },
    ])
  })

  it('says once per topic that the broker does not take it', async () => {
    const broker = fakeBroker()
    broker.answer = ({ topic }) => (topic.endsWith('/spikes') ? 'Not authorized' : undefined)
    const { timers, logged, link } = linkOnFakeBroker({}, {}, broker)
    for (let seq = 1; seq <= 10; seq++) {
      link.spike(spike(seq))
      await timers.pass(50)
    }
    expect(logged.filter(line => line.includes('refuses'))).toEqual([
      'warn: the broker refuses neuron/v1/pi-a/spikes (Not authorized): its access rules must let this neuron write there',
    ])
    expect(link.status().dropped).toBe(10)
  })

  it('counts what the broker refuses for hours, in place of a line for each, and says so until it is allowed', async () => {
    const broker = fakeBroker()
    broker.answer = ({ topic }) => (topic.endsWith('/spikes') ? 'Not authorized' : undefined)
    const { timers, logged, link } = linkOnFakeBroker({}, {}, broker)
    let seq = 0
    for (let s = 0; s < 300; s++) {
      link.spike(spike(++seq))
      await timers.pass(1000)
    }
    expect(logged.filter(line => line.startsWith('warn'))).toHaveLength(2)
    expect(link.status().warnings).toEqual([
      expect.stringMatching(
        /^the broker refuses neuron\/v1\/pi-a\/spikes \(Not authorized\), \d+ times by now: its access rules/,
      ),
    ])
    broker.answer = () => undefined
    await timers.pass(61_000)
    expect(link.status()).toMatchObject({ warnings: [], waitingSpikes: 0 })
  })

  it('notices in MQTT 3.1.1, which has no words for it, that the broker drops what is too large or barred', async () => {
    const broker = fakeBroker()
    const { timers, logged, link } = linkOnFakeBroker({ protocolVersion: '4' }, {}, broker)
    const echo = (names: readonly string[]) => {
      for (const { topic, payload } of broker.received.filter(({ topic }) => names.includes(topic.split('/').at(-1)!)))
        broker.deliver(topic, payload)
    }
    await timers.pass(1000)
    echo(['status', 'params', 'lesson'])
    await timers.pass(30_000)
    const words = /^the broker drops neuron\/v1\/pi-a\/info \(\d+ bytes that did not come back\): its access rules/
    expect(link.status().warnings).toEqual([expect.stringMatching(words)])
    expect(logged.filter(line => line.includes('drops'))).toHaveLength(1)
    link.infoChanged()
    await timers.pass(100)
    echo(['info'])
    expect(link.status().warnings).toEqual([])
  })

  it('says that a password file cannot be read, and tries again', async () => {
    const { broker, timers, link } = linkOnFakeBroker({ passwordFile: '/nowhere/mqtt.pw' })
    await timers.pass(5000)
    expect(link.status().reason).toBe(
      'mqtt.passwordFile is "/nowhere/mqtt.pw", which cannot be read (ENOENT): it must be a file that this user may read',
    )
    expect(broker.attempts).toEqual([])
  })
})
