import net from 'node:net'
import mqtt from 'mqtt'
import { afterEach, describe, expect, it } from 'vitest'
import { openBroker } from '../../src/mqtt/built-in-broker.ts'
import {
  closeAfterTest,
  closeAll,
  isOnline,
  isSubscribed,
  linkOnRealBroker,
  oneTo,
  subscribe,
} from '../mqtt/link-on-real-broker.ts'
import { freePort, layCable, until } from '../mqtt/mosquitto.ts'
import { strictBroker } from '../mqtt/strict-broker.ts'

afterEach(closeAll)

/** Far less than a link would wait for a broker, and far more than a slow machine takes to close it. */
const PATIENCE_MS = 10_000

describe('with the built-in broker', () => {
  it('falls back to MQTT 3.1.1 at once; the ledger is complete; the end is announced', async () => {
    const broker = closeAfterTest(await openBroker({ port: 0 }, () => {}))
    const { link, logged, spikesTo } = linkOnRealBroker(broker.url)
    const port = Number(new URL(broker.url).port)
    const subscriber = await subscribe(port, 4)
    await until(isOnline(link), 'the link')
    expect(logged).toEqual([`connected to ${broker.url} (MQTT 3.1.1)`])
    spikesTo(200)
    await until(() => subscriber.ledgerSeqs().length === 200, 'the ledger')
    expect(subscriber.ledgerSeqs()).toEqual(oneTo(200))
    await link.close()
    await until(() => subscriber.texts('status').at(-1) === 'offline', 'the farewell')
  })

  it('tells two neurons with one id of each other: MQTT 3.1.1 only throws out the one when the other comes', async () => {
    const broker = closeAfterTest(await openBroker({ port: 0 }, () => {}))
    const subscriber = await subscribe(Number(new URL(broker.url).port), 4)
    const twins = ['one', 'two'].map(boot => linkOnRealBroker(broker.url, {}, 4, { boot }))
    await until(() => twins.every(({ link }) => link.status().warnings.length > 0), 'both')
    for (const { logged } of twins) expect(logged).toContain(twins[0]!.link.status().warnings[0])
    await until(() => subscriber.texts('events').some(text => JSON.parse(text).type === 'duplicateId'), 'the event')
  })

  it('loses what was announced to Home Assistant when the next run does not announce it', async () => {
    const broker = closeAfterTest(await openBroker({ port: 0 }, () => {}))
    const { client, got } = await subscribe(Number(new URL(broker.url).port), 4)
    await client.subscribeAsync('homeassistant/#')
    const configs = () => got.filter(({ topic }) => topic === 'homeassistant/device/neurond_pi-a/config')
    const first = linkOnRealBroker(broker.url, { homeAssistant: true }, 4)
    await until(() => configs().length === 1, 'the announcement')
    await until(isSubscribed(first.link), 'what it retains')
    await first.link.close()
    linkOnRealBroker(broker.url, {}, 4, { boot: 'another' })
    await until(() => configs().length === 2, 'its removal')
    expect(configs().map(({ text }) => text !== '')).toEqual([true, false])
  })

  it('publishes the will of a link that is cut off', async () => {
    const broker = closeAfterTest(await openBroker({ port: 0 }, () => {}))
    const port = Number(new URL(broker.url).port)
    const cable = await layCable(port)
    const { link } = linkOnRealBroker(cable.url, {}, 4)
    const { texts } = await subscribe(port, 4)
    await until(isOnline(link), 'the link')
    cable.pull()
    await until(() => texts('status').at(-1) === 'offline', 'the will')
  })

  it('takes a free port when its own is taken, and says how to use the broker there', async () => {
    const taken = net.createServer()
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
    closeAfterTest({ close: () => new Promise(resolve => taken.close(resolve)) })
    const { port } = taken.address() as net.AddressInfo
    const logged: string[] = []
    const { url } = closeAfterTest(await openBroker({ port }, (_level, message) => logged.push(message)))
    expect(logged).toEqual([
      `port ${port} is in use by another program; the built-in broker listens on ${url} instead ` +
        `(to use the one on ${port}: --set mqtt.url=mqtt://127.0.0.1:${port})`,
    ])
  })

  it('goes on for others when one subscriber stops reading, and does not keep for it what it misses', async () => {
    const broker = closeAfterTest(await openBroker({ port: 0 }, () => {}))
    const port = Number(new URL(broker.url).port)
    const stuck = await subscribeAndReadNoMore(port)
    const well = await subscribe(port, 4)
    const publisher = await mqtt.connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 })
    closeAfterTest({ close: () => publisher.endAsync(true) })
    const payload = 'x'.repeat(60_000)
    for (let i = 0; i < 400; i++) await publisher.publishAsync('neuron/v1/pi-a/big', payload, { qos: 1 })
    await until(() => well.texts('big').length === 400, 'the other subscriber')
    // What the kernel's buffers held, and little more.
    let readBytes = 0
    stuck.on('data', chunk => {
      readBytes += chunk.length
    })
    await new Promise(resolve => setTimeout(resolve, 300))
    stuck.destroy()
    expect(readBytes).toBeLessThan(16e6)
  })

  it('keeps no more than 1000 retained topics and no payload above 64 kB', async () => {
    const logged: string[] = []
    const broker = closeAfterTest(await openBroker({ port: 0 }, (_level, message) => logged.push(message)))
    const connect = () => mqtt.connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 })
    const [first, second] = [await connect(), await connect()]
    closeAfterTest({ close: () => Promise.all([first.endAsync(true), second.endAsync(true)]) })
    let thrownOut = 0
    for (const client of [first, second]) client.on('close', () => thrownOut++)
    for (let i = 0; i < 1001; i++) first.publish(`hoard/${i}`, 'x', { retain: true })
    second.publish('large', 'x'.repeat(65_537))
    await until(() => thrownOut === 2, 'both to be disconnected')
    expect(logged.join()).toMatch(/disconnects the client "\w+", which published 65537 bytes, more than the 65536 that/)
    expect(logged.join()).toMatch(/which published one retained topic more than the 1000 that it keeps to hoard\/1000/)
  })

  it('lets nobody speak for the broker itself, which could throw others out', async () => {
    const logged: string[] = []
    const broker = closeAfterTest(await openBroker({ port: 0 }, (_level, message) => logged.push(message)))
    const { link } = linkOnRealBroker(broker.url, {}, 4)
    await until(isOnline(link), 'the link')
    const stranger = await mqtt.connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 })
    closeAfterTest({ close: () => stranger.endAsync(true) })
    const thrownOut = new Promise<void>(resolve => stranger.once('close', () => resolve()))
    stranger.publish('$SYS/another/new/clients', 'neurond-pi-a', { qos: 1 })
    await until(() => logged.length > 0 || link.status().reconnects > 0, 'what comes of it')
    expect(logged.join()).toMatch(/which published what only the broker itself may to \$SYS\/another\/new\/clients/)
    await thrownOut
    expect(link.status()).toMatchObject({ state: 'online', reconnects: 0 })
  })

  it('ends by itself, with all its clients, twice if it must', async () => {
    const broker = closeAfterTest(await openBroker({ port: 0 }, () => {}))
    const port = Number(new URL(broker.url).port)
    const { client } = await subscribe(port, 4)
    const silent = net.connect(port, '127.0.0.1')
    await new Promise(resolve => silent.once('connect', resolve))
    const ends = [client, silent].map(end => new Promise(resolve => end.once('close', resolve)))
    await Promise.all([broker.close(), broker.close(), ...ends])
  })
})

describe('with a broker that takes only some messages at a time', () => {
  it.each([1, 10])('(%i) has no more than that under way, and gets rid of all the same', async most => {
    const broker = closeAfterTest(await strictBroker(most))
    const { link, spikesTo } = linkOnRealBroker(broker.url)
    spikesTo(64 * 20)
    await until(() => broker.disconnected() > 0 || link.status().state === 'online', 'the link')
    await until(() => broker.disconnected() > 0 || link.status().waitingSpikes === 0, 'the spikes')
    expect(broker.disconnected()).toBe(0)
    expect(broker.acknowledged.filter(topic => topic.endsWith('/spikes')).length).toBeGreaterThanOrEqual(20)
  })
})

describe('without a broker', () => {
  it('says what to do, keeps the spikes, and is closed at once', async () => {
    const port = await freePort()
    const { link, logged, spikesTo } = linkOnRealBroker(`mqtt://127.0.0.1:${port}`)
    await until(() => link.status().state === 'offline', 'the refusal')
    spikesTo(1000)
    expect(link.status()).toMatchObject({ waitingSpikes: 1000, dropped: 0 })
    expect(link.status().reason).toBe(
      `nothing listens at 127.0.0.1:${port}: start a broker there, for example: sudo systemctl start mosquitto`,
    )
    await new Promise(resolve => setTimeout(resolve, 1000))
    expect(logged).toHaveLength(1)
    const started = performance.now()
    await link.close()
    expect(performance.now() - started).toBeLessThan(PATIENCE_MS)
  })

  it('knows a server that speaks something else', async () => {
    const server = net.createServer(socket =>
      socket
        .on('error', () => {})
        .resume()
        .end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    )
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    closeAfterTest({ close: () => new Promise(resolve => server.close(resolve)) })
    const { link } = linkOnRealBroker(`mqtt://127.0.0.1:${(server.address() as net.AddressInfo).port}`)
    await until(() => link.status().state === 'offline', 'the end of the attempt')
    expect(link.status().reason).toMatch(/does not speak MQTT/)
  })
})

/** MQTT 3.1.1 by hand: CONNECT, and SUBSCRIBE to #; then the socket is never read from again. */
async function subscribeAndReadNoMore(port: number): Promise<net.Socket> {
  const socket = net.connect(port, '127.0.0.1')
  const connect = [0x10, 12, 0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 60, 0, 0]
  const subscribe = [0x82, 6, 0, 1, 0, 1, 0x23, 0]
  socket.write(Buffer.from([...connect, ...subscribe]))
  await new Promise<void>(resolve => socket.once('readable', resolve))
  return socket
}
