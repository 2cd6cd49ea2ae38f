/** A broker's address, and how to show it without its password. Pure. */
import { domainToASCII } from 'node:url'

export interface BrokerAddress {
  /** Encrypted by TLS. */
  readonly secure: boolean
  /** MQTT in WebSockets, as it passes firewalls that let nothing through but the web. */
  readonly webSocket: boolean
  /** A name in ASCII, or an IP address, maybe with its zone: `fe80::1%eth0`. */
  readonly host: string
  readonly port: number
  /** Path and query of a WebSocket; empty without one. */
  readonly path: string
  readonly username: string
  readonly password: string
  /** On this machine. */
  readonly loopback: boolean
  /** As it may be shown to anybody. */
  readonly redacted: string
}

type Scheme = 'mqtt' | 'mqtts' | 'ws' | 'wss'
const PORTS: Readonly<Record<Scheme, number>> = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 }
/** What other programs call them. */
const OTHER_SCHEMES: Readonly<Record<string, Scheme>> = {
  ...{ tcp: 'mqtt', ssl: 'mqtts', tls: 'mqtts', 'mqtt+ssl': 'mqtts', http: 'ws', https: 'wss' },
}
/** Most brokers serve WebSockets there; Mosquitto at any path. */
const USUAL_PATH = '/mqtt'
const DEMAND =
  'must begin with mqtt:// or mqtts:// (ws:// or wss:// for WebSockets) and name a host: ' +
  'for example mqtt://raspberrypi.local:1883'

/**
 * Read `mqtt.url`.
 * @throws RangeError that shows the address without its password.
 */
export function brokerAddress(url: string): BrokerAddress {
  const parts = partsOf(url)
  if (typeof parts === 'string') throw new RangeError(`mqtt.url is "${redacted(url)}", ${parts}`)
  const { scheme, user, host, port, path } = parts
  const webSocket = scheme === 'ws' || scheme === 'wss'
  const [, username = '', password = ''] = /^([^:]*):?(.*)$/s.exec(user) ?? []
  return {
    secure: scheme === 'mqtts' || scheme === 'wss',
    webSocket,
    host,
    port: port === '' ? PORTS[scheme] : Number(port),
    path: webSocket ? webSocketPath(path) : '',
    username: decoded(username),
    password: decoded(password),
    loopback: isLoopback(host),
    redacted: redacted(url),
  }
}

/** What is wrong with the address of a broker, in words like `must …`; null if nothing is. */
export function addressFault(url: string): string | null {
  const parts = partsOf(url)
  return typeof parts === 'string' ? parts : null
}

/** The text without the password of any `user:password@host` in it, and without a query, which may hold a token. */
export function redacted(url: string): string {
  return url.replace(/^([^:/@]+:\/\/)?([^:/@]*):(?!\/\/).+@/s, '$1$2:***@').replace(/\?.*$/s, '?***')
}

interface Parts {
  readonly scheme: Scheme
  readonly user: string
  readonly host: string
  readonly port: string
  readonly path: string
}

/** Not by `URL`, which knows no zones (RFC 6874) and translates names in the addresses of the web alone. */
function partsOf(url: string): Parts | string {
  const [, given = '', authority = '', path = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\s]*)([^#\s]*)$/i.exec(url) ?? []
  const scheme = given.toLowerCase()
  if (!isScheme(scheme)) {
    const meant = Object.hasOwn(OTHER_SCHEMES, scheme) ? OTHER_SCHEMES[scheme] : undefined
    return meant === undefined ? DEMAND : `${DEMAND}: did you mean ${redacted(url).replace(given, meant)}?`
  }
  const at = authority.lastIndexOf('@')
  const [, name = '', port = ''] = /^(\[[^\]]*\]|[^:[\]]*)(?::(.*))?$/s.exec(authority.slice(at + 1)) ?? []
  if (port !== '' && !isPort(port)) {
    return `its port is ${port}, must be a whole number from 1 to 65535, or left out for the usual one: 1883, with mqtts:// 8883, with ws:// 80, with wss:// 443`
  }
  const host = hostOf(name)
  if (host === undefined) return DEMAND
  return { scheme, user: authority.slice(0, Math.max(0, at)), host, port, path }
}

function isScheme(text: string): text is Scheme {
  return Object.hasOwn(PORTS, text)
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535
}

/** `[fe80::1%eth0]` without the brackets, where the % may be written as %25; `bücher.local` as resolvers know it. */
function hostOf(text: string): string | undefined {
  const [, address, zone] = /^\[([0-9a-f:.]*:[0-9a-f:.]*)(?:%(?:25)?([\w.-]+))?\]$/i.exec(text) ?? []
  if (address !== undefined) return URL.canParse(`ws://[${address}]`) ? address + (zone ? `%${zone}` : '') : undefined
  if (text.startsWith('[')) return undefined
  return domainToASCII(decoded(text)) || undefined
}

function webSocketPath(path: string): string {
  return path.startsWith('/') ? path : USUAL_PATH + path
}

/** Does it name this machine alone? */
export function isLoopback(host: string): boolean {
  return /^(.+\.)?localhost$/.test(host) || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

// A stray % is part of a password, not a reason to fail.
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
