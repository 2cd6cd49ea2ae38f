/** Who may change something: this machine, and whoever has shown the token. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'

export interface Access {
  /** Shown in the terminal, typed or scanned by people. */
  readonly token: string
  /** The Set-Cookie header for a browser that has shown the token. */
  readonly cookie: string
  isToken(presented: unknown): boolean
  mayControl(caller: Caller, headers: Credentials): boolean
}

export interface Credentials {
  readonly authorization?: string | undefined
  readonly cookie?: string | undefined
}

const LEAST_TOKEN_LENGTH = 12

/**
 * @param chosen the token, from a file of the user's; '' makes one
 * @param port tells the cookies of two dashboards on one machine apart: browsers do not
 * @throws Error if the chosen token is easily guessed
 */
export function createAccess(chosen: string, port: () => number): Access {
  if (chosen !== '' && chosen.length < LEAST_TOKEN_LENGTH) {
    throw new Error(
      `the token in web.tokenFile has ${chosen.length} characters, must have ${LEAST_TOKEN_LENGTH} or more: head -c 15 /dev/urandom | base64`,
    )
  }
  const token = chosen === '' ? randomBytes(15).toString('base64url') : chosen
  // Another secret than the token: a cookie goes to every port of this machine, and the token stays with people.
  const session = randomBytes(18).toString('base64url')
  const name = () => `neurond-${port()}`
  const isToken = (presented: unknown) => typeof presented === 'string' && isSame(presented, token)
  return {
    token,
    get cookie() {
      return `${name()}=${session}; Path=/; HttpOnly; SameSite=Strict; Max-Age=86400`
    },
    isToken,
    mayControl(caller, { authorization, cookie }) {
      if (isLocal(caller)) return true
      const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
      return isToken(bearer) || isSame(cookieNamed(name(), cookie ?? ''), session)
    },
  }
}

function cookieNamed(name: string, header: string): string {
  const pair = header.split(/; */).find(one => one.startsWith(`${name}=`))
  return pair?.slice(name.length + 1) ?? ''
}

/** Compared by digests, so that the time it takes tells nothing, not even the length. */
function isSame(presented: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(presented), digest(secret))
}

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
function isLocal({ address, forwarded }: Caller): boolean {
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
