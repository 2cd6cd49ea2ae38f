import type { Field } from '../contract.ts'

/** The settings of one output line. */
export const lineFields = {
  line: {
    type: 'number',
    unit: '',
    min: 0,
    max: 511,
    integer: true,
    default: 17,
    help: 'GPIO number as in GPIO17 (not the pin number of the header)',
  },
  chip: { type: 'text', default: '', help: 'label of the GPIO chip; empty for the one of the header' },
  activeLow: { type: 'flag', default: false, help: 'active is the low level' },
} as const satisfies Record<string, Field>

export type LineOptions = { readonly line: number; readonly chip: string; readonly activeLow: boolean }
