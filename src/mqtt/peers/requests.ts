/** Questions to other neurons: who is asked, and what comes back. Pure but for the timers that it is given. */

import type { Timers } from '../../loop/clock.ts'
import type { Reply } from '../../loop/types.ts'

/** What each that answered said, by its id. */
export type Answers = ReadonlyMap<string, Reply>

export interface Inquiry {
  /** Stands in the request and in each of its answers. */
  readonly id: string
  /** Resolved when all that are awaited have answered, or time is up. */
  readonly answers: Promise<Answers>
  /** No more is to come. */
  end(): void
}

export interface Inquiries {
  /** Undefined while too many are under way. */
  open(awaited: readonly string[]): Inquiry | undefined
  /** A message on the `reply` topic of a neuron. */
  hear(from: string, text: string): void
  close(): void
}

export const PATIENCE_MS = 3000
const MOST_AT_ONCE = 100
const LONGEST_MESSAGE = 500

interface Pending {
  readonly awaited: Set<string>
  readonly answers: Map<string, Reply>
  end(): void
}

/** @param prefix tells the questions of this asker from those of others */
export function createInquiries(prefix: string, timers: Timers): Inquiries {
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
        const cancel = timers.after(PATIENCE_MS, () => end())
        end = () => {
          cancel()
          pending.delete(id)
          resolve(answers)
        }
      })
      pending.set(id, { awaited: new Set(awaited), answers, end })
      return { id, answers: ended, end: () => end() }
    },
    hear(from, text) {
      const { id, reply } = replyIn(text)
      const inquiry = pending.get(id)
      if (!inquiry?.awaited.has(from) || !reply) return
      inquiry.answers.set(from, reply)
      if (inquiry.answers.size === inquiry.awaited.size) inquiry.end()
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
