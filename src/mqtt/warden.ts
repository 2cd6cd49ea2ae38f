/** Watches what the broker keeps of this neuron: whatever somebody else writes there is set right. */
import type { Timers } from '../loop/clock.ts'
import type { Incoming } from './connection/connection.ts'
import type { Post } from './connection/session.ts'
import type { Message } from './payloads.ts'
import { createBucket } from './rate-limit.ts'
import type { Topics } from './topics.ts'

export interface Warden {
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

export function openWarden({ status, info, params }: Topics, timers: Timers, post: Post): Warden {
  const rates = new Map([status, info, params].map(topic => [topic, createBucket(1 / RATE.everyS, RATE.burst)]))
  const kept = new Map<string, Message>()
  const wrong = new Set<string>()

  function look(): void {
    if (!post.isOnline()) return
    for (const topic of wrong) {
      if (!rates.get(topic)!.take(timers.nowMs())) continue
      wrong.delete(topic)
      post.send(kept.get(topic)!)
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
      post.send(message, answered)
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
