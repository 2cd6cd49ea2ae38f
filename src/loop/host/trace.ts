import type { Timers } from '../clock.ts'
import type { Command } from '../shared/command.ts'
import { ARRIVAL_FIELDS, SAMPLE_FIELDS, type Shared } from '../shared/memory.ts'
import { empty, type Ring, takeSome } from '../shared/ring.ts'

/**
 * `rows` are [wall us, vMv, iNa, level] of every tick; `arrivals` are the synaptic events that took effect meanwhile: [wall us,
 * tauMs (0: a jump of V), weight (nA or mV), seq of the spike before, model ms since that spike or NaN]; `stimuli` are the
 * model times and stimuli of the same ticks: [model ms, stimuli so far in this thread, model ms at which the last one began,
 * 1 while it runs].
 */
export type TraceListener = (rows: Float64Array, arrivals: Float64Array, stimuli: Float64Array) => void

/** Numbers in a record of `rows` and of `stimuli`. */
export const ROW_FIELDS = SAMPLE_FIELDS / 2

/** How often the listeners are called, ms: once a frame. */
const CHUNK_MS = 33

/** Tracing is on while there are listeners; each gets the rows from its beginning on. */
export function openTrace(
  shared: Shared,
  send: (command: Command) => void,
  timers: Timers,
): (listener: TraceListener) => () => void {
  const listeners = new Set<TraceListener>()
  const sample = new Float64Array(SAMPLE_FIELDS)
  const arrival = new Float64Array(ARRIVAL_FIELDS)
  let stop = () => {}

  function drain(): void {
    const [rows, stimuli] = halves(taken(shared.samples, sample))
    const arrivals = taken(shared.arrivals, arrival)
    if (rows.length + arrivals.length === 0) return
    for (const listen of listeners) listen(rows, arrivals, stimuli)
  }

  return listener => {
    if (listeners.size === 0) {
      // What came after the last listener had left.
      for (const ring of [shared.samples, shared.arrivals]) empty(ring)
      stop = timers.every(CHUNK_MS, drain)
      send({ type: 'trace', on: true })
    }
    listeners.add(listener)
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return
      stop()
      send({ type: 'trace', on: false })
    }
  }
}

function taken(ring: Ring, record: Float64Array): Float64Array {
  const numbers: number[] = []
  takeSome(ring, record, () => numbers.push(...record))
  return Float64Array.from(numbers)
}

/** The first and the second half of each record. */
function halves(samples: Float64Array): readonly [Float64Array, Float64Array] {
  const isFirst = (_: number, index: number) => index % SAMPLE_FIELDS < ROW_FIELDS
  return [samples.filter(isFirst), samples.filter((_, index) => !isFirst(_, index))]
}
