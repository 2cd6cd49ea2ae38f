/** The page's buffer of V, I, spikes and synaptic events. Bounded, however long the page is open. */
import type { Spike } from '../../../../loop/types.ts'
import type { NeuronParams } from '../../../../neuron/params.ts'
import type { DatedArrival } from '../../../data-sources.ts'
import { downsample } from '../../../downsample.ts'
import { type NeuronFrame, NUMBERS_PER_SAMPLE } from '../../../wire-format.ts'

/** Columns for a plot: seconds since the first sample, V in mV, I in nA. */
export type Trace = readonly [atS: Float64Array, vMv: Float64Array, iNa: Float64Array]

export interface TimedSpike extends Spike {
  /** Seconds since the first sample. */
  readonly atS: number
}

export interface TimedArrival extends DatedArrival {
  /** Seconds since the first sample. */
  readonly atS: number
}

type SpikeVoltages = Pick<NeuronParams, 'thresholdMv' | 'resetMv'>

export interface TraceBuffer {
  /**
   * Returns the spikes of the frame.
   * @param neuron V is at the threshold when it spikes, and at the reset after it: no sample is taken just then
   */
  add(frame: NeuronFrame, neuron?: SpikeVoltages): readonly TimedSpike[]
  /** The part between two times, in the finest resolution that reaches back so far. */
  trace(fromS: number, toS: number): Trace
  spikes(): readonly TimedSpike[]
  addArrivals(arrivals: readonly DatedArrival[]): void
  /** In the order of time; those with a delay are in the future at first. */
  arrivals(): readonly TimedArrival[]
  /** The time of the last row. */
  lastS(): number
  /** µs since 1970 at 0 s. */
  originUs(): number
  clear(): void
}

const ROWS = 16_384
/** So many rows become at most COARSE_ROWS in the coarse columns, which reach back more than five times as far. */
const CHUNK = 32
const COARSE_ROWS = 6
const MAX_SPIKES = 20_000
const MAX_ARRIVALS = 5000
/** A system clock that was set back by more than this clears the buffer, s. */
const MAX_SET_BACK_S = 1

export function createTraceBuffer(): TraceBuffer {
  let fine = createColumns()
  let coarse = createColumns()
  let chunk: number[] = []
  let spikes: TimedSpike[] = []
  let arrivals: TimedArrival[] = []
  let originUs = Number.NaN
  /** Spikes that are not yet among the rows. */
  let undrawn: (TimedSpike & SpikeVoltages)[] = []
  let lastRow = new Float64Array(NUMBERS_PER_SAMPLE)

  function addRow(atS: number, row: Float64Array): void {
    const [, vMv = 0, iNa = 0, level = 0] = row
    fine.add(atS, vMv, iNa)
    chunk.push(atS, vMv, iNa, level)
    if (chunk.length < CHUNK * NUMBERS_PER_SAMPLE) return
    const kept = downsample(Float64Array.from(chunk), COARSE_ROWS)
    for (let at = 0; at < kept.length; at += NUMBERS_PER_SAMPLE) coarse.add(kept[at]!, kept[at + 1]!, kept[at + 2]!)
    chunk = []
  }

  /** Threshold, then reset, at the time of each spike between the last row and this time. */
  function addSpikesUntil(toS: number): void {
    for (const { atS, thresholdMv, resetMv } of undrawn) {
      if (atS > toS) break
      // A spike that is reported after its rows comes too late.
      if (atS < fine.lastS() || fine.lastS() === Number.NEGATIVE_INFINITY) continue
      for (const vMv of [thresholdMv, resetMv]) addRow(atS, lastRow.with(1, vMv))
    }
    undrawn = undrawn.filter(({ atS }) => atS > toS)
  }

  function clear(): void {
    fine = createColumns()
    coarse = createColumns()
    chunk = []
    undrawn = []
    spikes = []
    arrivals = []
    originUs = Number.NaN
  }

  return {
    add({ rows, spikes: newOnes }, neuron) {
      const [firstUs = Number.NaN] = rows
      // The system clock was set back: the old data would be in the future.
      if ((firstUs - originUs) / 1e6 < fine.lastS() - MAX_SET_BACK_S) clear()
      if (Number.isNaN(originUs)) originUs = rows[0] ?? newOnes[0]?.tUs ?? Number.NaN
      const seen = newOnes.map(spike => ({ ...spike, atS: (spike.tUs - originUs) / 1e6 }))
      if (neuron) undrawn.push(...seen.map(spike => ({ ...spike, ...voltagesOf(neuron) })))
      for (let at = 0; at < rows.length; at += NUMBERS_PER_SAMPLE) {
        const atS = (rows[at]! - originUs) / 1e6
        if (atS <= fine.lastS()) continue
        const row = rows.slice(at, at + NUMBERS_PER_SAMPLE)
        addSpikesUntil(atS)
        addRow(atS, row)
        lastRow = row
      }
      spikes.push(...seen)
      if (spikes.length > 2 * MAX_SPIKES) spikes = spikes.slice(-MAX_SPIKES)
      return seen
    },
    trace: (fromS, toS) => (fine.firstS() <= fromS ? fine : coarse).between(fromS, toS),
    spikes: () => spikes,
    addArrivals(fresh) {
      if (Number.isNaN(originUs)) return
      arrivals.push(...fresh.map(arrival => ({ ...arrival, atS: (arrival.tUs - originUs) / 1e6 })))
      arrivals.sort((a, b) => a.atS - b.atS)
      if (arrivals.length > 2 * MAX_ARRIVALS) arrivals = arrivals.slice(-MAX_ARRIVALS)
    },
    arrivals: () => arrivals,
    lastS: () => fine.lastS(),
    originUs: () => originUs,
    clear,
  }
}

function voltagesOf({ thresholdMv, resetMv }: SpikeVoltages): SpikeVoltages {
  return { thresholdMv, resetMv }
}

/** Index of the first of these ascending numbers that is not below `value`. */
function firstFrom(ascending: { readonly length: number; readonly [k: number]: number }, value: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** A ring buffer whose content is always contiguous, since everything is written twice. */
function createColumns() {
  const columns = [0, 1, 2].map(() => new Float64Array(2 * ROWS)) as unknown as Trace
  let count = 0
  let last = Number.NEGATIVE_INFINITY
  const start = () => (count > ROWS ? count % ROWS : 0)
  const end = () => start() + Math.min(count, ROWS)
  return {
    add(atS: number, vMv: number, iNa: number): void {
      const k = count % ROWS
      ;[atS, vMv, iNa].forEach((value, c) => {
        columns[c]![k] = value
        columns[c]![k + ROWS] = value
      })
      count++
      last = atS
    },
    lastS: () => last,
    firstS: () => (count === 0 ? Number.POSITIVE_INFINITY : columns[0][start()]!),
    between(fromS: number, toS: number): Trace {
      const times = columns[0].subarray(start(), end())
      // One more row on both sides, so that the line reaches the edges of the plot.
      const from = start() + Math.max(0, firstFrom(times, fromS) - 1)
      const to = Math.min(end(), start() + firstFrom(times, toS) + 1)
      return columns.map(column => column.subarray(from, to)) as unknown as Trace
    },
  }
}
