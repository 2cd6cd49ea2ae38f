import { type Link, openLink } from '../../src/mqtt/link.ts'
import type { LinkOptions } from '../../src/mqtt/options.ts'
import type { LinkNeuron } from '../../src/mqtt/types.ts'
import { neuron } from './example-neuron.ts'
import { type FakeBroker, fakeBroker } from './fake-broker.ts'
import { type ManualTimers, manualTimers } from './manual-timers.ts'

export const OPTIONS: LinkOptions = {
  url: 'mqtt://ada:secret@broker',
  base: 'neuron/v1',
  keepaliveS: 10,
  willDelayS: 3,
  username: '',
  passwordFile: '',
  caFile: '',
  certFile: '',
  keyFile: '',
  homeAssistant: false,
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
export interface Bench {
  readonly link: Link
  readonly broker: FakeBroker
  readonly timers: ManualTimers
  readonly notes: string[]
  /** Topics received, without base and id, or the contents of those of one name. */
  topics(): string[]
  contents(name: string): Content[]
}

export function bench(
  options: Partial<LinkOptions> = {},
  changes: Partial<LinkNeuron> = {},
  broker = fakeBroker(),
): Bench {
  const timers = manualTimers()
  const notes: string[] = []
  const context = {
    timers,
    wallUs: () => 1_795_198_454_000_000 + timers.nowMs() * 1000,
    random: () => 1,
    log: (level: string, message: string) => notes.push(`${level}: ${message}`),
  }
  const load = async () => broker.connect
  const link = openLink({ ...OPTIONS, ...options }, { ...neuron(), ...changes }, context, 5, load)
  return {
    link,
    broker,
    timers,
    notes,
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
