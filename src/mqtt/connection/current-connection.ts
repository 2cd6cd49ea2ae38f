/** Publishes on the current connection. Offline, messages are dropped: the outbox keeps what must not be lost. */

import type { Message } from '../payloads.ts'
import type { LinkContext } from '../types.ts'
import { type BrokerLimits, NO_LIMITS } from './broker-limits.ts'
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
  /** Does what this neuron publishes come back where it is subscribed? */
  echoes(): boolean
  /** This message did not come back, or now it did. */
  echo(topic: string, reason: string | undefined): void
  /** Is it small enough for the broker? */
  fits(message: Message): boolean
  limits(): BrokerLimits
  /** Bytes that wait for the network. */
  bufferedBytes(): number
  /** What the broker does not take of this neuron, as sentences. */
  warnings(): readonly string[]
  counts(): { readonly sent: number; readonly acked: number; readonly reconnects: number }
}

export function openCurrentConnection(log: LinkContext['log']): CurrentConnection {
  const refusals = collectRefusals(log)
  let connection: Connection | undefined
  let isReady = false
  let sent = 0
  let acked = 0
  let connects = 0
  let reducedWords: readonly string[] = []

  return {
    online(newConnection) {
      connection = newConnection
      connects++
      refusals.clear()
      const words = reductions(newConnection.limits())
      for (const one of words) if (!reducedWords.includes(one)) log('warn', one)
      reducedWords = words
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
      const { fits } = connection
      sent++
      connection.publish(message, refusal => {
        if (refusal === undefined) acked++
        const needed = refusal === undefined || fits(message) ? 'write' : 'size'
        refusals.answer(message.topic, needed, refusal)
        onAnswer?.(refusal)
      })
    },
    subscribe(subscription, onAnswer) {
      connection?.subscribe(subscription, refusal => {
        refusals.answer(subscription.filter, 'read', refusal)
        onAnswer?.()
      })
    },
    unsubscribe(filter) {
      connection?.unsubscribe(filter)
    },
    echoes: () => connection?.echoes ?? false,
    echo: (topic, reason) => refusals.answer(topic, 'echo', reason),
    fits: message => connection?.fits(message) ?? true,
    limits: () => connection?.limits() ?? NO_LIMITS,
    bufferedBytes: () => connection?.bufferedBytes() ?? 0,
    warnings: () => [...reducedWords, ...refusals.warnings()],
    counts: () => ({ sent, acked, reconnects: Math.max(0, connects - 1) }),
  }
}

function reductions({ qos, retain }: BrokerLimits): string[] {
  return [
    ...(qos === 0
      ? [
          'the broker takes QoS 0 only (max_qos 0): what is lost on the way is not sent again, receivers must request it',
        ]
      : []),
    ...(retain
      ? []
      : [
          'the broker retains nothing (retain_available false): who subscribes later waits for status, info and params',
        ]),
  ]
}

/** What the broker would have to allow: to read or to write there, larger packets, or, as it does not say, one of them. */
type Needed = 'read' | 'write' | 'size' | 'echo'

interface Refused {
  readonly topic: string
  readonly needed: Needed
  readonly reason: string
  times: number
}

/** Requests may name any topic for their answer: neither the log nor the memory must grow with each. */
const MOST_REFUSED = 100
const MOST_NAMED = 8

/** Logs the first refusal for each topic, and counts the others. */
function collectRefusals(log: LinkContext['log']) {
  const refused = new Map<string, Refused>()
  const logged = new Set<string>()

  function note(topic: string, needed: Needed, reason: string): void {
    const key = `${needed} ${topic}`
    const known = refused.get(key)
    if (known) known.times++
    else if (refused.size < MOST_REFUSED) refused.set(key, { topic, needed, reason, times: 1 })
    if (logged.has(key) || logged.size >= MOST_REFUSED) return
    logged.add(key)
    log('warn', refusalWords({ topic, needed, reason, times: 1 }))
  }

  return {
    /** @param refusal why it is refused; undefined if it is not */
    answer(topic: string, needed: Needed, refusal: string | undefined): void {
      if (refusal !== undefined) note(topic, needed, refusal)
      else for (const known of [refused, logged]) known.delete(`${needed} ${topic}`)
    },
    /** A new connection begins, at which other rules may hold. */
    clear: () => refused.clear(),
    warnings(): readonly string[] {
      const words = [...refused.values()].map(refusalWords)
      const more = words.length - MOST_NAMED
      return more > 0 ? [...words.slice(0, MOST_NAMED), `the broker refuses ${more} topics more`] : words
    },
  }
}

function refusalWords({ topic, needed, reason, times }: Refused): string {
  const often = times > 1 ? `, ${times} times by now` : ''
  if (needed === 'size')
    return `${topic} is left out${often}: ${reason} (in mosquitto.conf: max_packet_size, message_size_limit)`
  if (needed === 'echo') {
    return `the broker drops ${topic} (${reason})${often}: its access rules must let this neuron write and read there, and its message_size_limit let it pass`
  }
  return `the broker refuses ${topic} (${reason})${often}: its access rules must let this neuron ${needed} there`
}
