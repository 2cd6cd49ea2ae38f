/** The other neurons on the broker, over a connection of its own that exists only while somebody looks. */
import type { Refusal, Reply } from '../../loop/types.ts'
import { brokerAddress } from '../connection/address.ts'
import { openStation } from '../connection/receiver-connection.ts'
import type { DialStatus } from '../connection/reconnect.ts'
import { forgetPeer } from '../forgetting.ts'
import type { LinkOptions } from '../options.ts'
import { createPeerClock } from '../peer-clock.ts'
import { busy, denied, nobody, silence, stranger, unreachable } from '../peer-refusals.ts'
import { ALL, topicsOf } from '../topics.ts'
import type { LinkWorld } from '../types.ts'
import { createInquiries } from './requests.ts'
import { openVisit, type Visit } from './subscription.ts'
import { createPeerTable, type Peer } from './table.ts'

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

export interface PeersStatus extends Pick<DialStatus, 'reason'> {
  readonly state: 'off' | 'idle' | DialStatus['state']
  readonly url: string
  /** What the broker refuses to show, in words. */
  readonly refused: readonly string[]
  /** Neurons beyond the most that are shown. */
  readonly overflow: number
}

const LINGER_MS = 5000
const SETTLING_MS = 300
const LONGEST_SETTLING_MS = 3000
const LOOK_MS = 20

/**
 * @param id of this neuron
 * @throws RangeError if the address, the base or the id is malformed
 */
export function openPeers(options: LinkOptions, id: string, world: LinkWorld, open = openStation): Peers {
  const { timers } = world
  const { base } = topicsOf(options.base, id)
  const address = options.url === '' ? undefined : brokerAddress(options.url)
  const url = address?.redacted ?? ''
  const username = options.username || (address?.username ?? '')
  const table = createPeerTable()
  const clock = createPeerClock()
  const inquiries = createInquiries(`wall-${id}-${world.random().toString(36).slice(2, 8)}`, timers)
  const listeners = new Set<(index: number, tUs: number) => void>()
  let watchers = 0
  let visit: Visit | undefined
  let settledVisit: Visit | undefined
  let isClosed = false
  let cancelLinger = () => {}

  const send: Visit['send'] = (message, answered) => visit?.send(message, answered) ?? false

  function hear(neuron: string, name: string, text: string, retained: boolean): void {
    if (name === 'reply') inquiries.hear(neuron, text)
    else table.hear(neuron, name, text, retained, timers.nowMs())
  }

  function begin(): Visit {
    const station = open(options, `neurond-wall-${id}`, { ...world, note() {} })
    return openVisit(station, base, timers, {
      hear,
      onSpike(neuron, tUs, isHistory) {
        const index = table.indexOf(neuron)
        const localUs = clock.localUs(neuron, tUs, isHistory, world.wallUs())
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
