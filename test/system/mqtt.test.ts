import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type MqttClient } from 'mqtt'
import { afterEach, describe, expect, it } from 'vitest'
import { realTimers } from '../../src/loop/clock.ts'
import { openBroker } from '../../src/mqtt/broker.ts'
import { type Link, openLink } from '../../src/mqtt/link.ts'
import type { LinkOptions } from '../../src/mqtt/options.ts'
import { freePort, layCable, startMosquitto, until } from '../mqtt/mosquitto.ts'
import { neuron, spike } from '../mqtt/neuron.ts'

/** Closed after each test, the last first. */
const opened: { close(): Promise<unknown> }[] = []

afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close()
})

function keep<T extends { close(): Promise<unknown> }>(thing: T): T {
  opened.push(thing)
  return thing
}

interface Bench {
  readonly link: Link
  readonly notes: string[]
  /** Emit the spikes up to and including this one. */
  spikesTo(seq: number): void
}

function bench(url: string, options: Partial<LinkOptions> = {}, protocol: 4 | 5 = 5): Bench {
  const notes: string[] = []
  const world = {
    timers: realTimers,
    wallUs: () => Date.now() * 1000,
    random: Math.random,
    note: (_level: string, message: string) => notes.push(message),
  }
  const fields = { base: 'neuron/v1', keepaliveS: 10, willDelayS: 0, username: '', passwordFile: '' }
  const link = keep(openLink({ ...fields, url, ...options }, neuron(), world, protocol))
  let seq = 0
  return {
    link,
    notes,
    spikesTo(last) {
      while (seq < last) link.spike(spike(++seq, { tUs: Date.now() * 1000 }))
    },
  }
}

interface Subscriber {
  readonly client: MqttClient
  readonly got: { readonly topic: string; readonly text: string; readonly retain: boolean }[]
  /** Texts received under one name. */
  texts(name: string): string[]
  /** Seqs that the ledger brought, each once, in the order of arrival. */
  ledgerSeqs(): number[]
  close(): Promise<unknown>
}

async function subscribe(port: number, protocolVersion: 4 | 5 = 5, account: object = {}): Promise<Subscriber> {
  const url = `mqtt://127.0.0.1:${port}`
  const client = await mqtt.connectAsync(url, { protocolVersion, reconnectPeriod: 0, ...account })
  const got: Subscriber['got'] = []
  client.on('message', (topic, payload, { retain }) => got.push({ topic, text: payload.toString(), retain }))
  await client.subscribeAsync('neuron/v1/pi-a/#', { qos: 1 })
  const texts = (name: string) => got.filter(({ topic }) => topic.endsWith(`/${name}`)).map(({ text }) => text)
  return keep({
    client,
    got,
    texts,
    ledgerSeqs() {
      const seqs = texts('spikes').flatMap(text => {
        const { seq0, n } = JSON.parse(text)
        return Array.from({ length: n }, (_, i) => seq0 + i)
      })
      return [...new Set(seqs)]
    },
    close: () => client.endAsync(true),
  })
}

function oneTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1)
}

const isOnline = (link: Link) => () => link.status().state === 'online'

describe.skipIf(!installed('mosquitto'))('with mosquitto', () => {
  it('speaks MQTT 5; a late subscriber finds what is retained; the ledger is complete; the end is announced', async () => {
    const { port } = keep(await startMosquitto())
    const { link, notes, spikesTo } = bench(`mqtt://127.0.0.1:${port}`)
    await until(isOnline(link), 'the link')
    expect(notes).toEqual([`connected to mqtt://127.0.0.1:${port} (MQTT 5)`])

    const late = await subscribe(port)
    await until(() => late.got.length >= 5, 'what is retained')
    expect(late.got.map(({ topic, retain }) => [topic.split('/').at(-1), retain]).sort()).toEqual(
      ['info', 'params', 'state', 'status', 'timing'].map(name => [name, true]),
    )
    spikesTo(200)
    await until(() => late.ledgerSeqs().length === 200, 'the ledger')
    expect(late.ledgerSeqs()).toEqual(oneTo(200))
    expect(late.texts('spike')).toHaveLength(200)

    spikesTo(210)
    await link.close()
    await until(() => late.texts('status').at(-1) === 'offline', 'the farewell')
    expect(late.ledgerSeqs()).toEqual(oneTo(210))
  })

  it('says offline by its will when it is cut off, and online again when it is back', async () => {
    const { port } = keep(await startMosquitto())
    const cable = await layCable(port)
    const { link } = bench(cable.url)
    const { texts } = await subscribe(port)
    await until(() => texts('status').at(-1) === 'online', 'online')
    cable.pull()
    await until(() => texts('status').at(-1) === 'offline', 'the will')
    await cable.plugIn()
    await until(() => texts('status').at(-1) === 'online', 'online again')
    expect(link.status().reconnects).toBe(1)
    await link.close()
    cable.pull()
  })

  it('does not say offline for a short interruption, where the will may wait', async () => {
    const { port } = keep(await startMosquitto())
    const cable = await layCable(port)
    const { link } = bench(cable.url, { willDelayS: 3 })
    const { texts } = await subscribe(port)
    await until(isOnline(link), 'the link')
    cable.pull()
    await cable.plugIn()
    await until(() => link.status().reconnects === 1, 'the link again')
    await until(() => texts('status').length === 2, 'status again')
    expect(texts('status')).toEqual(['online', 'online'])
    await link.close()
    cable.pull()
  })

  it('loses no spike when the broker is frozen, killed and started again', async () => {
    const broker = keep(await startMosquitto())
    const cable = await layCable(broker.port)
    const { link, spikesTo } = bench(cable.url)
    await until(isOnline(link), 'the link')
    const before = await subscribe(broker.port)
    spikesTo(20)
    await until(() => before.ledgerSeqs().length === 20, 'the first spikes')

    broker.kill('SIGSTOP')
    spikesTo(50)
    await until(() => link.status().waitingBatches > 0, 'a batch under way')
    await new Promise(resolve => setTimeout(resolve, 100))
    cable.pull()
    broker.kill('SIGKILL')
    await until(() => link.status().state === 'offline', 'the fault')
    spikesTo(300)
    await broker.start()
    const after = await subscribe(broker.port)
    await cable.plugIn()
    await until(() => after.ledgerSeqs().length === 280, 'all other spikes')
    expect([...before.ledgerSeqs(), ...after.ledgerSeqs()]).toEqual(oneTo(300))
    expect(JSON.parse(after.texts('spikes')[0]!)).not.toHaveProperty('gap')
    await link.close()
    cable.pull()
  })

  it('notices a frozen broker, and until then keeps no more than its window under way', async () => {
    const broker = keep(await startMosquitto())
    const { link, notes, spikesTo } = bench(`mqtt://127.0.0.1:${broker.port}`, { keepaliveS: 1 })
    await until(isOnline(link), 'the link')
    broker.kill('SIGSTOP')
    const sentBefore = link.status().sent
    for (let round = 1; link.status().state === 'online'; round++) {
      spikesTo(round * 50)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    expect(notes.slice(1)).toEqual([expect.stringMatching(/the broker has stopped answering/)])
    expect(link.status().dropped).toBe(0)
    const live = 500 * 4
    expect(link.status().sent - sentBefore).toBeLessThan(live + 50)
    const started = performance.now()
    await link.close()
    expect(performance.now() - started).toBeLessThan(800)
  })

  it('is told that its password is wrong, and comes in as soon as the file is right', async () => {
    const { port } = keep(await startMosquitto({ 'pi-a': 'right' }))
    const folder = mkdtempSync(join(tmpdir(), 'neurond-mqtt-'))
    keep({ close: async () => rmSync(folder, { recursive: true }) })
    const passwordFile = join(folder, 'mqtt.pw')
    writeFileSync(passwordFile, 'wrong\n')
    const { link, notes } = bench(`mqtt://127.0.0.1:${port}`, { username: 'pi-a', passwordFile })
    await until(() => link.status().state === 'offline', 'the refusal')
    expect(link.status().reason).toMatch(/check mqtt.username and mqtt.passwordFile/)
    writeFileSync(passwordFile, 'right\n')
    await until(isOnline(link), 'the link')
    expect(notes).toHaveLength(2)
    expect(notes.join()).not.toMatch(/wrong|right/)
  })
})

describe('with the built-in broker', () => {
  it('falls back to MQTT 3.1.1 at once; the ledger is complete; the end is announced', async () => {
    const broker = keep(await openBroker({ port: 0 }, () => {}))
    const { link, notes, spikesTo } = bench(broker.url)
    const port = Number(new URL(broker.url).port)
    const subscriber = await subscribe(port, 4)
    await until(isOnline(link), 'the link')
    expect(notes).toEqual([`connected to ${broker.url} (MQTT 3.1.1)`])
    spikesTo(200)
    await until(() => subscriber.ledgerSeqs().length === 200, 'the ledger')
    expect(subscriber.ledgerSeqs()).toEqual(oneTo(200))
    await link.close()
    await until(() => subscriber.texts('status').at(-1) === 'offline', 'the farewell')
  })

  it('publishes the will of a link that is cut off', async () => {
    const broker = keep(await openBroker({ port: 0 }, () => {}))
    const port = Number(new URL(broker.url).port)
    const cable = await layCable(port)
    const { link } = bench(cable.url, {}, 4)
    const { texts } = await subscribe(port, 4)
    await until(isOnline(link), 'the link')
    cable.pull()
    await until(() => texts('status').at(-1) === 'offline', 'the will')
  })

  it('takes a free port when its own is taken, and says how to use the broker there', async () => {
    const taken = net.createServer()
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
    keep({ close: () => new Promise(resolve => taken.close(resolve)) })
    const { port } = taken.address() as net.AddressInfo
    const notes: string[] = []
    const { url } = keep(await openBroker({ port }, (_level, message) => notes.push(message)))
    expect(notes).toEqual([
      `port ${port} is in use by another program; the built-in broker listens on ${url} instead ` +
        `(to use the one on ${port}: --set mqtt.url=mqtt://127.0.0.1:${port})`,
    ])
  })

  it('goes on for others when one subscriber stops reading', async () => {
    const broker = keep(await openBroker({ port: 0 }, () => {}))
    const port = Number(new URL(broker.url).port)
    const [stuck, well] = [await subscribe(port, 4), await subscribe(port, 4)]
    stuck.client.stream.pause()
    const publisher = await mqtt.connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 })
    keep({ close: () => publisher.endAsync(true) })
    const payload = 'x'.repeat(60_000)
    for (let i = 0; i < 200; i++) await publisher.publishAsync('neuron/v1/pi-a/big', payload, { qos: 1 })
    await until(() => well.texts('big').length === 200, 'the other subscriber')
  })

  it('keeps no more than 1000 retained topics and no payload above 64 kB', async () => {
    const broker = keep(await openBroker({ port: 0 }, () => {}))
    const connect = () => mqtt.connectAsync(broker.url, { protocolVersion: 4, reconnectPeriod: 0 })
    const [first, second] = [await connect(), await connect()]
    keep({ close: () => Promise.all([first.endAsync(true), second.endAsync(true)]) })
    let thrownOut = 0
    for (const client of [first, second]) client.on('close', () => thrownOut++)
    for (let i = 0; i < 1001; i++) first.publish(`hoard/${i}`, 'x', { retain: true })
    second.publish('large', 'x'.repeat(65_537))
    await until(() => thrownOut === 2, 'both to be disconnected')
  })

  it('ends within 200 ms, with all its clients, twice if it must', async () => {
    const broker = keep(await openBroker({ port: 0 }, () => {}))
    const port = Number(new URL(broker.url).port)
    const { client } = await subscribe(port, 4)
    const silent = net.connect(port, '127.0.0.1')
    await new Promise(resolve => silent.once('connect', resolve))
    const ends = [client, silent].map(end => new Promise(resolve => end.once('close', resolve)))
    const started = performance.now()
    await Promise.all([broker.close(), broker.close(), ...ends])
    expect(performance.now() - started).toBeLessThan(200)
  })
})

describe('without a broker', () => {
  it('says what to do, keeps the spikes, and is closed at once', async () => {
    const port = await freePort()
    const { link, notes, spikesTo } = bench(`mqtt://127.0.0.1:${port}`)
    await until(() => link.status().state === 'offline', 'the refusal')
    spikesTo(1000)
    expect(link.status()).toMatchObject({ waitingSpikes: 1000, dropped: 0 })
    expect(link.status().reason).toBe(
      `nothing listens at 127.0.0.1:${port}: start a broker there, for example: sudo systemctl start mosquitto`,
    )
    await new Promise(resolve => setTimeout(resolve, 1000))
    expect(notes).toHaveLength(1)
    const started = performance.now()
    await link.close()
    expect(performance.now() - started).toBeLessThan(100)
  })

  it('knows a server that speaks something else', async () => {
    const server = net.createServer(socket =>
      socket
        .on('error', () => {})
        .resume()
        .end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    )
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    keep({ close: () => new Promise(resolve => server.close(resolve)) })
    const { link } = bench(`mqtt://127.0.0.1:${(server.address() as net.AddressInfo).port}`)
    await until(() => link.status().state === 'offline', 'the end of the attempt')
    expect(link.status().reason).toMatch(/does not speak MQTT/)
  })
})

function installed(program: string): boolean {
  try {
    execFileSync('which', [program], { env: { PATH: `${process.env.PATH}:/usr/sbin` } })
    return true
  } catch {
    return false
  }
}
