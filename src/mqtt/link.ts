/** The link to a broker: comes back after every fault, and never lets the neuron notice. */
import type { Reply, Spike } from '../loop/types.ts'
import { type BrokerAddress, brokerAddress } from './connection/address.ts'
import { loadConnect, type ProtocolVersion } from './connection/connection.ts'
import { readCredentials } from './connection/credentials.ts'
import { type ConnectionPlan, openReconnecting, type Reconnecting } from './connection/reconnect.ts'
import type { LinkOptions } from './options.ts'
import { statusMessage } from './payloads.ts'
import { openPublisher } from './publish/publisher.ts'
import type { ReportedSynapse } from './synapses/synapses.ts'
import { type Topics, topicsOf } from './topics.ts'
import type { ConnectionStatus, LinkContext, LinkEvent, LinkFigures, LinkNeuron } from './types.ts'

export interface Link {
  /** The moment it is known; every spike, in the order of `seq`. */
  spike(spike: Spike): void
  event(event: LinkEvent): void
  paramsChanged(): void
  /** `info()` tells something else than before. */
  infoChanged(): void
  /** The synapses that hold now. */
  synapses(): readonly ReportedSynapse[]
  /** Other synapses from now on; or why not, and nothing changes. `params().rev` is the caller's to count. */
  setSynapses(synapses: unknown): Reply
  status(): LinkStatus
  /** Publish what is left and `offline`, and hang up: within 0.6 s, whatever the broker does. Idempotent. */
  close(): Promise<void>
}

export interface LinkStatus extends LinkFigures, Omit<ConnectionStatus, 'state'> {
  readonly state: 'off' | ConnectionStatus['state']
  /** The broker's address without its password; empty when off. */
  readonly url: string
}

const DRAIN_MS = 200
const FAREWELL_MS = 500
const NO_FIGURES: LinkFigures = {
  ...{ sent: 0, acked: 0, dropped: 0, waitingBatches: 0, waitingSpikes: 0, reconnects: 0 },
  ...{ synapses: { arrived: 0, clipped: 0, refused: 0 }, warnings: [] },
}

/**
 * Connect in the background to the broker at `options.url`; an empty one means none.
 * @param protocol MQTT version to try first: 4 (that is 3.1.1) where the broker is known to speak no other
 * @throws RangeError if the address, the base or the id is malformed
 */
export function openLink(
  options: LinkOptions,
  neuron: LinkNeuron,
  context: LinkContext,
  protocol: ProtocolVersion = 5,
  load: typeof loadConnect = loadConnect,
): Link {
  if (options.url === '') return noLink()
  const topics = topicsOf(options.base, neuron.id)
  const plan = planOf(options, brokerAddress(options.url), neuron.id, topics, protocol)
  const publisher = openPublisher(topics, neuron, context, options)
  let dialer: Reconnecting | undefined
  let closing: Promise<void> | undefined

  load(context.timers)
    .then(connect => {
      if (closing) return
      dialer = openReconnecting(plan, connect, context, {
        onOnline: publisher.online,
        onMessage: publisher.onMessage,
        onOffline: publisher.offline,
        rival: () => publisher.duplicateId(),
      })
    })
    .catch(error => context.log('warn', `MQTT is off: its library cannot be loaded (${error.message}): run npm ci`))

  async function close(): Promise<void> {
    let cancel = () => {}
    const patience = new Promise<void>(resolve => {
      cancel = context.timers.after(FAREWELL_MS, resolve)
    })
    await Promise.race([publisher.shutDown(DRAIN_MS), patience])
    cancel()
    publisher.close()
    await dialer?.close()
  }

  return {
    spike: publisher.spike,
    event: publisher.event,
    paramsChanged: publisher.paramsChanged,
    infoChanged: publisher.infoChanged,
    synapses: publisher.nerve.synapses,
    setSynapses(synapses) {
      const error = publisher.nerve.set(synapses)
      return error ? { ok: false, error } : { ok: true, result: { synapses: publisher.nerve.synapses() } }
    },
    status() {
      const dial = dialer?.status() ?? { state: 'connecting', reason: '', retryInMs: 0 }
      return { ...dial, ...publisher.figures(), url: plan.address.redacted }
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

function noLink(): Link {
  return {
    spike() {},
    event() {},
    paramsChanged() {},
    infoChanged() {},
    synapses: () => [],
    setSynapses: () => ({
      ok: false,
      error: { code: 'off', message: 'there is no broker, must be one: set mqtt.url' },
    }),
    status: () => ({ state: 'off', reason: '', url: '', retryInMs: 0, ...NO_FIGURES }),
    async close() {},
  }
}

function planOf(
  options: LinkOptions,
  address: BrokerAddress,
  id: string,
  topics: Topics,
  protocol: ProtocolVersion,
): ConnectionPlan {
  return {
    address,
    protocol,
    clientId: `neurond-${id}`,
    username: options.username || address.username,
    meanwhile: 'the neuron runs on, and tries again by itself',
    secrets: () => readCredentials(options, address),
    keepaliveS: options.keepaliveS,
    will: statusMessage(topics, false),
    willDelayS: options.willDelayS,
  }
}
