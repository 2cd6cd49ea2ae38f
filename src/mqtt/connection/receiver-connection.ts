/** A connection for receivers: after every fault it connects and subscribes again. */

import type { MqttClientLike } from '../exactly-once-receiver.ts'
import type { LinkOptions } from '../link-and-synapse-options.ts'
import type { Message } from '../payloads.ts'
import type { ConnectionStatus, LinkContext } from '../types.ts'
import { brokerAddress } from './address.ts'
import { type Connection, loadConnect } from './connection.ts'
import { clearTextWarning, readCredentials } from './credentials.ts'
import { chooseVersion, type VersionChoice } from './protocol-version.ts'
import { openReconnecting } from './reconnect.ts'

type ReceiverConnectionOptions = Omit<LinkOptions, 'base' | 'willDelayS' | 'homeAssistant' | 'discoveryPrefix'>

/** `retain`: the broker retains it, or clears what it retains if the payload is empty. */
type SentMessage = Pick<Message, 'topic' | 'payload'> & Partial<Pick<Message, 'retain'>>

export interface ReceiverConnection {
  /** For `receive`. */
  readonly client: MqttClientLike
  /**
   * @param onAnswer called with the broker's answer: undefined, or why it refuses
   * @returns false without a connection
   */
  send(message: SentMessage, onAnswer: (refusal: string | undefined) => void): boolean
  /** Subscriptions that the broker refuses, as `filter: reason`. */
  refused(): readonly string[]
  status(): ConnectionStatus
  /** Has it ever been connected? */
  wasOnline(): boolean
  /** Idempotent. */
  close(): Promise<void>
}

type Listener = Parameters<MqttClientLike['on']>[1]

/**
 * Connect in the background; faults are logged.
 * @param name client id at the broker; a random part is appended
 * @param version to share what is known of the broker with a connection that ended
 * @throws RangeError if the address is malformed
 */
export async function openReceiverConnection(
  options: ReceiverConnectionOptions,
  name: string,
  context: LinkContext,
  version: VersionChoice = chooseVersion(options.protocolVersion, 5),
): Promise<ReceiverConnection> {
  const address = brokerAddress(options.url)
  const warning = clearTextWarning(options)
  if (warning !== '') context.log('warn', warning)
  const connect = await loadConnect(context.timers)
  const filters = new Map<string, 0 | 1>()
  const listeners = new Set<Listener>()
  const refusals = new Map<string, string>()
  let connection: Connection | undefined
  let wasOnline = false

  function subscribe(filter: string, qos: 0 | 1): void {
    connection?.subscribe({ filter, qos, retained: true, echo: true }, reason => {
      const before = refusals.get(filter)
      if (reason === undefined) refusals.delete(filter)
      else refusals.set(filter, reason)
      if (reason === undefined || reason === before) return
      context.log('warn', `the broker refuses ${filter} (${reason}): who may read there?`)
    })
  }

  const plan = {
    address,
    version,
    clientId: `${name}-${context.random().toString(36).slice(2, 10)}`,
    username: options.username || address.username,
    keepaliveS: options.keepaliveS,
    willDelayS: 0,
    whileOffline: 'trying again',
    readSecrets: () => readCredentials(options, address),
  } as const
  const reconnecting = openReconnecting(plan, connect, context, {
    onOnline(newConnection) {
      connection = newConnection
      wasOnline = true
      for (const [filter, qos] of filters) subscribe(filter, qos)
    },
    onMessage({ topic, payload, retain }) {
      for (const listen of listeners) listen(topic, payload, { retain })
    },
    onOffline() {
      connection = undefined
    },
  })
  return {
    client: {
      get connected() {
        return connection !== undefined
      },
      on: (_event, listener) => listeners.add(listener),
      removeListener: (_event, listener) => listeners.delete(listener),
      subscribe(topic, { qos }) {
        filters.set(topic, qos)
        subscribe(topic, qos)
      },
      publish: (topic, payload, { qos }) => connection?.publish({ topic, payload, qos, retain: false }),
    },
    send(message, onAnswer) {
      connection?.publish({ retain: false, ...message, qos: 1 }, onAnswer)
      return connection !== undefined
    },
    refused: () => [...refusals].map(([filter, reason]) => `${filter}: ${reason}`),
    status: reconnecting.status,
    wasOnline: () => wasOnline,
    close: reconnecting.close,
  }
}
