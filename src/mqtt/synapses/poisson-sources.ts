/** Spikes by chance onto this neuron: those of its synapses with a rate of their own, made ahead of their time. */

import type { LinkContext, Synapse, SynapticEvent } from '../types.ts'

/** Made so often, for so long ahead, ms: the neuron thread takes each at its exact time. */
const PERIOD_MS = 20
const AHEAD_MS = 60
/** No interval is endless. */
const LEAST_CHANCE = 1e-9
/** After a longer stall of this thread the train goes on from now. */
const LONGEST_STALL_MS = 250

interface Source {
  readonly synapse: Synapse
  /** Of the next spike, monotonic ms. */
  nextMs: number
}

/**
 * @param speed model ms per wall ms: the rate is one of model time, as the neuron's own
 * @param eventOf the event of a spike at a time
 * @returns a function that ends them
 */
export function openPoissonSources(
  synapses: readonly Synapse[],
  { timers, random }: Pick<LinkContext, 'timers' | 'random'>,
  speed: () => number,
  eventOf: (synapse: Synapse, startMs: number) => SynapticEvent,
  deliver: (event: SynapticEvent) => void,
): () => void {
  const intervalMs = (rateHz: number) => (-1000 * Math.log(Math.max(LEAST_CHANCE, 1 - random()))) / (rateHz * speed())
  const sources: Source[] = synapses.map(synapse => {
    return { synapse, nextMs: timers.nowMs() + intervalMs(synapse.rateHz as number) }
  })
  if (sources.length === 0) return () => {}

  function makeSpikes(): void {
    const nowMs = timers.nowMs()
    for (const source of sources) {
      const rateHz = source.synapse.rateHz as number
      if (source.nextMs < nowMs - LONGEST_STALL_MS) source.nextMs = nowMs + intervalMs(rateHz)
      while (source.nextMs < nowMs + AHEAD_MS) {
        deliver(eventOf(source.synapse, source.nextMs))
        source.nextMs += intervalMs(rateHz)
      }
    }
  }

  return timers.every(PERIOD_MS, makeSpikes)
}
