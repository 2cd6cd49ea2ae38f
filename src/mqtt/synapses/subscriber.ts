/** The synapses at work: listens where they come from, and hands to the neuron what arrives. */
import type { Refusal, Spike } from '../../loop/types.ts'
import type { Incoming } from '../connection/connection.ts'
import type { Session } from '../connection/session.ts'
import { complaintsAboutSynapses, type Synapse } from '../options.ts'
import { LARGEST_PAYLOAD_BYTES, tooLargeMessage } from '../requests/parse.ts'
import type { Topics } from '../topics.ts'
import type { LinkContext, LinkEvent, LinkNeuron, SynapticCounts, SynapticEvent } from '../types.ts'
import { createOverload } from './overload.ts'
import { type Arrival, createSynapses, directEvent, type ReportedSynapse } from './synapses.ts'

export interface SynapseSubscriber {
  synapses(): readonly ReportedSynapse[]
  /** Other synapses from now on; or why not, and nothing changes. */
  set(synapses: unknown): Refusal | undefined
  /** Subscribe to what is needed. */
  online(): void
  /** True if the message was for a synapse. */
  hear(message: Incoming, heldUpMs: number): boolean
  /** An event on `syn/<name>`; or why it is none. */
  direct(name: string, payload: unknown): Refusal | undefined
  /** So many events on `syn/…` were over the rate limit; or one message on a topic made no sense. */
  clipped(): void
  refused(from: string, fault: string): void
  counts(): SynapticCounts
  /** What was too much or made no sense of late, in words. */
  warnings(): readonly string[]
  /** For neurons that excite themselves. */
  ownSpike(spike: Spike): void
  close(): void
}

export interface SynapseHooks {
  readonly onEvent: (event: LinkEvent) => void
  /** `synapses()` tells something else than before. */
  readonly onChange: () => void
}

const WATCH_MS = 1000

export function openSynapseSubscriber(
  topics: Topics,
  neuron: LinkNeuron,
  context: LinkContext,
  post: Session,
  hooks: SynapseHooks,
): SynapseSubscriber {
  let synapses: readonly Synapse[] = []
  let router = createSynapses(synapses)
  const overload = createOverload(neuron, (event, words) => {
    hooks.onEvent(event)
    context.log('warn', words)
  })

  const spikeOf = (from: string) => `${topics.base}/${from}/spike`
  const infoOf = (from: string) => `${topics.base}/${from}/info`
  const senders = () => [...new Set(synapses.map(({ from }) => from))].filter(from => from !== neuron.id)
  let synced = neuron.info().clock.synced === true

  /** Asked for now and then, not for every spike. */
  function lookAtClock(): void {
    const before = synced
    synced = neuron.info().clock.synced === true
    if (synced !== before) hooks.onChange()
  }

  function listen(): void {
    lookAtClock()
    for (const from of senders()) {
      post.subscribe({ filter: infoOf(from), qos: 1, retained: true })
      post.subscribe({ filter: spikeOf(from), qos: 0 })
    }
  }

  function deliver(event: SynapticEvent): void {
    if (neuron.synapse?.(event)) overload.arrived(event)
    else overload.queueFull()
  }

  function arrival(heldUpMs: number): Arrival {
    return { nowMs: context.timers.nowMs(), wallUs: context.wallUs(), synced, heldUpMs }
  }

  /** Once a second. */
  function watch(): void {
    lookAtClock()
    for (const [from, count] of router.clipped()) overload.clipped(from, count)
    overload.check()
  }

  const cancelWatch = context.timers.every(WATCH_MS, watch)
  return {
    synapses: () => synapses.map(synapse => ({ ...synapse, timing: router.timing(synapse.from, synced) })),
    set(wanted) {
      const [complaint] = complaintsAboutSynapses(wanted, neuron.id)
      if (complaint) return { code: 'synapse', message: `${complaint.path} ${complaint.message}`, path: complaint.path }
      const before = senders()
      synapses = (wanted as readonly Synapse[]).map(synapse => ({ ...synapse }))
      router = createSynapses(synapses)
      // Those that stay are subscribed to again, without a moment in which their spikes would be missed (MQTT 5 §3.8.4).
      const gone = before.filter(from => !senders().includes(from))
      for (const from of gone) for (const filter of [spikeOf(from), infoOf(from)]) post.unsubscribe(filter)
      listen()
      hooks.onChange()
      return undefined
    },
    online: listen,
    hear({ topic, payload, retain }, heldUpMs) {
      const from = senders().find(sender => topic === spikeOf(sender) || topic === infoOf(sender))
      if (from === undefined) return false
      if (payload.length > LARGEST_PAYLOAD_BYTES) {
        overload.refused(topic, tooLargeMessage(payload.length))
        return true
      }
      const text = Buffer.from(payload).toString()
      if (topic === infoOf(from)) {
        if (router.info(from, text)) hooks.onChange()
      } else if (!retain) for (const event of router.spike(from, text, arrival(heldUpMs))) deliver(event)
      return true
    },
    direct(name, payload) {
      const direct = directEvent(name, payload, context.timers.nowMs())
      if ('refusal' in direct) return direct.refusal
      if (direct.event) deliver(direct.event)
      return undefined
    },
    // Its names are anybody's choice: they are counted together.
    clipped: () => overload.clipped('syn', 1),
    refused: overload.refused,
    counts: overload.counts,
    warnings: overload.warnings,
    ownSpike({ seq, tUs, late }) {
      if (!synapses.some(({ from }) => from === neuron.id)) return
      const spike = JSON.stringify({ seq, tUs: Math.round(tUs), late })
      // Its clock agrees with itself.
      router.info(neuron.id, JSON.stringify({ boot: neuron.boot, clock: { synced: true } }))
      for (const event of router.spike(neuron.id, spike, { ...arrival(0), synced: true })) deliver(event)
    },
    close: cancelWatch,
  }
}
