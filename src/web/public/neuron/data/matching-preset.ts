/** Finds the preset that equals the present parameters, and compares neurons. Pure. */
import { NEURON_FIELDS, neuronFrom } from '../../../../neuron/params.ts'
import { PRESETS } from '../../../../neuron/presets.ts'
import type { WebParams } from '../../../data-sources.ts'

/** The preset that equals these parameters; of several equal ones the chosen one. */
export function matchingPreset(params: WebParams, chosen?: string): string | undefined {
  const names = Object.values(PRESETS).flatMap(({ name, neuron, input }) => {
    const wanted = Object.entries({ ...neuronFrom(neuron, params.seed), ...input })
    return wanted.every(([key, value]) => params[key as keyof WebParams] === value) ? [name as string] : []
  })
  return names.find(name => name === chosen) ?? names[0]
}

/** Do both have the same f-I curve? The seed of the noise, the knob and the speed do not matter. */
export function isSameNeuron(one: WebParams, other: WebParams): boolean {
  const names = Object.keys(NEURON_FIELDS) as (keyof typeof NEURON_FIELDS)[]
  return names.every(name => name === 'seed' || one[name] === other[name])
}
