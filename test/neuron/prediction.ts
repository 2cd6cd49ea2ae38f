import { addCurrentPulse, addVoltageJump, advance, type NeuronState } from '../../src/neuron/integrate-and-fire.ts'
import type { NeuronParams } from '../../src/neuron/params.ts'

/** A synaptic event as a neuron has logged it. */
export interface LoggedArrival {
  /** nA that decay with tauMs; with tauMs 0 a jump of V by so many mV. */
  readonly weight: number
  readonly tauMs: number
  /** Spikes of the neuron before it, and model ms since the last of them, or since the start. */
  readonly afterSeq: number
  readonly sinceMs: number
}

const LONGEST_ISI_MS = 1e6

/**
 * The intervals that the closed form gives for spikes `fromSeq + 1` to `toSeq`, ms; Infinity where it knows of no spike.
 * @param state the neuron at spike `fromSeq`, or at its start
 */
export function predictedIsisMs(
  neuron: NeuronParams,
  currentNa: number,
  state: NeuronState,
  arrivals: readonly LoggedArrival[],
  fromSeq: number,
  toSeq: number,
): number[] {
  return Array.from({ length: toSeq - fromSeq }, (_, i) => {
    const meanwhile = arrivals.filter(({ afterSeq }) => afterSeq === fromSeq + i)
    return nextIsiMs(neuron, currentNa, state, meanwhile)
  })
}

function nextIsiMs(neuron: NeuronParams, currentNa: number, state: NeuronState, arrivals: readonly LoggedArrival[]) {
  let livedMs = 0
  const live = (untilMs: number) => {
    state.spiked = false
    while (livedMs < untilMs && !state.spiked) livedMs += advance(neuron, state, currentNa, untilMs - livedMs)
    return state.spiked
  }
  for (const { sinceMs, tauMs, weight } of arrivals) {
    if (live(sinceMs)) return livedMs
    if (tauMs > 0) addCurrentPulse(state, tauMs, weight)
    else addVoltageJump(neuron, state, weight)
    if (tauMs === 0 && state.spiked) return livedMs
  }
  return live(LONGEST_ISI_MS) ? livedMs : Number.POSITIVE_INFINITY
}
