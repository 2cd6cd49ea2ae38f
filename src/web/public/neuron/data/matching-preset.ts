/** Finds the preset that equals the present parameters, and compares neurons. Pure. */
import type { ToldParams } from '../../../../loop/control/live-params.ts'
import { NEURON_FIELDS, type NeuronParams, neuronFrom } from '../../../../neuron/params.ts'
import { PRESETS, type PresetName, presetNamed } from '../../../../neuron/presets.ts'
import type { WebParams } from '../../../data-sources.ts'

/** The preset that equals these parameters; of several equal ones the chosen one. */
export function matchingPreset(params: WebParams, chosen?: string): string | undefined {
  const names = Object.values(PRESETS).flatMap(({ name, neuron, input }) => {
    const wanted = Object.entries({ ...neuronFrom(neuron, params.seed), ...input })
    return wanted.every(([key, value]) => params[key as keyof WebParams] === value) ? [name as string] : []
  })
  return names.find(name => name === chosen) ?? names[0]
}

/** The value that a parameter goes back to, and whose it is: the chosen preset's, or else the one that neurond comes with. */
export function originalValue(
  name: keyof NeuronParams,
  preset: string | undefined,
): { readonly value: NeuronParams[typeof name]; readonly of: PresetName | undefined } {
  const known = preset !== undefined && Object.hasOwn(PRESETS, preset) ? presetNamed(preset) : undefined
  return { value: neuronFrom(known?.neuron ?? {})[name], of: known?.name }
}

/** Do both have the same f-I curve? The seed of the noise, the knob and the speed do not matter. */
export function isSameNeuron(one: ToldParams, other: ToldParams): boolean {
  const names = Object.keys(NEURON_FIELDS) as (keyof typeof NEURON_FIELDS)[]
  return names.every(name => name === 'seed' || one[name] === other[name])
}
