/** Publishes on the current connection. Offline, messages are dropped: the outbox keeps what must not be lost. */

import type { Message } from '../payloads.ts'
import type { LinkContext } from '../types.ts'
import type { Connection, Subscription } from './connection.ts'

export interface CurrentConnection {
  online(connection: Connection): void
  offline(): void
  isOnline(): boolean
  /** Until the connection ends this neuron may publish: the broker has sent what it retains under its id. */
  setReady(): void
  isReady(): boolean
  /** @param onAnswer called with the broker's answer to a QoS 1 message, if it comes: undefined, or why it refuses */
  publish(message: Message, onAnswer?: (refusal: string | undefined) => void): void
  /** For this connection only. @param onAnswer called when the broker has granted or refused it */
  subscribe(subscription: Subscription, onAnswer?: () => void): void
  unsubscribe(filter: string): void
  /** Bytes that wait for the network. */
  bufferedBytes(): number
  counts(): { readonly sent: number; readonly acked: number; readonly reconnects: number }
}

/** Requests may name any topic for their answer: the log must not grow with each. */
const MOST_REFUSALS_LOGGED = 100

export function openCurrentConnection(log: LinkContext['log']): CurrentConnection {
  const refused = new Set<string>()
  let connection: Connection | undefined
  let isReady = false
  let sent = 0
  let acked = 0
  let connects = 0

  function logRefusal(topic: string, refusal: string, access: 'write' | 'read'): void {
    if (refused.has(`${access} ${topic}`) || refused.size >= MOST_REFUSALS_LOGGED) return
    refused.add(`${access} ${topic}`)
    log('warn', `the broker refuses ${topic} (${refusal}): its access rules must let this neuron ${access} there`)
  }

  return {
    online(newConnection) {
      connection = newConnection
      connects++
    },
    offline() {
      connection = undefined
      isReady = false
    },
    isOnline: () => connection !== undefined,
    setReady() {
      isReady = true
    },
    isReady: () => isReady,
    publish(message, onAnswer) {
      if (!connection) return
      sent++
      connection.publish(message, refusal => {
        if (refusal === undefined) acked++
        else logRefusal(message.topic, refusal, 'write')
        onAnswer?.(refusal)
      })
    },
    subscribe(subscription, onAnswer) {
      connection?.subscribe(subscription, refusal => {
        if (refusal !== undefined) logRefusal(subscription.filter, refusal, 'read')
        onAnswer?.()
      })
    },
    unsubscribe(filter) {
      connection?.unsubscribe(filter)
    },
    bufferedBytes: () => connection?.bufferedBytes() ?? 0,
    counts: () => ({ sent, acked, reconnects: Math.max(0, connects - 1) }),
  }
}
