/** Tries the broker and the dashboard's port, and says what the result means. */
import net from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Config } from '../../config/schema.ts'
import { realTimers } from '../../loop/clock.ts'
import { type BrokerAddress, brokerAddress } from '../../mqtt/connection/address.ts'
import { NO_LIMITS } from '../../mqtt/connection/broker-limits.ts'
import { loadConnect } from '../../mqtt/connection/connection.ts'
import { clearTextWarning, readCredentials } from '../../mqtt/connection/credentials.ts'
import { type Ending, endingMessage } from '../../mqtt/connection/errors.ts'
import { chooseVersion, type ProtocolVersion } from '../../mqtt/connection/protocol-version.ts'
import { type Check, checkFromMessage, fail, ok, skip, warn } from './check-result-and-format.ts'

/** From 2.0 on Mosquitto serves its own machine only, unless these lines configure a listener and who may connect. */
const MOSQUITTO_LINES = 'listener 1883\nallow_anonymous true'
const MOSQUITTO_FIX =
  `put these two lines into /etc/mosquitto/conf.d/neurond.conf on the broker's machine:\n${MOSQUITTO_LINES}\n` +
  'then: sudo systemctl restart mosquitto'

const KEEPALIVE_S = 10
const CONNECT_TIMEOUT_MS = 8000
const LOCAL_TIMEOUT_MS = 1000

/** What came of trying to connect. */
export type BrokerFacts =
  | { readonly type: 'none' }
  | { readonly type: 'builtIn'; readonly port: number; readonly bound: string }
  | { readonly type: 'malformed'; readonly message: string }
  | {
      readonly type: 'tried'
      readonly address: BrokerAddress
      readonly clientId: string
      /** Why it can be read on the way although it should not; empty if it cannot. */
      readonly clearText?: string
      /** No user name was given. */
      readonly anonymous: boolean
      /** The MQTT version that was agreed on, or how it ended. */
      readonly outcome: { readonly protocol: 4 | 5; readonly tookMs: number } | Ending
      /** Of a broker on this machine: is it reached at the machine's address in the network too? undefined: not tried. */
      readonly fromOutside: { readonly address: string; readonly reached: boolean } | undefined
    }

type Tried = Extract<BrokerFacts, { readonly type: 'tried' }>

export async function brokerFacts(
  { id, mqtt }: Pick<Config, 'id' | 'mqtt'>,
  signal: AbortSignal,
): Promise<BrokerFacts> {
  const { url, broker } = mqtt
  if (url === '' && !broker.enabled) return { type: 'none' }
  if (url === '') return { type: 'builtIn', port: broker.port, bound: await listenErrorAt('127.0.0.1', broker.port) }
  try {
    const address = brokerAddress(url)
    // With the daemon's own client id the broker would disconnect the running daemon.
    const clientId = `neurond-${id}-doctor`
    const outcome = await connectOutcome(mqtt, address, clientId, signal)
    const isIn = address.loopback && 'protocol' in outcome
    const fromOutside = isIn ? await reachedFromOutside(address.port) : undefined
    const anonymous = mqtt.username === '' && address.username === ''
    return { type: 'tried', address, clientId, clearText: clearTextWarning(mqtt), anonymous, outcome, fromOutside }
  } catch (error) {
    return { type: 'malformed', message: (error as Error).message }
  }
}

/** The error code of listening at this address; '' if it is free. */
export function listenErrorAt(host: string, port: number): Promise<string> {
  return new Promise(resolve => {
    const server = net.createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve('')))
  })
}

type ConnectOutcome = Extract<BrokerFacts, { readonly type: 'tried' }>['outcome']

async function connectOutcome(
  mqtt: Config['mqtt'],
  address: BrokerAddress,
  clientId: string,
  signal: AbortSignal,
): Promise<ConnectOutcome> {
  const version = chooseVersion(mqtt.protocolVersion, 5)
  const first = await connectOnce(mqtt, address, clientId, version.next(realTimers.nowMs()), signal)
  const alternative = 'wasOnline' in first ? version.alternative(first) : undefined
  return alternative === undefined ? first : connectOnce(mqtt, address, clientId, alternative, signal)
}

async function connectOnce(
  mqtt: Config['mqtt'],
  address: BrokerAddress,
  clientId: string,
  protocol: ProtocolVersion,
  signal: AbortSignal,
): Promise<ConnectOutcome> {
  const connect = await loadConnect(realTimers)
  const secrets = readCredentials(mqtt, address)
  const username = mqtt.username || address.username
  const fixed = { keepaliveS: KEEPALIVE_S, willDelayS: 0, limits: NO_LIMITS }
  const request = { address, protocol, clientId, username, ...fixed, ...secrets }
  const beginMs = realTimers.nowMs()
  let settle: (outcome: ConnectOutcome) => void = () => {}
  const outcome = new Promise<ConnectOutcome>(resolve => {
    settle = resolve
  })
  const connection = connect(request, {
    onOnline: () => settle({ protocol, tookMs: realTimers.nowMs() - beginMs }),
    onMessage() {},
    onEnd: settle satisfies (ending: Ending) => void,
  })
  const giveUp = () => settle({ wasOnline: false, code: 'ETIMEDOUT' })
  const cancel = realTimers.after(CONNECT_TIMEOUT_MS, giveUp)
  signal.addEventListener('abort', giveUp, { once: true })
  const result = await outcome
  cancel()
  signal.removeEventListener('abort', giveUp)
  await connection.close()
  return result
}

/** Does a broker on this machine also listen at its address in the network? */
async function reachedFromOutside(
  port: number,
): Promise<{ readonly address: string; readonly reached: boolean } | undefined> {
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
    const cancel = realTimers.after(LOCAL_TIMEOUT_MS, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}

export function checkBroker(facts: BrokerFacts): Check {
  const name = 'broker'
  if (facts.type === 'none') return skip(name, 'none is configured (mqtt.url is empty, the built-in one is off)')
  if (facts.type === 'malformed') return checkFromMessage(name, facts.message)
  if (facts.type === 'builtIn') return checkBuiltInBroker(facts.port, facts.bound)
  const { address, outcome, fromOutside, clearText = '' } = facts
  if ('wasOnline' in outcome) return checkEnding(facts, outcome)
  const version = outcome.protocol === 5 ? '5' : '3.1.1'
  const text = `${address.redacted} lets us in (MQTT ${version}, after ${Math.round(outcome.tookMs)} ms)`
  if (clearText !== '') return checkFromMessage(name, `${text}, but ${clearText}`, 'warn')
  if (fromOutside?.reached !== false) return ok(name, text)
  const localOnly = `${text}, but not at ${fromOutside.address}: it serves this machine only, as Mosquitto does by default ("local only mode"), and students' boards cannot subscribe`
  return warn(name, localOnly, MOSQUITTO_FIX)
}

export function checkDashboard(
  { enabled, host, port }: { enabled: boolean; host: string; port: number },
  bound: string,
): Check {
  const name = 'dashboard'
  if (!enabled) return skip(name, 'switched off (web.enabled)')
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`
  if (port === 0) return ok(name, `any free port at ${host}`)
  if (bound === '') return ok(name, `http://${place}: the port is free`)
  if (bound === 'EADDRINUSE') {
    const text = `port ${port} is in use (by a neurond that runs already?): the dashboard would take the next free one`
    return warn(name, text, `see who has it: sudo ss -ltnp 'sport = :${port}'; or choose another: web.port`)
  }
  if (bound === 'EACCES') {
    return warn(
      name,
      `port ${port} is reserved for root: the dashboard would take any free one`,
      'set web.port to 8080',
    )
  }
  const fix = 'set web.host to 127.0.0.1 for this machine alone, or to 0.0.0.0 for the whole network'
  return fail(name, `web.host is "${host}", which is no address of this machine (${bound})`, fix)
}

function checkBuiltInBroker(port: number, bound: string): Check {
  const text = `the built-in one, mqtt://127.0.0.1:${port}, for this machine alone`
  if (bound === '' || port === 0) return ok('broker', `${text}: the port is free`)
  const why = bound === 'EADDRINUSE' ? `port ${port} is in use` : `port ${port} may not be used (${bound})`
  const fix = `if a broker of yours has it: --set mqtt.url=mqtt://127.0.0.1:${port}; else choose another: mqtt.broker.port`
  return warn('broker', `${text}: ${why}, so it would take any free one`, fix)
}

/** A broker that is configured and does not work is a failure, though the neuron runs without it. */
function checkEnding({ address, clientId, anonymous }: Tried, ending: Ending): Check {
  const { text, fix } = splitAtAdvice(endingMessage(ending, address, clientId))
  const what = `${address.redacted}: ${text}`
  const rest = 'The neuron runs without it, but nobody hears its spikes'
  if (ending.code === 'ECONNREFUSED' && address.loopback) {
    const start = 'sudo apt install mosquitto; if it is installed: sudo systemctl start mosquitto'
    return fail('broker', `${what}. ${rest}`, `${start}; or no broker: set mqtt.url to ""`)
  }
  if (ending.code === 'ECONNREFUSED') {
    const how = `${what} for other machines; Mosquitto serves only its own by default ("local only mode")`
    return fail('broker', `${how}. ${rest}`, `start the broker there, and ${MOSQUITTO_FIX}`)
  }
  const isBarred = ending.code === 5 || ending.code === 135
  return fail('broker', `${what}. ${rest}`, isBarred && anonymous ? `${fix}. To allow them, ${MOSQUITTO_FIX}` : fix)
}

/** `what happened: the next step`; a bracket in between may have a colon of its own. */
function splitAtAdvice(words: string): { readonly text: string; readonly fix: string } {
  const [, text = words, fix = 'check mqtt.url, and see the log of the broker'] =
    /^((?:[^(:]|\([^)]*\)|:(?! ))*): (.*)$/s.exec(words) ?? []
  return { text, fix }
}
