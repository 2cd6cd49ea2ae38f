import http from 'node:http'
import type net from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { spike } from '../example-neuron.ts'
import { closeAfterTest, closeAll, isOnline, linkOnRealBroker } from '../link-on-real-broker.ts'
import { until } from '../mosquitto.ts'
import { type Script, scriptedBroker } from '../scripted-broker.ts'

afterEach(closeAll)

/** CONNACK in MQTT 3.1.1: session present, return code. */
const CONNACK_V4 = (code: number) => `2002000${code}`

async function linkOn(script: Script, options: Parameters<typeof linkOnRealBroker>[1] = {}) {
  const broker = closeAfterTest(await scriptedBroker(script))
  return { broker, ...linkOnRealBroker(broker.url, options) }
}

describe('a broker that knows no MQTT 5', () => {
  it.each<[string, Script]>([
    [
      'closes at its CONNECT',
      (packet, { version, drop }) => {
        if (packet.cmd !== 'connect' || version === 4) return undefined
        drop()
        return 'done'
      },
    ],
    [
      'refuses it in 3.1.1',
      (packet, { version, sendBytes }) => {
        if (packet.cmd !== 'connect' || version === 4) return undefined
        sendBytes(CONNACK_V4(1))
        return 'done'
      },
    ],
    [
      'accepts it in 3.1.1 without a look at the version',
      (packet, { version, sendBytes }) => {
        if (packet.cmd !== 'connect' || version === 4) return undefined
        sendBytes(CONNACK_V4(0))
        return 'done'
      },
    ],
    [
      'refuses it in 5',
      (packet, { version, send }) => {
        if (packet.cmd !== 'connect' || version === 4) return undefined
        send({ cmd: 'connack', sessionPresent: false, reasonCode: 132 })
        return 'done'
      },
    ],
    ['stays mute', packet => (packet.cmd === 'connect' && packet.protocolVersion === 5 ? 'done' : undefined)],
  ])('and %s is reached in 3.1.1', async (_name, script) => {
    const { broker, link, logged } = await linkOn(script)
    await until(isOnline(link), 'the link')
    expect(broker.versions).toEqual([5, 4])
    expect(logged).toEqual([`connected to ${broker.url} (MQTT 3.1.1)`])
  })

  it('is not asked in another version than the settings name', async () => {
    const closing: Script = (packet, { drop }) => {
      if (packet.cmd === 'connect') drop()
      return undefined
    }
    const { broker, link } = await linkOn(closing, { protocolVersion: '5' })
    await until(() => link.status().state === 'offline', 'the end')
    expect(broker.versions).toEqual([5])
    const old = await linkOn(() => undefined, { protocolVersion: '4' })
    await until(isOnline(old.link), 'the link')
    expect(old.broker.versions).toEqual([4])
  })
})

describe('a broker that lets nobody in', () => {
  it('for the password is not asked in 3.1.1', async () => {
    const { broker, link } = await linkOn((packet, { send }) => {
      if (packet.cmd !== 'connect') return undefined
      send({ cmd: 'connack', sessionPresent: false, reasonCode: 134 })
      return 'done'
    })
    await until(() => link.status().state === 'offline', 'the refusal')
    expect(link.status().reason).toMatch(/user name or the password/)
    expect(broker.versions).toEqual([5])
  })

  it('is a web server in truth', async () => {
    const server = http.createServer()
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    closeAfterTest({ close: async () => void server.close() })
    const { link } = linkOnRealBroker(`mqtt://127.0.0.1:${(server.address() as net.AddressInfo).port}`)
    await until(() => link.status().state === 'offline', 'the end')
    expect(link.status().reason).toMatch(/does not speak MQTT, it is a web server: check the port in mqtt\.url/)
  })

  it('closes at once in every version', async () => {
    const { broker, link } = await linkOn((_packet, { drop }) => {
      drop()
      return 'done'
    })
    await until(() => link.status().state === 'offline', 'the end')
    expect(broker.versions).toEqual([5, 4])
    expect(link.status().reason).toMatch(
      /closes the connection without a word: .*TLS needs mqtts:\/\/.*WebSockets ws:\/\//,
    )
  })
})

describe('a broker with limits', () => {
  const connackWith =
    (properties: object): Script =>
    (packet, { send }) => {
      if (packet.cmd !== 'connect') return undefined
      send({ cmd: 'connack', sessionPresent: false, reasonCode: 0, properties })
      return 'done'
    }

  it('on the size of packets never gets a larger one; the spikes come in parts, and the rest is named', async () => {
    const largest = 200
    let tooLarge = 0
    const { broker, link } = await linkOn((packet, client) => {
      if ((packet.length ?? 0) + 2 > largest + 1 && packet.cmd !== 'connect') tooLarge++
      return connackWith({ maximumPacketSize: largest })(packet, client)
    })
    await until(isOnline(link), 'the link')
    for (let seq = 1; seq <= 64; seq++) link.spike(spike(seq))
    await until(() => link.status().waitingSpikes === 0 && link.status().acked > 2, 'the ledger')
    const batches = broker.published
      .filter(({ topic }) => topic.endsWith('/spikes'))
      .map(({ payload }) => JSON.parse(payload))
    expect(batches.reduce((sum, { n }) => sum + n, 0)).toBe(64)
    expect(batches.length).toBeGreaterThan(2)
    expect(tooLarge).toBe(0)
    expect(link.status().dropped).toBe(0)
    const left = link.status().warnings.filter(words => words.includes('left out'))
    expect(
      left.some(words =>
        /^neuron\/v1\/pi-a\/info is left out: \d+ bytes are too many: .* 200 at most.*max_packet_size/.test(words),
      ),
    ).toBe(true)
  })

  it('that it shows by PUBACK alone gets its batches in parts', async () => {
    const { broker, link } = await linkOn((packet, { send }) => {
      if (packet.cmd !== 'publish' || packet.payload.length <= 150) return undefined
      if (packet.qos === 1) send({ cmd: 'puback', messageId: packet.messageId!, reasonCode: 149 })
      return 'done'
    })
    await until(isOnline(link), 'the link')
    for (let seq = 1; seq <= 64; seq++) link.spike(spike(seq))
    await until(() => link.status().acked > 2 && link.status().waitingSpikes === 0, 'the ledger')
    const batches = broker.published
      .filter(({ topic }) => topic.endsWith('/spikes'))
      .map(({ payload }) => JSON.parse(payload))
    expect(batches.reduce((sum, { n }) => sum + n, 0)).toBe(64)
    expect(link.status().dropped).toBe(0)
  })

  it.each([4, 5] as const)('that it shows by throwing out the client (MQTT %i) keeps it in the end', async version => {
    const { link, broker } = await linkOn(
      (packet, { send, drop }) => {
        if (packet.cmd !== 'publish' || packet.payload.length <= 1100) return undefined
        if (version === 5) send({ cmd: 'disconnect', reasonCode: 149 })
        drop()
        return 'done'
      },
      { protocolVersion: `${version}`, homeAssistant: true },
    )
    await until(() => broker.published.some(({ topic }) => topic.endsWith('/params')), 'what is small enough', 60)
    await until(() => link.status().warnings.some(words => words.includes('homeassistant/device/')), 'the name')
    const { reconnects } = link.status()
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(link.status()).toMatchObject({ state: 'online', reconnects })
  })

  it('on QoS and retained messages is served in a reduced mode, which is named', async () => {
    const { broker, link, logged } = await linkOn((packet, client) => {
      if (packet.cmd === 'connect' && packet.will && ((packet.will.qos ?? 0) > 0 || packet.will.retain)) {
        client.send({ cmd: 'connack', sessionPresent: false, reasonCode: packet.will.retain ? 154 : 155 })
        client.drop()
        return 'done'
      }
      return connackWith({ maximumQoS: 0, retainAvailable: false })(packet, client)
    })
    await until(isOnline(link), 'the link')
    link.spike(spike(1))
    await until(() => broker.published.some(({ topic }) => topic.endsWith('/spikes')), 'the spikes')
    expect(broker.versions).toEqual([5, 5, 5])
    expect(broker.published.filter(({ qos, retain }) => qos > 0 || retain)).toEqual([])
    expect(link.status().warnings).toEqual([
      expect.stringMatching(/takes QoS 0 only \(max_qos 0\)/),
      expect.stringMatching(/retains nothing \(retain_available false\)/),
    ])
    expect(logged).toEqual(expect.arrayContaining([...link.status().warnings]))
  })
})
