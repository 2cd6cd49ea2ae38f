/** The letterbox of whatever connection there is; without one, what is thrown in is gone. */

import type { Message } from '../payloads.ts'
import type { LinkContext } from '../types.ts'
import type { Connection, Subscription } from './connection.ts'

export interface Session {
  online(connection: Connection): void
  offline(): void
  isOnline(): boolean
  /** `answered` hears the broker's answer to a QoS 1 message; without an answer it hears nothing. */
  publish(message: Message, answered?: (refusal: string | undefined) => void): void
  /** Holds for this connection only; `answered` hears that the broker has answered, whatever it said. */
  subscribe(subscription: Subscription, answered?: () => void): void
  unsubscribe(filter: string): void
  /** Bytes that wait for the network. */
  bufferedBytes(): number
  counts(): { readonly sent: number; readonly acked: number; readonly reconnects: number }
}

/** Topics for answers are anybody's choice: the log is not to grow by them. */
const MOST_REFUSALS_LOGGED = 100

export function openSession(log: LinkContext['log']): Session {
  const refused = new Set<string>()
  let connection: Connection | undefined
  let sent = 0
  let acked = 0
  let connects = 0

  function logRefusal(topic: string, refusal: string, deed: 'write' | 'read'): void {
    if (refused.has(`${deed} ${topic}`) || refused.size >= MOST_REFUSALS_LOGGED) return
    refused.add(`${deed} ${topic}`)
    log('warn', `the broker refuses ${topic} (${refusal}): its access rules must let this neuron ${deed} there`)
  }

  return {
    online(newConnection) {
      connection = newConnection
      connects++
    },
    offline() {
      connection = undefined
    },
    isOnline: () => connection !== undefined,
    publish(message, answered) {
      if (!connection) return
      sent++
      connection.publish(message, refusal => {
        if (refusal === undefined) acked++
        else logRefusal(message.topic, refusal, 'write')
        answered?.(refusal)
      })
    },
    subscribe(subscription, answered) {
      connection?.subscribe(subscription, refusal => {
        if (refusal !== undefined) logRefusal(subscription.filter, refusal, 'read')
        answered?.()
      })
    },
    unsubscribe(filter) {
      connection?.unsubscribe(filter)
    },
    bufferedBytes: () => connection?.bufferedBytes() ?? 0,
    counts: () => ({ sent, acked, reconnects: Math.max(0, connects - 1) }),
  }
}
