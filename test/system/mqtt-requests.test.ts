import mqtt from 'mqtt'
import { afterEach, describe, expect, it } from 'vitest'
import { openBroker } from '../../src/mqtt/built-in-broker.ts'
import { STATE } from '../mqtt/example-neuron.ts'
import { type FakeNeuron, fakeNeuron } from '../mqtt/fake-neuron.ts'
import {
  closeAfterTest,
  closeAll,
  isOnline,
  isSubscribed,
  linkOnRealBroker,
  oneTo,
  type RealBrokerLink,
  subscribe,
} from '../mqtt/link-on-real-broker.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import { hostileMessages } from '../mqtt/requests/hostile.ts'
import { needs } from './programs.ts'

afterEach(closeAll)

const OWN = 'neuron/v1/pi-a'

async function hearingLink(url: string, protocol: 4 | 5 = 5): Promise<RealBrokerLink & { readonly heard: FakeNeuron }> {
  const heard = fakeNeuron()
  const live = linkOnRealBroker(url, {}, protocol, heard.neuron)
  heard.onSynapses = live.link.paramsChanged
  await until(isSubscribed(live.link), 'the link')
  return { ...live, heard }
}

needs('mosquitto')('requests through mosquitto', () => {
  it('are answered at the response topic with their correlation data', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const { heard } = await hearingLink(`mqtt://127.0.0.1:${port}`)
    const { client } = await subscribe(port)
    await client.subscribeAsync('my/answers')
    const answered = new Promise<[string, Buffer | undefined]>(resolve => {
      client.on('message', (topic, payload, { properties }) => {
        if (topic === 'my/answers') resolve([payload.toString(), properties?.correlationData])
      })
    })
    const properties = { responseTopic: 'my/answers', correlationData: Buffer.from('abc'), messageExpiryInterval: 2 }
    await client.publishAsync(`${OWN}/cmd/stim`, '{"iNa":2,"id":1}', { qos: 1, properties })
    expect(await answered).toEqual(['{"ok":true,"id":1,"from":"pi-a","result":{"done":true}}', Buffer.from('abc')])
    expect(heard.commands).toEqual([['stim', { iNa: 2 }]])
  })

  it('that were kept by the broker are not delivered; those that are published to be kept are refused', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const before = await subscribe(port)
    await before.client.publishAsync(`${OWN}/cmd/run`, '{"on":false}', { qos: 1, retain: true })
    const { heard } = await hearingLink(`mqtt://127.0.0.1:${port}`)
    await before.client.publishAsync(`${OWN}/cmd/run`, '{"on":false,"id":2}', { qos: 1, retain: true })
    await until(() => before.texts('reply').length > 0, 'the refusal')
    expect(before.texts('reply').map(text => JSON.parse(text))).toEqual([
      { ok: false, id: 2, from: 'pi-a', error: expect.objectContaining({ code: 'retained' }) },
    ])
    expect(heard.commands).toEqual([])
  })

  it('of 3.1.1 are answered on `reply`; what the broker had kept is refused there', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const other = await subscribe(port, 4)
    await other.client.publishAsync(`${OWN}/cmd/run`, '{"on":false}', { qos: 1, retain: true })
    const { heard } = await hearingLink(`mqtt://127.0.0.1:${port}`, 4)
    await until(() => other.texts('reply').length > 0, 'the refusal')
    await other.client.publishAsync(`${OWN}/params/set`, '{"tauMs":30,"id":"a"}', { qos: 1 })
    await until(() => other.texts('reply').length > 1, 'the answer')
    expect(other.texts('reply').map(text => JSON.parse(text).ok)).toEqual([false, true])
    expect([heard.commands, heard.patches]).toEqual([[], [{ tauMs: 30 }]])
  })

  it('excite a neuron that listens to another, with the time of its spike', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const { heard } = await hearingLink(`mqtt://127.0.0.1:${port}`)
    const { client, texts } = await subscribe(port)
    const info = JSON.stringify({ boot: 'b', clock: { synced: true } })
    await client.publishAsync('neuron/v1/pi-b/info', info, { retain: true, qos: 1 })
    await client.publishAsync(`${OWN}/params/set`, '{"synapses":[{"from":"pi-b","weightNa":2,"delayMs":5000}]}', {
      qos: 1,
    })
    await until(() => texts('info').some(text => text.includes('"timing":"spike"')), 'the clock of the sender')
    expect(JSON.parse(texts('params').at(-1)!)).toMatchObject({
      rev: 4,
      synapses: [{ from: 'pi-b', weightNa: 2, delayMs: 5000 }],
    })
    const tUs = Date.now() * 1000
    const nowMs = Number(process.hrtime.bigint()) / 1e6
    await client.publishAsync('neuron/v1/pi-b/spike', JSON.stringify({ seq: 1, tUs, isiMs: null }))
    await until(() => heard.events.length > 0, 'the synaptic event')
    expect(Math.abs(heard.events[0]!.atMs - (nowMs + 5000))).toBeLessThan(3)
    await client.publishAsync('neuron/v1/pi-b/spike', JSON.stringify({ seq: 2, tUs: tUs - 5_500_000, isiMs: null }))
    await client.publishAsync(`${OWN}/syn/button`, 'on')
    await until(() => heard.events.length > 1, 'the button')
    expect(heard.events.map(({ from }) => from)).toEqual(['pi-b', 'syn/button'])
  })

  it('are not needed to learn how far the run before had come', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const url = `mqtt://127.0.0.1:${port}`
    const before = linkOnRealBroker(url, {}, 5, { boot: 'before', state: () => ({ ...STATE, count: 42 }) })
    await until(isSubscribed(before.link), 'the run before')
    await before.link.close()
    const { link, logged } = linkOnRealBroker(url)
    await until(isOnline(link), 'the link')
    const { texts } = await subscribe(port)
    const prev = () => texts('info').map(text => JSON.parse(text).prev)
    await until(() => prev().at(-1) !== undefined, 'what was before')
    expect(prev().at(-1)).toEqual({ boot: 'before', lastSeq: 42 })
    expect(logged.filter(line => line.includes('another'))).toEqual([])
  })

  it('2000 of them, hostile, crash nothing and disturb no spike', async () => {
    const { port } = closeAfterTest(await startMosquitto())
    const { heard, link, spikesTo } = await hearingLink(`mqtt://127.0.0.1:${port}`)
    const subscriber = await subscribe(port)
    const connect = () => mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5, reconnectPeriod: 0 })
    const messages = hostileMessages(7)
    let attacker = await connect()
    attacker.on('error', () => {})
    for (let i = 1; i <= 2000; i++) {
      const { topic, payload, retain, responseTopic, correlation, expiryS } = messages()
      // The broker ends the connection of whoever breaks the protocol; he comes back.
      if (!attacker.connected) {
        attacker = await connect()
        attacker.on('error', () => {})
      }
      // The ledger that is read below is to be the neuron's own.
      attacker.publish(topic === `${OWN}/spikes` ? 'neuron/v1/pi-b/spikes' : topic, Buffer.from(payload), {
        qos: 1,
        retain: retain && !topic.endsWith('/info') && !topic.endsWith('/status'),
        properties: {
          ...(responseTopic && responseTopic.length < 65_536 && { responseTopic }),
          ...(correlation && { correlationData: Buffer.from(correlation) }),
          ...(expiryS && { messageExpiryInterval: expiryS }),
        },
      })
      if (i % 10 === 0) {
        spikesTo(i / 10)
        await new Promise(resolve => setTimeout(resolve, 10))
      }
    }
    closeAfterTest({ close: () => attacker.endAsync(true) })
    await until(() => subscriber.ledgerSeqs().length === 200, 'the ledger')
    expect(subscriber.ledgerSeqs()).toEqual(oneTo(200))
    expect(link.status()).toMatchObject({ state: 'online', reconnects: 0, dropped: 0 })
    expect(heard.commands.length).toBeGreaterThan(0)
    expect(link.synapses()).toEqual([])
  })
})

describe('requests through the built-in broker', () => {
  it('are answered on `reply`, replays included', async () => {
    const broker = closeAfterTest(await openBroker({ port: 0 }, () => {}))
    const { spikesTo } = await hearingLink(broker.url, 4)
    const { client, texts } = await subscribe(Number(new URL(broker.url).port), 4)
    spikesTo(5000)
    await client.publishAsync(`${OWN}/cmd/replay`, '{"from":1,"to":5000}', { qos: 1 })
    await until(() => texts('reply').length > 0, 'the replay')
    expect(JSON.parse(texts('reply')[0]!).result).toMatchObject({
      boot: 'k3v9qa',
      seq0: 1,
      n: 4096,
      to: 4096,
      missing: [],
    })
  })
})
