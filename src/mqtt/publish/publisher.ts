/** Decides with the clock what is published when. */
import type { Spike } from '../../loop/types.ts'
import type { Connection, Incoming } from '../connection/connection.ts'
import { openSession, type Session } from '../connection/session.ts'
import { createEventQueue, type DatedEvent, type EventQueue } from '../outbox/events.ts'
import { type Outbox, openOutbox } from '../outbox/outbox.ts'
import { BATCH_MS, eventMessage, spikeMessage, spikesMessage, statusMessage } from '../payloads.ts'
import { createRateLimit } from '../rate-limit.ts'
import { openRouter, type Router, type RouterOptions } from '../requests/router.ts'
import type { SynapseSubscriber } from '../synapses/subscriber.ts'
import type { Topics } from '../topics.ts'
import type { LinkContext, LinkEvent, LinkFigures, LinkNeuron } from '../types.ts'
import { openRetainedTopics, openWarden } from './retained.ts'

export interface Publisher {
  spike(spike: Spike): void
  event(event: LinkEvent): void
  paramsChanged(): void
  infoChanged(): void
  onMessage(message: Incoming): void
  /** The synapses, and how to have others. */
  readonly nerve: Pick<SynapseSubscriber, 'synapses' | 'set'>
  online(connection: Connection): void
  offline(): void
  figures(): LinkFigures
  /** That another neuron has our id, in words; empty while none shows itself. */
  duplicateId(): string
  /** Send what is left, but for no longer than `drainMs`, then `offline`; resolved when that is acknowledged. */
  shutDown(drainMs: number): Promise<void>
  close(): void
}

const TICK_MS = 1000
const HEARTBEAT_MS = 5000
const TIMING_MS = 10_000
/** A broker that has not answered the subscriptions for so long is published to all the same. */
const PATIENCE_MS = 5000
const LIVE_PER_S = 2000
/** Beyond it the broker does not keep up; live spikes would only make its backlog longer. */
const LIVE_BUFFER_BYTES = 64 * 1024

export function openPublisher(
  topics: Topics,
  neuron: LinkNeuron,
  context: LinkContext,
  options: RouterOptions,
): Publisher {
  const { timers, wallUs } = context
  const post = openSession(context.log)
  let isSpeaking = false
  let isLeaving = false
  let cancelPatience = () => {}
  /** Online only when the broker has told what it has kept under our name: until then that is still another's. */
  const voice: Session = { ...post, isOnline: () => isSpeaking }
  const outbox = openOutbox()
  const events = createEventQueue()
  const unacknowledged = new Set<DatedEvent>()
  const liveRate = createRateLimit(LIVE_PER_S, LIVE_PER_S)
  const hooks = { onEvent: event, onChange: () => bulletin.info() }
  const reception = openRouter(topics, neuron, context, post, options, hooks)
  const warden = openWarden(topics, timers, voice)
  const figures = () => figuresOf(post, outbox, reception)
  const bulletin = openRetainedTopics(topics, neuron, context, voice, warden, figures, reception.info)
  const cancels = [
    timers.every(BATCH_MS, () => {
      outbox.flush()
      sendEvents()
    }),
    timers.every(HEARTBEAT_MS, () => heartbeat(outbox, neuron)),
    timers.every(TIMING_MS, bulletin.timing),
    timers.every(TICK_MS, () => {
      bulletin.state()
      tellGaps(outbox, events, post, context)
    }),
  ]

  function sendEvents(): void {
    while (voice.isOnline()) {
      const dated = events.next(timers.nowMs())
      if (!dated) return
      unacknowledged.add(dated)
      post.publish(eventMessage(topics, neuron.boot, dated), () => unacknowledged.delete(dated))
    }
  }

  function begin(): void {
    if (isSpeaking || isLeaving) return
    cancelPatience()
    isSpeaking = true
    bulletin.all()
    outbox.online((delivery, answered) =>
      post.publish(spikesMessage(topics, neuron.boot, delivery, wallUs()), answered),
    )
    sendEvents()
  }

  function event(event: LinkEvent): void {
    events.add(event, wallUs())
    sendEvents()
    // A part that was not there at the start is described only now.
    if (event.type === 'inputBack' || event.type === 'outputBack') bulletin.info()
    if (event.type === 'health' || event.type === 'notSaved' || event.type === 'saved') bulletin.timing()
    if (event.type === 'outputsChanged' || event.type === 'neuronBack') bulletin.info()
  }

  return {
    nerve: reception.nerve,
    spike(spike) {
      outbox.add(spike)
      reception.spike(spike)
      if (!voice.isOnline() || post.bufferedBytes() > LIVE_BUFFER_BYTES) return
      if (liveRate.take(timers.nowMs())) post.publish(spikeMessage(topics, spike))
    },
    event,
    onMessage(message) {
      if (!warden.hear(message)) reception.hear(message)
    },
    paramsChanged: bulletin.params,
    infoChanged: bulletin.info,
    online(connection) {
      post.online(connection)
      cancelPatience = timers.after(PATIENCE_MS, begin)
      warden.online()
      reception.online(begin)
    },
    offline() {
      cancelPatience()
      isSpeaking = false
      post.offline()
      outbox.offline()
      events.putBack([...unacknowledged])
      unacknowledged.clear()
    },
    figures,
    duplicateId: reception.twin,
    async shutDown(drainMs) {
      isLeaving = true
      if (!post.isOnline()) return
      outbox.flush()
      await Promise.race([outbox.drained(), new Promise<void>(resolve => timers.after(drainMs, resolve))])
      bulletin.lastState()
      await new Promise<unknown>(resolve => warden.keep(statusMessage(topics, false), resolve))
    },
    close() {
      for (const cancel of cancels) cancel()
      cancelPatience()
      warden.close()
      reception.close()
    },
  }
}

function heartbeat(outbox: Outbox, neuron: LinkNeuron): void {
  outbox.flush()
  outbox.heartbeat(neuron.state().speed)
}

/** Receivers learn of a gap from the ledger, people from an event and the log. */
function tellGaps(outbox: Outbox, events: EventQueue, post: Session, context: LinkContext): void {
  const gap = post.isOnline() ? outbox.newGaps() : []
  if (gap.length === 0) return
  events.add({ type: 'gap', gap }, context.wallUs())
  const ranges = gap.map(({ from, to, why }) => `${from} to ${to} (${why})`).join(', ')
  context.log('warn', `spikes that no subscriber will get: ${ranges}`)
}

function figuresOf(post: Session, outbox: Outbox, { nerve, warnings }: Router): LinkFigures {
  const { batches, spikes, dropped } = outbox.backlog()
  const waiting = { waitingBatches: batches, waitingSpikes: spikes }
  return { ...post.counts(), dropped, ...waiting, synapses: nerve.counts(), warnings: warnings() }
}
