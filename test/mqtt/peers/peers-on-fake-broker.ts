import type { openReceiverConnection, ReceiverConnection } from '../../../src/mqtt/connection/receiver-connection.ts'
import type { MqttClientLike } from '../../../src/mqtt/exactly-once-receiver.ts'
import { MQTT_FIELDS } from '../../../src/mqtt/link-and-synapse-options.ts'
import { openPeers } from '../../../src/mqtt/peers/peers.ts'
import { manualTimers } from '../manual-timers.ts'

export const NOW_US = 1.8e15
const DEFAULTS = Object.fromEntries(Object.entries(MQTT_FIELDS).map(([key, field]) => [key, field.default]))
export const OPTIONS = { ...DEFAULTS, url: 'mqtt://u:secret@broker:1883' } as Parameters<typeof openPeers>[0]

type Listener = Parameters<MqttClientLike['on']>[1]

/** Peers at a broker that is only told what happens. */
export function peersOnFakeBroker(options = OPTIONS) {
  const timers = manualTimers()
  const listeners = new Set<Listener>()
  const filters: string[] = []
  const sent: { topic: string; content: { id: string } }[] = []
  const cleared: string[] = []
  const fake = {
    opened: 0,
    closed: 0,
    state: 'online' as 'online' | 'offline',
    refusal: (_topic: string): string | undefined => undefined,
  }
  const connection: ReceiverConnection = {
    client: {
      connected: true,
      on: (_event, listener) => listeners.add(listener),
      removeListener: (_event, listener) => listeners.delete(listener),
      subscribe: filter => filters.push(filter),
      publish: () => {},
    },
    send({ topic, payload, retain }, answered) {
      if (retain && payload === '') cleared.push(topic)
      else sent.push({ topic, content: JSON.parse(payload) })
      queueMicrotask(() => answered(fake.refusal(topic)))
      return fake.state === 'online'
    },
    refused: () => [],
    wasOnline: () => true,
    status: () => ({
      state: fake.state,
      reason: fake.state === 'online' ? '' : 'nobody listens there',
      retryInMs: 0,
    }),
    async close() {
      fake.closed++
    },
  }
  const open = (async () => {
    fake.opened++
    return connection
  }) as typeof openReceiverConnection
  const wallUs = () => NOW_US + timers.nowMs() * 1000
  const peers = openPeers(options, 'pi-a', { timers, wallUs, random: () => 0.5, log() {} }, open)
  const deliver = (topic: string, content: unknown, retain = false) => {
    const payload = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
    for (const listen of listeners) listen(`neuron/v1/${topic}`, payload, { retain })
  }
  return { timers, peers, fake, filters, sent, cleared, deliver, listeners }
}
