/** The last seconds of samples and spikes, from which every viewer takes what is new to it. Pure, bounded. */
import type { Spike } from '../../loop/types.ts'
import { SAMPLE_FIELDS, type WebArrival } from '../data-sources.ts'
import { decimated, type Frame } from '../wire-format.ts'

/** How far a viewer has come: counts of all rows and spikes so far. */
export interface Place {
  readonly row: number
  readonly spike: number
}

export interface History {
  addRows(rows: Float64Array): void
  addSpike(spike: Spike): void
  end(): Place
  /** What came since `from`, thinned to at most about `mostRows`; from too long ago, what is still there. */
  since(from: Place, mostRows: number): Frame
}

const ROWS = 8192
/** At least so many spikes. */
const SPIKES = 4096

export function createHistory(): History {
  const ring = new Float64Array(ROWS * SAMPLE_FIELDS)
  const spikes: Spike[] = []
  let rowEnd = 0
  let spikeEnd = 0

  function rowsFrom(start: number): Float64Array {
    const rows = new Float64Array((rowEnd - start) * SAMPLE_FIELDS)
    for (let row = start; row < rowEnd; row++) {
      const at = (row % ROWS) * SAMPLE_FIELDS
      rows.set(ring.subarray(at, at + SAMPLE_FIELDS), (row - start) * SAMPLE_FIELDS)
    }
    return rows
  }

  return {
    addRows(rows) {
      for (let at = 0; at + SAMPLE_FIELDS <= rows.length; at += SAMPLE_FIELDS) {
        ring.set(rows.subarray(at, at + SAMPLE_FIELDS), (rowEnd % ROWS) * SAMPLE_FIELDS)
        rowEnd++
      }
    },
    addSpike(spike) {
      spikes.push(spike)
      spikeEnd++
      if (spikes.length > 2 * SPIKES) spikes.splice(0, SPIKES)
    },
    end: () => ({ row: rowEnd, spike: spikeEnd }),
    since(from, mostRows) {
      const fresh = Math.min(spikeEnd - from.spike, spikes.length)
      return {
        spikes: fresh > 0 ? spikes.slice(-fresh) : [],
        rows: decimated(rowsFrom(Math.max(from.row, rowEnd - ROWS)), mostRows),
      }
    },
  }
}

interface FreshArrivals {
  readonly arrivals: readonly WebArrival[]
  /** Those that this frame had no room for. */
  readonly more: number
}

interface ArrivalQueue {
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
