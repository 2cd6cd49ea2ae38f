/** Subscribes to the neurons that synapses come from, and hands their spikes to this neuron. */

import { allMessages } from '../../fields/field-types-and-checks.ts'
import type { Refusal, Spike } from '../../loop/types.ts'
import type { Incoming } from '../connection/connection.ts'
import { complaintsAboutSynapses } from '../link-and-synapse-options.ts'
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
import { createOverload, type Overload } from './counts-and-warnings.ts'
import { openPoissonSources } from './poisson-sources.ts'
import { type Arrival, createSynapses, directEvent, eventOf, type Synapses } from './synapses.ts'

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

interface SubscriberState {
  readonly topics: Topics
  readonly neuron: LinkNeuron
  readonly context: LinkContext
  readonly router: Router
  readonly hooks: LinkHooks
  readonly overload: Overload
  configured: readonly Synapse[]
  /** The same, with what is known of their senders. */
  synapses: Synapses
  /** Does the clock of this machine follow a time server? Asked now and then, not for every spike. */
  isSynced: boolean
  /** Ends the spikes by chance. */
  stopChance: () => void
}

const CHECK_MS = 1000

export function openSynapseSubscriber(
  topics: Topics,
  neuron: LinkNeuron,
  context: LinkContext,
  router: Router,
  hooks: LinkHooks,
): SynapseSubscriber {
  const overload = createOverload(neuron, (event, words) => {
    hooks.onEvent(event)
    context.log('warn', words)
  })
  const state: SubscriberState = {
    ...{ topics, neuron, context, router, hooks, overload },
    configured: [],
    synapses: createSynapses([]),
    isSynced: neuron.info().clock.synced === true,
    stopChance: () => {},
  }
  const stopChecking = context.timers.every(CHECK_MS, () => {
    checkClock(state)
    for (const [from, count] of state.synapses.clipped()) overload.clipped(from, count)
    overload.check()
  })
  return {
    synapses: () => reportedSynapses(state),
    set: synapses => setSynapses(state, synapses),
    onDirectEvent(name, payload) {
      const direct = directEvent(name, payload, context.timers.nowMs())
      if ('refusal' in direct) return direct.refusal
      if (direct.event) deliver(state, direct.event)
      return undefined
    },
    // Anybody may choose the names under `syn/`: they are counted together.
    clipped: () => overload.clipped('syn', 1),
    refused: overload.refused,
    counts: overload.counts,
    warnings: overload.warnings,
    onOwnSpike: spike => onOwnSpike(state, spike),
    close() {
      stopChecking()
      state.stopChance()
    },
  }
}

function reportedSynapses({ configured, synapses, isSynced }: SubscriberState): readonly ReportedSynapse[] {
  return configured.map(synapse => ({ ...synapse, timing: synapses.timing(synapse.from, isSynced) }))
}

function setSynapses(state: SubscriberState, wanted: unknown): Refusal | undefined {
  const { neuron, router, hooks } = state
  const complaints = complaintsAboutSynapses(wanted, neuron.id)
  if (complaints[0]) return { code: 'synapse', message: allMessages(complaints), path: complaints[0].path }
  const before = sendersOf(state)
  state.configured = (wanted as readonly Synapse[]).map(synapse => ({ ...synapse }))
  state.synapses = createSynapses(state.configured)
  state.stopChance()
  const byChance = state.configured.filter(({ rateHz }) => rateHz !== undefined)
  const speed = () => neuron.state().speed
  state.stopChance = openPoissonSources(byChance, state.context, speed, eventOf, event => deliver(state, event, true))
  checkClock(state)
  // Those that stay are subscribed to again, without a moment in which their spikes would be missed (MQTT 5 §3.8.4).
  const senders = sendersOf(state)
  const gone = before.filter(from => !senders.includes(from))
  router.remove(gone.flatMap(from => [spikeOf(state, from), infoOf(state, from)]))
  router.add(senders.flatMap(from => routesOf(state, from)))
  hooks.onChange()
  return undefined
}

function checkClock(state: SubscriberState): void {
  const wasSynced = state.isSynced
  state.isSynced = state.neuron.info().clock.synced === true
  if (state.isSynced !== wasSynced) state.hooks.onChange()
}

/** The other neurons that synapses come from. */
function sendersOf({ configured, neuron }: SubscriberState): readonly string[] {
  const others = configured.filter(({ from, rateHz }) => from !== neuron.id && rateHz === undefined)
  return [...new Set(others.map(({ from }) => from))]
}

function routesOf(state: SubscriberState, from: string): readonly Route[] {
  return [
    { filter: infoOf(state, from), qos: 1, retained: true, handle: message => onInfo(state, from, message) },
    {
      filter: spikeOf(state, from),
      qos: 0,
      handle: (message, heldUpMs) => onSpike(state, from, message, heldUpMs),
    },
  ]
}

function infoOf({ topics }: SubscriberState, from: string): string {
  return `${topics.base}/${from}/info`
}

function spikeOf({ topics }: SubscriberState, from: string): string {
  return `${topics.base}/${from}/spike`
}

function onInfo(state: SubscriberState, from: string, message: Incoming): void {
  const text = textOf(state, message)
  if (text !== undefined && state.synapses.info(from, text)) state.hooks.onChange()
}

function onSpike(state: SubscriberState, from: string, message: Incoming, heldUpMs: number): void {
  const text = textOf(state, message)
  if (text === undefined || message.retain) return
  for (const event of state.synapses.spike(from, text, arrivalNow(state, heldUpMs))) deliver(state, event)
}

function onOwnSpike(state: SubscriberState, { seq, tUs, late }: Spike): void {
  const { configured, neuron, synapses } = state
  if (!configured.some(({ from, rateHz }) => from === neuron.id && rateHz === undefined)) return
  const spike = JSON.stringify({ seq, tUs: Math.round(tUs), late })
  // Its clock agrees with itself.
  synapses.info(neuron.id, JSON.stringify({ boot: neuron.boot, clock: { synced: true } }))
  const arrival = { ...arrivalNow(state, 0), synced: true }
  for (const event of synapses.spike(neuron.id, spike, arrival)) deliver(state, event)
}

/** Undefined, and counted as refused, if it is too large. */
function textOf({ overload }: SubscriberState, { topic, payload }: Incoming): string | undefined {
  if (payload.length <= LARGEST_PAYLOAD_BYTES) return Buffer.from(payload).toString()
  overload.refused(topic, tooLargeMessage(payload.length))
  return undefined
}

function arrivalNow({ context, isSynced }: SubscriberState, heldUpMs: number): Arrival {
  return { nowMs: context.timers.nowMs(), wallUs: context.wallUs(), synced: isSynced, heldUpMs }
}

function deliver({ neuron, overload }: SubscriberState, event: SynapticEvent, isByChance = false): void {
  if (neuron.synapse?.(event)) overload.arrived(event, isByChance)
  else overload.queueFull()
}
