import { createRequire } from 'node:module'
import net from 'node:net'

const { generate, parser } = createRequire(import.meta.url)('mqtt-packet') as typeof import('mqtt-packet')
const V5 = { protocolVersion: 5 } as const
const RECEIVE_MAXIMUM_EXCEEDED = 147

export interface StrictBroker {
  readonly url: string
  /** Topics of what came with QoS 1. */
  readonly acknowledged: string[]
  /** Clients thrown out because they had more under way than they may. */
  disconnected(): number
  close(): Promise<unknown>
}

/** As some brokers do, it allows few messages to be under way (MQTT 5 §4.9), takes its time, and insists on it. */
export async function strictBroker(receiveMaximum: number): Promise<StrictBroker> {
  const acknowledged: string[] = []
  const sockets = new Set<net.Socket>()
  let thrownOut = 0

  function serve(socket: net.Socket): void {
    const packets = parser(V5)
    let underWay = 0
    const answer = (packet: Parameters<typeof generate>[0]) => socket.writable && socket.write(generate(packet, V5))
    packets.on('packet', packet => {
      if (packet.cmd === 'connect')
        answer({ cmd: 'connack', reasonCode: 0, sessionPresent: false, properties: { receiveMaximum } })
      if (packet.cmd === 'subscribe')
        answer({ cmd: 'suback', messageId: packet.messageId!, granted: packet.subscriptions.map(() => 0) })
      if (packet.cmd !== 'publish' || packet.qos === 0) return
      underWay++
      if (underWay > receiveMaximum) {
        thrownOut++
        answer({ cmd: 'disconnect', reasonCode: RECEIVE_MAXIMUM_EXCEEDED })
        socket.end()
      }
      setTimeout(() => {
        underWay--
        acknowledged.push(packet.topic)
        answer({ cmd: 'puback', messageId: packet.messageId!, reasonCode: 0 })
      }, 5)
    })
    socket.on('data', bytes => packets.parse(bytes)).on('error', () => {})
    sockets.add(socket)
  }

  const server = net.createServer(serve)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `mqtt://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    acknowledged,
    disconnected: () => thrownOut,
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise(resolve => server.close(resolve))
    },
  }
}
