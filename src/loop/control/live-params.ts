/** The parameters that can be changed while the neuron runs. */
import type { Fields, NumberField, ValuesOf } from '../../fields/field-types-and-checks.ts'
import { NEURON_FIELDS, type NeuronParams } from '../../neuron/params.ts'
import { LOOP_FIELDS } from '../options.ts'

const CURRENT: NumberField = {
  type: 'number',
  unit: 'nA',
  min: -1000,
  max: 1000,
  default: 0,
  help: 'current at an end of the knob',
}

/** Those that are not the neuron's own: the currents at knob positions 0 and 1, and the model ms per wall ms. */
export const KNOB_AND_SPEED_FIELDS = {
  minNa: CURRENT,
  maxNa: CURRENT,
  speed: LOOP_FIELDS.speed,
} as const satisfies Fields

export const LIVE_FIELDS = { ...NEURON_FIELDS, ...KNOB_AND_SPEED_FIELDS } as const satisfies Fields

export type LiveParams = ValuesOf<typeof LIVE_FIELDS>

/** What is told of the parameters while a lesson hides them: those that are not the neuron's own. */
export type HiddenParams = HiddenNeuron & ValuesOf<typeof KNOB_AND_SPEED_FIELDS>
export type HiddenNeuron = { readonly [name in keyof NeuronParams]: null }

/** The parameters as others see them: `model` tells whether they are hidden. */
export type ToldParams = LiveParams | HiddenParams

export function withoutNeuron({ minNa, maxNa, speed }: LiveParams): HiddenParams {
  const hidden = Object.fromEntries(Object.keys(NEURON_FIELDS).map(name => [name, null]))
  return { ...(hidden as HiddenNeuron), minNa, maxNa, speed }
}
