/** The link to a broker: it connects again after every fault, and never holds up the neuron. */

import type { Reply, Spike } from '../loop/types.ts'
import { type BrokerAddress, brokerAddress } from './connection/address.ts'
import { loadConnect } from './connection/connection.ts'
import { clearTextWarning, readCredentials } from './connection/credentials.ts'
import { type CurrentConnection, openCurrentConnection } from './connection/current-connection.ts'
import { chooseVersion, type ProtocolVersion } from './connection/protocol-version.ts'
import {
  type ConnectionPlan,
  openReconnecting,
  type Reconnecting,
  type ReconnectingHooks,
} from './connection/reconnect.ts'
import { type DuplicateIdDetector, detectDuplicateId } from './duplicate-id.ts'
import { type HomeAssistant, openHomeAssistant } from './homeassistant.ts'
import type { LinkOptions } from './link-and-synapse-options.ts'
import { createSpikeHistory, type SpikeHistory } from './outbox/spike-history.ts'
import { statusMessage } from './payloads.ts'
import { openPublisher, type Publisher } from './publish/publisher.ts'
import { openRetainedTopics, type RetainedTopics } from './publish/retained.ts'
import { requestRoutes } from './requests/requests.ts'
import { openTraceStream, type TraceStream } from './requests/trace-stream.ts'
import { openRouter, type Router } from './router.ts'
import { openSynapseSubscriber, type SynapseSubscriber } from './synapses/subscriber.ts'
import { type Topics, topicsOf } from './topics.ts'
import type {
  LinkContext,
  LinkEvent,
  LinkFigures,
  LinkHooks,
  LinkNeuron,
  LinkStatus,
  ReportedSynapse,
} from './types.ts'

export interface Link {
  /** To be called with every spike as soon as it is known, in the order of `seq`. */
  spike(spike: Spike): void
  event(event: LinkEvent): void
  paramsChanged(): void
  /** `info()` returns something else than before. */
  infoChanged(): void
  synapses(): readonly ReportedSynapse[]
  /** Other synapses from now on; or why not, and nothing changes. The caller counts `params().rev`. */
  setSynapses(synapses: unknown): Reply
  status(): LinkStatus
  /** Publish what is left and `offline`, and disconnect: in 0.6 s at most. Idempotent. */
  close(): Promise<void>
}

const DRAIN_MS = 200
const SHUTDOWN_MS = 500
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
  const topics = topicsOf(options.base, neuron.id, options.discoveryPrefix)
  const plan = planOf(options, brokerAddress(options.url), neuron.id, topics, protocol)
  const parts = openParts(topics, neuron, context, options)
  if (parts.clearTextWarning !== '') context.log('warn', parts.clearTextWarning)
  const { publisher, retained, subscriber } = parts
  let reconnecting: Reconnecting | undefined
  let closing: Promise<void> | undefined

  load(context.timers)
    .then(connect => {
      if (!closing) reconnecting = openReconnecting(plan, connect, context, connectionHooks(parts))
    })
    .catch(error => context.log('warn', `MQTT is off: its library cannot be loaded (${error.message}): run npm ci`))

  async function close(): Promise<void> {
    let cancel = () => {}
    const timeout = new Promise<void>(resolve => {
      cancel = context.timers.after(SHUTDOWN_MS, resolve)
    })
    await Promise.race([publisher.shutDown(DRAIN_MS), timeout])
    cancel()
    closeParts(parts)
    await reconnecting?.close()
  }

  return {
    spike(spike) {
      publisher.onSpike(spike)
      parts.history.add(spike)
      subscriber.onOwnSpike(spike)
    },
    event: publisher.onEvent,
    paramsChanged: retained.publishParams,
    infoChanged() {
      retained.publishInfo()
      parts.homeAssistant.infoChanged()
    },
    synapses: subscriber.synapses,
    setSynapses(synapses) {
      const error = subscriber.set(synapses)
      return error ? { ok: false, error } : { ok: true, result: { synapses: subscriber.synapses() } }
    },
    status() {
      const connection = reconnecting?.status() ?? { state: 'connecting', reason: '', retryInMs: 0 }
      return { ...connection, ...figuresOf(parts), url: plan.address.redacted }
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

interface LinkParts {
  readonly clearTextWarning: string
  readonly session: CurrentConnection
  readonly router: Router
  readonly retained: RetainedTopics
  readonly publisher: Publisher
  readonly duplicateId: DuplicateIdDetector
  readonly subscriber: SynapseSubscriber
  readonly history: SpikeHistory
  readonly trace: TraceStream
  readonly homeAssistant: HomeAssistant
}

function openParts(topics: Topics, neuron: LinkNeuron, context: LinkContext, options: LinkOptions): LinkParts {
  const session = openCurrentConnection(context.log)
  const router = openRouter(session, context.timers)
  const homeAssistant = openHomeAssistant(options.homeAssistant, topics, neuron, context, session)
  const hooks: LinkHooks = {
    onEvent: event => parts.publisher.onEvent(event),
    onChange: () => parts.retained.publishInfo(),
  }
  const startHook = {
    onAnswer() {
      parts.publisher.start()
      // After `info`, in which the next run finds what is to be removed.
      homeAssistant.announce()
    },
  }
  const duplicateId = detectDuplicateId(topics, neuron, context, { ...hooks, ...startHook })
  const subscriber = openSynapseSubscriber(topics, neuron, context, router, hooks)
  const retained = openRetainedTopics(topics, neuron, context, session, {
    figures: () => figuresOf(parts),
    info: () => ({
      prev: duplicateId.previousRun(),
      ...(neuron.control && { synapses: subscriber.synapses() }),
      homeAssistant: homeAssistant.topic,
    }),
    onOtherInfo: homeAssistant.onOtherInfo,
  })
  const parts: LinkParts = {
    ...{ session, router, duplicateId, subscriber, retained, homeAssistant },
    clearTextWarning: clearTextWarning(options),
    publisher: openPublisher(topics, neuron, context, session, retained),
    history: createSpikeHistory(),
    trace: openTraceStream(topics, neuron, context, session),
  }
  const { history, trace } = parts
  router.add(retained.routes)
  // Publishing starts with the broker's answer to this subscription, and not before: a broker may look up its retained
  // messages only after it has taken the next packet (aedes does), and would then return what this neuron just published.
  router.add(duplicateId.routes)
  if (neuron.control) router.add(requestRoutes(topics, { neuron, history, trace, subscriber }, context, session))
  router.add(homeAssistant.routes)
  return parts
}

function connectionHooks({ session, router, publisher, duplicateId }: LinkParts): ReconnectingHooks {
  return {
    onOnline(connection) {
      session.online(connection)
      publisher.online()
      duplicateId.online()
      router.subscribeAll()
    },
    onMessage: router.dispatch,
    onOffline() {
      session.offline()
      publisher.offline()
    },
    duplicateId: duplicateId.warning,
  }
}

function closeParts({ router, retained, publisher, subscriber, trace, homeAssistant }: LinkParts): void {
  for (const part of [publisher, retained, homeAssistant, router, trace, subscriber]) part.close()
}

function figuresOf({ session, publisher, subscriber, duplicateId, clearTextWarning }: LinkParts): LinkFigures {
  const { batches, spikes, dropped } = publisher.backlog()
  const waiting = { waitingBatches: batches, waitingSpikes: spikes }
  const warnings = [clearTextWarning, duplicateId.warning(), ...session.warnings(), ...subscriber.warnings()].filter(
    words => words !== '',
  )
  return { ...session.counts(), dropped, ...waiting, synapses: subscriber.counts(), warnings }
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
    version: chooseVersion(options.protocolVersion, protocol),
    clientId: `neurond-${id}`,
    username: options.username || address.username,
    whileOffline: 'the neuron runs on, and tries again by itself',
    readSecrets: () => readCredentials(options, address),
    keepaliveS: options.keepaliveS,
    will: statusMessage(topics, false),
    willDelayS: options.willDelayS,
  }
}
