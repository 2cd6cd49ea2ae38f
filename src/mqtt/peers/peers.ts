/** The other neurons on the broker, over a connection of its own that exists only while somebody looks. */

import type { Timers } from '../../loop/clock.ts'
import type { Refusal, Reply } from '../../loop/types.ts'
import { brokerAddress } from '../connection/address.ts'
import { openReceiverConnection } from '../connection/receiver-connection.ts'
import { discoveryTopic } from '../homeassistant.ts'
import type { LinkOptions } from '../options.ts'
import { ALL, topicsOf } from '../topics.ts'
import type { LinkContext, Peer, PeersStatus } from '../types.ts'
import {
  busy,
  createPeerRequests,
  denied,
  lively,
  nobody,
  PATIENCE_MS,
  silence,
  stranger,
  unforgotten,
  unreachable,
} from './requests.ts'
import { type PeerSubscription, subscribeToAll } from './subscription.ts'
import { createPeerTable, type PeerTable } from './table.ts'

export interface Peers {
  /** Watch the broker until the returned function is called, and some seconds more. */
  watch(): () => void
  /** Resolved when the broker has told what it keeps, or cannot be reached. */
  settled(): Promise<void>
  list(): readonly Peer[]
  status(): PeersStatus
  /** `index` is the neuron's; µs since 1970 on this machine's clock. */
  onSpike(listener: (index: number, tUs: number) => void): () => void
  /** @param what `params/set` or `cmd/<verb>` */
  ask(id: string, what: string, content: object): Promise<Reply>
  /** Ask all that are there; the result is `{answers: {<id>: reply}, silent: [<id>]}`. */
  askAll(what: string, content: object): Promise<Reply>
  /**
   * Have the broker keep nothing more of a neuron that is gone or silent; the result is `{forgotten: <id>}`, with
   * `homeAssistant` where the broker still announces it there, and why.
   */
  forget(id: string): Promise<Reply>
  close(): Promise<void>
}

const LINGER_MS = 5000
const SETTLING_MS = 300
const LONGEST_SETTLING_MS = 3000
const LOOK_MS = 20

/**
 * @param id of this neuron
 * @throws RangeError if the address, the base or the id is malformed
 */
export function openPeers(
  options: LinkOptions,
  id: string,
  context: LinkContext,
  open = openReceiverConnection,
): Peers {
  const { timers } = context
  const { base } = topicsOf(options.base, id)
  const address = options.url === '' ? undefined : brokerAddress(options.url)
  const url = address?.redacted ?? ''
  const username = options.username || (address?.username ?? '')
  const table = createPeerTable()
  const clock = createPeerClock()
  const inquiries = createPeerRequests(`wall-${id}-${context.random().toString(36).slice(2, 8)}`, timers)
  const listeners = new Set<(index: number, tUs: number) => void>()
  let watchers = 0
  let visit: PeerSubscription | undefined
  let settledVisit: PeerSubscription | undefined
  let isClosed = false
  let cancelLinger = () => {}

  const send: PeerSubscription['send'] = (message, answered) => visit?.send(message, answered) ?? false

  function hear(neuron: string, name: string, text: string, retained: boolean): void {
    if (name === 'reply') inquiries.hear(neuron, text)
    else table.hear(neuron, name, text, retained, timers.nowMs())
  }

  function begin(): PeerSubscription {
    const station = open(options, `neurond-wall-${id}`, { ...context, log() {} })
    return subscribeToAll(station, base, timers, {
      hear,
      onSpike(neuron, tUs, isHistory) {
        const index = table.indexOf(neuron)
        const localUs = clock.localUs(neuron, tUs, isHistory, context.wallUs())
        if (index !== undefined) for (const listen of listeners) listen(index, localUs)
      },
    })
  }

  async function leave(): Promise<void> {
    cancelLinger()
    const over = visit
    visit = undefined
    table.forget()
    clock.forget()
    inquiries.close()
    await over?.close()
  }

  function watch(): () => void {
    if (url === '' || isClosed) return () => {}
    cancelLinger()
    watchers++
    visit ??= begin()
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      watchers--
      if (watchers === 0) cancelLinger = timers.after(LINGER_MS, () => void leave())
    }
  }

  function status(): PeersStatus {
    const asleep = { state: url === '' ? 'off' : 'idle', reason: '' } as const
    const { state, reason } = visit?.status() ?? asleep
    return { state, reason, url, refused: visit?.refused() ?? [], overflow: table.overflow() }
  }

  async function settled(): Promise<void> {
    const untilMs = timers.nowMs() + LONGEST_SETTLING_MS
    let onlineMs = Number.NaN
    while (visit && visit !== settledVisit && timers.nowMs() < untilMs) {
      const { state } = status()
      if (state === 'offline') return
      if (timers.nowMs() - onlineMs >= SETTLING_MS) settledVisit = visit
      if (state === 'online' && Number.isNaN(onlineMs)) onlineMs = timers.nowMs()
      await new Promise<void>(resolve => void timers.after(LOOK_MS, resolve))
    }
  }

  async function inquire(whom: string, awaited: readonly string[], what: string, content: object) {
    const inquiry = inquiries.open(awaited)
    if (!inquiry) return busy()
    let denial: Refusal | undefined
    const payload = JSON.stringify({ ...content, id: inquiry.id })
    const isSent = send({ topic: `${base}/${whom}/${what}`, payload }, reason => {
      if (reason === undefined) return
      denial = denied(whom, reason, username)
      inquiry.end()
    })
    if (!isSent) {
      denial = unreachable(status())
      inquiry.end()
    }
    const answers = await inquiry.answers
    return denial ?? answers
  }

  /** Look for as long as it takes to ask. */
  async function whileWatching(run: () => Promise<Reply>): Promise<Reply> {
    const stop = watch()
    try {
      await settled()
      return status().state === 'online' ? await run() : { ok: false, error: unreachable(status()) }
    } finally {
      stop()
    }
  }

  return {
    watch,
    settled,
    status,
    list: () => table.peers(timers.nowMs()),
    onSpike(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    ask: (whom, what, content) =>
      whileWatching(async () => {
        if (table.indexOf(whom) === undefined) return { ok: false, error: stranger(whom, table.peers(timers.nowMs())) }
        const answers = await inquire(whom, [whom], what, content)
        if ('code' in answers) return { ok: false, error: answers }
        return answers.get(whom) ?? { ok: false, error: silence(whom) }
      }),
    askAll: (what, content) =>
      whileWatching(async () => {
        const present = table.peers(timers.nowMs()).filter(({ life }) => life !== 'gone')
        const ids = present.map(peer => peer.id)
        if (ids.length === 0) return { ok: false, error: nobody() }
        const answers = await inquire(ALL, ids, what, content)
        if ('code' in answers) return { ok: false, error: answers }
        const silent = ids.filter(one => !answers.has(one))
        return { ok: true, result: { answers: Object.fromEntries(answers), silent } }
      }),
    forget(whom) {
      const presence = { base, table, timers, username, send, unreachable: () => unreachable(status()) }
      return whileWatching(() => forgetPeer(whom, presence))
    },
    close() {
      isClosed = true
      return leave()
    },
  }
}

/** The times of other machines on this one's clock, where theirs is another. Pure: it is told the time. */
interface PeerClock {
  /**
   * @param tUs on the neuron's clock, µs since 1970
   * @param isHistory it came late: nothing can be learnt from it of how the clocks stand to each other
   * @param nowUs this clock, µs since 1970
   */
  localUs(id: string, tUs: number, isHistory: boolean, nowUs: number): number
  forget(): void
}

/** A spike that seems older has another clock; one from further in the future certainly has. */
const OLDEST_US = 2e6
const MOST_AHEAD_US = 50e3
const MOST_NEURONS = 1000

export function createPeerClock(): PeerClock {
  const shiftsUs = new Map<string, number>()
  return {
    localUs(id, tUs, isHistory, nowUs) {
      const ageUs = nowUs - tUs - (shiftsUs.get(id) ?? 0)
      const isOff = ageUs > OLDEST_US || ageUs < -MOST_AHEAD_US
      if (isOff && !isHistory && shiftsUs.size < MOST_NEURONS) shiftsUs.set(id, nowUs - tUs)
      return tUs + (shiftsUs.get(id) ?? 0)
    },
    forget: () => shiftsUs.clear(),
  }
}

interface Presence {
  readonly base: string
  readonly table: PeerTable
  readonly timers: Timers
  /** That this neuron has at the broker. */
  readonly username: string
  readonly send: PeerSubscription['send']
  /** Why nothing can be sent. */
  unreachable(): Refusal
}

/** Have the broker keep nothing more of the neuron `id`; refused if it lives, or if the broker does not allow it. */
async function forgetPeer(id: string, presence: Presence): Promise<Reply> {
  const { base, table, timers, username, send, unreachable } = presence
  const lifeOf = () => table.peers(timers.nowMs()).find(one => one.id === id)?.life
  const look = () => new Promise<void>(resolve => void timers.after(LOOK_MS, resolve))
  // Where nobody has looked before, a living one still has to show itself.
  while (lifeOf() === 'alive' && !table.hasShown(id)) await look()
  const life = lifeOf()
  if (life === undefined) return { ok: false, error: stranger(id, table.peers(timers.nowMs())) }
  if (life === 'alive') return { ok: false, error: lively(id) }
  const { info, params, state, timing, status } = topicsOf(base, id)
  const discovery = discoveryTopic(id)
  let refusal: string | undefined
  let discoveryRefusal: string | undefined
  const clear = (topic: string) =>
    send({ topic, payload: '', retain: true }, why => {
      if (topic === discovery) discoveryRefusal = why
      else refusal ??= why
    })
  // The status comes last: with it, it is gone for whoever looks.
  if (![info, params, state, timing, discovery, status].every(clear)) return { ok: false, error: unreachable() }
  // The broker tells everybody who looks that it is cleared, this neuron too; MQTT 3.1.1 has no word for a refusal.
  const isForgotten = () => table.indexOf(id) === undefined
  const untilMs = timers.nowMs() + PATIENCE_MS
  while (!isForgotten() && refusal === undefined && timers.nowMs() < untilMs) await look()
  if (!isForgotten()) return { ok: false, error: unforgotten(id, refusal, username) }
  // Not everybody who may do the one may do the other, and not everybody has a Home Assistant.
  const homeAssistant = discoveryRefusal && unforgotten(`${id} for Home Assistant`, discoveryRefusal, username).message
  return { ok: true, result: { forgotten: id, ...(homeAssistant && { homeAssistant }) } }
}
