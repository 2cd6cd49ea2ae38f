/** Decides with the clock what is published when. */
import type { Spike } from '../../loop/types.ts'
import type { Connection, Incoming } from '../connection/connection.ts'
import { openPost, type Post } from '../connection/session.ts'
import { createEventQueue, type DatedEvent, type EventQueue } from '../outbox/events.ts'
import { type Outbox, openOutbox } from '../outbox/outbox.ts'
import { BATCH_MS, eventMessage, spikeMessage, spikesMessage, statusMessage } from '../payloads.ts'
import { createBucket } from '../rate-limit.ts'
import { openReception, type Reception, type ReceptionOptions } from '../requests/router.ts'
import type { Nerve } from '../synapses/subscriber.ts'
import type { Topics } from '../topics.ts'
import type { LinkEvent, LinkFigures, LinkNeuron, LinkWorld } from '../types.ts'
import { openBulletin, openWarden } from './retained.ts'

export interface Publisher {
  spike(spike: Spike): void
  event(event: LinkEvent): void
  paramsChanged(): void
  infoChanged(): void
  hear(message: Incoming): void
  /** The synapses, and how to have others. */
  readonly nerve: Pick<Nerve, 'synapses' | 'set'>
  online(connection: Connection): void
  offline(): void
  figures(): LinkFigures
  /** That another neuron has our id, in words; empty while none shows itself. */
  twin(): string
  /** Send what is left, but for no longer than `drainMs`, then `offline`; resolved when that is acknowledged. */
  farewell(drainMs: number): Promise<void>
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
  world: LinkWorld,
  options: ReceptionOptions,
): Publisher {
  const { timers, wallUs } = world
  const post = openPost(world.note)
  let isSpeaking = false
  let isLeaving = false
  let cancelPatience = () => {}
  /** Online only when the broker has told what it has kept under our name: until then that is still another's. */
  const voice: Post = { ...post, isOnline: () => isSpeaking }
  const outbox = openOutbox()
  const events = createEventQueue()
  const unacknowledged = new Set<DatedEvent>()
  const liveRate = createBucket(LIVE_PER_S, LIVE_PER_S)
  const hooks = { onEvent: event, onChange: () => bulletin.info() }
  const reception = openReception(topics, neuron, world, post, options, hooks)
  const warden = openWarden(topics, timers, voice)
  const figures = () => figuresOf(post, outbox, reception)
  const bulletin = openBulletin(topics, neuron, world, voice, warden, figures, reception.info)
  const cancels = [
    timers.every(BATCH_MS, () => {
      outbox.flush()
      sendEvents()
    }),
    timers.every(HEARTBEAT_MS, () => heartbeat(outbox, neuron)),
    timers.every(TIMING_MS, bulletin.timing),
    timers.every(TICK_MS, () => {
      bulletin.state()
      tellGaps(outbox, events, post, world)
    }),
  ]

  function sendEvents(): void {
    while (voice.isOnline()) {
      const dated = events.next(timers.nowMs())
      if (!dated) return
      unacknowledged.add(dated)
      post.send(eventMessage(topics, neuron.boot, dated), () => unacknowledged.delete(dated))
    }
  }

  function begin(): void {
    if (isSpeaking || isLeaving) return
    cancelPatience()
    isSpeaking = true
    bulletin.all()
    outbox.online((delivery, answered) => post.send(spikesMessage(topics, neuron.boot, delivery, wallUs()), answered))
    sendEvents()
  }

  function event(event: LinkEvent): void {
    events.add(event, wallUs())
    sendEvents()
    // A part that was not there at the start is described only now.
    if (event.type === 'inputBack' || event.type === 'outputBack') bulletin.info()
    if (event.type === 'health' || event.type === 'notKept' || event.type === 'kept') bulletin.timing()
    if (event.type === 'refitted' || event.type === 'neuronBack') bulletin.info()
  }

  return {
    nerve: reception.nerve,
    spike(spike) {
      outbox.add(spike)
      reception.spike(spike)
      if (!voice.isOnline() || post.bufferedBytes() > LIVE_BUFFER_BYTES) return
      if (liveRate.take(timers.nowMs())) post.send(spikeMessage(topics, spike))
    },
    event,
    hear(message) {
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
      events.again([...unacknowledged])
      unacknowledged.clear()
    },
    figures,
    twin: reception.twin,
    async farewell(drainMs) {
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
function tellGaps(outbox: Outbox, events: EventQueue, post: Post, world: LinkWorld): void {
  const gap = post.isOnline() ? outbox.newGaps() : []
  if (gap.length === 0) return
  events.add({ type: 'gap', gap }, world.wallUs())
  const ranges = gap.map(({ from, to, why }) => `${from} to ${to} (${why})`).join(', ')
  world.note('warn', `spikes that no subscriber will get: ${ranges}`)
}

function figuresOf(post: Post, outbox: Outbox, { nerve, warnings }: Reception): LinkFigures {
  const { batches, spikes, dropped } = outbox.backlog()
  const waiting = { waitingBatches: batches, waitingSpikes: spikes }
  return { ...post.counts(), dropped, ...waiting, synapses: nerve.counts(), warnings: warnings() }
}
