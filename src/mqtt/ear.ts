/** What comes in: subscribes, bounds the rate, has requests carried out and answered. */
import type { Reply } from '../loop/types.ts'
import type { Incoming } from './connection/connection.ts'
import { type Letter, openLetter, type ReplyTo } from './connection/incoming.ts'
import type { Post } from './connection/session.ts'
import { createBucket } from './rate-limit.ts'
import { answer, type RequestParts } from './requests/handlers.ts'
import { replyMessage } from './requests/reply.ts'
import { requestFilters, type Topics } from './topics.ts'
import type { LinkWorld } from './types.ts'

export interface Ear {
  online(): void
  hear(message: Incoming): void
  close(): void
}

export const COMMANDS_PER_S = 20
export const SYNAPTIC_EVENTS_PER_S = 1000
/** Nobody answers a flood word for word. */
const REFUSALS_PER_S = 5
/** Of a topic in the log. */
const LONGEST_NAME = 60
const BEAT_MS = 100

export function openEar(topics: Topics, parts: RequestParts, world: LinkWorld, post: Post): Ear {
  const { timers } = world
  const commands = createBucket(COMMANDS_PER_S, COMMANDS_PER_S)
  const synaptic = createBucket(SYNAPTIC_EVENTS_PER_S, SYNAPTIC_EVENTS_PER_S / 10)
  const refusals = createBucket(REFUSALS_PER_S, REFUSALS_PER_S)
  const delay = openDelayMeter(world)

  function send(replyTo: ReplyTo, reply: Reply): void {
    post.send(replyMessage(parts.neuron.id, replyTo, reply), refusal => {
      // Where the asker may not be answered, the answer still is for everybody to read.
      if (refusal === undefined || !replyTo.asked) return
      post.send(replyMessage(parts.neuron.id, { ...replyTo, topic: topics.reply, asked: false }, reply))
    })
  }

  function tooFast(letter: Letter): void {
    const message = `more than ${COMMANDS_PER_S} requests a second: this one was not carried out, send fewer`
    if (refusals.take(timers.nowMs())) send(letter.replyTo, { ok: false, error: { code: 'busy', message } })
  }

  function carryOut(letter: Letter): Reply {
    if (letter.type === 'refused') return { ok: false, error: letter.error }
    try {
      return answer(parts, letter.wish, letter.payload)
    } catch (error) {
      world.note('warn', `a request failed: ${(error as Error).message}`)
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
    const letter = openLetter(topics, heldUp ? { ...message, expiryS: 0 } : message)
    if (!letter) return
    if (!inTime) tooFast(letter)
    else if (isSynapse) excite(message.topic, letter)
    else send(letter.replyTo, carryOut(letter))
  }

  /** Answered only if it is wrong and the sender said where or under which id, and not at its own rate. */
  function excite(topic: string, letter: Letter): void {
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
function openDelayMeter({ timers }: LinkWorld): { heldUpMs(): number; close(): void } {
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
