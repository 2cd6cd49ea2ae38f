/** Subscribes to all that the parts of the link want to receive, and passes each message to its part by one table. */

import type { Timers } from '../loop/clock.ts'
import type { Incoming, Subscription } from './connection/connection.ts'
import type { CurrentConnection } from './connection/current-connection.ts'

/** One subscription, and what is done with its messages. */
export interface Route extends Omit<Subscription, 'echo'> {
  /** A topic; its last level may be `+`. Two routes never share a filter. */
  readonly filter: string
  /** @param heldUpMs how long the message may have waited in this process */
  readonly handle: (message: Incoming, heldUpMs: number) => void
  /** Called when the broker has granted or refused the subscription. */
  readonly onAnswer?: () => void
}

export interface Router {
  /** Subscribes again to filters that are there already, so that their retained messages come again. */
  add(routes: readonly Route[]): void
  remove(filters: readonly string[]): void
  /** Subscribe to everything on a new connection. */
  subscribeAll(): void
  dispatch(message: Incoming): void
  close(): void
}

/** Messages with more are refused. */
export const LARGEST_PAYLOAD_BYTES = 64 * 1024

export function openRouter(session: CurrentConnection, timers: Timers): Router {
  const table = new Map<string, Route>()
  const delay = openDelayMeter(timers)

  function subscribe({ handle: _handle, onAnswer, ...subscription }: Route): void {
    session.subscribe(subscription, onAnswer)
  }

  return {
    add(routes) {
      for (const route of routes) {
        table.set(route.filter, route)
        subscribe(route)
      }
    },
    remove(filters) {
      for (const filter of filters) {
        table.delete(filter)
        session.unsubscribe(filter)
      }
    },
    subscribeAll: () => table.forEach(subscribe),
    dispatch(message) {
      const { topic } = message
      const route = table.get(topic) ?? table.get(topic.replace(/[^/]+$/, '+'))
      route?.handle(message, delay.heldUpMs())
    },
    close: delay.close,
  }
}

export function tooLargeMessage(bytes: number): string {
  return `the payload has ${bytes} bytes, must be ${LARGEST_PAYLOAD_BYTES} at most`
}

const BEAT_MS = 100

/** How long a message may have waited for this process, which may have been frozen or busy. */
function openDelayMeter(timers: Timers): { heldUpMs(): number; close(): void } {
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
