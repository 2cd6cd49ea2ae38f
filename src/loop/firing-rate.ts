import { countSpike, forgetSpikes, isiCv, lastIsiMs, meanRateHz, rateMeter } from '../neuron/rate-meter.ts'
import type { Spike } from './types.ts'

/** How the neuron fires, in model time, so that it compares with theory at any speed. */
export interface FiringRate {
  /** Hz; 0 while the neuron is paused. */
  readonly rateHz: number
  /** The last inter-spike interval, ms; null before the second spike. */
  readonly isiMs: number | null
  /** Coefficient of variation of the recent intervals since the last change; null while there are too few. */
  readonly cv: number | null
}

interface FiringMeter {
  count(spike: Spike, modelMs: number): void
  /** The parameters have changed: intervals from before are no longer part of the CV. */
  changed(): void
  /** @param now `count`: how many spikes there were so far; more than were counted if reports of the last ones are lost */
  read(now: { readonly modelMs: number; readonly running: boolean; readonly count?: number }): FiringRate
}

/** The CV is that of so many intervals at most. */
const CV_INTERVALS = 100

/** Feed it every spike; `modelMs` is the model time now. */
export function openFiringMeter(): FiringMeter {
  const meter = rateMeter()
  let lastMs = Number.NaN
  let lastSeq = Number.NaN
  let unseen = { spikes: 0, atMs: Number.NEGATIVE_INFINITY }
  /** Spikes since the last change: fewer by one are the intervals that lie behind it completely. */
  let sinceChange = 0

  /** When it fired last, as far as is known. */
  function firedMs(modelMs: number, spikes: number): number {
    if (spikes > unseen.spikes) unseen = { spikes, atMs: modelMs }
    return spikes > lastSeq ? Math.max(lastMs, unseen.atMs) : lastMs
  }

  return {
    count({ seq, isiMs }, modelMs) {
      // A new train: a first spike, and one after a reset, has no interval; where reports were lost, time has passed unseen.
      const isFirst = Number.isNaN(isiMs) || seq !== lastSeq + 1
      if (isFirst) {
        forgetSpikes(meter)
        sinceChange = 0
      }
      sinceChange++
      lastMs = isFirst ? modelMs : lastMs + isiMs
      lastSeq = seq
      countSpike(meter, lastMs)
    },
    changed() {
      sinceChange = 0
    },
    read: ({ modelMs, running, count = lastSeq }) => ({
      // A neuron whose spikes are not seen is not silent.
      rateHz: running ? meanRateHz(meter, lastMs + modelMs - firedMs(modelMs, count)) : 0,
      isiMs: lastIsiMs(meter),
      cv: isiCv(meter, Math.min(CV_INTERVALS, sinceChange - 1)),
    }),
  }
}
