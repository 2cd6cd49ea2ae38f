/** Access control: the hosts and pages whose requests are answered, and the tokens that allow control from other machines. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import type { Fields } from '../../fields/field-types-and-checks.ts'
import type { AccessStore } from './kept-access.ts'

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

/**
 * What a browser or program may do: `watch`; `control` the neuron, as pupils do, unless the teacher has locked it; or
 * `teach`, which is to control it always, to lock it, and to see every link.
 */
export type Role = 'watch' | 'control' | 'teach'

/** What a page shows and hides. */
export interface PageAccess {
  readonly role: Role
  readonly locked: boolean
  readonly mayControl: boolean
}

export interface AccessControl {
  /** The teacher's, shown in the terminal, typed or scanned by people. */
  readonly token: string
  /** Its link is shown on the page, for pupils. */
  readonly pupilToken: string
  /** The Set-Cookie header for a browser that has sent this token; undefined if it is none. */
  cookieFor(token: unknown): string | undefined
  accessOf(caller: Caller, headers: CredentialHeaders): PageAccess
  /** Pupils may only watch. */
  lock(on: boolean): void
  /** The link that pupils have is void from now on, and who logged in by it. */
  replacePupilToken(): void
}

/** What the teacher may change. */
export const ACCESS_FIELDS = {
  locked: { type: 'flag', default: false, help: 'pupils may only watch' },
  replace: { type: 'flag', default: false, help: 'the link that pupils have is void from now on: there is a new one' },
} as const satisfies Fields

interface CredentialHeaders {
  readonly authorization?: string | undefined
  readonly cookie?: string | undefined
}

const MIN_TOKEN_LENGTH = 12
/** The cookie is valid as long as its link is: this is only when a browser forgets it. */
const COOKIE_S = 180 * 24 * 3600

/**
 * @param chosen the token from the user's file; '' makes one
 * @param port distinguishes the cookies of two dashboards on one machine, which browsers do not
 * @throws Error if the chosen token is easily guessed
 */
export function createAccessControl(chosen: string, store: AccessStore, port: () => number): AccessControl {
  if (chosen !== '' && chosen.length < MIN_TOKEN_LENGTH) {
    throw new Error(
      `the token in web.tokenFile has ${chosen.length} characters, must have ${MIN_TOKEN_LENGTH} or more: head -c 15 /dev/urandom | base64`,
    )
  }
  const derived = (what: string) => createHmac('sha256', store.kept.secret).update(what).digest('base64url')
  const token = chosen === '' ? derived('teacher').slice(0, TOKEN_LENGTH) : chosen
  const pupilToken = () => derived(`pupils ${store.kept.edition}`).slice(0, TOKEN_LENGTH)
  // Another secret than the token: browsers send a cookie to every port of this machine.
  const sessions = () => ({ teach: derived(`session ${token}`), control: derived(`session ${pupilToken()}`) })
  const cookieName = () => `neurond-${port()}`

  function roleOfToken(presented: unknown): Role {
    if (typeof presented !== 'string') return 'watch'
    return isSame(presented, token) ? 'teach' : isSame(presented, pupilToken()) ? 'control' : 'watch'
  }

  function roleOf(caller: Caller, { authorization, cookie }: CredentialHeaders): Role {
    if (isLocal(caller)) return 'teach'
    const session = cookieNamed(cookieName(), cookie ?? '')
    const { teach, control } = sessions()
    const byCookie = isSame(session, teach) ? 'teach' : isSame(session, control) ? 'control' : 'watch'
    const byToken = roleOfToken(/^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1])
    return ROLES.findLast(role => role === byCookie || role === byToken) as Role
  }

  return {
    token,
    get pupilToken() {
      return pupilToken()
    },
    cookieFor(presented) {
      const role = roleOfToken(presented)
      if (role === 'watch') return undefined
      return `${cookieName()}=${sessions()[role]}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${COOKIE_S}`
    },
    accessOf(caller, headers) {
      const role = roleOf(caller, headers)
      const { locked } = store.kept
      return { role, locked, mayControl: role === 'teach' || (role === 'control' && !locked) }
    },
    lock: on => store.change({ locked: on }),
    replacePupilToken: () => store.change({ edition: store.kept.edition + 1 }),
  }
}

const ROLES: readonly Role[] = ['watch', 'control', 'teach']
/** Characters of 6 bits: 120 bits. */
const TOKEN_LENGTH = 20

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
