/** Subscribes to the neurons that synapses come from, and hands their spikes to this neuron. */

import type { Refusal, Spike } from '../../loop/types.ts'
import type { Incoming } from '../connection/connection.ts'
import { complaintsAboutSynapses } from '../options.ts'
import { LARGEST_PAYLOAD_BYTES, type Route, type Router, tooLargeMessage } from '../router.ts'
import type { Topics } from '../topics.ts'
import type {
  LinkContext,
  LinkHooks,
  LinkNeuron,
  ReportedSynapse,
  Synapse,
  SynapticCounts,
  SynapticEvent,
} from '../types.ts'
import { createOverload } from './overload.ts'
import { type Arrival, createSynapses, directEvent } from './synapses.ts'

export interface SynapseSubscriber {
  synapses(): readonly ReportedSynapse[]
  /** Other synapses from now on; or why not, and nothing changes. */
  set(synapses: unknown): Refusal | undefined
  /** An event on `syn/<name>`; or why it is none. */
  onDirectEvent(name: string, payload: unknown): Refusal | undefined
  /** One event on `syn/…` was over the rate limit. */
  clipped(): void
  /** One message on a topic was no synaptic event. */
  refused(from: string, fault: string): void
  counts(): SynapticCounts
  /** What was too much or made no sense of late, in words. */
  warnings(): readonly string[]
  /** For neurons that excite themselves. */
  onOwnSpike(spike: Spike): void
  close(): void
}

const CHECK_MS = 1000

export function openSynapseSubscriber(
  topics: Topics,
  neuron: LinkNeuron,
  context: LinkContext,
  router: Router,
  hooks: LinkHooks,
): SynapseSubscriber {
  let configured: readonly Synapse[] = []
  let synapses = createSynapses(configured)
  let isSynced = neuron.info().clock.synced === true
  const overload = createOverload(neuron, (event, words) => {
    hooks.onEvent(event)
    context.log('warn', words)
  })

  const spikeOf = (from: string) => `${topics.base}/${from}/spike`
  const infoOf = (from: string) => `${topics.base}/${from}/info`
  const senders = () => [...new Set(configured.map(({ from }) => from))].filter(from => from !== neuron.id)

  /** Asked now and then, not for every spike. */
  function checkClock(): void {
    const wasSynced = isSynced
    isSynced = neuron.info().clock.synced === true
    if (isSynced !== wasSynced) hooks.onChange()
  }

  function routesOf(from: string): Route[] {
    return [
      { filter: infoOf(from), qos: 1, retained: true, handle: message => onInfo(from, message) },
      { filter: spikeOf(from), qos: 0, handle: (message, heldUpMs) => onSpike(from, message, heldUpMs) },
    ]
  }

  function onInfo(from: string, message: Incoming): void {
    const text = textOf(message)
    if (text !== undefined && synapses.info(from, text)) hooks.onChange()
  }

  function onSpike(from: string, message: Incoming, heldUpMs: number): void {
    const text = textOf(message)
    if (text === undefined || message.retain) return
    for (const event of synapses.spike(from, text, arrivalNow(heldUpMs))) deliver(event)
  }

  function textOf({ topic, payload }: Incoming): string | undefined {
    if (payload.length <= LARGEST_PAYLOAD_BYTES) return Buffer.from(payload).toString()
    overload.refused(topic, tooLargeMessage(payload.length))
    return undefined
  }

  function arrivalNow(heldUpMs: number): Arrival {
    return { nowMs: context.timers.nowMs(), wallUs: context.wallUs(), synced: isSynced, heldUpMs }
  }

  function deliver(event: SynapticEvent): void {
    if (neuron.synapse?.(event)) overload.arrived(event)
    else overload.queueFull()
  }

  const close = context.timers.every(CHECK_MS, () => {
    checkClock()
    for (const [from, count] of synapses.clipped()) overload.clipped(from, count)
    overload.check()
  })
  return {
    synapses: () => configured.map(synapse => ({ ...synapse, timing: synapses.timing(synapse.from, isSynced) })),
    set(wanted) {
      const [complaint] = complaintsAboutSynapses(wanted, neuron.id)
      if (complaint) return { code: 'synapse', message: `${complaint.path} ${complaint.message}`, path: complaint.path }
      const before = senders()
      configured = (wanted as readonly Synapse[]).map(synapse => ({ ...synapse }))
      synapses = createSynapses(configured)
      checkClock()
      // Those that stay are subscribed to again, without a moment in which their spikes would be missed (MQTT 5 §3.8.4).
      const gone = before.filter(from => !senders().includes(from))
      router.remove(gone.flatMap(from => [spikeOf(from), infoOf(from)]))
      router.add(senders().flatMap(routesOf))
      hooks.onChange()
      return undefined
    },
    onDirectEvent(name, payload) {
      const direct = directEvent(name, payload, context.timers.nowMs())
      if ('refusal' in direct) return direct.refusal
      if (direct.event) deliver(direct.event)
      return undefined
    },
    // Anybody may choose the names under `syn/`: they are counted together.
    clipped: () => overload.clipped('syn', 1),
    refused: overload.refused,
    counts: overload.counts,
    warnings: overload.warnings,
    onOwnSpike({ seq, tUs, late }) {
      if (!configured.some(({ from }) => from === neuron.id)) return
      const spike = JSON.stringify({ seq, tUs: Math.round(tUs), late })
      // Its clock agrees with itself.
      synapses.info(neuron.id, JSON.stringify({ boot: neuron.boot, clock: { synced: true } }))
      for (const event of synapses.spike(neuron.id, spike, { ...arrivalNow(0), synced: true })) deliver(event)
    },
    close,
  }
}
