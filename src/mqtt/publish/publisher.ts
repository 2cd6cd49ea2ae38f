/** Decides with the clock what is published when. */

import type { Spike } from '../../loop/types.ts'
import { NO_LIMITS } from '../connection/broker-limits.ts'
import type { CurrentConnection } from '../connection/current-connection.ts'
import type { Backlog, Delivery } from '../outbox/batches.ts'
import { createEventQueue, type DatedEvent, type EventQueue } from '../outbox/event-queue.ts'
import { type Outbox, openOutbox } from '../outbox/outbox.ts'
import { BATCH_MS, eventMessage, spikeMessage, spikesMessage } from '../payloads.ts'
import { createRateLimit, type RateLimit } from '../rate-limit.ts'
import type { Topics } from '../topics.ts'
import type { LinkContext, LinkEvent, LinkNeuron } from '../types.ts'
import type { RetainedTopics } from './retained.ts'

export interface Publisher {
  onSpike(spike: Spike): void
  onEvent(event: LinkEvent): void
  /** A connection begins; nothing is published on it before `start`, which follows in 5 s at the latest. */
  online(): void
  /** The broker has sent the retained state of this id: publish everything. Idempotent. */
  start(): void
  offline(): void
  backlog(): Backlog
  /** Publish what is left, for `drainMs` at most, then `offline`; resolved when that is acknowledged. */
  shutDown(drainMs: number): Promise<void>
  close(): void
}

interface PublisherState {
  readonly topics: Topics
  readonly neuron: LinkNeuron
  readonly context: LinkContext
  readonly session: CurrentConnection
  readonly retained: RetainedTopics
  readonly outbox: Outbox
  readonly events: EventQueue
  readonly unacknowledgedEvents: Set<DatedEvent>
  readonly liveRate: RateLimit
  readonly refusedGapRate: RateLimit
  isShuttingDown: boolean
  cancelStart: () => void
}

const TICK_MS = 1000
const HEARTBEAT_MS = 5000
const TIMING_MS = 10_000
/** If the broker has not answered the subscriptions by then, publish all the same. */
const START_TIMEOUT_MS = 5000
/** A broker that retains nothing is told again what it would retain. */
const REPEAT_MS = 30_000
/** That the broker refuses the spikes is logged when it begins; the gaps themselves are counted. */
const REFUSED_GAP_EVERY_S = 3600
const LIVE_PER_S = 2000
/** Beyond it the broker does not keep up; live spikes would only make its backlog longer. */
const LIVE_BUFFER_BYTES = 64 * 1024

export function openPublisher(
  topics: Topics,
  neuron: LinkNeuron,
  context: LinkContext,
  session: CurrentConnection,
  retained: RetainedTopics,
): Publisher {
  const { timers } = context
  const state: PublisherState = {
    ...{ topics, neuron, context, session, retained },
    outbox: openOutbox(timers.nowMs),
    refusedGapRate: createRateLimit(1 / REFUSED_GAP_EVERY_S, 1),
    events: createEventQueue(),
    unacknowledgedEvents: new Set(),
    liveRate: createRateLimit(LIVE_PER_S, LIVE_PER_S),
    isShuttingDown: false,
    cancelStart() {},
  }
  const cancels = [
    timers.every(BATCH_MS, () => {
      state.outbox.flush()
      publishEvents(state)
    }),
    timers.every(HEARTBEAT_MS, () => publishHeartbeat(state)),
    timers.every(TIMING_MS, retained.publishTiming),
    timers.every(REPEAT_MS, () => {
      if (session.isReady() && !session.limits().retain) retained.publishAll()
    }),
    timers.every(TICK_MS, () => {
      retained.publishState()
      retained.publishLesson()
      reportGaps(state)
    }),
  ]
  return {
    onSpike: spike => publishSpike(state, spike),
    onEvent: event => addEvent(state, event),
    online() {
      state.cancelStart = timers.after(START_TIMEOUT_MS, () => start(state))
    },
    start: () => start(state),
    offline: () => stop(state),
    backlog: state.outbox.backlog,
    shutDown: drainMs => shutDown(state, drainMs),
    close() {
      for (const cancel of cancels) cancel()
      state.cancelStart()
    },
  }
}

function publishSpike({ topics, context, session, outbox, liveRate }: PublisherState, spike: Spike): void {
  outbox.add(spike)
  if (!session.isReady() || session.bufferedBytes() > LIVE_BUFFER_BYTES) return
  if (liveRate.take(context.timers.nowMs())) session.publish(spikeMessage(topics, spike))
}

/** Events after which `info` or `timing` says something else. */
const CHANGE_INFO = ['inputBack', 'outputBack', 'outputsChanged', 'neuronBack']
const CHANGE_TIMING = ['health', 'notSaved', 'saved']

function addEvent(state: PublisherState, event: LinkEvent): void {
  state.events.add(event, state.context.wallUs())
  publishEvents(state)
  if (CHANGE_INFO.includes(event.type)) state.retained.publishInfo()
  if (CHANGE_TIMING.includes(event.type)) state.retained.publishTiming()
}

function publishEvents({ topics, neuron, context, session, events, unacknowledgedEvents }: PublisherState): void {
  while (session.isReady()) {
    const dated = events.next(context.timers.nowMs())
    if (!dated) return
    unacknowledgedEvents.add(dated)
    session.publish(eventMessage(topics, neuron.boot, dated), () => unacknowledgedEvents.delete(dated))
  }
}

function publishHeartbeat({ outbox, neuron }: PublisherState): void {
  nameLost(outbox, neuron)
  outbox.flush()
  outbox.heartbeat(neuron.state().speed)
}

/** Spikes that were lost after the last one: no later spike shows that they are missing. */
function nameLost(outbox: Outbox, neuron: LinkNeuron): void {
  const seq = neuron.settledSeq?.()
  if (seq !== undefined) outbox.settled(seq)
}

/** Receivers learn of a gap from the batches, people from an event and the log. */
function reportGaps({ outbox, events, session, context, refusedGapRate }: PublisherState): void {
  const gap = session.isOnline() ? outbox.newGaps() : []
  if (gap.length === 0) return
  events.add({ type: 'gap', gap }, context.wallUs())
  if (gap.every(({ why }) => why === 'refused') && !refusedGapRate.take(context.timers.nowMs())) return
  const ranges = gap.map(({ from, to, why }) => `${from} to ${to} (${why})`).join(', ')
  context.log('warn', `spikes that no subscriber will get: ${ranges}`)
}

function start(state: PublisherState): void {
  const { topics, neuron, context, session, retained, outbox } = state
  if (session.isReady() || state.isShuttingDown) return
  state.cancelStart()
  session.setReady()
  retained.publishAll()
  const messageOf = (delivery: Delivery) => spikesMessage(topics, neuron.boot, delivery, context.wallUs())
  outbox.online({
    send: (delivery, onAnswer) => session.publish(messageOf(delivery), onAnswer),
    fits: delivery => session.limits().packetBytes === NO_LIMITS.packetBytes || session.fits(messageOf(delivery)),
  })
  publishEvents(state)
}

function stop({ outbox, events, unacknowledgedEvents, cancelStart }: PublisherState): void {
  cancelStart()
  outbox.offline()
  events.putBack([...unacknowledgedEvents])
  unacknowledgedEvents.clear()
}

async function shutDown(state: PublisherState, drainMs: number): Promise<void> {
  const { context, session, retained, outbox, neuron } = state
  state.isShuttingDown = true
  if (!session.isOnline()) return
  publishHeartbeat(state)
  await Promise.race([outbox.drained(), new Promise<void>(resolve => context.timers.after(drainMs, resolve))])
  outbox.abandon(neuron.state().speed)
  reportGaps(state)
  await new Promise<void>(resolve => retained.publishOffline(resolve))
}
