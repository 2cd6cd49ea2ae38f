/** What a broker does not take, and how large a packet is. Pure. */
import type { Message } from '../payloads.ts'
import type { ProtocolVersion } from './protocol-version.ts'

export interface BrokerLimits {
  /** The largest packet, bytes. */
  readonly packetBytes: number
  readonly qos: 0 | 1
  /** Does it retain messages? */
  readonly retain: boolean
}

export const NO_LIMITS: BrokerLimits = { packetBytes: Number.POSITIVE_INFINITY, qos: 1, retain: true }

/** The properties of CONNACK (MQTT 5 §3.2.2.3) that limit what a client may send. */
interface ConnackProperties {
  readonly maximumPacketSize?: number | undefined
  readonly maximumQoS?: number | undefined
  readonly retainAvailable?: boolean | undefined
}

/** @param learned a broker that does not say what it takes shows it by closing the connection */
export function limitsIn(properties: ConnackProperties | undefined, learned: BrokerLimits): BrokerLimits {
  const { maximumPacketSize = NO_LIMITS.packetBytes, maximumQoS, retainAvailable = true } = properties ?? {}
  return {
    packetBytes: Math.min(maximumPacketSize, learned.packetBytes),
    qos: maximumQoS === 0 ? 0 : 1,
    retain: retainAvailable,
  }
}

/** Bytes of the PUBLISH packet. */
export function publishBytes(
  { topic, payload, qos, expiryS, correlation }: Message,
  protocol: ProtocolVersion,
): number {
  const properties = (expiryS === undefined ? 0 : 5) + (correlation === undefined ? 0 : 3 + correlation.length)
  const withProperties = protocol === 5 ? lengthBytes(properties) + properties : 0
  return packetBytes(2 + Buffer.byteLength(topic) + (qos === 0 ? 0 : 2) + withProperties + Buffer.byteLength(payload))
}

/** Bytes of the SUBSCRIBE packet. */
export function subscribeBytes(filter: string, protocol: ProtocolVersion): number {
  return packetBytes(2 + (protocol === 5 ? 1 : 0) + 2 + Buffer.byteLength(filter) + 1)
}

function packetBytes(remaining: number): number {
  return 1 + lengthBytes(remaining) + remaining
}

/** Bytes of a variable byte integer (MQTT 5 §1.5.5). */
function lengthBytes(value: number): number {
  return value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4
}
