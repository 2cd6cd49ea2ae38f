/** The parameters that can be changed while the neuron runs. */
import type { Fields, NumberField, ValuesOf } from '../../fields/field-types-and-checks.ts'
import { NEURON_FIELDS } from '../../neuron/params.ts'
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
