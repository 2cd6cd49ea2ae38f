import { type Link, openLink } from '../../src/mqtt/link.ts'
import type { LinkOptions } from '../../src/mqtt/link-and-synapse-options.ts'
import type { LinkNeuron } from '../../src/mqtt/types.ts'
import { exampleNeuron } from './example-neuron.ts'
import { type FakeBroker, fakeBroker } from './fake-broker.ts'
import { type ManualTimers, manualTimers } from './manual-timers.ts'

export const OPTIONS: LinkOptions = {
  url: 'mqtt://ada:secret@broker',
  base: 'neuron/v1',
  protocolVersion: 'auto',
  keepaliveS: 10,
  willDelayS: 3,
  username: '',
  passwordFile: '',
  caFile: '',
  certFile: '',
  keyFile: '',
  homeAssistant: false,
  discoveryPrefix: 'homeassistant',
}

interface Content {
  readonly type: string
  readonly reason: string
  readonly seq0: number
  readonly n: number
  readonly gap: object
  readonly rev: number
  readonly outbox: { readonly dropped: number }
  readonly [key: string]: unknown
}

/** A link on a fake broker, in manual time. */
export interface FakeBrokerLink {
  readonly link: Link
  readonly broker: FakeBroker
  readonly timers: ManualTimers
  readonly logged: string[]
  /** Topics received, without base and id, or the contents of those of one name. */
  topics(): string[]
  contents(name: string): Content[]
}

export function linkOnFakeBroker(
  options: Partial<LinkOptions> = {},
  changes: Partial<LinkNeuron> = {},
  broker = fakeBroker(),
): FakeBrokerLink {
  const timers = manualTimers()
  const logged: string[] = []
  const context = {
    timers,
    wallUs: () => 1_795_198_454_000_000 + timers.nowMs() * 1000,
    random: () => 1,
    log: (level: string, message: string) => logged.push(`${level}: ${message}`),
  }
  const load = async () => broker.connect
  const link = openLink({ ...OPTIONS, ...options }, { ...exampleNeuron(), ...changes }, context, 5, load)
  return {
    link,
    broker,
    timers,
    logged,
    topics: () => broker.received.map(({ topic }) => topic.replace('neuron/v1/pi-a/', '')),
    contents: name =>
      broker.received.filter(({ topic }) => topic.endsWith(`/${name}`)).map(({ payload }) => JSON.parse(payload)),
  }
}

export function refusingBroker(code: number | string): FakeBroker {
  const broker = fakeBroker()
  broker.refusal = () => ({ code, message: 'refused' })
  return broker
}
