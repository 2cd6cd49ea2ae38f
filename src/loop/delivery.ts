import { spikeOf } from './host/reader.ts'
import { lostRecords, type Ring, take, watchRing } from './ring.ts'
import { SPIKE_FIELDS } from './shared.ts'
import type { Spike } from './types.ts'

/** The spikes as they come out of the neuron thread's ring. */
export interface Delivery {
  /** Take what is there, now. */
  drain(): void
  /** The number of the last spike, be it told or lost. */
  lastSeq(): number
  close(): void
}

export function openDelivery(spikes: Ring, onSpike: (spike: Spike) => void): Delivery {
  const record = new Float64Array(SPIKE_FIELDS)
  let taken = 0
  const drain = () => {
    while (take(spikes, record)) {
      taken++
      onSpike(spikeOf(record))
    }
  }
  const unwatch = watchRing(spikes, drain)
  return { drain, lastSeq: () => taken + lostRecords(spikes), close: unwatch }
}
