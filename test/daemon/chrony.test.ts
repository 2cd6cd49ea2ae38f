import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { askChrony, trackingIn } from '../../src/daemon/chrony.ts'
import { randomFrom, uniform } from '../../src/neuron/random.ts'
import { manualTimers } from '../mqtt/manual-timers.ts'

const SEQUENCE = 0x01020304

/** chronyd 4.3's answer in a network without other servers, with `local stratum 10`; parts of it changed. */
function answer(changed: Partial<Record<keyof typeof PARTS, number>> = {}, sequence = SEQUENCE): Buffer {
  const bytes = Buffer.alloc(104)
  for (const [name, [offset, size, value]] of Object.entries(PARTS)) {
    bytes.writeUIntBE(changed[name as keyof typeof PARTS] ?? value, offset, size)
  }
  bytes.writeUInt32BE(sequence, 16)
  return bytes
}

/** Offset, bytes, value. */
const PARTS = {
  version: [0, 1, 6],
  type: [1, 1, 2],
  command: [4, 2, 33],
  reply: [6, 2, 5],
  status: [8, 2, 0],
  stratum: [52, 2, 3],
  leap: [54, 2, 0],
  // -0.5 ms, 1 ms, 2 ms: an exponent of 7 bits, a coefficient of 25.
  correction: [68, 4, floatBits(-0.0005)],
  rootDelay: [92, 4, floatBits(0.002)],
  rootDispersion: [96, 4, floatBits(0.001)],
} as const

/** As UTI_FloatHostToNetwork of chrony writes it. */
function floatBits(x: number): number {
  const exponent = Math.ceil(Math.log2(Math.abs(x))) + 1
  const coefficient = Math.round(x * 2 ** (25 - exponent))
  return (((exponent & 0x7f) << 25) | (coefficient & 0x1ffffff)) >>> 0
}

describe('the answer of chronyd', () => {
  it('is a bound: what the clock is known to be off, the dispersion and half of the way to the source', () => {
    const { synced, errMs } = trackingIn(answer(), SEQUENCE)!
    expect(synced).toBe(true)
    expect(errMs).toBeCloseTo(0.5 + 1 + 2 / 2, 5)
  })

  it.each([
    ['a leap second is near', { leap: 1 }, true],
    ['nothing is followed', { leap: 3, stratum: 0 }, false],
    ['nothing is followed any more', { leap: 3 }, false],
    ['it says 16: unsynchronised', { stratum: 16 }, false],
    ['nothing was followed yet', { stratum: 0 }, false],
  ])('says whether it is synchronised: %s', (_name, changed, synced) => {
    expect(trackingIn(answer(changed), SEQUENCE)).toMatchObject({ synced, errMs: synced ? expect.any(Number) : null })
  })

  it.each([
    ['of another request', answer({}, SEQUENCE + 1)],
    ['of another version', answer({ version: 5 })],
    ['that is a request', answer({ type: 1 })],
    ['to another command', answer({ command: 14 })],
    ['of another kind', answer({ reply: 1 })],
    ['that refuses', answer({ status: 2 })],
    ['that is cut off', answer().subarray(0, 103)],
    ['without anything', Buffer.alloc(0)],
    ['with a delay below 0', answer({ rootDelay: floatBits(-1) })],
    ['with a dispersion below 0', answer({ rootDispersion: floatBits(-1) })],
  ])('is not understood: one %s', (_name, bytes) => {
    expect(trackingIn(bytes, SEQUENCE)).toBe(undefined)
  })

  it('never throws, whatever comes, and never gives a bound that is no number', () => {
    const state = randomFrom(7)
    const random = () => uniform(state)
    for (let round = 0; round < 20_000; round++) {
      const bytes = answer()
      for (let changes = 0; changes < 1 + random() * 8; changes++) bytes[Math.floor(random() * 104)] = random() * 256
      const tracking = trackingIn(bytes.subarray(0, random() < 0.2 ? random() * 104 : 104), SEQUENCE)
      if (tracking?.synced) expect(tracking.errMs).toBeGreaterThanOrEqual(0)
    }
  })
})

describe('asked', () => {
  const sockets: Socket[] = []
  afterEach(() => sockets.splice(0).forEach(socket => void socket.close()))

  /** Something that listens where chronyd would. */
  async function listen(onRequest: (request: Buffer, from: RemoteInfo, socket: Socket) => void): Promise<number> {
    const socket = createSocket('udp4')
    sockets.push(socket)
    socket.on('message', (request, from) => onRequest(request, from, socket))
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return (socket.address() as AddressInfo).port
  }

  it('in its own words, chronyd answers; what it does not answer is passed over', async () => {
    const requests: Buffer[] = []
    const port = await listen((request, { port }, socket) => {
      requests.push(request)
      for (const bytes of [Buffer.from('?'), answer({}, 7), answer({}, request.readUInt32BE(8))])
        socket.send(bytes, port)
    })
    const timers = manualTimers()
    expect(await askChrony(timers, port)).toMatchObject({ synced: true })
    const [request] = requests
    // PKT_TYPE_CMD_REQUEST, REQ_TRACKING, and as long as the answer.
    expect([request!.length, ...request!.subarray(0, 8)]).toEqual([104, 6, 1, 0, 0, 0, 33, 0, 0])
    await timers.pass(5000)
  })

  it('nobody, it is told at once', async () => {
    const port = await listen(() => {})
    sockets.pop()!.close()
    expect(await askChrony(manualTimers(), port)).toBe(undefined)
  })

  it('what answers in other words, or not at all, it is given up after a second', async () => {
    for (const bytes of [Buffer.from('ntpd'), Buffer.alloc(104, 0xff), undefined]) {
      let hasAsked = () => {}
      const asked = new Promise<void>(resolve => {
        hasAsked = resolve
      })
      const port = await listen((_request, { port }, socket) => {
        if (bytes) socket.send(bytes, port, '127.0.0.1', hasAsked)
        else hasAsked()
      })
      const timers = manualTimers()
      const answered = askChrony(timers, port)
      await asked
      await timers.pass(1000)
      expect(await answered).toBe(undefined)
    }
  })
})
