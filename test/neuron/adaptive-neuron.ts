import { type NeuronInput, type NeuronParams, neuronFrom } from '../../src/neuron/params.ts'
import type { RunSettings } from '../../src/neuron/run-settings.ts'
import { type Case, eventRun } from './reference.ts'

/** The neuron of a generalised reference case: its first spike current is the slow one here, its second the fast one. */
export function adaptiveNeuronOf(
  { spikeCurrents, capacitanceNf, ...rest }: Case,
  over: NeuronInput = {},
): NeuronParams {
  const [slow, fast] = spikeCurrents
  const { tauMs, ...others } = rest
  return neuronFrom({
    ...others,
    ...(rest.model === 'pif' ? { capacitanceNf } : { tauMs }),
    ...(slow && { slowJumpNa: slow.jumpNa, slowTauMs: slow.tauMs, slowKeep: slow.keep }),
    ...(fast && { fastJumpNa: fast.jumpNa, fastTauMs: fast.tauMs, fastKeep: fast.keep }),
    ...over,
  })
}

export function adaptiveRun({ neuron, durationMs, input, spikesIn, synapse }: Case, over: Partial<RunSettings> = {}) {
  const arrivals = spikesIn === undefined ? {} : { spikesIn, synapse }
  return eventRun(adaptiveNeuronOf(neuron), durationMs, { input, ...arrivals, ...over })
}
