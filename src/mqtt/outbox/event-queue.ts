/**
 * Events that wait to be published. Faults and recoveries go first, events of frequent types are merged into one, and
 * each kind has a rate limit. Pure.
 */

import { createRateLimit, type RateLimit } from '../rate-limit.ts'
import type { LinkEvent } from '../types.ts'

export interface DatedEvent {
  readonly event: LinkEvent
  /** When it happened, µs since 1970. */
  readonly tUs: number
  /** Events that were dropped before this one. */
  readonly heldBack: number
}

export interface EventQueue {
  add(event: LinkEvent, tUs: number): void
  /** The next one that the rate limit allows. */
  next(nowMs: number): DatedEvent | undefined
  /** These were not acknowledged: they are published again, before the others. */
  putBack(unacknowledged: readonly DatedEvent[]): void
}

type Waiting = Omit<DatedEvent, 'heldBack'>

/** Merges one that waits and a newer one of the same type; the time is that of the first. */
type Merge = (waiting: LinkEvent, event: LinkEvent) => LinkEvent

/** Faults and recoveries: a few at once, so that none waits behind the other. */
const URGENT = { perS: 2, burst: 6 }
/** Frequent ones: stalls, and parameters that people change. */
const ORDINARY = { perS: 1, burst: 1 }
const MERGES: Readonly<Record<string, Merge | undefined>> = { stall: mergeStalls, paramsChanged: mergeChanges }
const MOST_WAITING = 32

export function createEventQueue(): EventQueue {
  const urgent: Waiting[] = []
  const ordinary: Waiting[] = []
  const rates: readonly (readonly [Waiting[], RateLimit])[] = [
    [urgent, createRateLimit(URGENT.perS, URGENT.burst)],
    [ordinary, createRateLimit(ORDINARY.perS, ORDINARY.burst)],
  ]
  let heldBack = 0

  /** Of a part that is lost and comes back faster than events may be published, the last two events are enough. */
  function dropOlderChanges(event: LinkEvent): void {
    const part = partOf(event)
    const older = part === undefined ? [] : urgent.filter(waiting => partOf(waiting.event) === part)
    if (older.length < 2) return
    for (const waiting of older) urgent.splice(urgent.indexOf(waiting), 1)
    heldBack += older.length
  }

  function keepBound(queue: Waiting[]): void {
    heldBack += queue.splice(0, Math.max(0, queue.length - MOST_WAITING)).length
  }

  return {
    add(event, tUs) {
      const sum = MERGES[event.type]
      const same = sum ? ordinary.findIndex(waiting => waiting.event.type === event.type) : -1
      const before = ordinary[same]
      if (sum && before) {
        ordinary[same] = { event: sum(before.event, event), tUs: before.tUs }
        return
      }
      if (!sum) dropOlderChanges(event)
      const queue = sum ? ordinary : urgent
      queue.push({ event, tUs })
      keepBound(queue)
    },
    next(nowMs) {
      const ready = rates.find(([queue, rate]) => queue.length > 0 && rate.take(nowMs))
      const waiting = ready?.[0].shift()
      if (!waiting) return undefined
      const dated = { ...waiting, heldBack }
      heldBack = 0
      return dated
    },
    putBack(unacknowledged) {
      for (const dated of unacknowledged) heldBack += dated.heldBack
      urgent.unshift(...unacknowledged)
      keepBound(urgent)
    },
  }
}

/** The input or the output that is lost or back. */
function partOf({ type, output }: LinkEvent): string | undefined {
  if (type === 'inputLost' || type === 'inputBack') return 'input'
  return type === 'outputLost' || type === 'outputBack' ? `output ${output}` : undefined
}

/** The longest, how many, and their sum. */
function mergeStalls(waiting: LinkEvent, event: LinkEvent): LinkEvent {
  const { stallMs, stalls = 1, sumMs = stallMs } = waiting as unknown as Record<'stallMs' | 'stalls' | 'sumMs', number>
  const newMs = Number(event.stallMs)
  return { type: 'stall', stallMs: Math.max(stallMs, newMs), stalls: stalls + 1, sumMs: sumMs + newMs }
}

function mergeChanges(waiting: LinkEvent, event: LinkEvent): LinkEvent {
  const names = [waiting.changed, event.changed].flatMap(changed => changed as readonly string[])
  return { ...event, changed: [...new Set(names)] }
}
