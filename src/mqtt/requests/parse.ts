/** Makes of a message a request that may be carried out, or the reason why not. Pure. */

import type { Refusal, Sender } from '../../loop/types.ts'
import type { Incoming } from '../connection/connection.ts'
import { LARGEST_PAYLOAD_BYTES, tooLargeMessage } from '../router.ts'
import { mayAnswerAt, type Topics } from '../topics.ts'

/** What a request's topic asks for. */
export type RequestName =
  | { readonly kind: 'params' }
  | { readonly kind: 'command'; readonly verb: string }
  | { readonly kind: 'synapse'; readonly name: string }

/** Where the answer goes, and how the sender recognises it. */
export interface ReplyTo {
  readonly topic: string
  /** The sender named the topic. */
  readonly asked: boolean
  readonly correlation?: Uint8Array
  readonly id: string | number | null
}

export type ParsedRequest =
  | {
      readonly type: 'request'
      readonly name: RequestName
      readonly payload: unknown
      readonly sender: Sender
      readonly replyTo: ReplyTo
    }
  | { readonly type: 'refused'; readonly error: Refusal; readonly replyTo: ReplyTo }

const DEEPEST_LEVEL = 8
const LONGEST_ID = 64
const LONGEST_CORRELATION = 1024

/** @param heldUpMs how long the message may have waited in this process */
export function parseRequest(topics: Topics, name: RequestName, message: Incoming, heldUpMs: number): ParsedRequest {
  const { payload } = message
  const text = payload.length <= LARGEST_PAYLOAD_BYTES ? textOf(payload) : undefined
  const content = text === undefined ? undefined : contentOf(name, text)
  const replyTo = { ...replyToOf(topics, message), id: idOf(content) }
  const error = refuseLate(message, heldUpMs) ?? refusePayload(payload, text, content)
  if (error) return { type: 'refused', error, replyTo }
  // Of a lesson, `id` may be the one to load.
  const isOfLesson = name.kind === 'command' && name.verb === 'lesson'
  // The rules of the broker let the teacher alone address all neurons.
  const sender = message.topic.startsWith(`${topics.all}/`) ? 'teacher' : 'student'
  return { type: 'request', name, payload: isOfLesson ? content : withoutId(content), sender, replyTo }
}

/** Undefined if it is no JSON; a synapse takes any text, as a button may send. */
function contentOf(name: RequestName, text: string): unknown {
  if (name.kind === 'synapse') return jsonOr(text, text)
  return text.trim() === '' ? {} : jsonOr(text, undefined)
}

function refuseLate({ retain, expiryS }: Incoming, heldUpMs: number): Refusal | undefined {
  if (retain) {
    const message = 'the request was retained, must not be: it would come again at every start (publish without -r)'
    return { code: 'retained', message }
  }
  if (expiryS === undefined || (expiryS > 0 && heldUpMs <= expiryS * 1000)) return undefined
  return { code: 'expired', message: 'the request came after its message expiry interval: send it again' }
}

function refusePayload({ length }: Uint8Array, text: string | undefined, content: unknown): Refusal | undefined {
  if (length > LARGEST_PAYLOAD_BYTES) {
    return { code: 'tooLarge', message: tooLargeMessage(length) }
  }
  if (text === undefined) return { code: 'encoding', message: 'the payload is not UTF-8, must be JSON in UTF-8' }
  if (content !== undefined) return refuseValue(content, 1)
  return { code: 'json', message: `the payload ${quoted(text)} is not JSON: write it as {"on":true}` }
}

function replyToOf(topics: Topics, { responseTopic, correlation }: Incoming): Omit<ReplyTo, 'id'> {
  const asked = responseTopic !== undefined && mayAnswerAt(topics, responseTopic)
  return {
    topic: asked ? responseTopic : topics.reply,
    asked,
    ...(correlation && correlation.length <= LONGEST_CORRELATION && { correlation }),
  }
}

function textOf(payload: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload)
  } catch {
    return undefined
  }
}

function jsonOr(text: string, otherwise: string | undefined): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return otherwise
  }
}

/** Refuses deep nesting, numbers too large for a double, and the key that changes prototypes. */
function refuseValue(value: unknown, level: number): Refusal | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return { code: 'type', message: 'a number in the payload is too large to be one, must be finite' }
  }
  if (typeof value !== 'object' || value === null) return undefined
  if (level > DEEPEST_LEVEL) {
    return { code: 'depth', message: `the payload is nested more than ${DEEPEST_LEVEL} levels deep` }
  }
  if (Object.hasOwn(value, '__proto__'))
    return { code: 'unknown', message: '"__proto__" is no key of a request', path: '__proto__' }
  for (const inner of Object.values(value)) {
    const refusal = refuseValue(inner, level + 1)
    if (refusal) return refusal
  }
  return undefined
}

function idOf(content: unknown): ReplyTo['id'] {
  if (typeof content !== 'object' || content === null || !('id' in content)) return null
  const { id } = content
  return typeof id === 'number' || (typeof id === 'string' && id.length <= LONGEST_ID) ? id : null
}

function withoutId(content: unknown): unknown {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return content
  const { id: _id, ...rest } = content as { readonly id?: unknown }
  return rest
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text)
}
