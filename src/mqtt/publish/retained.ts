/** The retained messages: what a subscriber who comes late finds. */

import type { Timers } from '../../loop/clock.ts'
import type { Incoming } from '../connection/connection.ts'
import type { Session } from '../connection/session.ts'
import type { Synapse } from '../options.ts'
import {
  infoMessage,
  type LinkInfo,
  type Message,
  paramsMessage,
  stateMessage,
  statusMessage,
  timingMessage,
} from '../payloads.ts'
import { createRateLimit } from '../rate-limit.ts'
import type { Topics } from '../topics.ts'
import type { LinkContext, LinkFigures, LinkNeuron, StateReport } from '../types.ts'

export interface RetainedTopics {
  /** Everything, for a broker that may have forgotten it. */
  all(): void
  /** If it has changed enough. */
  state(): void
  timing(): void
  params(): void
  info(): void
  /** The last one, whether or not it has changed: whoever comes next learns from it how far this run has come. */
  lastState(): void
}

export function openRetainedTopics(
  topics: Topics,
  neuron: LinkNeuron,
  context: LinkContext,
  post: Session,
  warden: Pick<Warden, 'keep'>,
  figures: () => LinkFigures,
  own: () => LinkInfo,
): RetainedTopics {
  const { boot } = neuron
  let published: PublishedState | undefined

  function state(): void {
    const now = neuron.state()
    const atMs = context.timers.nowMs()
    if (!post.isOnline() || !worthPublishing(published, now, atMs)) return
    published = { state: now, atMs }
    post.publish(stateMessage(topics, boot, now, context.wallUs()))
  }

  function timing(): void {
    if (!post.isOnline()) return
    const warnings = neuron.warnings?.() ?? []
    post.publish(timingMessage(topics, boot, neuron.health(), neuron.verdict(), figures(), context.wallUs(), warnings))
  }

  function params(): void {
    if (post.isOnline()) warden.keep(paramsMessage(topics, neuron.params(), plain(own().synapses)))
  }

  function info(): void {
    if (post.isOnline()) warden.keep(infoMessage(topics, boot, neuron.info(), own()))
  }

  return {
    all() {
      warden.keep(statusMessage(topics, true))
      info()
      params()
      published = undefined
      state()
      timing()
    },
    state,
    timing,
    params,
    info,
    lastState() {
      if (post.isOnline()) post.publish(stateMessage(topics, boot, neuron.state(), context.wallUs()))
    },
  }
}

function plain(synapses: LinkInfo['synapses']): Synapse[] | undefined {
  return synapses?.map(({ timing: _timing, ...synapse }) => synapse)
}

interface Warden {
  online(): void
  /** Publish what the broker is to keep from now on. */
  keep(message: Message, answered?: (refusal: string | undefined) => void): void
  /** True if the message was on a topic that is watched. */
  hear(message: Incoming): boolean
  close(): void
}

/** MQTT 3.1.1 echoes our own messages, and of two of them the older one first: what stands there a moment later counts. */
const LOOK_MS = 1000
/** Whoever else writes there is answered at most this often, and at first a few times in a row. */
const RATE = { everyS: 5, burst: 3 }

export function openWarden({ status, info, params }: Topics, timers: Timers, post: Session): Warden {
  const rates = new Map([status, info, params].map(topic => [topic, createRateLimit(1 / RATE.everyS, RATE.burst)]))
  const kept = new Map<string, Message>()
  const wrong = new Set<string>()

  function look(): void {
    if (!post.isOnline()) return
    for (const topic of wrong) {
      if (!rates.get(topic)!.take(timers.nowMs())) continue
      wrong.delete(topic)
      post.publish(kept.get(topic)!)
    }
  }

  const close = timers.every(LOOK_MS, look)
  return {
    online() {
      for (const filter of rates.keys()) post.subscribe({ filter, qos: 1, retained: true })
    },
    keep(message, answered) {
      kept.set(message.topic, message)
      wrong.delete(message.topic)
      post.publish(message, answered)
    },
    hear({ topic, payload }) {
      if (!rates.has(topic)) return false
      const own = kept.get(topic)?.payload
      if (own === undefined || own === Buffer.from(payload).toString()) wrong.delete(topic)
      else wrong.add(topic)
      return true
    },
    close,
  }
}

const LONGEST_SILENCE_MS = 10_000

interface PublishedState {
  readonly state: StateReport
  readonly atMs: number
}

/** A change beyond the dead-band (rate 0.2 Hz, current 0.02 nA, or 2 % of either), a switch, or 10 s of silence. */
export function worthPublishing(last: PublishedState | undefined, now: StateReport, nowMs: number): boolean {
  if (!last || nowMs - last.atMs >= LONGEST_SILENCE_MS) return true
  const then = last.state
  const switches = ['running', 'muted', 'source', 'speed'] as const
  if (switches.some(name => now[name] !== then[name])) return true
  return moved(then.rateHz, now.rateHz, 0.2) || moved(then.iNa, now.iNa, 0.02)
}

function moved(from: number, to: number, least: number): boolean {
  return Math.abs(to - from) > Math.max(least, 0.02 * Math.abs(from))
}
