/** A connection for receivers: comes back after every fault, and subscribes again. */

import type { MqttClientLike } from '../client.ts'
import type { LinkOptions } from '../options.ts'
import type { Message } from '../payloads.ts'
import type { ConnectionStatus, LinkContext } from '../types.ts'
import { brokerAddress } from './address.ts'
import { type Connection, loadConnect } from './connection.ts'
import { readCredentials } from './credentials.ts'
import { openReconnecting } from './reconnect.ts'

export type ReceiverConnectionOptions = Omit<LinkOptions, 'base' | 'willDelayS' | 'homeAssistant'>

/** `retain`: the broker is to keep it, or to clear what it has kept if it is empty. */
export type ReceivedMessage = Pick<Message, 'topic' | 'payload'> & Partial<Pick<Message, 'retain'>>

export interface ReceiverConnection {
  /** To be handed to `receive`. */
  readonly client: MqttClientLike
  /** `answered` hears the broker's answer: nothing, or why not. False without a connection. */
  send(message: ReceivedMessage, answered: (refusal: string | undefined) => void): boolean
  /** What the broker does not let this client read, as `filter: reason`. */
  refused(): readonly string[]
  status(): ConnectionStatus
  /** Has the broker ever let it in? */
  wasOnline(): boolean
  /** Hang up; calling it twice does no harm. */
  close(): Promise<void>
}

type Listener = Parameters<MqttClientLike['on']>[1]

/**
 * Connect in the background; `context.note` hears of faults.
 * @param name what the broker is to call this client; something random is added
 * @throws RangeError if the address is malformed
 */
export async function openReceiverConnection(
  options: ReceiverConnectionOptions,
  name: string,
  context: LinkContext,
): Promise<ReceiverConnection> {
  const address = brokerAddress(options.url)
  const connect = await loadConnect(context.timers)
  const filters = new Map<string, 0 | 1>()
  const listeners = new Set<Listener>()
  const refusals = new Map<string, string>()
  let connection: Connection | undefined
  let wasOnline = false

  function subscribe(filter: string, qos: 0 | 1): void {
    connection?.subscribe({ filter, qos, retained: true, echo: true }, reason => {
      if (reason === undefined) return
      refusals.set(filter, reason)
      context.log('warn', `the broker refuses ${filter} (${reason}): who may read there?`)
    })
  }

  const plan = {
    address,
    protocol: 5,
    clientId: `${name}-${context.random().toString(36).slice(2, 10)}`,
    username: options.username || address.username,
    keepaliveS: options.keepaliveS,
    willDelayS: 0,
    meanwhile: 'trying again',
    secrets: () => readCredentials(options, address),
  } as const
  const dialer = openReconnecting(plan, connect, context, {
    onOnline(newConnection) {
      connection = newConnection
      wasOnline = true
      refusals.clear()
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
    send(message, answered) {
      connection?.publish({ retain: false, ...message, qos: 1 }, answered)
      return connection !== undefined
    },
    refused: () => [...refusals].map(([filter, reason]) => `${filter}: ${reason}`),
    status: dialer.status,
    wasOnline: () => wasOnline,
    close: dialer.close,
  }
}
