/** Publishes the retained topics, for subscribers that connect later, and repairs them if somebody else writes there. */

import type { Timers } from '../../loop/clock.ts'
import type { Incoming } from '../connection/connection.ts'
import type { CurrentConnection } from '../connection/current-connection.ts'
import {
  infoMessage,
  lessonMessage,
  type Message,
  paramsMessage,
  stateMessage,
  statusMessage,
  timingMessage,
} from '../payloads.ts'
import { createRateLimit, type RateLimit } from '../rate-limit.ts'
import type { Route } from '../router.ts'
import type { Topics } from '../topics.ts'
import type { LinkContext, LinkFigures, LinkInfo, LinkNeuron, StateReport } from '../types.ts'

export interface RetainedTopics {
  readonly routes: readonly Route[]
  /** Everything, for a broker that may have forgotten it. */
  publishAll(): void
  /** If it has changed enough. */
  publishState(): void
  publishTiming(): void
  publishParams(): void
  /** If it has changed. */
  publishLesson(): void
  publishInfo(): void
  /** The last state, from which the next run learns the last spike; then `offline`. */
  publishOffline(onAnswer: () => void): void
  close(): void
}

/** What the link adds to what the neuron reports. */
interface LinkReports {
  figures(): LinkFigures
  info(): LinkInfo
  /** Called with an `info` that this neuron has not published last: of an earlier run, or of somebody else. */
  onOtherInfo(payload: Uint8Array): void
}

export function openRetainedTopics(
  topics: Topics,
  neuron: LinkNeuron,
  context: LinkContext,
  session: CurrentConnection,
  link: LinkReports,
): RetainedTopics {
  const { boot } = neuron
  const guarded = openGuardedTopics(
    [topics.status, topics.info, topics.params, topics.lesson],
    context.timers,
    session,
    {
      [topics.info]: link.onOtherInfo,
    },
  )
  let published: PublishedState | undefined

  function publishState(): void {
    const state = neuron.state()
    const atMs = context.timers.nowMs()
    if (!session.isReady() || !worthPublishing(published, state, atMs)) return
    published = { state, atMs }
    session.publish(stateMessage(topics, boot, state, context.wallUs()))
  }

  function publishTiming(): void {
    if (!session.isReady()) return
    const warnings = neuron.warnings?.() ?? []
    const nowUs = context.wallUs()
    session.publish(timingMessage(topics, boot, neuron.health(), neuron.verdict(), link.figures(), nowUs, warnings))
  }

  function publishParams(): void {
    const synapses = link.info().synapses?.map(({ timing: _timing, ...synapse }) => synapse)
    if (session.isReady()) guarded.publish(paramsMessage(topics, neuron.params(), synapses))
  }

  let lesson = ''
  function publishLesson(progress = neuron.lesson?.() ?? {}): void {
    const message = lessonMessage(topics, progress)
    if (!session.isReady() || message.payload === lesson) return
    lesson = message.payload
    guarded.publish(message)
  }

  function publishInfo(): void {
    if (session.isReady()) guarded.publish(infoMessage(topics, boot, neuron.info(), link.info()))
  }

  return {
    routes: guarded.routes,
    publishAll() {
      guarded.publish(statusMessage(topics, true))
      publishInfo()
      publishParams()
      published = undefined
      publishState()
      publishTiming()
      lesson = ''
      publishLesson()
    },
    publishState,
    publishTiming,
    publishParams,
    publishLesson: () => publishLesson(),
    publishInfo,
    publishOffline(onAnswer) {
      if (session.isReady()) session.publish(stateMessage(topics, boot, neuron.state(), context.wallUs()))
      publishLesson({})
      guarded.publish(statusMessage(topics, false), onAnswer)
    },
    close: guarded.close,
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
  return hasMoved(then.rateHz, now.rateHz, 0.2) || hasMoved(then.iNa, now.iNa, 0.02)
}

function hasMoved(from: number, to: number, least: number): boolean {
  return Math.abs(to - from) > Math.max(least, 0.02 * Math.abs(from))
}

interface GuardedTopics {
  readonly routes: readonly Route[]
  publish(message: Message, onAnswer?: (refusal: string | undefined) => void): void
  close(): void
}

/** With MQTT 3.1.1 the broker sends us our own messages back, the older of two first: wait for the last one. */
const CHECK_MS = 1000
/** If somebody keeps writing there, repair it at most this often, and at first a few times in a row. */
const REPAIR = { everyS: 5, burst: 3 }

/** Without an echo for so long, the broker has dropped the message. */
const ECHO_MS = 15_000

/**
 * Topics on which the message that was published last is published again when somebody else writes there.
 * @param onOther by the topic: called with a message that is not the one that was published last
 */
function openGuardedTopics(
  names: readonly string[],
  timers: Timers,
  session: CurrentConnection,
  onOther: Readonly<Record<string, (payload: Uint8Array) => void>>,
): GuardedTopics {
  const rates = new Map<string, RateLimit>(
    names.map(topic => [topic, createRateLimit(1 / REPAIR.everyS, REPAIR.burst)]),
  )
  const own = new Map<string, Message>()
  const overwritten = new Set<string>()
  /** When the messages were published that have not come back. */
  const awaitedMs = new Map<string, number>()

  function noteDropped(): void {
    if (!session.isReady()) awaitedMs.clear()
    for (const [topic, sinceMs] of awaitedMs) {
      if (timers.nowMs() - sinceMs < ECHO_MS) continue
      awaitedMs.delete(topic)
      session.echo(topic, `${Buffer.byteLength(own.get(topic)!.payload)} bytes that did not come back`)
    }
  }

  function send(message: Message, onAnswer?: (refusal: string | undefined) => void): void {
    if (session.echoes() && session.fits(message)) awaitedMs.set(message.topic, timers.nowMs())
    session.publish(message, onAnswer)
  }

  function repair(): void {
    if (!session.isReady()) return
    for (const topic of overwritten) {
      if (!rates.get(topic)!.take(timers.nowMs())) continue
      overwritten.delete(topic)
      send(own.get(topic)!)
    }
  }

  function check(): void {
    repair()
    noteDropped()
  }

  function handle({ topic, payload }: Incoming): void {
    const message = own.get(topic)
    const isOwn = message?.payload === Buffer.from(payload).toString()
    if (!isOwn) onOther[topic]?.(payload)
    if (message && !isOwn) {
      overwritten.add(topic)
      return
    }
    overwritten.delete(topic)
    awaitedMs.delete(topic)
    if (message && session.echoes()) session.echo(topic, undefined)
  }

  return {
    routes: names.map(filter => ({ filter, qos: 1, retained: true, handle })),
    publish(message, onAnswer) {
      own.set(message.topic, message)
      overwritten.delete(message.topic)
      send(message, onAnswer)
    },
    close: timers.every(CHECK_MS, check),
  }
}
