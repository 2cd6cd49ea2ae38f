/** Requests to other neurons, and how their answers are matched. */

import type { Timers } from '../../loop/clock.ts'
import type { Refusal, Reply } from '../../loop/types.ts'
import { ALL } from '../topics.ts'
import type { Peer } from '../types.ts'
import { SILENT_MS } from './table.ts'

/** The replies, by the id of the neuron. */
export type Answers = ReadonlyMap<string, Reply>

interface PeerRequest {
  /** Contained in the request and in each answer. */
  readonly id: string
  /** Resolved when all have answered, after 3 s, or by `end`. */
  readonly answers: Promise<Answers>
  /** Wait no longer. */
  end(): void
}

export interface PeerRequests {
  /** @returns undefined while too many are pending */
  open(awaited: readonly string[]): PeerRequest | undefined
  /** A message on the `reply` topic of a neuron. */
  onReply(from: string, text: string): void
  close(): void
}

export const ANSWER_TIMEOUT_MS = 3000
const MOST_AT_ONCE = 100
const LONGEST_MESSAGE = 500

interface Pending {
  readonly awaited: Set<string>
  readonly answers: Map<string, Reply>
  end(): void
}

/** @param prefix of the ids, different from that of other programs */
export function createPeerRequests(prefix: string, timers: Timers): PeerRequests {
  const pending = new Map<string, Pending>()
  let count = 0

  return {
    open(awaited) {
      if (pending.size >= MOST_AT_ONCE) return undefined
      count++
      const id = `${prefix}-${count}`
      const answers = new Map<string, Reply>()
      let end = () => {}
      const ended = new Promise<Answers>(resolve => {
        const cancel = timers.after(ANSWER_TIMEOUT_MS, () => end())
        end = () => {
          cancel()
          pending.delete(id)
          resolve(answers)
        }
      })
      pending.set(id, { awaited: new Set(awaited), answers, end })
      return { id, answers: ended, end: () => end() }
    },
    onReply(from, text) {
      const { id, reply } = replyIn(text)
      const request = pending.get(id)
      if (!request?.awaited.has(from) || !reply) return
      request.answers.set(from, reply)
      if (request.answers.size === request.awaited.size) request.end()
    },
    close() {
      for (const { end } of [...pending.values()]) end()
    },
  }
}

function replyIn(text: string): { readonly id: string; readonly reply?: Reply } {
  try {
    const { id, ok, result, error } = JSON.parse(text)
    if (ok === true) return { id, reply: { ok, result: result ?? null } }
    if (typeof error?.code !== 'string' || typeof error.message !== 'string') return { id }
    const { code, message, path } = error
    const where = typeof path === 'string' ? { path: path.slice(0, LONGEST_MESSAGE) } : {}
    return { id, reply: { ok: false, error: { code, message: message.slice(0, LONGEST_MESSAGE), ...where } } }
  } catch {
    return { id: '' }
  }
}

export function tooManyRequests(): Refusal {
  return { code: 'busy', message: 'too many requests to other neurons are under way: try again in a moment' }
}

export function noNeurons(): Refusal {
  return { code: 'unknown', message: 'there is no neuron on the broker to ask' }
}

export function unknownNeuron(id: string, peers: readonly Peer[]): Refusal {
  const known = peers.map(peer => peer.id).join(', ') || 'none'
  return { code: 'unknown', message: `there is no neuron "${id}" on the broker; known are ${known}` }
}

/** @param username of this neuron at the broker */
export function requestDenied(id: string, reason: string, username: string): Refusal {
  return notAllowed(`order ${id === ALL ? 'all neurons' : id} about`, reason, username)
}

export function stillAlive(id: string): Refusal {
  const message = `${id} is alive: it can be forgotten once it is gone, or has given no sign of life for ${SILENT_MS / 1000} s`
  return { code: 'alive', message }
}

/** @param reason the broker's; undefined if it gave none, as in MQTT 3.1.1, and did not clear it */
export function notCleared(id: string, reason: string | undefined, username: string): Refusal {
  return notAllowed(`clear what it keeps of ${id}`, reason ?? 'it keeps it all the same', username)
}

function notAllowed(action: string, reason: string, username: string): Refusal {
  const who = username === '' ? 'whoever gives no user name' : `the user ${username}`
  const message = `the broker does not let ${who} ${action} (${reason}): its access rules may let another user, by mqtt.username of this neuron`
  return { code: 'denied', message }
}

export function noAnswer(id: string): Refusal {
  const message = `${id} has not answered within ${ANSWER_TIMEOUT_MS / 1000} s: it may be gone, or the broker's access rules keep back the request or the answer`
  return { code: 'silent', message }
}

interface Broker {
  readonly state: string
  readonly url: string
  readonly reason: string
}

export function brokerUnreachable({ state, url, reason }: Broker): Refusal {
  if (state === 'off') return { code: 'off', message: 'there is no broker to reach other neurons by: set mqtt.url' }
  const why = reason === '' ? 'it has not answered yet' : reason
  return { code: 'offline', message: `the broker ${url} cannot be reached (${why}): nobody can be asked` }
}
