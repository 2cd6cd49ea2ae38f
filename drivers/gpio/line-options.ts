import type { Field, Options } from '../contract.ts'
import { HEADER_LABELS } from './chips.ts'

/** The settings of one output line. */
export const lineFields = {
  line: {
    type: 'number',
    unit: '',
    min: 0,
    max: 511,
    integer: true,
    default: 17,
    help: 'GPIO number as in GPIO17 (not the pin number of the header; GPIO11 or "pin 11" say which is meant)',
  },
  chip: { type: 'text', default: '', help: 'label of the GPIO chip; empty for the one of the header' },
  activeLow: { type: 'flag', default: false, help: 'active is the low level' },
} as const satisfies Record<string, Field>

export type LineOptions = { readonly line: number; readonly chip: string; readonly activeLow: boolean }

/** The line of the options, by the name that all drivers give it. */
export function linesOf(options: Options): readonly string[] {
  const { line, chip = '' } = options as Partial<LineOptions>
  const isHeader = chip === '' || HEADER_LABELS.includes(chip)
  return [isHeader ? `GPIO${line}` : `line ${line} of ${chip}`]
}
