import { type ColumnRules, readColumns } from '../../fields/parse-time-columns.ts'
import type { NeuronParams } from '../../neuron/params.ts'
import type { CommandFault } from '../option-parsers.ts'

/** Thousands of mistakes in a file are one mistake, which the first few show. */
const MOST_FAULTS = 10

/** Two columns of a file, and what is wrong with them. */
export interface TimeColumns {
  readonly tMs: readonly number[]
  readonly values: readonly number[]
  /** Each names the file and the line; where there are any, the columns are not complete. */
  readonly faults: readonly CommandFault[]
  /** Names of columns that are not used. */
  readonly unused: readonly string[]
}

/** The columns t_ms and `valueName` of a CSV file. */
export function timeColumns(file: string, text: string, valueName: string, rules: ColumnRules): TimeColumns {
  const { faults, ...columns } = readColumns(text, valueName, rules)
  return { ...columns, faults: faultsIn(file, faults) }
}

/** A CSV text: a header and rows, each number with all its digits. */
export function csvText(header: readonly string[], rows: readonly (readonly (number | string)[])[]): string {
  return [header, ...rows].map(row => `${row.join(',')}\n`).join('')
}

/** A line at the end of a file that says with which seed a noisy run is repeated; nothing without noise. */
export function seedComment({ noiseMv, seed }: NeuronParams): string {
  return noiseMv > 0 ? `# seed: ${seed}\n` : ''
}

function faultsIn(file: string, messages: readonly string[]): CommandFault[] {
  const more = messages.length - MOST_FAULTS
  const shown = more > 0 ? [...messages.slice(0, MOST_FAULTS), `and ${more} more lines like these`] : messages
  return shown.map(message => ({ text: `${file}: ${message}`, isMisuse: false }))
}
