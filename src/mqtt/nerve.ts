/** The synapses at work: listens where they come from, and hands to the neuron what arrives. */
import type { Refusal } from '../loop/control.ts'
import type { Spike } from '../loop/report.ts'
import type { Incoming } from './connection.ts'
import { complaintsAboutSynapses, type Synapse } from './options.ts'
import type { Post } from './post.ts'
import type { LinkEvent, LinkNeuron, SynapticEvent } from './reports.ts'
import { type Arrival, createRouter, directEvent, type ReportedSynapse } from './synapse.ts'
import type { Topics } from './topics.ts'
import type { LinkWorld } from './world.ts'

export interface Nerve {
  synapses(): readonly ReportedSynapse[]
  /** Other synapses from now on; or why not, and nothing changes. */
  set(synapses: unknown): Refusal | undefined
  /** Subscribe to what is needed. */
  online(): void
  /** True if the message was for a synapse. */
  hear(message: Incoming, heldUpMs: number): boolean
  /** An event on `syn/<name>`; false if it makes no sense. */
  direct(name: string, payload: unknown): boolean
  /** For neurons that excite themselves. */
  ownSpike(spike: Spike): void
  close(): void
}

export interface NerveHooks {
  readonly onEvent: (event: LinkEvent) => void
  /** `synapses()` tells something else than before. */
  readonly onChange: () => void
}

const WATCH_MS = 1000
/** Firing faster than this, for so many seconds on end and by synapses, is a loop that nobody meant. */
const RUNAWAY_SHARE = 0.9
const RUNAWAY_HZ = 250
const RUNAWAY_S = 5
const TOLD_EVERY_S = 30

export function openNerve(topics: Topics, neuron: LinkNeuron, world: LinkWorld, post: Post, hooks: NerveHooks): Nerve {
  let synapses: readonly Synapse[] = []
  let router = createRouter(synapses)
  let arrivals = 0
  let lost = 0
  let fastS = 0
  let silentS = TOLD_EVERY_S

  const spikeOf = (from: string) => `${topics.base}/${from}/spike`
  const infoOf = (from: string) => `${topics.base}/${from}/info`
  const senders = () => [...new Set(synapses.map(({ from }) => from))].filter(from => from !== neuron.id)
  let synced = false

  /** Asked for now and then, not for every spike. */
  function lookAtClock(): void {
    const before = synced
    synced = neuron.info().clock.synced === true
    if (synced !== before && synapses.length > 0) hooks.onChange()
  }

  function listen(): void {
    lookAtClock()
    for (const from of senders()) {
      post.subscribe({ filter: infoOf(from), qos: 1, retained: true })
      post.subscribe({ filter: spikeOf(from), qos: 0 })
    }
  }

  function deliver(event: SynapticEvent): void {
    arrivals++
    if (!neuron.synapse?.(event)) lost++
  }

  function arrival(heldUpMs: number): Arrival {
    return { nowMs: world.timers.nowMs(), wallUs: world.wallUs(), synced, heldUpMs }
  }

  /** Once a second: what had to be clipped, and whether the neuron runs away. */
  function watch(): void {
    if (synapses.length > 0) lookAtClock()
    const { refractoryMs } = neuron.params().params
    const limitHz = refractoryMs > 0 ? (RUNAWAY_SHARE * 1000) / refractoryMs : RUNAWAY_HZ
    const { rateHz } = neuron.state()
    fastS = rateHz > limitHz && arrivals > 0 ? fastS + 1 : 0
    arrivals = 0
    silentS++
    if (silentS < TOLD_EVERY_S) return
    const clipped = Object.fromEntries(router.clipped())
    if (fastS >= RUNAWAY_S)
      tell(
        { type: 'runaway', rateHz, limitHz },
        `the neuron fires at ${Math.round(rateHz)} Hz because synapses excite it in a loop: make a weight smaller`,
      )
    else if (Object.keys(clipped).length > 0)
      tell(
        { type: 'synapseClipped', clipped },
        `more than 1000 spikes a second from ${Object.keys(clipped).join(', ')}: the rest does not arrive`,
      )
    else if (lost > 0)
      tell({ type: 'synapseClipped', lost }, `${lost} synaptic events did not fit into the neuron's queue`)
  }

  function tell(event: LinkEvent, words: string): void {
    silentS = 0
    lost = 0
    hooks.onEvent(event)
    world.note('warn', words)
  }

  const cancelWatch = world.timers.every(WATCH_MS, watch)
  return {
    synapses: () => synapses.map(synapse => ({ ...synapse, timing: router.timing(synapse.from, synced) })),
    set(wanted) {
      const [complaint] = complaintsAboutSynapses(wanted, neuron.id)
      if (complaint) return { code: 'synapse', message: `${complaint.path} ${complaint.message}`, path: complaint.path }
      const before = senders()
      synapses = (wanted as readonly Synapse[]).map(synapse => ({ ...synapse }))
      router = createRouter(synapses)
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
      const text = Buffer.from(payload).toString()
      if (topic === infoOf(from)) {
        if (router.info(from, text)) hooks.onChange()
      } else if (!retain) for (const event of router.spike(from, text, arrival(heldUpMs))) deliver(event)
      return true
    },
    direct(name, payload) {
      const event = directEvent(name, payload, world.timers.nowMs())
      if (event) deliver(event)
      return event !== undefined
    },
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
