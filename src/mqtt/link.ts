/** The link to a broker: comes back after every fault, and never lets the neuron notice. */
import { readFileSync } from 'node:fs'
import type { Spike } from '../loop/report.ts'
import { type BrokerAddress, brokerAddress } from './address.ts'
import { loadConnect, type ProtocolVersion } from './connection.ts'
import { type Dialer, type DialPlan, type DialStatus, openDialer } from './dialer.ts'
import { statusMessage } from './messages.ts'
import type { LinkOptions } from './options.ts'
import { openPublisher } from './publisher.ts'
import type { LinkEvent, LinkFigures, LinkNeuron } from './reports.ts'
import { type Topics, topicsOf } from './topics.ts'
import type { LinkWorld } from './world.ts'

export interface Link {
  /** The moment it is known; every spike, in the order of `seq`. */
  spike(spike: Spike): void
  event(event: LinkEvent): void
  paramsChanged(): void
  status(): LinkStatus
  /** Publish what is left and `offline`, and hang up: within 0.6 s, whatever the broker does. Idempotent. */
  close(): Promise<void>
}

export interface LinkStatus extends LinkFigures, Omit<DialStatus, 'state'> {
  readonly state: 'off' | DialStatus['state']
  /** The broker's address without its password; empty when off. */
  readonly url: string
}

const DRAIN_MS = 200
const FAREWELL_MS = 500
const NO_FIGURES: LinkFigures = { sent: 0, acked: 0, dropped: 0, waitingBatches: 0, waitingSpikes: 0, reconnects: 0 }

/**
 * Connect in the background to the broker at `options.url`; an empty one means none.
 * @param protocol MQTT version to try first: 4 (that is 3.1.1) where the broker is known to speak no other
 * @throws RangeError if the address, the base or the id is malformed
 */
export function openLink(
  options: LinkOptions,
  neuron: LinkNeuron,
  world: LinkWorld,
  protocol: ProtocolVersion = 5,
  load: typeof loadConnect = loadConnect,
): Link {
  if (options.url === '') return noLink()
  const topics = topicsOf(options.base, neuron.id)
  const plan = planOf(options, brokerAddress(options.url), neuron.id, topics, protocol)
  const publisher = openPublisher(topics, neuron, world)
  let dialer: Dialer | undefined
  let closing: Promise<void> | undefined

  load(world.timers)
    .then(connect => {
      if (closing) return
      dialer = openDialer(plan, connect, world, { onOnline: publisher.online, onOffline: publisher.offline })
    })
    .catch(error => world.note('warn', `MQTT is off: its library cannot be loaded (${error.message}): run npm ci`))

  async function close(): Promise<void> {
    let cancel = () => {}
    const patience = new Promise<void>(resolve => {
      cancel = world.timers.after(FAREWELL_MS, resolve)
    })
    await Promise.race([publisher.farewell(DRAIN_MS), patience])
    cancel()
    publisher.close()
    await dialer?.close()
  }

  return {
    spike: publisher.spike,
    event: publisher.event,
    paramsChanged: publisher.paramsChanged,
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
): DialPlan {
  return {
    address,
    protocol,
    clientId: `neurond-${id}`,
    username: options.username || address.username,
    password: () => (options.passwordFile === '' ? address.password : passwordIn(options.passwordFile)),
    keepaliveS: options.keepaliveS,
    will: statusMessage(topics, false),
    willDelayS: options.willDelayS,
  }
}

function passwordIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/, 1)[0]!
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    throw new Error(
      `mqtt.passwordFile is "${path}", which cannot be read (${code}): it must be a file that this user may read`,
      { cause },
    )
  }
}
