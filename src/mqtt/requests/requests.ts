/** Requests of other programs: subscribed to, limited in rate, carried out and answered. */

import type { Reply } from '../../loop/types.ts'
import { NO_LIMITS } from '../connection/broker-limits.ts'
import type { Incoming } from '../connection/connection.ts'
import type { CurrentConnection } from '../connection/current-connection.ts'
import { createRateLimit, type RateLimit } from '../rate-limit.ts'
import type { Route } from '../router.ts'
import type { Topics } from '../topics.ts'
import type { LinkContext } from '../types.ts'
import { handleRequest, type RequestParts } from './handlers.ts'
import { type ParsedRequest, parseRequest, type ReplyTo, type RequestName } from './parse.ts'
import { replyMessage } from './reply-payloads.ts'

const COMMANDS_PER_S = 20
const SYNAPTIC_EVENTS_PER_S = 1000
/** A flood is not answered message by message. */
const REFUSALS_PER_S = 5
/** Of a topic in the log. */
const LONGEST_NAME = 60

interface Requests {
  readonly topics: Topics
  readonly parts: RequestParts
  readonly context: LinkContext
  readonly session: CurrentConnection
  readonly commandRate: RateLimit
  readonly synapticRate: RateLimit
  readonly refusalRate: RateLimit
}

/** The routes of all requests to this neuron, and to all neurons. */
export function requestRoutes(
  topics: Topics,
  parts: RequestParts,
  context: LinkContext,
  session: CurrentConnection,
): readonly Route[] {
  const requests: Requests = {
    ...{ topics, parts, context, session },
    commandRate: createRateLimit(COMMANDS_PER_S, COMMANDS_PER_S),
    synapticRate: createRateLimit(SYNAPTIC_EVENTS_PER_S, SYNAPTIC_EVENTS_PER_S / 10),
    refusalRate: createRateLimit(REFUSALS_PER_S, REFUSALS_PER_S),
  }
  const commandRoutes = [topics.root, topics.all].flatMap((root): Route[] => [
    {
      filter: `${root}/params/set`,
      qos: 1,
      handle: (message, heldUpMs) => onCommand(requests, { kind: 'params' }, message, heldUpMs),
    },
    {
      filter: `${root}/cmd/+`,
      qos: 1,
      handle: (message, heldUpMs) =>
        onCommand(requests, { kind: 'command', verb: lastLevel(message.topic) }, message, heldUpMs),
    },
  ])
  const handle: Route['handle'] = (message, heldUpMs) => onSynapticEvent(requests, message, heldUpMs)
  return [...commandRoutes, { filter: `${topics.root}/syn/+`, qos: 0, handle }]
}

function lastLevel(topic: string): string {
  return topic.slice(topic.lastIndexOf('/') + 1)
}

function onCommand(requests: Requests, name: RequestName, message: Incoming, heldUpMs: number): void {
  const { topics, context, commandRate, refusalRate } = requests
  const nowMs = context.timers.nowMs()
  const isInRate = commandRate.take(nowMs)
  const request = parseRequest(topics, name, message, heldUpMs)
  if (isInRate) {
    send(requests, request.replyTo, fittingReply(requests, request, carryOut(requests, request)))
  } else if (refusalRate.take(nowMs)) {
    const words = `more than ${COMMANDS_PER_S} requests a second: this one was not carried out, send fewer`
    send(requests, request.replyTo, { ok: false, error: { code: 'busy', message: words } })
  }
}

/** Answered only if it is wrong and its sender said where or under which id. */
function onSynapticEvent(requests: Requests, message: Incoming, heldUpMs: number): void {
  const { topics, parts, context, synapticRate, refusalRate } = requests
  if (!synapticRate.take(context.timers.nowMs())) {
    parts.subscriber.clipped()
    return
  }
  const name = lastLevel(message.topic)
  const request = parseRequest(topics, { kind: 'synapse', name }, message, heldUpMs)
  const reply = carryOut(requests, request)
  if (reply.ok) return
  const from = `syn/${name}`
  parts.subscriber.refused(from.length > LONGEST_NAME ? `${from.slice(0, LONGEST_NAME)}…` : from, reply.error.message)
  const { asked, id } = request.replyTo
  if ((asked || id !== null) && refusalRate.take(context.timers.nowMs())) send(requests, request.replyTo, reply)
}

function carryOut({ parts, context }: Requests, request: ParsedRequest): Reply {
  if (request.type === 'refused') return { ok: false, error: request.error }
  try {
    return handleRequest(parts, request.name, request.payload, request.sender)
  } catch (error) {
    const message = `the request failed: ${(error as Error).message}`
    context.log('warn', `a request failed: ${(error as Error).message}`)
    return { ok: false, error: { code: 'internal', message } }
  }
}

/** Of past spikes as many as the broker takes in one message: the receiver requests the others then. */
function fittingReply(requests: Requests, request: ParsedRequest, reply: Reply): Reply {
  const { parts, session } = requests
  const fits = (one: Reply) => session.fits(replyMessage(parts.neuron.id, request.replyTo, one))
  if (!reply.ok || session.limits().packetBytes === NO_LIMITS.packetBytes || fits(reply)) return reply
  const range = request.type === 'request' ? replayedRange(request, reply.result) : undefined
  if (range && range.to > range.from) {
    const half = { ...range, to: range.from + Math.floor((range.to - range.from) / 2) }
    const halfRequest = { ...request, payload: half } as ParsedRequest
    return fittingReply(requests, halfRequest, carryOut(requests, halfRequest))
  }
  const omitted = `too large for the broker, which takes packets of ${session.limits().packetBytes} bytes at most`
  // Carried out is carried out, though what came of it cannot be told.
  return range ? { ok: false, error: { code: 'tooLarge', message: omitted } } : { ok: true, result: { omitted } }
}

interface SpikeRange {
  readonly from: number
  readonly to: number
}

/** The request for past spikes, up to the last one that was answered; undefined if it was for something else. */
function replayedRange(
  { name, payload }: { name: RequestName; payload: unknown },
  result: unknown,
): SpikeRange | undefined {
  if (name.kind !== 'command' || name.verb !== 'replay') return undefined
  return { ...(payload as SpikeRange), to: (result as SpikeRange).to }
}

function send({ topics, parts, session }: Requests, replyTo: ReplyTo, reply: Reply): void {
  const { id } = parts.neuron
  session.publish(replyMessage(id, replyTo, reply), refusal => {
    // Where the broker does not let the answer through, everybody may read it on `reply`.
    if (refusal === undefined || !replyTo.asked) return
    session.publish(replyMessage(id, { ...replyTo, topic: topics.reply, asked: false }, reply))
  })
}
