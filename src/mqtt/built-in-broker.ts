/**
 * The built-in broker: a neuron can be subscribed to without anything else installed. It listens on this machine only,
 * and its memory is bounded: for a class, install a real broker.
 */
import type { EventEmitter } from 'node:events'
import net from 'node:net'
import type { AedesOptions, AedesPublishPacket, Client, PublishPacket } from 'aedes'
import { loadMqttLibrary } from './connection/load-mqtt-libraries.ts'
import type { BrokerOptions } from './link-and-synapse-options.ts'

export interface Broker {
  /** The address on which it listens, like mqtt://127.0.0.1:1883. */
  readonly url: string
  /** The MQTT version that it speaks: 3.1.1. */
  readonly protocol: 4
  close(): Promise<void>
}

type Log = (level: 'info' | 'warn', message: string) => void

const HOST = '127.0.0.1'
const MOST_CLIENTS = 100
const MOST_RETAINED = 1000
/** Clients whose faults are logged, and characters of a name in the log. */
const MOST_LOGGED_CLIENTS = 20
const LONGEST_LOGGED_NAME = 60
const LARGEST_PAYLOAD_BYTES = 64 * 1024
/** Beyond it a subscriber does not keep up, and misses messages; their sequence numbers show it. */
const SLOW_SUBSCRIBER_BYTES = 256 * 1024
/** A subscriber that reads nothing for so long (stopped with Ctrl-Z) is disconnected. */
const DRAIN_TIMEOUT_MS = 5000
// Messages in flight to slow subscribers. Reaching it would stop the broker; the two limits above prevent that.
const CONCURRENCY = 20_000

/** Listen on `port`, or on any free one if another program uses it: then a warning is logged. */
export async function openBroker({ port }: Pick<BrokerOptions, 'port'>, log: Log): Promise<Broker> {
  const { Aedes } = loadMqttLibrary('aedes') as typeof import('aedes')
  const aedes = await Aedes.createBroker(limits(log))
  const sockets = new Set<net.Socket>()
  const server = net.createServer({ noDelay: true }, socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    aedes.handle(socket)
  })
  server.maxConnections = MOST_CLIENTS
  const url = await listen(server, port, log)
  const parts: readonly EventEmitter[] = [server, aedes]
  for (const part of parts) part.on('error', error => log('warn', `the built-in broker: ${error.message}`))
  let closing: Promise<void> | undefined

  async function close(): Promise<void> {
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
    await new Promise<void>(resolve => aedes.close(resolve))
  }

  return {
    url,
    protocol: 4,
    close() {
      closing ??= close()
      return closing
    },
  }
}

function limits(log: Log): AedesOptions {
  return {
    concurrency: CONCURRENCY,
    drainTimeout: DRAIN_TIMEOUT_MS,
    preConnect(_client, packet, done) {
      // A session that outlives its connection would collect messages for a client that may never return.
      packet.clean = true
      done(null, true)
    },
    authorizePublish: publishRules(log),
    authorizeForward: skipSlowSubscriber,
  }
}

async function listen(server: net.Server, port: number, log: Log): Promise<string> {
  try {
    return await listenAt(server, port)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    const url = await listenAt(server, 0)
    const why = code === 'EACCES' ? `may not be used by this user` : 'is in use by another program'
    const other = code === 'EACCES' ? '' : ` (to use the one on ${port}: --set mqtt.url=mqtt://${HOST}:${port})`
    log('warn', `port ${port} ${why}; the built-in broker listens on ${url} instead${other}`)
    return url
  }
}

function listenAt(server: net.Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, () => {
      server.off('error', reject)
      resolve(`mqtt://${HOST}:${(server.address() as net.AddressInfo).port}`)
    })
  })
}

/** Refuses what would make the memory grow (large payloads, ever new retained topics), and messages to $SYS. */
function publishRules(log: Log) {
  const retained = new Set<string>()
  const logged = new Set<string>()
  /** MQTT 3.1.1 cannot refuse a message: the client is disconnected, and only the log says why. */
  function refusal(why: string, topic: string, client: Client | null): Error {
    const who = `the client "${client?.id.slice(0, LONGEST_LOGGED_NAME) ?? ''}"`
    const words = `the built-in broker disconnects ${who}, which published ${why} to ${topic.slice(0, LONGEST_LOGGED_NAME)}`
    if (!logged.has(who) && logged.size < MOST_LOGGED_CLIENTS) log('warn', `${words} (further ones are not told)`)
    logged.add(who)
    return new Error(why)
  }
  return (client: Client | null, packet: PublishPacket, done: (error?: Error | null) => void): void => {
    if (packet.topic.startsWith('$SYS/')) {
      done(refusal('what only the broker itself may', packet.topic, client))
      return
    }
    const { length } = packet.payload
    if (length > LARGEST_PAYLOAD_BYTES) {
      done(refusal(`${length} bytes, more than the ${LARGEST_PAYLOAD_BYTES} that it takes,`, packet.topic, client))
      return
    }
    if (packet.retain && length === 0) retained.delete(packet.topic)
    else if (packet.retain) retained.add(packet.topic)
    if (retained.size <= MOST_RETAINED) {
      done(null)
      return
    }
    retained.delete(packet.topic)
    done(refusal(`one retained topic more than the ${MOST_RETAINED} that it keeps`, packet.topic, client))
  }
}

function skipSlowSubscriber(client: Client, packet: AedesPublishPacket): AedesPublishPacket | null {
  return client.conn.writableLength > SLOW_SUBSCRIBER_BYTES ? null : packet
}
