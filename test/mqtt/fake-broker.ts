import { type BrokerLimits, NO_LIMITS, publishBytes } from '../../src/mqtt/connection/broker-limits.ts'
import type {
  Connect,
  ConnectionHooks,
  ConnectionRequest,
  Incoming,
  Subscription,
} from '../../src/mqtt/connection/connection.ts'
import type { Ending } from '../../src/mqtt/connection/errors.ts'
import type { Message } from '../../src/mqtt/payloads.ts'

/** A broker without a network: answers at once or never, refuses, breaks. */
export interface FakeBroker {
  readonly connect: Connect
  /** How attempts end; undefined lets them in. */
  refusal: ((request: ConnectionRequest) => Omit<Ending, 'wasOnline'> | undefined) | undefined
  /** Does it read, and acknowledge? */
  frozen: boolean
  /** Does it keep its answers to itself, until it is made to `answerAll`? */
  silent: boolean
  answerAll(): void
  /** Its answer to a QoS 1 message. */
  answer: (message: Message) => string | undefined
  buffered: number
  /** What it says that it takes. */
  limits: BrokerLimits
  readonly attempts: ConnectionRequest[]
  readonly received: Message[]
  readonly subscriptions: Map<string, Subscription>
  readonly unsubscribed: string[]
  disconnects: number
  breakConnection(how?: Omit<Ending, 'wasOnline'>): void
  /** Publish something to the link: text as it is, anything else as JSON. */
  deliver(topic: string, payload: unknown, properties?: Partial<Incoming>): void
}

export function fakeBroker(): FakeBroker {
  let hooks: ConnectionHooks | undefined
  let unanswered: (() => void)[] = []

  function reply(own: ConnectionHooks, answer: () => void): void {
    queueMicrotask(() => {
      if (hooks !== own) return
      if (broker.silent) unanswered.push(answer)
      else answer()
    })
  }

  const fits = (message: Message) => publishBytes(message, 5) <= broker.limits.packetBytes
  const broker: FakeBroker = {
    refusal: undefined,
    frozen: false,
    silent: false,
    answer: () => undefined,
    buffered: 0,
    limits: NO_LIMITS,
    attempts: [],
    received: [],
    subscriptions: new Map(),
    unsubscribed: [],
    disconnects: 0,
    connect(request, own) {
      broker.attempts.push(request)
      const refusal = broker.refusal?.(request)
      if (refusal) {
        queueMicrotask(() => own.onEnd({ wasOnline: false, ...refusal }))
      } else {
        hooks = own
        queueMicrotask(own.onOnline)
      }
      return {
        publish(message, answered) {
          if (broker.frozen || hooks !== own) return
          if (!fits(message)) {
            queueMicrotask(() => answered?.('too many bytes'))
            return
          }
          broker.received.push(message)
          if (message.qos === 1) reply(own, () => answered?.(broker.answer(message)))
        },
        subscribe(subscription, answered) {
          broker.subscriptions.set(subscription.filter, subscription)
          reply(own, () => answered(undefined))
        },
        unsubscribe(filter) {
          broker.subscriptions.delete(filter)
          broker.unsubscribed.push(filter)
        },
        echoes: request.protocol === 4,
        limits: () => broker.limits,
        fits,
        bufferedBytes: () => broker.buffered,
        async close() {
          broker.disconnects++
          hooks = undefined
          own.onEnd({ wasOnline: true })
        },
      }
    },
    answerAll() {
      for (const answer of unanswered.splice(0)) answer()
    },
    breakConnection(how = {}) {
      const broken = hooks
      hooks = undefined
      unanswered = []
      broker.subscriptions.clear()
      broken?.onEnd({ wasOnline: true, ...how })
    },
    deliver(topic, payload, properties = {}) {
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
      const bytes = payload instanceof Uint8Array ? payload : Buffer.from(text)
      hooks?.onMessage({ topic, payload: bytes, retain: false, ...properties })
    },
  }
  return broker
}
