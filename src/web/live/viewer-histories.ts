/** The latest data that was not yet sent to every viewer: samples and spikes, synaptic events, spikes of all neurons. Pure, bounded. */
import type { Spike } from '../../loop/types.ts'
import type { DatedArrival } from '../data-sources.ts'
import { downsample } from '../downsample.ts'
import { type NeuronFrame, NUMBERS_PER_SAMPLE, type WallFrame } from '../wire-format.ts'

/** How much a viewer has got: counts of all rows and spikes so far. */
export interface HistoryPosition {
  readonly row: number
  readonly spike: number
}

export interface SampleHistory {
  addRows(rows: Float64Array): void
  addSpike(spike: Spike): void
  end(): HistoryPosition
  /** Everything after `from`, downsampled to about `maxRows`; if that is too long ago, what is still there. */
  since(from: HistoryPosition, maxRows: number): NeuronFrame
}

const ROWS = 8192
/** The least number of spikes that is kept. */
const SPIKES = 4096

export function createSampleHistory(): SampleHistory {
  const ring = new Float64Array(ROWS * NUMBERS_PER_SAMPLE)
  const spikes: Spike[] = []
  let rowEnd = 0
  let spikeEnd = 0

  function rowsFrom(start: number): Float64Array {
    const rows = new Float64Array((rowEnd - start) * NUMBERS_PER_SAMPLE)
    for (let row = start; row < rowEnd; row++) {
      const at = (row % ROWS) * NUMBERS_PER_SAMPLE
      rows.set(ring.subarray(at, at + NUMBERS_PER_SAMPLE), (row - start) * NUMBERS_PER_SAMPLE)
    }
    return rows
  }

  return {
    addRows(rows) {
      for (let at = 0; at + NUMBERS_PER_SAMPLE <= rows.length; at += NUMBERS_PER_SAMPLE) {
        ring.set(rows.subarray(at, at + NUMBERS_PER_SAMPLE), (rowEnd % ROWS) * NUMBERS_PER_SAMPLE)
        rowEnd++
      }
    },
    addSpike(spike) {
      spikes.push(spike)
      spikeEnd++
      if (spikes.length > 2 * SPIKES) spikes.splice(0, SPIKES)
    },
    end: () => ({ row: rowEnd, spike: spikeEnd }),
    since(from, maxRows) {
      const fresh = Math.min(spikeEnd - from.spike, spikes.length)
      return {
        spikes: fresh > 0 ? spikes.slice(-fresh) : [],
        rows: downsample(rowsFrom(Math.max(from.row, rowEnd - ROWS)), maxRows),
      }
    },
  }
}

export interface ArrivalQueue {
  add(arrival: DatedArrival): void
  /** Everything since the last call; undefined if there is nothing. */
  take(): NewArrivals | undefined
}

interface NewArrivals {
  readonly arrivals: readonly DatedArrival[]
  /** The number of those that did not fit. */
  readonly more: number
}

/** With 25 frames a second these are 800 marks a second: more than a scope can show apart. */
export const MAX_ARRIVALS_PER_FRAME = 32

export function createArrivalQueue(): ArrivalQueue {
  let arrivals: DatedArrival[] = []
  let more = 0
  return {
    add(arrival) {
      if (arrivals.length < MAX_ARRIVALS_PER_FRAME) arrivals.push(arrival)
      else more++
    },
    take() {
      if (arrivals.length === 0) return undefined
      const taken = { arrivals, more }
      arrivals = []
      more = 0
      return taken
    },
  }
}

export interface WallSpikeHistory {
  add(index: number, tUs: number): void
  /** How much a viewer has got: the count of all spikes so far. */
  end(): number
  /** Everything after `from`; if that is too long ago, the newest spikes. */
  since(from: number): WallFrame
}

/** Two spikes of a neuron that are closer than this are one line on any screen, µs. */
const MIN_DISTANCE_US = 2000
const MAX_SPIKES_PER_FRAME = 2048

export function createWallSpikeHistory(): WallSpikeHistory {
  const lastUs = new Map<number, number>()
  let kept: number[] = []
  let end = 0
  return {
    add(index, tUs) {
      if (Math.abs(tUs - (lastUs.get(index) ?? 0)) < MIN_DISTANCE_US) return
      lastUs.set(index, tUs)
      kept.push(index, tUs)
      end++
      if (kept.length > 4 * MAX_SPIKES_PER_FRAME) kept = kept.slice(-2 * MAX_SPIKES_PER_FRAME)
    },
    end: () => end,
    since: from => (end > from ? kept.slice(-2 * Math.min(end - from, MAX_SPIKES_PER_FRAME)) : []),
  }
}
