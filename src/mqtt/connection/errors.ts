/** Why there is no connection, and what to do about it, as text. Pure. */

import type { BrokerAddress } from './address.ts'

/** How an attempt or a connection ended. */
export interface Ending {
  /** Had the broker accepted the connection before? */
  readonly wasOnline: boolean
  /** Code of the system (ECONNREFUSED), a reason code of MQTT (5, 135), or nothing when it was just closed. */
  readonly code?: string | number | undefined
  readonly message?: string | undefined
  /** What was waited for. */
  readonly stage?: Stage | undefined
  /** What answered in place of an MQTT broker. */
  readonly answered?: 'http' | 'tls' | undefined
  /** The largest of the packets that the broker may not have taken before the connection ended. */
  readonly largestSent?: SentPacket | undefined
}

/** How far an attempt has come: to the host, through TLS, to a WebSocket, to the answer to CONNECT. */
export type Stage = 'host' | 'tls' | 'webSocket' | 'connack'

export interface SentPacket {
  readonly topic: string
  readonly bytes: number
}

/** Does the broker not speak the MQTT version that was asked for? */
export function isVersionRefused(ending: Ending): boolean {
  return !ending.wasOnline && (ending.code === 1 || ending.code === VERSION_REFUSED)
}

/** Reason code: the broker does not speak this version (MQTT 5 §3.2.2.2). */
export const VERSION_REFUSED = 132

/** Did the broker not answer CONNECT at all? */
export function isSilent({ wasOnline, stage, code, message, answered }: Ending): boolean {
  if (wasOnline || answered !== undefined || (stage ?? 'connack') !== 'connack') return false
  return isClosed(code, message) || isTimeout(message)
}

function isClosed(code: Ending['code'], message: Ending['message']): boolean {
  return (code === undefined && !message) || code === 'ECONNRESET' || code === 'EPIPE'
}

function isTimeout(message: Ending['message']): boolean {
  return /connack timeout/i.test(message ?? '')
}

/** Reason codes: the broker does not take packets of this size, retained messages, or this QoS (MQTT 5 §4.13). */
export const PACKET_TOO_LARGE = 149
export const RETAIN_NOT_SUPPORTED = 154
export const QOS_NOT_SUPPORTED = 155

/** Reason code: another client has connected with the same id (MQTT 5 §3.1.4). */
export const TAKEN_OVER = 142

/**
 * Has the broker closed a good connection without a reason? MQTT 3.1.1 does so when a second client connects with the
 * same id. If the broker had not read everything, the connection is reset.
 */
export function wasClosed({ wasOnline, code, message }: Ending): boolean {
  return wasOnline && isClosed(code, message)
}

export function endingMessage(ending: Ending, address: BrokerAddress, clientId: string): string {
  const { code, message = '', stage } = ending
  const at = hostAndPort(address)
  if (ending.answered === 'tls') return `what listens at ${at} wants TLS: use ${withTls(address)}`
  if (ending.answered === 'http') {
    return `what listens at ${at} does not speak MQTT, it is a web server: check the port in mqtt.url (MQTT in WebSockets needs ws:// or wss://)`
  }
  if (typeof code === 'number') return refusalMessage(ending, code, clientId)
  if (isTimeout(message)) return timeoutMessage(stage, address)
  if (!ending.wasOnline && isClosed(code, message)) return closedMessage(stage, address)
  if (!ending.wasOnline && stage === 'webSocket') return webSocketMessage(message, address)
  if (ending.wasOnline && ending.largestSent && isClosed(code, message)) return closedAfterMessage(ending.largestSent)
  if (code !== undefined) return unreachableMessage(code, address)
  if (/keepalive timeout/i.test(message)) return 'the broker has stopped answering'
  if (ending.wasOnline) return 'the broker closed the connection'
  return `what listens at ${at} does not speak MQTT${
    address.secure ? '' : ` (or wants TLS: ${withTls(address)})`
  }: check mqtt.url`
}

function closedAfterMessage({ topic, bytes }: SentPacket): string {
  return `the broker closes the connection again and again, the last time after ${topic} (${bytes} bytes): do its access rules and its largest packet allow all that this neuron publishes? See its log`
}

/** The broker, or what listens there, closed the connection before it said anything. */
function closedMessage(stage: Stage | undefined, address: BrokerAddress): string {
  const at = hostAndPort(address)
  switch (stage) {
    case 'host':
      return unreachableMessage('ECONNRESET', address)
    case 'tls':
      return `what listens at ${at} does not speak TLS: use ${withoutTls(address)}, or the broker's TLS port (${address.webSocket ? '443' : '8883'} as a rule)`
    case 'webSocket':
      return `what listens at ${at} does not take WebSockets: check mqtt.url (mqtt:// and mqtts:// do without${address.secure ? '' : '; one that wants TLS needs wss://'})`
    default:
      return address.secure
        ? `the connection to ${at} broke before the broker said anything: does it ask for a certificate (mqtt.certFile), is it an MQTT broker, and has it room for one more?`
        : `what listens at ${at} closes the connection without a word: is it an MQTT broker (one that wants TLS needs ${withTls(address)}, one for WebSockets ws://), and has it room for one more?`
  }
}

function timeoutMessage(stage: Stage | undefined, address: BrokerAddress): string {
  const at = hostAndPort(address)
  switch (stage) {
    case 'tls':
      return `what listens at ${at} does not answer in TLS: is that a port for TLS? Else use ${withoutTls(address)}`
    case 'webSocket':
      return `what listens at ${at} does not answer: is that a port for WebSockets? Else use mqtt:// or mqtts://`
    case 'connack':
      return `what listens at ${at} takes the connection and does not answer: is it an MQTT broker${address.secure ? '' : `, and without TLS? Else use ${withTls(address)}`}: check mqtt.url, and see its log`
    default:
      return unreachableMessage('ETIMEDOUT', address)
  }
}

function webSocketMessage(message: string, address: BrokerAddress): string {
  const at = hostAndPort(address)
  const [, status] = /unexpected server response: (\d+)/i.exec(message) ?? []
  if (status === '401' || status === '403' || status === '407') {
    return `the web server at ${at} lets nobody in at ${pathOnly(address)} (HTTP ${status}): check mqtt.url, or ask whoever runs it`
  }
  if (status !== undefined) {
    return `the web server at ${at} has no WebSocket at ${pathOnly(address)} (HTTP ${status}): check the path in mqtt.url (/mqtt, /ws and / are usual)`
  }
  if (/subprotocol/i.test(message)) {
    return `the WebSocket at ${at}${pathOnly(address)} does not speak MQTT: check the path in mqtt.url (/mqtt, /ws and / are usual)`
  }
  return closedMessage('webSocket', address)
}

/** Without a query, which may hold a token. */
function pathOnly({ path }: BrokerAddress): string {
  return path.replace(/\?.*$/s, '')
}

function withTls({ webSocket }: BrokerAddress): string {
  return webSocket ? 'wss://' : 'mqtts://'
}

function withoutTls({ webSocket }: BrokerAddress): string {
  return webSocket ? 'ws://' : 'mqtt://'
}

/** Reason codes of CONNACK and DISCONNECT: below 128 those of MQTT 3.1.1 §3.2.2.3, above those of MQTT 5 §3.2.2.2. */
function refusalMessage({ message, largestSent }: Ending, code: number, clientId: string): string {
  switch (code) {
    case 1:
    case 132:
      return 'the broker speaks neither MQTT 5 nor 3.1.1, or not the one that mqtt.protocolVersion names: set it to auto, or use another broker, for example mosquitto'
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
    case PACKET_TOO_LARGE: {
      const what = largestSent ? `${largestSent.topic} (${largestSent.bytes} bytes)` : 'a packet'
      return `the broker does not take ${what}, which is too large for it: raise its max_packet_size; until then it is left out`
    }
    case RETAIN_NOT_SUPPORTED:
      return 'the broker retains no messages (retain_available false)'
    case QOS_NOT_SUPPORTED:
      return 'the broker takes QoS 0 only (max_qos 0)'
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
    case 'EINVAL':
      return /^fe[89ab]/i.test(address.host)
        ? `${address.host} holds on one network only, so that its interface must follow: like mqtt://[fe80::1%eth0], with a name that "ip link" shows`
        : `no connection to ${at} (EINVAL): check mqtt.url`
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
    return `what listens at ${hostAndPort(address)} does not speak TLS: use ${withoutTls(address)} or the broker's TLS port`
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

/** As in an address: of IPv6 in brackets. */
function hostAndPort({ host, port }: BrokerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
