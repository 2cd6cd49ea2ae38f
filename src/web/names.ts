/** Under which names this machine may be called. Pure. A page of a stranger's that has its own name point here (DNS rebinding) is told apart by the Host it asks for. */
import { isIP } from 'node:net'

/** What a request says about where it comes from. */
export interface Caller {
  readonly host: string | undefined
  readonly origin: string | undefined
  /** Address of the other end of the connection. */
  readonly address: string | undefined
  /** It came through a proxy, so the address is the proxy's. */
  readonly forwarded: boolean
}

/** Names besides plain addresses, in lower case. */
export function knownNames(hostname: string, further: string): ReadonlySet<string> {
  const own = hostname.toLowerCase()
  const listed = further.toLowerCase().split(/[\s,]+/)
  return new Set(['localhost', own, `${own}.local`, ...listed].filter(name => name !== ''))
}

/** Why this caller is turned away, in words; null if it is welcome. */
export function refusalOf({ host, origin }: Caller, names: ReadonlySet<string>): string | null {
  const name = hostnameOf(host)
  if (name === null) return 'the request names no host: send a Host header'
  if (isIP(name) === 0 && !names.has(name)) {
    return `the host is ${JSON.stringify(name)}, must be an address or one of ${[...names].join(', ')}: others are listed in web.names`
  }
  if (origin === undefined || originHost(origin) === host) return null
  return `the request comes from a page of ${JSON.stringify(origin)}, must come from one of http://${host}`
}

/** Is the other end this very machine? */
export function isLocal({ address, forwarded }: Caller): boolean {
  if (address === undefined || forwarded) return false
  const plain = address.replace(/^::ffff:/, '')
  return plain === '::1' || /^127\.\d+\.\d+\.\d+$/.test(plain)
}

function hostnameOf(host: string | undefined): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host ?? '')
  return match === null ? null : (match[1] ?? match[2] ?? '').toLowerCase().replace(/\.$/, '')
}

function originHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
