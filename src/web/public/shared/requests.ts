/** HTTP requests to this page's server. */
import type { Reply } from '../../../loop/types.ts'
import { COMMON_WORDS } from './common-words.ts'

/** Requests to the neuron of this page. */
export const neuronRequests = {
  patch: (params: object) => sendRequest('PATCH', '/api/params', params),
  command: (verb: string, payload: object = {}, options: RequestInit = {}) =>
    sendRequest('POST', `/api/cmd/${verb}`, payload, options),
}

/** The slowest request, to have a neuron forgotten, takes 12 s. */
const TIMEOUT_MS = 20_000

export async function sendRequest(
  method: string,
  path: string,
  body: object,
  options: RequestInit = {},
): Promise<Reply> {
  const timeout = new AbortController()
  const timer = window.setTimeout(() => timeout.abort(), TIMEOUT_MS)
  try {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(path, {
      method,
      headers,
      body: JSON.stringify(body),
      signal: timeout.signal,
      ...options,
    })
    return (await response.json()) as Reply
  } catch {
    return { ok: false, error: { code: 'gone', message: COMMON_WORDS.disconnected } }
  } finally {
    window.clearTimeout(timer)
  }
}

/**
 * Sends only the latest of many values: while a request is under way, the newest value waits and older ones are dropped. A
 * slider that is dragged makes a hundred a second.
 */
export function sendLatestOnly<T>(
  send: (value: T) => Promise<Reply>,
  onReply: (reply: Reply) => void,
): (value: T) => void {
  let waiting: { readonly value: T } | undefined
  let isBusy = false
  const run = async (value: T) => {
    isBusy = true
    const reply = await send(value)
    isBusy = false
    const next = waiting
    waiting = undefined
    if (next) void run(next.value)
    else onReply(reply)
  }
  return value => {
    if (isBusy) waiting = { value }
    else void run(value)
  }
}
