import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { limitsIn, NO_LIMITS, publishBytes, subscribeBytes } from '../../../src/mqtt/connection/broker-limits.ts'

const { generate } = createRequire(import.meta.url)('mqtt-packet') as typeof import('mqtt-packet')

it.each(
  [0, 1, 90, 98, 99, 100, 120, 127, 128, 16_000, 16_383, 16_384, 16_400].flatMap(size =>
    ([4, 5] as const).map(version => [size, version] as const),
  ),
)('a payload of %i bytes makes a packet in MQTT %i as large as the writer makes it', (size, version) => {
  const message = { topic: 'neuron/v1/bücher/info', payload: 'x'.repeat(size), retain: false }
  for (const more of [
    { qos: 0 },
    { qos: 1 },
    { qos: 1, expiryS: 3600 },
    { qos: 1, correlation: new Uint8Array(130) },
    { qos: 0, expiryS: 1, correlation: new Uint8Array(3) },
  ] as const) {
    const { expiryS, correlation } = { expiryS: undefined, correlation: undefined, ...more }
    const properties = {
      ...(expiryS !== undefined && { messageExpiryInterval: expiryS }),
      ...(correlation !== undefined && { correlationData: Buffer.from(correlation) }),
    }
    const packet = { cmd: 'publish', ...message, qos: more.qos, dup: false, messageId: 7, properties } as const
    expect(publishBytes({ ...message, ...more }, version)).toBe(generate(packet, { protocolVersion: version }).length)
  }
  const subscription = { topic: message.topic, qos: 1, nl: true, rh: 0, rap: true } as const
  const packet = { cmd: 'subscribe' as const, messageId: 7, subscriptions: [subscription] }
  expect(subscribeBytes(message.topic, version)).toBe(generate(packet, { protocolVersion: version }).length)
})

it('CONNACK says what a broker takes, and what was learned before still holds for the size', () => {
  expect(limitsIn(undefined, NO_LIMITS)).toEqual(NO_LIMITS)
  expect(limitsIn({ maximumPacketSize: 100, maximumQoS: 0, retainAvailable: false }, NO_LIMITS)).toEqual({
    packetBytes: 100,
    qos: 0,
    retain: false,
  })
  expect(limitsIn({ maximumPacketSize: 100, maximumQoS: 1 }, { packetBytes: 50, qos: 0, retain: false })).toEqual({
    packetBytes: 50,
    qos: 1,
    retain: true,
  })
})
