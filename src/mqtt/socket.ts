/** The network under a connection: plain TCP, or TLS with the certificates that the configuration names. */
import net from 'node:net'
import tls from 'node:tls'
import type { BrokerAddress } from './connection/address.ts'

/** What TLS needs beyond the system's own authorities, as PEM texts. */
export interface Certificates {
  /** The authority that signed the broker's certificate; the system's own where there is none. */
  readonly ca?: string
  /** This client's certificate and its key, where the broker asks for one. */
  readonly cert?: string
  readonly key?: string
}

/**
 * Begin to connect; what goes wrong is emitted as `error`, then `close`.
 * @throws Error if certificate and key do not fit together
 */
export function openSocket({ secure, host, port }: BrokerAddress, certificates: Certificates): net.Socket {
  // Small messages must not wait for the acknowledgement of the one before (Nagle).
  if (!secure) return net.connect({ host, port, noDelay: true })
  const name = net.isIP(host) === 0 ? { servername: host } : {}
  try {
    return tls.connect({ host, port, ...name, ...certificates }).setNoDelay(true)
  } catch (cause) {
    const { message } = cause as Error
    throw new Error(
      `mqtt.caFile, mqtt.certFile or mqtt.keyFile cannot be used (${message}): do they belong together?`,
      {
        cause,
      },
    )
  }
}
