/** What the page asks of the neuron. */
import type { Reply } from '../../../loop/types.ts'
import { WORDS } from './words.ts'

export interface Requests {
  patch(params: object): Promise<Reply>
  command(verb: string, payload?: object): Promise<Reply>
}

export const requests: Requests = {
  patch: params => send('PATCH', '/api/params', params),
  command: (verb, payload = {}) => send('POST', `/api/cmd/${verb}`, payload),
}

/**
 * Only the latest of many requests: while one is under way, the newest waits and the ones before it are forgotten. A
 * slider that is dragged makes a hundred a second.
 */
export function latestOnly<T>(ask: (value: T) => Promise<Reply>, answered: (reply: Reply) => void): (value: T) => void {
  let waiting: { readonly value: T } | undefined
  let isBusy = false
  const run = async (value: T) => {
    isBusy = true
    const reply = await ask(value)
    isBusy = false
    const next = waiting
    waiting = undefined
    if (next) void run(next.value)
    else answered(reply)
  }
  return value => {
    if (isBusy) waiting = { value }
    else void run(value)
  }
}

/** What takes longest, to have a neuron forgotten, takes 12 s. */
const LONGEST_ANSWER_MS = 20_000

export async function send(method: string, path: string, body: object): Promise<Reply> {
  const patience = new AbortController()
  const timer = window.setTimeout(() => patience.abort(), LONGEST_ANSWER_MS)
  try {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(path, { method, headers, body: JSON.stringify(body), signal: patience.signal })
    return (await response.json()) as Reply
  } catch {
    return { ok: false, error: { code: 'gone', message: WORDS.header.gone } }
  } finally {
    window.clearTimeout(timer)
  }
}
