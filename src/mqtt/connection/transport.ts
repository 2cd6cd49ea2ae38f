/** What MQTT is carried by: a TCP connection, TLS, or WebSockets over either. */
import net from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import type { BrokerAddress } from './address.ts'
import type { Stage } from './errors.ts'
import { loadMqttLibrary } from './load-mqtt-libraries.ts'

/** Certificates for TLS, as PEM texts. */
export interface Certificates {
  /** The authority that signed the broker's certificate; without it, those that the system trusts. */
  readonly ca?: string
  /** This client's certificate and its key, where the broker asks for one. */
  readonly cert?: string
  readonly key?: string
}

export interface Transport {
  readonly stream: Duplex
  /** What is waited for. */
  stage(): Stage
  /** Bytes that wait for the network. */
  bufferedBytes(): number
  destroy(): void
}

export interface TransportHooks {
  readonly onError: (error: Error & { code?: string | number }) => void
  readonly onClose: () => void
}

/**
 * Begin to connect; a failure is reported to `onError`, then `onClose`.
 * @throws Error if certificate and key do not fit together
 */
export function openTransport(address: BrokerAddress, certificates: Certificates, hooks: TransportHooks): Transport {
  const socket = openSocket(address, certificates)
  let stage: Stage = 'host'
  socket.on('error', hooks.onError)
  socket.once('connect', () => {
    stage = address.secure ? 'tls' : address.webSocket ? 'webSocket' : 'connack'
  })
  socket.once('secureConnect', () => {
    stage = address.webSocket ? 'webSocket' : 'connack'
  })
  if (!address.webSocket) {
    socket.once('close', hooks.onClose)
    return {
      stream: socket,
      stage: () => stage,
      bufferedBytes: () => socket.writableLength,
      destroy: () => socket.destroy(),
    }
  }
  const { WebSocket, createWebSocketStream } = loadMqttLibrary('ws') as typeof import('ws')
  const webSocket = new WebSocket(webSocketUrl(address), 'mqtt', {
    createConnection: () => socket,
    perMessageDeflate: false,
  })
  webSocket.once('open', () => {
    stage = 'connack'
  })
  const stream = createWebSocketStream(webSocket)
  webSocket.on('error', hooks.onError)
  stream.on('error', hooks.onError)
  webSocket.once('unexpected-response', (_request, { statusCode }) => {
    hooks.onError(new Error(`Unexpected server response: ${statusCode}`))
    socket.destroy()
  })
  // An error of the WebSocket may be reported only after its socket has closed.
  socket.once('close', () =>
    setImmediate(() => {
      stream.destroy()
      hooks.onClose()
    }),
  )
  return {
    stream,
    stage: () => stage,
    bufferedBytes: () => stream.writableLength + webSocket.bufferedAmount,
    destroy() {
      stream.destroy()
      socket.destroy()
    },
  }
}

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
      { cause },
    )
  }
}

/** For the heading of the request; the socket is already on its way. */
function webSocketUrl({ secure, host, port, path }: BrokerAddress): string {
  const [name] = host.split('%')
  return `${secure ? 'wss' : 'ws'}://${host.includes(':') ? `[${name}]` : host}:${port}${path}`
}
