/** All that comes in over a connection, each message to the part that it is meant for. */
import type { Reply, Spike } from '../../loop/types.ts'
import type { Incoming } from '../connection/connection.ts'
import type { Session } from '../connection/session.ts'
import { detectDuplicateId, type IdFinding, type Predecessor } from '../duplicate-id.ts'
import { announceToHomeAssistant } from '../homeassistant.ts'
import type { LinkOptions } from '../options.ts'
import { createReplayBuffer } from '../outbox/replay.ts'
import type { LinkInfo } from '../payloads.ts'
import { createRateLimit } from '../rate-limit.ts'
import { openSynapseSubscriber, type SynapseSubscriber } from '../synapses/subscriber.ts'
import { requestFilters, type Topics } from '../topics.ts'
import type { LinkContext, LinkEvent, LinkNeuron } from '../types.ts'
import { answer, type RequestParts } from './handlers.ts'
import { type ParsedRequest, parseRequest, type ReplyTo } from './parse.ts'
import { replyMessage } from './reply.ts'
import { openTraceStream } from './trace.ts'

export type RouterOptions = Pick<LinkOptions, 'homeAssistant'>

export interface Router {
  /** The synapses, how to have others, and what came over them. */
  readonly nerve: Pick<SynapseSubscriber, 'synapses' | 'set' | 'counts'>
  /** `ready` is called when anything may be published: until then, what the broker has kept is still another's. */
  online(ready: () => void): void
  hear(message: Incoming): void
  /** Every spike of this neuron, for replays and for itself. */
  spike(spike: Spike): void
  /** What `info` tells of it. */
  info(): LinkInfo
  /** That another neuron has our id, in words; empty while none shows itself. */
  twin(): string
  /** What somebody should look after, in words. */
  warnings(): readonly string[]
  close(): void
}

export interface RouterHooks {
  readonly onEvent: (event: LinkEvent) => void
  /** `info()` tells something else than before. */
  readonly onChange: () => void
}

const TWIN_TOLD_S = 60
/** As long as two throw each other out, each is back, and finds the other's traces, after 30 s at the latest. */
const TWIN_HOLDS_MS = 120_000

export function openRouter(
  topics: Topics,
  neuron: LinkNeuron,
  context: LinkContext,
  post: Session,
  { homeAssistant }: RouterOptions,
  hooks: RouterHooks,
): Router {
  const { timers, wallUs } = context
  const namesake = detectDuplicateId(neuron.boot)
  const twinTold = createRateLimit(1 / TWIN_TOLD_S, 1)
  const history = createReplayBuffer()
  const nerve = openSynapseSubscriber(topics, neuron, context, post, hooks)
  const tracer = openTraceStream(topics.trace, neuron, context, post)
  const ear = neuron.control && openRequests(topics, { neuron, history, tracer, nerve }, context, post)
  const herald = homeAssistant ? announceToHomeAssistant(topics, neuron, context, post) : undefined
  const twinWords = `another neuron on this broker has the id "${neuron.id}" too: give each its own, for example --set id=${neuron.id}-2`
  let prev: Predecessor | undefined
  let twinUntilMs = Number.NEGATIVE_INFINITY

  const twin = () => (timers.nowMs() < twinUntilMs ? twinWords : '')

  function found(finding: IdFinding | undefined): void {
    if (finding?.type === 'predecessor') {
      prev = finding.predecessor
      hooks.onChange()
    } else if (finding) {
      if (twin() === '') context.log('warn', twinWords)
      twinUntilMs = timers.nowMs() + TWIN_HOLDS_MS
      if (twinTold.take(timers.nowMs())) hooks.onEvent({ type: 'duplicateId', boot: finding.boot })
    }
  }

  return {
    nerve,
    online(ready) {
      namesake.online(wallUs())
      // A broker may look for what it has kept only after it has taken what comes next (aedes does).
      post.subscribe({ filter: topics.state, qos: 0, retained: true }, ready)
      ear?.online()
      herald?.online()
    },
    hear(message) {
      const { topic, payload, retain } = message
      if (topic === topics.state) found(namesake.hear(Buffer.from(payload).toString(), retain))
      else if (!herald?.hear(message)) ear?.hear(message)
    },
    spike(spike) {
      history.add(spike)
      nerve.ownSpike(spike)
    },
    twin,
    warnings: () => [...(twin() === '' ? [] : [twin()]), ...nerve.warnings()],
    info: () => ({ prev, ...(ear && { synapses: nerve.synapses() }) }),
    close() {
      herald?.close()
      ear?.close()
      tracer.close()
      nerve.close()
    },
  }
}

interface Requests {
  online(): void
  hear(message: Incoming): void
  close(): void
}

const COMMANDS_PER_S = 20
const SYNAPTIC_EVENTS_PER_S = 1000
/** Nobody answers a flood word for word. */
const REFUSALS_PER_S = 5
/** Of a topic in the log. */
const LONGEST_NAME = 60
const BEAT_MS = 100

function openRequests(topics: Topics, parts: RequestParts, context: LinkContext, post: Session): Requests {
  const { timers } = context
  const commands = createRateLimit(COMMANDS_PER_S, COMMANDS_PER_S)
  const synaptic = createRateLimit(SYNAPTIC_EVENTS_PER_S, SYNAPTIC_EVENTS_PER_S / 10)
  const refusals = createRateLimit(REFUSALS_PER_S, REFUSALS_PER_S)
  const delay = openDelayMeter(context)

  function send(replyTo: ReplyTo, reply: Reply): void {
    post.publish(replyMessage(parts.neuron.id, replyTo, reply), refusal => {
      // Where the asker may not be answered, the answer still is for everybody to read.
      if (refusal === undefined || !replyTo.asked) return
      post.publish(replyMessage(parts.neuron.id, { ...replyTo, topic: topics.reply, asked: false }, reply))
    })
  }

  function tooFast(letter: ParsedRequest): void {
    const message = `more than ${COMMANDS_PER_S} requests a second: this one was not carried out, send fewer`
    if (refusals.take(timers.nowMs())) send(letter.replyTo, { ok: false, error: { code: 'busy', message } })
  }

  function carryOut(letter: ParsedRequest): Reply {
    if (letter.type === 'refused') return { ok: false, error: letter.error }
    try {
      return answer(parts, letter.name, letter.payload)
    } catch (error) {
      context.log('warn', `a request failed: ${(error as Error).message}`)
      return { ok: false, error: { code: 'internal', message: `the request failed: ${(error as Error).message}` } }
    }
  }

  function request(message: Incoming): void {
    const heldUp = message.expiryS !== undefined && delay.heldUpMs() > message.expiryS * 1000
    const isSynapse = message.topic.startsWith(`${topics.root}/syn/`)
    const inTime = (isSynapse ? synaptic : commands).take(timers.nowMs())
    if (isSynapse && !inTime) {
      parts.nerve.clipped()
      return
    }
    const letter = parseRequest(topics, heldUp ? { ...message, expiryS: 0 } : message)
    if (!letter) return
    if (!inTime) tooFast(letter)
    else if (isSynapse) excite(message.topic, letter)
    else send(letter.replyTo, carryOut(letter))
  }

  /** Answered only if it is wrong and the sender said where or under which id, and not at its own rate. */
  function excite(topic: string, letter: ParsedRequest): void {
    const reply = carryOut(letter)
    if (reply.ok) return
    const from = topic.slice(topics.root.length + 1)
    parts.nerve.refused(from.length > LONGEST_NAME ? `${from.slice(0, LONGEST_NAME)}…` : from, reply.error.message)
    const { asked, id } = letter.replyTo
    if ((asked || id !== null) && refusals.take(timers.nowMs())) send(letter.replyTo, reply)
  }

  return {
    online() {
      for (const filter of requestFilters(topics)) post.subscribe({ filter, qos: 1 })
      post.subscribe({ filter: `${topics.root}/syn/+`, qos: 0 })
      parts.nerve.online()
    },
    hear(message) {
      if (!parts.nerve.hear(message, delay.heldUpMs())) request(message)
    },
    close: delay.close,
  }
}

/** How long a message may have waited for this process, which may have been frozen or busy. */
function openDelayMeter({ timers }: LinkContext): { heldUpMs(): number; close(): void } {
  let beatMs = timers.nowMs()
  let stallMs = 0
  let stalledUntilMs = Number.NEGATIVE_INFINITY
  const close = timers.every(BEAT_MS, () => {
    const nowMs = timers.nowMs()
    const lateMs = nowMs - beatMs - BEAT_MS
    if (lateMs > BEAT_MS) {
      stallMs = lateMs
      stalledUntilMs = nowMs + BEAT_MS
    }
    beatMs = nowMs
  })
  return {
    heldUpMs() {
      const nowMs = timers.nowMs()
      return Math.max(0, nowMs - beatMs - BEAT_MS, nowMs < stalledUntilMs ? stallMs : 0)
    },
    close,
  }
}
