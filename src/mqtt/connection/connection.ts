/**
 * One connection to a broker, from the attempt to its end, by MQTT.js. Each attempt has a client of its own, so that
 * MQTT.js never sends anything again by itself: the outbox does.
 */

import net from 'node:net'
import tls from 'node:tls'
import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt'
import type { Timers } from '../../loop/clock.ts'
import type { Message } from '../payloads.ts'
import type { BrokerAddress } from './address.ts'
import type { Ending } from './errors.ts'
import { loadMqttLibrary } from './load-mqtt-libraries.ts'

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
  /** Retained by the broker from an earlier time (or, in MQTT 5, published with this flag). */
  readonly retain: boolean
  /** MQTT 5: the topic of the answer, what it must contain, and for how long the message was still valid. */
  readonly responseTopic?: string
  readonly correlation?: Uint8Array
  readonly expiryS?: number
}

export interface Subscription {
  readonly filter: string
  readonly qos: 0 | 1
  /** Also what the broker retains. */
  readonly retained?: boolean
  /** Also what this client publishes itself (MQTT 5; with 3.1.1 it always comes back). */
  readonly echo?: boolean
}

export interface Connection {
  /** @param onAnswer called with the broker's answer to a QoS 1 message, if it comes: undefined, or why it refuses */
  publish(message: Message, onAnswer?: (refusal: string | undefined) => void): void
  /** @param onAnswer as above */
  subscribe(subscription: Subscription, onAnswer: (refusal: string | undefined) => void): void
  unsubscribe(filter: string): void
  /** Bytes that wait for the network; they grow while the broker does not read. */
  bufferedBytes(): number
  /** Send DISCONNECT, so that the will is not published; after 100 ms close the socket. */
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
/** The broker does not send larger ones (MQTT 5 §3.1.2.11.4). */
const LARGEST_PACKET_BYTES = 4 * 1024 * 1024

/** Load MQTT.js, only now and by `require`: `import` takes twice as long and would delay the first spike. */
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
      // MQTT 5 §4.9: a broker may disconnect a client with more in flight. MQTT.js does not observe it.
      if (properties?.receiveMaximum) window = createWindow(properties.receiveMaximum)
      online = true
      onOnline()
    })
    client.on('message', (topic, payload, packet) => onMessage(incoming(topic, payload, packet)))
    return {
      publish: (message, onAnswer) => publish(client, window, message, onAnswer),
      subscribe: (subscription, onAnswer) => subscribe(client, subscription, onAnswer),
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

function publish(client: MqttClient, window: Window, message: Message, onAnswer: OnAnswer = () => {}): void {
  const { topic, payload, qos, retain, expiryS, correlation } = message
  const properties = {
    ...(expiryS !== undefined && { messageExpiryInterval: expiryS }),
    ...(correlation !== undefined && { correlationData: Buffer.from(correlation) }),
  }
  // With QoS 0 a callback would cost a listener per message and say only that the socket is not full.
  if (qos === 0) {
    client.publish(topic, payload, { qos, retain, properties })
    return
  }
  window.pass(settled =>
    client.publish(topic, payload, { qos, retain, properties }, error => {
      settled()
      passAnswer(error, onAnswer)
    }),
  )
}

type OnAnswer = (refusal: string | undefined) => void

/** Refusals of the broker have a reason code; "Connection closed" comes from MQTT.js: there was no answer. */
function passAnswer(error: (Error & { code?: unknown }) | null | undefined, onAnswer: OnAnswer): void {
  if (!error) onAnswer(undefined)
  else if (typeof error.code === 'number') onAnswer(error.message)
}

function subscribe(client: MqttClient, subscription: Subscription, onAnswer: OnAnswer): void {
  const { filter, qos, retained = false, echo = false } = subscription
  // MQTT 5 §3.8.3.1. With `retained`, the retain flag of a message means that it is old; else, that it was published so.
  const options = { qos, nl: !echo, rh: retained ? 0 : 2, rap: !retained } as const
  client.subscribe(filter, options, error => passAnswer(error, onAnswer))
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

/** Certificates for TLS, as PEM texts. */
interface Certificates {
  /** The authority that signed the broker's certificate; without it, those that the system trusts. */
  readonly ca?: string
  /** This client's certificate and its key, where the broker asks for one. */
  readonly cert?: string
  readonly key?: string
}

/**
 * Begin to connect; a failure is emitted as `error`, then `close`.
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

/** Limits how many messages may be in flight; the others wait. Pure. */
interface Window {
  /** Calls `send` now or later, in order; `send` calls `settled` when the answer has come. */
  pass(send: (settled: () => void) => void): void
}

function createWindow(most: number): Window {
  const waiting: ((settled: () => void) => void)[] = []
  let inFlight = 0

  function next(): void {
    while (inFlight < most) {
      const send = waiting.shift()
      if (!send) return
      inFlight++
      send(settled)
    }
  }

  function settled(): void {
    inFlight--
    next()
  }

  return {
    pass(send) {
      waiting.push(send)
      next()
    },
  }
}
