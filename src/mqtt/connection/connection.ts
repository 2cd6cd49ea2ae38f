/**
 * One connection to a broker, from the attempt to its end, by MQTT.js. Each attempt has a client of its own, so that
 * MQTT.js never sends anything again by itself: the outbox does.
 */

import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt'
import type { Timers } from '../../loop/clock.ts'
import type { Message } from '../payloads.ts'
import type { BrokerAddress } from './address.ts'
import { type BrokerLimits, limitsIn, publishBytes, subscribeBytes } from './broker-limits.ts'
import { type Ending, PACKET_TOO_LARGE, type SentPacket, VERSION_REFUSED } from './errors.ts'
import { loadMqttLibrary } from './load-mqtt-libraries.ts'
import type { ProtocolVersion } from './protocol-version.ts'
import { type Certificates, openTransport } from './transport.ts'

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
  /** What the broker has shown that it does not take. */
  readonly limits: BrokerLimits
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
  /** MQTT 3.1.1: what this client publishes comes back where it is subscribed, and refusals are not answered. */
  readonly echoes: boolean
  /** What the broker takes. */
  limits(): BrokerLimits
  /** Is it small enough for the broker? What is not is refused here, and not sent. */
  fits(message: Message): boolean
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
    const { address, protocol } = request
    const transport = openTransport(address, request.certificates, { onError: fail, onClose })
    const client = new MqttClient(() => transport.stream as IStream, clientOptions(request))
    const sent = createSentPackets()
    let state: SendingState = {
      ...{ client, protocol, sent, limits: request.limits },
      window: createWindow(Number.POSITIVE_INFINITY),
    }
    let online = false
    let answered: Ending['answered']
    let cause: Pick<Ending, 'code' | 'message'> = {}
    let onEnded = () => {}
    const ended = new Promise<void>(resolve => {
      onEnded = resolve
    })

    function fail(error: Error & { code?: string | number }): void {
      if (cause.message === undefined) cause = { code: error.code, message: error.message }
      transport.destroy()
    }

    function onClose(): void {
      onEnded()
      onEnd({ wasOnline: online, stage: transport.stage(), answered, largestSent: sent.largest(), ...cause })
    }

    if (!address.webSocket) {
      transport.stream.once('data', bytes => {
        answered = otherProtocolIn(bytes)
      })
    }
    client.on('error', fail)
    client.on('disconnect', ({ reasonCode }) =>
      fail(Object.assign(new Error('disconnected'), { code: reasonCode ?? 0 })),
    )
    client.on('connect', ({ properties, length = 0 }) => {
      // That is an answer in MQTT 3.1.1, of a broker that has not looked at the version.
      if (protocol === 5 && length < LEAST_CONNACK_V5) {
        fail(Object.assign(new Error('answered in MQTT 3.1.1'), { code: VERSION_REFUSED }))
        return
      }
      // MQTT 5 §4.9: a broker may disconnect a client with more in flight. MQTT.js does not observe it.
      const window = createWindow(properties?.receiveMaximum ?? Number.POSITIVE_INFINITY)
      state = { ...state, window, limits: limitsIn(properties, request.limits) }
      online = true
      onOnline()
    })
    client.on('message', (topic, payload, packet) => onMessage(incoming(topic, payload, packet)))
    return {
      publish: (message, onAnswer) => publish(state, message, onAnswer),
      subscribe: (subscription, onAnswer) => subscribe(state, subscription, onAnswer),
      unsubscribe: filter => client.unsubscribe(filter, () => {}),
      echoes: protocol === 4,
      limits: () => state.limits,
      fits: message => publishBytes(message, protocol) <= state.limits.packetBytes,
      bufferedBytes: transport.bufferedBytes,
      async close() {
        const cancel = timers.after(DISCONNECT_MS, transport.destroy)
        if (online) client.end()
        else transport.destroy()
        await ended
        cancel()
      },
    }
  }
}

type IStream = ReturnType<ConstructorParameters<typeof MqttClient>[0]>

/** Bytes of the shortest CONNACK in MQTT 5 after its length; in 3.1.1 there are two. */
const LEAST_CONNACK_V5 = 3

/** What sends such bytes in place of a CONNACK. */
function otherProtocolIn(bytes: Buffer): Ending['answered'] {
  if (bytes.subarray(0, 5).toString('latin1') === 'HTTP/') return 'http'
  // A TLS record with an alert, version 3.x.
  return bytes[0] === 21 && bytes[1] === 3 ? 'tls' : undefined
}

interface SendingState {
  readonly client: MqttClient
  readonly protocol: ProtocolVersion
  readonly sent: SentPackets
  readonly window: Window
  limits: BrokerLimits
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

function publish(state: SendingState, message: Message, onAnswer: OnAnswer = () => {}): void {
  const { client, protocol, sent, window, limits } = state
  const { topic, payload, expiryS, correlation } = message
  const bytes = publishBytes(message, protocol)
  if (bytes > limits.packetBytes) {
    queueMicrotask(() => onAnswer(tooLarge(bytes, limits)))
    return
  }
  const qos = message.qos === 0 ? 0 : limits.qos
  const retain = message.retain && limits.retain
  const properties = {
    ...(expiryS !== undefined && { messageExpiryInterval: expiryS }),
    ...(correlation !== undefined && { correlationData: Buffer.from(correlation) }),
  }
  // With QoS 0 a callback would cost a listener per message and say only that the socket is not full.
  if (qos === 0) {
    sent.add({ topic, bytes })
    client.publish(topic, payload, { qos, retain, properties })
    if (message.qos === 1) queueMicrotask(() => onAnswer(undefined))
    return
  }
  window.pass(settled => {
    const packet = { topic, bytes }
    sent.add(packet)
    client.publish(topic, payload, { qos, retain, properties }, error => {
      settled()
      if (isAnswer(error)) sent.acknowledged(packet)
      if (codeOf(error) === PACKET_TOO_LARGE) state.limits = { ...state.limits, packetBytes: bytes - 1 }
      passAnswer(error, onAnswer)
    })
  })
}

function tooLarge(bytes: number, { packetBytes }: BrokerLimits): string {
  return `${bytes} bytes are too many: the broker takes packets of ${packetBytes} at most`
}

type OnAnswer = (refusal: string | undefined) => void
type AnswerError = (Error & { code?: unknown }) | null | undefined

/** Refusals of the broker have a reason code; "Connection closed" comes from MQTT.js: there was no answer. */
function isAnswer(error: AnswerError): boolean {
  return !error || typeof codeOf(error) === 'number'
}

function codeOf(error: AnswerError): unknown {
  return error?.code
}

function passAnswer(error: AnswerError, onAnswer: OnAnswer): void {
  if (isAnswer(error)) onAnswer(error?.message)
}

function subscribe({ client, protocol, limits }: SendingState, subscription: Subscription, onAnswer: OnAnswer): void {
  const { filter, qos, retained = false, echo = false } = subscription
  const bytes = subscribeBytes(filter, protocol)
  if (bytes > limits.packetBytes) {
    queueMicrotask(() => onAnswer(tooLarge(bytes, limits)))
    return
  }
  // MQTT 5 §3.8.3.1. With `retained`, the retain flag of a message means that it is old; else, that it was published so.
  const options = { qos, nl: !echo, rh: retained ? 0 : 2, rap: !retained } as const
  client.subscribe(filter, options, error => passAnswer(error, onAnswer))
}

function clientOptions(request: ConnectionRequest): IClientOptions {
  const { protocol, will, willDelayS, username, password, limits } = request
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
        qos: will.qos === 0 ? 0 : limits.qos,
        retain: will.retain && limits.retain,
        ...(v5 && { properties: { willDelayInterval: willDelayS } }),
      },
    }),
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
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

/** The packets that the broker may not have taken yet: it takes them in order. Pure. */
interface SentPackets {
  add(packet: SentPacket): void
  acknowledged(packet: SentPacket): void
  largest(): SentPacket | undefined
}

/** A broker that acknowledges nothing must not make the list long. */
const MOST_SENT = 256

function createSentPackets(): SentPackets {
  const packets: SentPacket[] = []
  return {
    add(packet) {
      packets.push(packet)
      if (packets.length > MOST_SENT) packets.shift()
    },
    acknowledged: packet => void packets.splice(0, packets.indexOf(packet) + 1),
    largest: () => packets.toSorted((a, b) => b.bytes - a.bytes)[0],
  }
}
