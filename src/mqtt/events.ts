/** Events wait here for a connection and for their turn; there is never more than a handful. Pure: it is told the time. */
import { createBucket } from './bucket.ts'
import type { LinkEvent } from './reports.ts'

export interface DatedEvent {
  readonly event: LinkEvent
  /** When it happened, µs since 1970. */
  readonly tUs: number
  /** Events that were dropped before this one. */
  readonly heldBack: number
}

export interface EventQueue {
  add(event: LinkEvent, tUs: number): void
  /** The oldest, unless the rate limit says later. */
  next(nowMs: number): DatedEvent | undefined
}

const PER_S = 2
const MOST_WAITING = 32
/** On a machine that is too busy these come by the dozen: one that still waits gives way, so that no fault is crowded out. */
const REPEATED = ['stall', 'skipped']

export function createEventQueue(): EventQueue {
  const rate = createBucket(PER_S, PER_S)
  const waiting: Omit<DatedEvent, 'heldBack'>[] = []
  let heldBack = 0

  return {
    add(event, tUs) {
      const earlier = waiting.findIndex(each => each.event.type === event.type)
      const gives = REPEATED.includes(event.type) && earlier >= 0
      if (gives) waiting.splice(earlier, 1)
      waiting.push({ event, tUs })
      if (waiting.length > MOST_WAITING) waiting.shift()
      else if (!gives) return
      heldBack++
    },
    next(nowMs) {
      if (waiting.length === 0 || !rate.take(nowMs)) return undefined
      const dated = { ...waiting.shift()!, heldBack }
      heldBack = 0
      return dated
    },
  }
}
