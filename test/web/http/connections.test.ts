import { connect, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import type { Web } from '../../../src/web/server.ts'
import { serveFakeNeuron } from '../fake-neuron-server.ts'

let socket: Socket | undefined

afterEach(() => {
  socket?.destroy()
})

/** A connection on which a WebSocket is asked for, and nothing is ever answered. */
function upgrade({ url }: Web, what: string): Socket {
  const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
  const asking = connect(Number(new URL(url).port), '127.0.0.1')
  asking.write(`${what} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n\r\n`)
  return asking
}

it.each([
  'GET /%ff',
  `POST /api/cmd/${'x'.repeat(65)}`,
])('an address that cannot be read leaves no connection behind: %s', { timeout: 15_000 }, async what => {
  const { web } = await serveFakeNeuron()
  socket = upgrade(web, what)
  let answer = ''
  for await (const data of socket) answer += data
  expect(answer).toMatch(/^HTTP\/1.1 4\d\d /)
  expect(answer).toMatch(/^content-security-policy: default-src 'none'/m)
  expect(answer).toContain('"code":"request"')
  expect(web.status().refused).toBe(1)
})

it('closing does not wait for a browser that sleeps', { timeout: 15_000 }, async () => {
  const { web } = await serveFakeNeuron()
  socket = upgrade(web, 'GET /live')
  await new Promise(resolve => socket?.once('data', resolve))
  socket.pause()
  await web.close()
})
