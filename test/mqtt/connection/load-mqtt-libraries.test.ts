import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { loadMqttLibrary } from '../../../src/mqtt/connection/load-mqtt-libraries.ts'

it('the bytes of all lengths that the packet writer keeps lie in one small buffer, and are right', async () => {
  loadMqttLibrary('mqtt')
  loadMqttLibrary('aedes')
  const { writeToStream, parser } = createRequire(import.meta.url)('mqtt-packet') as typeof import('mqtt-packet')
  const holders = new Set<ArrayBufferLike>()
  const sizes = [0, 1, 100, 122, 123, 124, 500, 5000, 16_378, 16_379, 16_380, 16_381, 20_000]
  const parsed: number[] = []
  const reader = parser()
  reader.on('packet', packet => parsed.push((packet as unknown as { payload: Buffer }).payload.length))
  for (const size of [...sizes, ...sizes]) {
    const chunks: Buffer[] = []
    const stream = {
      write: (chunk: Buffer | string) => chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk)),
    }
    const payload = Buffer.alloc(size)
    const packet = { cmd: 'publish', topic: 'a', payload, qos: 0, dup: false, retain: false } as const
    writeToStream(packet, stream as unknown as NodeJS.WritableStream)
    reader.parse(Buffer.concat(chunks))
    if (size < 16_000) holders.add(chunks[1]!.buffer)
  }
  expect(parsed).toEqual([...sizes, ...sizes])
  expect([...holders].map(({ byteLength }) => byteLength)).toEqual([32_768])
})
