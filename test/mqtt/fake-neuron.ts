import { VERBS } from '../../src/loop/control/verbs.ts'
import type { TraceListener } from '../../src/loop/host/trace.ts'
import type { Control, Reply } from '../../src/loop/types.ts'
import type { LinkOptions } from '../../src/mqtt/link-and-synapse-options.ts'
import type { LinkNeuron, SynapticEvent } from '../../src/mqtt/types.ts'
import { INFO, PARAMS, STATE } from './example-neuron.ts'
import { type FakeBrokerLink, linkOnFakeBroker } from './link-on-fake-broker.ts'

/** A neuron that writes down what it is asked for. */
export interface FakeNeuron {
  readonly neuron: Pick<
    LinkNeuron,
    'control' | 'onSamples' | 'synapse' | 'synapsesChanged' | 'params' | 'info' | 'state'
  >
  readonly patches: unknown[]
  readonly commands: [verb: string, payload: unknown][]
  readonly events: SynapticEvent[]
  /** Its answer to everything. */
  reply: Reply
  rev: number
  refractoryMs: number
  rateHz: number
  onSynapses(): void
  synced: boolean
  listeners: Set<TraceListener>
}

export function fakeNeuron(): FakeNeuron {
  const control: Control = {
    verbs: VERBS,
    patch(patch) {
      it.patches.push(patch)
      return it.reply
    },
    command(verb, payload) {
      it.commands.push([verb, payload])
      return it.reply
    },
  }
  const it: FakeNeuron = {
    patches: [],
    commands: [],
    events: [],
    reply: { ok: true, result: { done: true } },
    rev: 3,
    refractoryMs: 0,
    rateHz: STATE.rateHz,
    onSynapses() {},
    synced: true,
    listeners: new Set(),
    neuron: {
      control,
      info: () => ({ ...INFO, clock: { synced: it.synced } }),
      params: () => ({ rev: it.rev, params: { ...PARAMS.params, refractoryMs: it.refractoryMs } }),
      state: () => ({ ...STATE, rateHz: it.rateHz }),
      synapsesChanged() {
        it.rev++
        it.onSynapses()
      },
      synapse: event => it.events.push(event) > 0,
      onSamples(listener) {
        it.listeners.add(listener)
        return () => it.listeners.delete(listener)
      },
    },
  }
  return it
}

/** A link with such a neuron, online. */
export async function linkOfFakeNeuron(
  options: Partial<LinkOptions> = {},
): Promise<FakeBrokerLink & { readonly fake: FakeNeuron }> {
  const fake = fakeNeuron()
  const it = linkOnFakeBroker(options, fake.neuron)
  fake.onSynapses = it.link.paramsChanged
  await it.timers.pass(0)
  return { ...it, fake }
}
