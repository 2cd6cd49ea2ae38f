/** A subscriber to one topic, in MQTT 3.1.1 by hand: it costs next to nothing, so that it does not disturb what it times. */
import { connect, type Socket } from 'node:net'

export interface Subscriber {
  close(): void
}

/** Calls `onMessage` for every message that the broker on this machine delivers. Errors end it silently. */
export function openSubscriber(port: number, filter: string, onMessage: () => void): Subscriber {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let rest: Buffer = Buffer.alloc(0)
  socket.on('connect', () =>
    socket.write(Buffer.concat([connectPacket(`bench-${process.pid}`), subscribePacket(filter)])),
  )
  socket.on('data', data => {
    const packets = packetsIn(Buffer.concat([rest, data]))
    rest = packets.rest
    for (const type of packets.types) if (type === PUBLISH) onMessage()
  })
  socket.on('error', () => socket.destroy())
  return { close: () => void socket.destroy() }
}

/** Packet types, the upper half of the first byte (MQTT 3.1.1, 2.2.1). */
const CONNECT = 1
const PUBLISH = 3
const SUBSCRIBE = 8
const CLEAN_SESSION = 2

/** Clean session, no keep-alive. */
export function connectPacket(clientId: string): Buffer {
  const header = Buffer.from([4, CLEAN_SESSION, 0, 0])
  return packet(CONNECT << 4, Buffer.concat([text('MQTT'), header, text(clientId)]))
}

/** QoS 0. */
export function subscribePacket(filter: string): Buffer {
  return packet((SUBSCRIBE << 4) | 2, Buffer.concat([Buffer.from([0, 1]), text(filter), Buffer.from([0])]))
}

/** The types of the packets that have come completely, and what is left over. */
export function packetsIn(received: Buffer): { readonly types: readonly number[]; readonly rest: Buffer } {
  const types: number[] = []
  let at = 0
  for (;;) {
    let length = 0
    let head = at + 1
    for (let shift = 0; ; shift += 7) {
      const byte = received[head++]
      if (byte === undefined) return { types, rest: received.subarray(at) }
      length += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    if (head + length > received.length) return { types, rest: received.subarray(at) }
    types.push(received[at]! >> 4)
    at = head + length
  }
}

/** For bodies below 128 bytes, whose length is one byte. */
function packet(firstByte: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([firstByte, body.length]), body])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}
