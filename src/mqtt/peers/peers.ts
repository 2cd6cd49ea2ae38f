/** The other neurons on the broker, over a connection of its own that exists only while somebody watches. */

import type { Refusal, Reply } from '../../loop/types.ts'
import { brokerAddress } from '../connection/address.ts'
import { chooseVersion, type VersionChoice } from '../connection/protocol-version.ts'
import { openReceiverConnection } from '../connection/receiver-connection.ts'
import { discoveryTopic } from '../homeassistant.ts'
import type { LinkOptions } from '../link-and-synapse-options.ts'
import { ALL, topicsOf } from '../topics.ts'
import type { LinkContext, Peer, Peers, PeersStatus } from '../types.ts'
import { createPeerClock, type PeerClock } from './clock.ts'
import {
  ANSWER_TIMEOUT_MS,
  type Answers,
  brokerUnreachable,
  createPeerRequests,
  noAnswer,
  noNeurons,
  notCleared,
  type PeerRequests,
  requestDenied,
  stillAlive,
  tooManyRequests,
  unknownNeuron,
} from './requests.ts'
import { type PeerSubscription, subscribeToAll } from './subscription.ts'
import { createPeerTable, type PeerTable } from './table.ts'

type SpikeListener = Parameters<Peers['onSpike']>[0]

interface PeersState {
  readonly options: LinkOptions
  /** Of this neuron. */
  readonly id: string
  readonly context: LinkContext
  readonly openConnection: typeof openReceiverConnection
  readonly version: VersionChoice
  readonly base: string
  /** Without a password; empty without a broker. */
  readonly url: string
  /** Of this neuron at the broker. */
  readonly username: string
  readonly table: PeerTable
  readonly clock: PeerClock
  readonly requests: PeerRequests
  readonly listeners: Set<SpikeListener>
  watchers: number
  subscription: PeerSubscription | undefined
  /** The subscription that was last seen to have received what is retained. */
  settled: PeerSubscription | undefined
  isClosed: boolean
  cancelDisconnect: () => void
}

const DISCONNECT_AFTER_MS = 5000
const SETTLING_MS = 300
const LONGEST_SETTLING_MS = 3000
const POLL_MS = 20

/**
 * @param id of this neuron
 * @throws RangeError if the address, the base or the id is malformed
 */
export function openPeers(
  options: LinkOptions,
  id: string,
  context: LinkContext,
  openConnection = openReceiverConnection,
): Peers {
  const address = options.url === '' ? undefined : brokerAddress(options.url)
  const state: PeersState = {
    ...{ options, id, context, openConnection },
    version: chooseVersion(options.protocolVersion, 5),
    base: topicsOf(options.base, id).base,
    url: address?.redacted ?? '',
    username: options.username || (address?.username ?? ''),
    table: createPeerTable(),
    clock: createPeerClock(),
    requests: createPeerRequests(`wall-${id}-${context.random().toString(36).slice(2, 8)}`, context.timers),
    listeners: new Set(),
    watchers: 0,
    subscription: undefined,
    settled: undefined,
    isClosed: false,
    cancelDisconnect() {},
  }
  return {
    watch: () => watch(state),
    settled: () => settled(state),
    status: () => statusOf(state),
    list: () => state.table.peers(context.timers.nowMs()).map(peer => onThisClock(state, peer)),
    onSpike(listener) {
      state.listeners.add(listener)
      return () => state.listeners.delete(listener)
    },
    ask: (peer, what, content) => whileWatching(state, () => askOne(state, peer, what, content)),
    askAll: (what, content) => whileWatching(state, () => askAll(state, what, content)),
    forget: peer => whileWatching(state, () => forgetPeer(state, peer)),
    close() {
      state.isClosed = true
      return disconnect(state)
    },
  }
}

function watch(state: PeersState): () => void {
  if (state.url === '' || state.isClosed) return () => {}
  state.cancelDisconnect()
  state.watchers++
  state.subscription ??= subscribe(state)
  let isOver = false
  return () => {
    if (isOver) return
    isOver = true
    state.watchers--
    if (state.watchers > 0) return
    state.cancelDisconnect = state.context.timers.after(DISCONNECT_AFTER_MS, () => void disconnect(state))
  }
}

function subscribe({ options, id, context, openConnection, version, base, ...state }: PeersState): PeerSubscription {
  const { table, clock, requests, listeners } = state
  const connection = openConnection(options, `neurond-wall-${id}`, { ...context, log() {} }, version)
  return subscribeToAll(connection, base, context.timers, {
    onMessage(neuron, name, text, retained) {
      if (name === 'reply') requests.onReply(neuron, text)
      else table.onMessage(neuron, name, text, retained, context.timers.nowMs())
    },
    onSpike(neuron, tUs, isHistory) {
      const index = table.indexOf(neuron)
      const localUs = clock.localUs(neuron, tUs, isHistory, context.wallUs())
      if (index !== undefined) for (const listener of listeners) listener(index, localUs)
    },
  })
}

async function disconnect(state: PeersState): Promise<void> {
  const { subscription, table, clock, requests } = state
  state.cancelDisconnect()
  state.subscription = undefined
  table.clear()
  clock.clear()
  requests.close()
  await subscription?.close()
}

function onThisClock({ clock }: PeersState, peer: Peer): Peer {
  const { id, lesson } = peer
  return lesson === null ? peer : { ...peer, lesson: { ...lesson, sinceUs: lesson.sinceUs + clock.shiftUs(id) } }
}

function statusOf({ url, subscription, table }: PeersState): PeersStatus {
  const idle = { state: url === '' ? 'off' : 'idle', reason: '' } as const
  const { state, reason } = subscription?.status() ?? idle
  return {
    state,
    reason,
    url,
    refused: subscription?.refused() ?? [],
    overflow: table.overflow(),
    malformed: table.malformed(),
  }
}

async function settled(state: PeersState): Promise<void> {
  const { timers } = state.context
  const untilMs = timers.nowMs() + LONGEST_SETTLING_MS
  let onlineMs = Number.NaN
  while (state.subscription && state.subscription !== state.settled && timers.nowMs() < untilMs) {
    const { state: connection } = statusOf(state)
    if (connection === 'offline') return
    if (timers.nowMs() - onlineMs >= SETTLING_MS) state.settled = state.subscription
    if (connection === 'online' && Number.isNaN(onlineMs)) onlineMs = timers.nowMs()
    await poll(state)
  }
}

function poll({ context }: PeersState): Promise<void> {
  return new Promise(resolve => void context.timers.after(POLL_MS, resolve))
}

/** Watch for as long as `run` takes. */
async function whileWatching(state: PeersState, run: () => Promise<Reply>): Promise<Reply> {
  const stop = watch(state)
  try {
    await settled(state)
    const status = statusOf(state)
    return status.state === 'online' ? await run() : { ok: false, error: brokerUnreachable(status) }
  } finally {
    stop()
  }
}

async function askOne(state: PeersState, peer: string, what: string, content: object): Promise<Reply> {
  const { table, context } = state
  if (table.indexOf(peer) === undefined) {
    return { ok: false, error: unknownNeuron(peer, table.peers(context.timers.nowMs())) }
  }
  const answers = await request(state, peer, [peer], what, content)
  if ('code' in answers) return { ok: false, error: answers }
  return answers.get(peer) ?? { ok: false, error: noAnswer(peer) }
}

async function askAll(state: PeersState, what: string, content: object): Promise<Reply> {
  const present = state.table.peers(state.context.timers.nowMs()).filter(({ life }) => life !== 'gone')
  const ids = present.map(({ id }) => id)
  if (ids.length === 0) return { ok: false, error: noNeurons() }
  const answers = await request(state, ALL, ids, what, content)
  if ('code' in answers) return { ok: false, error: answers }
  const silent = ids.filter(id => !answers.has(id))
  return { ok: true, result: { answers: Object.fromEntries(answers), silent } }
}

/** @param awaited the neurons whose answers are waited for */
async function request(
  state: PeersState,
  to: string,
  awaited: readonly string[],
  what: string,
  content: object,
): Promise<Answers | Refusal> {
  const pending = state.requests.open(awaited)
  if (!pending) return tooManyRequests()
  let refusal: Refusal | undefined
  const payload = JSON.stringify({ ...content, id: pending.id })
  const isSent = send(state, { topic: `${state.base}/${to}/${what}`, payload }, reason => {
    if (reason === undefined) return
    refusal = requestDenied(to, reason, state.username)
    pending.end()
  })
  if (!isSent) {
    refusal = brokerUnreachable(statusOf(state))
    pending.end()
  }
  const answers = await pending.answers
  return refusal ?? answers
}

function send({ subscription }: PeersState, ...message: Parameters<PeerSubscription['send']>): boolean {
  return subscription?.send(...message) ?? false
}

/** Make the broker retain nothing more of a neuron; refused if it is alive, or if the broker does not allow it. */
async function forgetPeer(state: PeersState, id: string): Promise<Reply> {
  const { base, table, username, options } = state
  const { timers } = state.context
  const lifeOf = () => table.peers(timers.nowMs()).find(peer => peer.id === id)?.life
  // Just after connecting, one that is alive has not yet published anything that would show it.
  while (lifeOf() === 'alive' && !table.hasShown(id)) await poll(state)
  const life = lifeOf()
  if (life === undefined) return { ok: false, error: unknownNeuron(id, table.peers(timers.nowMs())) }
  if (life === 'alive') return { ok: false, error: stillAlive(id) }
  const topics = topicsOf(base, id, options.discoveryPrefix)
  const { info, params, lesson, state: stateTopic, timing, status } = topics
  const discovery = discoveryTopic(topics.discovery, id)
  let refusal: string | undefined
  let discoveryRefusal: string | undefined
  const clear = (topic: string) =>
    send(state, { topic, payload: '', retain: true }, reason => {
      if (topic === discovery) discoveryRefusal = reason
      else refusal ??= reason
    })
  // The status comes last: when it is cleared, every table drops the neuron.
  if (![info, params, lesson, stateTopic, timing, discovery, status].every(clear)) {
    return { ok: false, error: brokerUnreachable(statusOf(state)) }
  }
  // The broker sends the cleared status to all subscribers, this neuron too; MQTT 3.1.1 cannot say that it refuses.
  const isForgotten = () => table.indexOf(id) === undefined
  const untilMs = timers.nowMs() + ANSWER_TIMEOUT_MS
  while (!isForgotten() && refusal === undefined && timers.nowMs() < untilMs) await poll(state)
  if (!isForgotten()) return { ok: false, error: notCleared(id, refusal, username) }
  // A user may be allowed to clear the one and not the other, and not everybody has a Home Assistant.
  const homeAssistant = discoveryRefusal && notCleared(`${id} for Home Assistant`, discoveryRefusal, username).message
  return { ok: true, result: { forgotten: id, ...(homeAssistant && { homeAssistant }) } }
}
