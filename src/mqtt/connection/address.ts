/** A broker's address, and how to show it without its password. Pure. */

export interface BrokerAddress {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  readonly username: string
  readonly password: string
  /** On this machine. */
  readonly loopback: boolean
  /** As it may be shown to anybody. */
  readonly redacted: string
}

const PLAIN_PORT = 1883
const TLS_PORT = 8883

/**
 * Read `mqtt.url`.
 * @throws RangeError that shows the address without its password.
 */
export function brokerAddress(url: string): BrokerAddress {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const secure = parsed?.protocol === 'mqtts:'
  if (!parsed || !(secure || parsed.protocol === 'mqtt:') || parsed.hostname === '') {
    throw new RangeError(
      `mqtt.url is "${redacted(url)}", must begin with mqtt:// or mqtts:// and name a host: ` +
        'for example mqtt://raspberrypi.local:1883',
    )
  }
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1')
  return {
    secure,
    host,
    port: Number(parsed.port) || (secure ? TLS_PORT : PLAIN_PORT),
    username: decoded(parsed.username),
    password: decoded(parsed.password),
    loopback: isLoopback(host),
    redacted: redacted(url),
  }
}

/** The text with `***` for the password of any `user:password@host` in it. */
export function redacted(url: string): string {
  return url.replace(/^([^:/@]+:\/\/)?([^:/@]*):.+@/s, '$1$2:***@')
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

// A stray % is part of a password, not a reason to fail.
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
