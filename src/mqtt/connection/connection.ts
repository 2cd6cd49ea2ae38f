/**
 * One connection to a broker, from the attempt to its end. MQTT.js speaks the protocol; each attempt has a client and
 * a store of its own, so that nothing is ever replayed behind the ledger's back.
 */

import net from 'node:net'
import tls from 'node:tls'
import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt'
import type { Timers } from '../../loop/clock.ts'
import type { Message } from '../payloads.ts'
import type { BrokerAddress } from './address.ts'
import type { Ending } from './errors.ts'
import { loadMqttLibrary } from './mqtt-library.ts'

export type ProtocolVersion = 4 | 5

export interface ConnectionRequest {
  readonly address: BrokerAddress
  readonly protocol: ProtocolVersion
  readonly clientId: string
  readonly username: string
  readonly password: string
  readonly certificates: Certificates
  readonly keepaliveS: number
  /** What the broker publishes when this client vanishes; receivers have none. */
  readonly will?: Message
  readonly willDelayS: number
}

/** A message from the broker. */
export interface Incoming {
  readonly topic: string
  readonly payload: Uint8Array
  /** Kept by the broker from some earlier time (or, in MQTT 5, published to be kept). */
  readonly retain: boolean
  /** MQTT 5: where the answer is to go, what is to stand in it, and how long the message was still good for. */
  readonly responseTopic?: string
  readonly correlation?: Uint8Array
  readonly expiryS?: number
}

export interface Subscription {
  readonly filter: string
  readonly qos: 0 | 1
  /** Also what the broker has kept. */
  readonly retained?: boolean
  /** Also what this client publishes itself (MQTT 5; with 3.1.1 it always comes back). */
  readonly echo?: boolean
}

export interface Connection {
  /** `answered` hears the broker's answer to a QoS 1 message: nothing, or why not. Without an answer it hears nothing. */
  publish(message: Message, answered?: (refusal: string | undefined) => void): void
  /** `answered` hears the broker's answer: nothing, or why not. Without an answer it hears nothing. */
  subscribe(subscription: Subscription, answered: (refusal: string | undefined) => void): void
  unsubscribe(filter: string): void
  /** Bytes that wait for the network; they grow while the broker does not read. */
  bufferedBytes(): number
  /** Say goodbye, so that the will is not published; after 100 ms without an answer just hang up. */
  close(): Promise<void>
}

export interface ConnectionHooks {
  readonly onOnline: () => void
  readonly onMessage: (message: Incoming) => void
  /** Once, whether or not it was ever online. */
  readonly onEnd: (ending: Ending) => void
}

export type Connect = (request: ConnectionRequest, hooks: ConnectionHooks) => Connection

const CONNECT_TIMEOUT_MS = 5000
const DISCONNECT_MS = 100
/** The broker keeps larger ones to itself (MQTT 5 §3.1.2.11.4). */
const LARGEST_PACKET_BYTES = 4 * 1024 * 1024

/** Load MQTT.js, only now and by `require`: `import` would take twice as long, and the first spike waits for it. */
export async function loadConnect(timers: Timers): Promise<Connect> {
  const { MqttClient } = loadMqttLibrary('mqtt') as typeof import('mqtt')

  return (request, { onOnline, onMessage, onEnd }) => {
    const socket = openSocket(request.address, request.certificates)
    const client = new MqttClient(() => socket, clientOptions(request))
    let window = createWindow(Number.POSITIVE_INFINITY)
    let online = false
    let cause: Omit<Ending, 'wasOnline'> = {}
    const ended = new Promise<void>(resolve => socket.once('close', () => resolve()))

    function fail(error: Error & { code?: string | number }): void {
      if (cause.message === undefined) cause = { code: error.code, message: error.message }
      socket.destroy()
    }

    socket.on('error', fail)
    socket.once('close', () => onEnd({ wasOnline: online, ...cause }))
    client.on('error', fail)
    client.on('disconnect', ({ reasonCode }) =>
      fail(Object.assign(new Error('disconnected'), { code: reasonCode ?? 0 })),
    )
    client.on('connect', ({ properties }) => {
      // MQTT 5 §4.9: a broker may throw out who has more under way. MQTT.js does not look at it.
      if (properties?.receiveMaximum) window = createWindow(properties.receiveMaximum)
      online = true
      onOnline()
    })
    client.on('message', (topic, payload, packet) => onMessage(incoming(topic, payload, packet)))
    return {
      publish: (message, answered) => publish(client, window, message, answered),
      subscribe: (subscription, answered) => subscribe(client, subscription, answered),
      unsubscribe: filter => client.unsubscribe(filter, () => {}),
      bufferedBytes: () => socket.writableLength,
      async close() {
        const cancel = timers.after(DISCONNECT_MS, () => socket.destroy())
        if (online) client.end()
        else socket.destroy()
        await ended
        cancel()
      },
    }
  }
}

function incoming(topic: string, payload: Uint8Array, { retain, properties }: IPublishPacket): Incoming {
  const { responseTopic, correlationData, messageExpiryInterval } = properties ?? {}
  return {
    topic,
    payload,
    retain,
    ...(responseTopic !== undefined && { responseTopic }),
    ...(correlationData !== undefined && { correlation: correlationData }),
    ...(messageExpiryInterval !== undefined && { expiryS: messageExpiryInterval }),
  }
}

function publish(client: MqttClient, window: Window, message: Message, answered: Answered = () => {}): void {
  const { topic, payload, qos, retain, expiryS, correlation } = message
  const properties = {
    ...(expiryS !== undefined && { messageExpiryInterval: expiryS }),
    ...(correlation !== undefined && { correlationData: Buffer.from(correlation) }),
  }
  // With QoS 0 a callback would only tell, and at the price of a listener per message, that the socket is not full.
  if (qos === 0) {
    client.publish(topic, payload, { qos, retain, properties })
    return
  }
  window.pass(settled =>
    client.publish(topic, payload, { qos, retain, properties }, error => {
      settled()
      passAnswer(error, answered)
    }),
  )
}

type Answered = (refusal: string | undefined) => void

/** The broker's own refusals have a reason code. "Connection closed" is MQTT.js speaking: there was no answer. */
function passAnswer(error: (Error & { code?: unknown }) | null | undefined, answered: Answered): void {
  if (!error) answered(undefined)
  else if (typeof error.code === 'number') answered(error.message)
}

function subscribe(client: MqttClient, subscription: Subscription, answered: Answered): void {
  const { filter, qos, retained = false, echo = false } = subscription
  // MQTT 5 §3.8.3.1. Where what was kept is of use, the flag tells it from what is new; elsewhere it tells what is
  // published to be kept.
  const options = { qos, nl: !echo, rh: retained ? 0 : 2, rap: !retained } as const
  client.subscribe(filter, options, error => passAnswer(error, answered))
}

function clientOptions(request: ConnectionRequest): IClientOptions {
  const { protocol, will, willDelayS, username, password } = request
  const v5 = protocol === 5
  return {
    clientId: request.clientId,
    protocolVersion: protocol,
    clean: true,
    keepalive: request.keepaliveS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: 0,
    queueQoSZero: false,
    ...(v5 && { properties: { maximumPacketSize: LARGEST_PACKET_BYTES } }),
    ...(will && {
      will: {
        topic: will.topic,
        payload: Buffer.from(will.payload),
        qos: will.qos,
        retain: will.retain,
        ...(v5 && { properties: { willDelayInterval: willDelayS } }),
      },
    }),
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
  }
}

/** What TLS needs beyond the system's own authorities, as PEM texts. */
interface Certificates {
  /** The authority that signed the broker's certificate; the system's own where there is none. */
  readonly ca?: string
  /** This client's certificate and its key, where the broker asks for one. */
  readonly cert?: string
  readonly key?: string
}

/**
 * Begin to connect; what goes wrong is emitted as `error`, then `close`.
 * @throws Error if certificate and key do not fit together
 */
function openSocket({ secure, host, port }: BrokerAddress, certificates: Certificates): net.Socket {
  // Small messages must not wait for the acknowledgement of the one before (Nagle).
  if (!secure) return net.connect({ host, port, noDelay: true })
  const name = net.isIP(host) === 0 ? { servername: host } : {}
  try {
    return tls.connect({ host, port, ...name, ...certificates }).setNoDelay(true)
  } catch (cause) {
    const { message } = cause as Error
    throw new Error(
      `mqtt.caFile, mqtt.certFile or mqtt.keyFile cannot be used (${message}): do they belong together?`,
      {
        cause,
      },
    )
  }
}

/** How many messages may be under way without an answer; the others wait for their turn. Pure. */
interface Window {
  /** `send` is called now or later, in order; what it is given tells that the answer has come. */
  pass(send: (settled: () => void) => void): void
}

function createWindow(most: number): Window {
  const waiting: ((settled: () => void) => void)[] = []
  let underWay = 0

  function next(): void {
    while (underWay < most) {
      const send = waiting.shift()
      if (!send) return
      underWay++
      send(settled)
    }
  }

  function settled(): void {
    underWay--
    next()
  }

  return {
    pass(send) {
      waiting.push(send)
      next()
    },
  }
}
