import { createRequire } from 'node:module'
import net from 'node:net'
import type { Packet } from 'mqtt-packet'

const { generate, parser } = createRequire(import.meta.url)('mqtt-packet') as typeof import('mqtt-packet')

/** A client of the broker, by its bytes. */
export interface ScriptedClient {
  /** The version of its CONNECT. */
  readonly version: 4 | 5
  send(packet: Packet): void
  sendBytes(hex: string): void
  /** Close the connection without a word. */
  drop(): void
}

/** What the broker does with each packet; what it leaves alone is answered as brokers do. */
export type Script = (packet: Packet, client: ScriptedClient) => 'done' | undefined

export interface ScriptedBroker {
  readonly port: number
  readonly url: string
  /** Versions of the CONNECTs so far. */
  readonly versions: number[]
  /** Topics, payload lengths, QoS and retain flag of what it took. */
  readonly published: { topic: string; payload: string; qos: number; retain: boolean }[]
  close(): Promise<unknown>
}

const refuseNothing: Script = () => undefined

/** A broker of bytes, for those that no real broker can be made to do. */
export async function scriptedBroker(script: Script = refuseNothing): Promise<ScriptedBroker> {
  const versions: number[] = []
  const published: ScriptedBroker['published'] = []
  const sockets = new Set<net.Socket>()

  function serve(socket: net.Socket): void {
    const packets = parser()
    let version: 4 | 5 = 4
    const send = (packet: Packet) => socket.writable && socket.write(generate(packet, { protocolVersion: version }))
    const client: ScriptedClient = {
      get version() {
        return version
      },
      send: packet => void send(packet),
      sendBytes: hex => void socket.write(Buffer.from(hex, 'hex')),
      drop: () => socket.destroy(),
    }
    packets.on('packet', packet => {
      if (packet.cmd === 'connect') {
        version = packet.protocolVersion as 4 | 5
        versions.push(version)
      }
      if (socket.destroyed || script(packet, client) === 'done') return
      answer(packet, version, send)
      if (packet.cmd === 'publish') {
        const { topic, qos, retain } = packet
        published.push({ topic, payload: packet.payload.toString(), qos, retain })
      }
    })
    socket.on('data', bytes => packets.parse(bytes)).on('error', () => {})
    sockets.add(socket)
  }

  const server = net.createServer(serve)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    versions,
    published,
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise(resolve => server.close(resolve))
    },
  }
}

function answer(packet: Packet, version: 4 | 5, send: (packet: Packet) => void): void {
  if (packet.cmd === 'connect') {
    send({ cmd: 'connack', sessionPresent: false, ...(version === 5 ? { reasonCode: 0 } : { returnCode: 0 }) })
  } else if (packet.cmd === 'subscribe') {
    send({ cmd: 'suback', messageId: packet.messageId!, granted: packet.subscriptions.map(() => 0) })
  } else if (packet.cmd === 'publish' && packet.qos === 1) {
    send({ cmd: 'puback', messageId: packet.messageId!, reasonCode: 0 })
  } else if (packet.cmd === 'pingreq') {
    send({ cmd: 'pingresp' })
  }
}
