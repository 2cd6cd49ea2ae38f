import mqtt, { type MqttClient } from 'mqtt'
import { realTimers } from '../../src/loop/clock.ts'
import { type Link, openLink } from '../../src/mqtt/link.ts'
import type { LinkOptions } from '../../src/mqtt/link-and-synapse-options.ts'
import type { LinkNeuron } from '../../src/mqtt/types.ts'
import { exampleNeuron, spike } from './example-neuron.ts'
import { OPTIONS } from './link-on-fake-broker.ts'

/** Closed after each test, the last first. */
const opened: { close(): Promise<unknown> }[] = []

export async function closeAll(): Promise<void> {
  for (const thing of opened.splice(0).reverse()) await thing.close()
}

export function closeAfterTest<T extends { close(): Promise<unknown> }>(thing: T): T {
  opened.push(thing)
  return thing
}

/** A link in real time. */
export interface RealBrokerLink {
  readonly link: Link
  readonly logged: string[]
  /** Emit the spikes up to and including this one. */
  spikesTo(seq: number): void
}

export function linkOnRealBroker(
  url: string,
  options: Partial<LinkOptions> = {},
  protocol: 4 | 5 = 5,
  changes: Partial<LinkNeuron> = {},
): RealBrokerLink {
  const logged: string[] = []
  const context = {
    timers: realTimers,
    wallUs: () => Date.now() * 1000,
    random: Math.random,
    log: (_level: string, message: string) => logged.push(message),
  }
  const link = closeAfterTest(
    openLink({ ...OPTIONS, willDelayS: 0, url, ...options }, { ...exampleNeuron(), ...changes }, context, protocol),
  )
  let seq = 0
  return {
    link,
    logged,
    spikesTo(last) {
      while (seq < last) link.spike(spike(++seq, { tUs: Date.now() * 1000 }))
    },
  }
}

export interface Subscriber {
  readonly client: MqttClient
  readonly got: { readonly topic: string; readonly text: string; readonly retain: boolean }[]
  /** Texts received under one name. */
  texts(name: string): string[]
  /** Seqs that the ledger brought, each once, in the order of arrival. */
  ledgerSeqs(): number[]
  close(): Promise<unknown>
}

export async function subscribe(port: number, protocolVersion: 4 | 5 = 5, account: object = {}): Promise<Subscriber> {
  const url = `mqtt://127.0.0.1:${port}`
  const client = await mqtt.connectAsync(url, { protocolVersion, reconnectPeriod: 0, ...account })
  const got: Subscriber['got'] = []
  client.on('message', (topic, payload, { retain }) => got.push({ topic, text: payload.toString(), retain }))
  await client.subscribeAsync('neuron/v1/pi-a/#', { qos: 1 })
  const texts = (name: string) => got.filter(({ topic }) => topic.endsWith(`/${name}`)).map(({ text }) => text)
  return closeAfterTest({
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

export function oneTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1)
}

/** The broker has answered what came after the subscriptions: they hold, and requests are fake. */
export const isSubscribed = (link: Link) => () => link.status().acked > 0

export const isOnline = (link: Link) => () => link.status().state === 'online'
