/**
 * One connection to a broker, from the attempt to its end. MQTT.js speaks the protocol; each attempt has a client and
 * a store of its own, so that nothing is ever replayed behind the ledger's back.
 */
import { createRequire } from 'node:module'
import net from 'node:net'
import tls from 'node:tls'
import type { IClientOptions, MqttClient } from 'mqtt'
import type { Timers } from '../loop/clock.ts'
import type { BrokerAddress } from './address.ts'
import type { Message } from './messages.ts'
import type { Ending } from './trouble.ts'

export type ProtocolVersion = 4 | 5

export interface ConnectionRequest {
  readonly address: BrokerAddress
  readonly protocol: ProtocolVersion
  readonly clientId: string
  readonly username: string
  readonly password: string
  readonly keepaliveS: number
  readonly will: Message
  readonly willDelayS: number
}

export interface Connection {
  /** `answered` hears the broker's answer to a QoS 1 message: nothing, or why not. Without an answer it hears nothing. */
  publish(message: Message, answered?: (refusal: string | undefined) => void): void
  /** Bytes that wait for the network; they grow while the broker does not read. */
  bufferedBytes(): number
  /** Say goodbye, so that the will is not published; after 100 ms without an answer just hang up. */
  close(): Promise<void>
}

export interface ConnectionHooks {
  readonly onOnline: () => void
  /** Once, whether or not it was ever online. */
  readonly onEnd: (ending: Ending) => void
}

export type Connect = (request: ConnectionRequest, hooks: ConnectionHooks) => Connection

const CONNECT_TIMEOUT_MS = 5000
const GOODBYE_MS = 100

/** Load MQTT.js, only now and by `require`: `import` would take twice as long, and the first spike waits for it. */
export async function loadConnect(timers: Timers): Promise<Connect> {
  const { MqttClient } = createRequire(import.meta.url)('mqtt') as typeof import('mqtt')

  return (request, { onOnline, onEnd }) => {
    const socket = openSocket(request.address)
    const client = new MqttClient(() => socket, clientOptions(request))
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
    client.on('connect', () => {
      online = true
      onOnline()
    })
    return {
      publish: (message, answered) => publish(client, message, answered),
      bufferedBytes: () => socket.writableLength,
      async close() {
        const cancel = timers.after(GOODBYE_MS, () => socket.destroy())
        if (online) client.end()
        else socket.destroy()
        await ended
        cancel()
      },
    }
  }
}

function publish(client: MqttClient, message: Message, answered: Parameters<Connection['publish']>[1]): void {
  const { topic, payload, qos, retain, expiryS } = message
  const options = { qos, retain, properties: expiryS === undefined ? {} : { messageExpiryInterval: expiryS } }
  // With QoS 0 a callback would only tell, and at the price of a listener per message, that the socket is not full.
  if (qos === 0) {
    client.publish(topic, payload, options)
    return
  }
  client.publish(topic, payload, options, (error?: (Error & { code?: unknown }) | null) => {
    if (!error) answered?.(undefined)
    // The broker's own refusals have a reason code. "Connection closed" is MQTT.js speaking: there was no answer.
    else if (typeof error.code === 'number') answered?.(error.message)
  })
}

function openSocket({ secure, host, port }: BrokerAddress): net.Socket {
  // Small messages must not wait for the acknowledgement of the one before (Nagle).
  if (!secure) return net.connect({ host, port, noDelay: true })
  return tls.connect({ host, port, ...(net.isIP(host) === 0 && { servername: host }) }).setNoDelay(true)
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
    will: {
      topic: will.topic,
      payload: Buffer.from(will.payload),
      qos: will.qos,
      retain: will.retain,
      ...(v5 && { properties: { willDelayInterval: willDelayS } }),
    },
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
  }
}
