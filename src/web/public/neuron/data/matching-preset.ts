/** Which preset holds, and whether it is the same neuron. Pure. */
import { NEURON_FIELDS, neuronFrom } from '../../../../neuron/params.ts'
import { PRESETS } from '../../../../neuron/presets.ts'
import type { WebParams } from '../../../data-sources.ts'

/** The preset that these parameters are; of several that are the same neuron the one that was chosen. */
export function presetOf(params: WebParams, chosen?: string): string | undefined {
  const names = Object.values(PRESETS).flatMap(({ name, neuron, input }) => {
    const wanted = Object.entries({ ...neuronFrom(neuron, params.seed), ...input })
    return wanted.every(([key, value]) => params[key as keyof WebParams] === value) ? [name as string] : []
  })
  return names.find(name => name === chosen) ?? names[0]
}

/** Does one theory hold for both? The seed of the noise does not matter, nor the knob, nor the speed. */
export function isSameNeuron(one: WebParams, other: WebParams): boolean {
  const names = Object.keys(NEURON_FIELDS) as (keyof typeof NEURON_FIELDS)[]
  return names.every(name => name === 'seed' || one[name] === other[name])
}
