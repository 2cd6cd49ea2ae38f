/** Synaptic events since the frame before. Pure, bounded: a flood of them must not become a flood for browsers. */
import type { WebArrival } from './sources.ts'

export interface FreshArrivals {
  readonly arrivals: readonly WebArrival[]
  /** Those that this frame had no room for. */
  readonly more: number
}

export interface ArrivalQueue {
  add(arrival: WebArrival): void
  /** What came since this was last called; undefined if nothing did. */
  take(): FreshArrivals | undefined
}

/** With 25 frames a second these are 800 marks a second: more than a scope can show apart. */
export const MOST_ARRIVALS = 32

export function createArrivals(): ArrivalQueue {
  let arrivals: WebArrival[] = []
  let more = 0
  return {
    add(arrival) {
      if (arrivals.length < MOST_ARRIVALS) arrivals.push(arrival)
      else more++
    },
    take() {
      if (arrivals.length === 0) return undefined
      const fresh = { arrivals, more }
      arrivals = []
      more = 0
      return fresh
    },
  }
}
