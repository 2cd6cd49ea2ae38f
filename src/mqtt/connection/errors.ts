/** Why there is no connection, and what to do about it, as text. Pure. */

import type { BrokerAddress } from './address.ts'

/** How an attempt or a connection ended. */
export interface Ending {
  /** Had the broker accepted the connection before? */
  readonly wasOnline: boolean
  /** Code of the system (ECONNREFUSED), a reason code of MQTT (5, 135), or nothing when it was just closed. */
  readonly code?: string | number | undefined
  readonly message?: string | undefined
}

/** Does the broker not speak the MQTT version that was asked for? */
export function isVersionRefused(ending: Ending): boolean {
  return !ending.wasOnline && (ending.code === 1 || ending.code === 132)
}

/** Reason code: another client has connected with the same id (MQTT 5 §3.1.4). */
export const TAKEN_OVER = 142

/**
 * Has the broker closed a good connection without a reason? MQTT 3.1.1 does so when a second client connects with the
 * same id. If the broker had not read everything, the connection is reset.
 */
export function wasClosed({ wasOnline, code, message }: Ending): boolean {
  return wasOnline && ((code === undefined && message === undefined) || code === 'ECONNRESET' || code === 'EPIPE')
}

export function endingMessage(ending: Ending, address: BrokerAddress, clientId: string): string {
  const { code } = ending
  if (typeof code === 'number') return refusalMessage(code, ending.message, clientId)
  if (code !== undefined) return unreachableMessage(code, address)
  if (/connack timeout/i.test(ending.message ?? '')) return unreachableMessage('ETIMEDOUT', address)
  if (/keepalive timeout/i.test(ending.message ?? '')) return 'the broker has stopped answering'
  if (ending.wasOnline) return 'the broker closed the connection'
  if (!ending.message) {
    const secure = address.secure ? '' : ' (one that wants TLS needs mqtts://)'
    return `what listens at ${hostAndPort(address)} closes the connection without a word: is it an MQTT broker${secure}, and has it room for one more?`
  }
  return `what listens at ${hostAndPort(address)} does not speak MQTT${
    address.secure ? '' : ' (or wants TLS: mqtts://)'
  }: check mqtt.url`
}

/** Reason codes of CONNACK and DISCONNECT: below 128 those of MQTT 3.1.1 §3.2.2.3, above those of MQTT 5 §3.2.2.2. */
function refusalMessage(code: number, message: string | undefined, clientId: string): string {
  switch (code) {
    case 1:
    case 132:
      return 'the broker speaks neither MQTT 5 nor 3.1.1: another broker is needed, for example mosquitto'
    case 2:
    case 133:
      return `the broker does not accept the client id "${clientId}": choose another id`
    case 4:
    case 134:
      return 'the broker refuses the user name or the password: check mqtt.username and mqtt.passwordFile'
    case 5:
    case 135:
      return (
        'the broker does not let this neuron in (not authorised): check mqtt.username and mqtt.passwordFile; ' +
        'without them the broker must allow anonymous clients'
      )
    case 138:
      return `the broker has banned "${clientId}": ask whoever runs it`
    case 139:
      return 'the broker is shutting down'
    case TAKEN_OVER:
      return `another client connected as "${clientId}": give every neuron its own id`
    default:
      return `the broker does not serve us now (${message ?? 'no reason given'}, code ${code})`
  }
}

function unreachableMessage(code: string, address: BrokerAddress): string {
  const at = hostAndPort(address)
  switch (code) {
    case 'ECONNREFUSED':
      return address.loopback
        ? `nothing listens at ${at}: start a broker there, for example: sudo systemctl start mosquitto`
        : `nothing listens at ${at}: is the broker running, and does it listen for other machines? ` +
            '(mosquitto does so only with a "listener 1883" line in its configuration)'
    case 'ENOTFOUND':
      return `no machine is called "${address.host}": check mqtt.url, or use the broker's IP address`
    case 'EAI_AGAIN':
      return `the name "${address.host}" cannot be looked up now: is this machine on the network?`
    case 'ETIMEDOUT':
      return `${at} does not answer: check mqtt.url, and that no firewall blocks port ${address.port}`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `there is no way to ${at}: is this machine on the same network?`
    case 'ECONNRESET':
    case 'EPIPE':
      return `the connection to ${at} broke`
    default:
      return certificateMessage(code, address) ?? `no connection to ${at} (${code})`
  }
}

function certificateMessage(code: string, address: BrokerAddress): string | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `the broker's certificate is not for "${address.host}": use the name that stands in it`
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO') {
    return `what listens at ${hostAndPort(address)} does not speak TLS: use mqtt:// or the broker's TLS port`
  }
  if (/ALERT/.test(code)) {
    return `the broker refuses this client's certificate (${code}): check mqtt.certFile and mqtt.keyFile`
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return "the broker's certificate has expired: whoever runs the broker must renew it (or this machine's clock is fast: see date)"
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return "the broker's certificate is not valid yet: is this machine's clock slow? See date, and timedatectl"
  }
  if (/CERT|SIGNATURE|ISSUER/.test(code)) {
    return `the broker's certificate is not trusted (${code}): name the file of its authority as mqtt.caFile`
  }
  return undefined
}

function hostAndPort({ host, port }: BrokerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
