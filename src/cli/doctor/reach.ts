/** Tries the broker as the daemon would, and the ports that the daemon wants. */
import net from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Config } from '../../config/schema.ts'
import { realTimers } from '../../loop/clock.ts'
import { type BrokerAddress, brokerAddress } from '../../mqtt/address.ts'
import { loadConnect, type ProtocolVersion } from '../../mqtt/connection.ts'
import { readCredentials } from '../../mqtt/credentials.ts'
import { type Ending, isVersionRefused } from '../../mqtt/trouble.ts'
import type { BrokerFacts } from './network.ts'

const KEEPALIVE_S = 10
const PATIENCE_MS = 8000
const LOCAL_PATIENCE_MS = 1000

export async function brokerFacts(
  { id, mqtt }: Pick<Config, 'id' | 'mqtt'>,
  signal: AbortSignal,
): Promise<BrokerFacts> {
  const { url, broker } = mqtt
  if (url === '' && !broker.enabled) return { type: 'none' }
  if (url === '') return { type: 'builtIn', port: broker.port, bound: await boundBy('127.0.0.1', broker.port) }
  try {
    const address = brokerAddress(url)
    // Not the daemon's own name: the broker would throw out the one that runs.
    const clientId = `neurond-${id}-doctor`
    const outcome = await tried(mqtt, address, clientId, signal)
    const isIn = address.loopback && 'protocol' in outcome
    const fromOutside = isIn ? await outside(address.port) : undefined
    const anonymous = mqtt.username === '' && address.username === ''
    return { type: 'tried', address, clientId, anonymous, outcome, fromOutside }
  } catch (error) {
    return { type: 'malformed', message: (error as Error).message }
  }
}

/** Why nobody could listen there; '' if somebody could. */
export function boundBy(host: string, port: number): Promise<string> {
  return new Promise(resolve => {
    const server = net.createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve('')))
  })
}

type Attempt = Extract<BrokerFacts, { readonly type: 'tried' }>['outcome']

async function tried(
  mqtt: Config['mqtt'],
  address: BrokerAddress,
  clientId: string,
  signal: AbortSignal,
): Promise<Attempt> {
  const first = await attempt(mqtt, address, clientId, 5, signal)
  return 'wasOnline' in first && isVersionRefused(first) ? attempt(mqtt, address, clientId, 4, signal) : first
}

async function attempt(
  mqtt: Config['mqtt'],
  address: BrokerAddress,
  clientId: string,
  protocol: ProtocolVersion,
  signal: AbortSignal,
): Promise<Attempt> {
  const connect = await loadConnect(realTimers)
  const secrets = readCredentials(mqtt, address)
  const username = mqtt.username || address.username
  const request = { address, protocol, clientId, username, keepaliveS: KEEPALIVE_S, willDelayS: 0, ...secrets }
  const beginMs = realTimers.nowMs()
  let settle: (outcome: Attempt) => void = () => {}
  const outcome = new Promise<Attempt>(resolve => {
    settle = resolve
  })
  const connection = connect(request, {
    onOnline: () => settle({ protocol, tookMs: realTimers.nowMs() - beginMs }),
    onMessage() {},
    onEnd: settle satisfies (ending: Ending) => void,
  })
  const giveUp = () => settle({ wasOnline: false, code: 'ETIMEDOUT' })
  const cancel = realTimers.after(PATIENCE_MS, giveUp)
  signal.addEventListener('abort', giveUp, { once: true })
  const result = await outcome
  cancel()
  signal.removeEventListener('abort', giveUp)
  await connection.close()
  return result
}

/** Does a broker on this machine also listen at its address in the network? */
async function outside(port: number): Promise<{ readonly address: string; readonly reached: boolean } | undefined> {
  const all = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  const own = all.find(({ family, internal }) => family === 'IPv4' && !internal)
  return own && { address: `${own.address}:${port}`, reached: await reaches(own.address, port) }
}

function reaches(host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect({ host, port })
    const end = (reached: boolean) => {
      cancel()
      socket.destroy()
      resolve(reached)
    }
    const cancel = realTimers.after(LOCAL_PATIENCE_MS, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}
