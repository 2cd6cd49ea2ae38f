/** Access control: the hosts and pages whose requests are answered, and the token that allows control from other machines. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'

/** Where a request comes from. */
export interface Caller {
  readonly host: string | undefined
  readonly origin: string | undefined
  /** Address of the other end of the connection. */
  readonly address: string | undefined
  /** It came through a proxy, so the address is the proxy's. */
  readonly forwarded: boolean
}

/** The host names that this machine is reached by, besides plain addresses, in lower case. */
export function allowedHostNames(hostname: string, further: string): ReadonlySet<string> {
  const own = hostname.toLowerCase()
  const listed = further.toLowerCase().split(/[\s,]+/)
  return new Set(['localhost', own, `${own}.local`, ...listed].filter(name => name !== ''))
}

/** Why a request is refused because of its Host or Origin header; null if it is not. */
export function originRefusal({ host, origin }: Caller, names: ReadonlySet<string>): string | null {
  const name = hostnameOf(host)
  if (name === null) return 'the request names no host: send a Host header'
  if (isIP(name) === 0 && !names.has(name)) {
    return `the host is ${JSON.stringify(name)}, must be an address or one of ${[...names].join(', ')}: others are listed in web.names`
  }
  if (origin === undefined || hostOfOrigin(origin) === host) return null
  return `the request comes from a page of ${JSON.stringify(origin)}, must come from one of http://${host}`
}

function hostnameOf(host: string | undefined): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host ?? '')
  return match === null ? null : (match[1] ?? match[2] ?? '').toLowerCase().replace(/\.$/, '')
}

function hostOfOrigin(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}

export interface AccessControl {
  /** Shown in the terminal, typed or scanned by people. */
  readonly token: string
  /** The Set-Cookie header for a browser that has sent the token. */
  readonly cookie: string
  isToken(presented: unknown): boolean
  /** This machine may change something, and others with the token or the cookie. */
  mayControl(caller: Caller, headers: CredentialHeaders): boolean
}

interface CredentialHeaders {
  readonly authorization?: string | undefined
  readonly cookie?: string | undefined
}

const MIN_TOKEN_LENGTH = 12

/**
 * @param chosen the token from the user's file; '' makes one
 * @param port distinguishes the cookies of two dashboards on one machine, which browsers do not
 * @throws Error if the chosen token is easily guessed
 */
export function createAccessControl(chosen: string, port: () => number): AccessControl {
  if (chosen !== '' && chosen.length < MIN_TOKEN_LENGTH) {
    throw new Error(
      `the token in web.tokenFile has ${chosen.length} characters, must have ${MIN_TOKEN_LENGTH} or more: head -c 15 /dev/urandom | base64`,
    )
  }
  const token = chosen === '' ? randomBytes(15).toString('base64url') : chosen
  // Another secret than the token: browsers send a cookie to every port of this machine.
  const session = randomBytes(18).toString('base64url')
  const cookieName = () => `neurond-${port()}`
  const isToken = (presented: unknown) => typeof presented === 'string' && isSame(presented, token)
  return {
    token,
    get cookie() {
      return `${cookieName()}=${session}; Path=/; HttpOnly; SameSite=Strict; Max-Age=86400`
    },
    isToken,
    mayControl(caller, { authorization, cookie }) {
      if (isLocal(caller)) return true
      const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
      return isToken(bearer) || isSame(cookieNamed(cookieName(), cookie ?? ''), session)
    },
  }
}

/** Is the other end this very machine? */
function isLocal({ address, forwarded }: Caller): boolean {
  if (address === undefined || forwarded) return false
  const plain = address.replace(/^::ffff:/, '')
  return plain === '::1' || /^127\.\d+\.\d+\.\d+$/.test(plain)
}

function cookieNamed(name: string, header: string): string {
  const pair = header.split(/; */).find(one => one.startsWith(`${name}=`))
  return pair?.slice(name.length + 1) ?? ''
}

/** Compares digests, so that the time it takes reveals nothing, not even the length. */
function isSame(presented: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(presented), digest(secret))
}
