import { countSpike, forgetSpikes, isiCv, lastIsiMs, meanRateHz, rateMeter } from '../neuron/rate-meter.ts'
import type { Spike } from './types.ts'

/** How the neuron fires, in model time, so that it compares with theory at any speed. */
export interface FiringRate {
  /** Hz. */
  readonly rateHz: number
  /** The last inter-spike interval, ms; null before the second spike. */
  readonly isiMs: number | null
  /** Coefficient of variation of the recent intervals; null while there are too few. */
  readonly cv: number | null
}

interface FiringMeter {
  count(spike: Spike, modelMs: number): void
  /** @param spikes how many there were so far, if more than were counted: the reports of the last ones may be lost */
  read(modelMs: number, spikes?: number): FiringRate
}

/** Feed it every spike; `modelMs` is the model time now. */
export function openFiringMeter(): FiringMeter {
  const meter = rateMeter()
  let lastMs = Number.NaN
  let lastSeq = Number.NaN
  let unseen = { spikes: 0, atMs: Number.NEGATIVE_INFINITY }

  /** When it fired last, as far as is known. */
  function firedMs(modelMs: number, spikes: number): number {
    if (spikes > unseen.spikes) unseen = { spikes, atMs: modelMs }
    return spikes > lastSeq ? Math.max(lastMs, unseen.atMs) : lastMs
  }

  return {
    count({ seq, isiMs }, modelMs) {
      // A new train: a first spike, and one after a reset, has no interval; where reports were lost, time has passed unseen.
      const isFirst = Number.isNaN(isiMs) || seq !== lastSeq + 1
      if (isFirst) forgetSpikes(meter)
      lastMs = isFirst ? modelMs : lastMs + isiMs
      lastSeq = seq
      countSpike(meter, lastMs)
    },
    read: (modelMs, spikes = lastSeq) => ({
      // A neuron whose spikes are not seen is not silent.
      rateHz: meanRateHz(meter, lastMs + modelMs - firedMs(modelMs, spikes)),
      isiMs: lastIsiMs(meter),
      cv: isiCv(meter),
    }),
  }
}
