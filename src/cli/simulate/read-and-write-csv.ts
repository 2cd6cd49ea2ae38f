import { shortened } from '../../config/messages.ts'
import { adviceOnReading } from '../../config/read-and-replace-file.ts'
import { type ColumnRules, readColumns } from '../../fields/parse-time-columns.ts'
import type { NeuronParams } from '../../neuron/params.ts'
import type { CommandFault } from '../option-parsers.ts'
import type { SimulateContext } from './neuron-options.ts'
import { textOfBytes } from './text-of-bytes.ts'

/** Thousands of mistakes in a file are one mistake, which the first few show. */
const MOST_FAULTS = 10

/** Two columns of a file, and what is wrong with them. */
export interface TimeColumns {
  readonly tMs: readonly number[]
  readonly values: readonly number[]
  /** Each names the file and the line; where there are any, the columns are not complete. */
  readonly faults: readonly CommandFault[]
  /** What is left out of the file, or read in a way that it does not say itself: whole sentences. */
  readonly notes: readonly string[]
}

/** The columns t_ms and `valueName` of a CSV file. */
export function timeColumns(file: string, text: string, valueName: string, rules: ColumnRules): TimeColumns {
  const { faults, unused, notes, ...columns } = readColumns(text, valueName, { ...rules, mayBeUnnamed: true })
  const used = rules.value === undefined ? `t_ms and ${valueName} are` : 't_ms is'
  const others = unused.length === 0 ? [] : [`only ${used} used, not ${shortened(unused.join(', '))}`]
  return { ...columns, faults: faultsIn(file, faults), notes: [...notes, ...others].map(note => `${file}: ${note}`) }
}

/** The text of a file; undefined if it cannot be read: then `faults` gets the reason. */
export function fileText(
  flag: string,
  file: string,
  context: SimulateContext,
  faults: CommandFault[],
): string | undefined {
  try {
    const text = textOfBytes(context.readBytes(file))
    if (text !== undefined) return text
    faults.push({ text: `${flag} ${file}: this is no text: name a CSV file`, isMisuse: false })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : adviceOnReading(error, 'CSV')
    faults.push({ text: `${flag} ${file}: ${reason}`, isMisuse: false })
  }
  return undefined
}

/** A CSV text in pieces: a header and rows, each number with all its digits. */
export function* csvPieces(header: readonly string[], rows: Iterable<readonly (number | string)[]>): Generator<string> {
  let piece = `${header.join(',')}\n`
  for (const row of rows) {
    piece += `${row.join(',')}\n`
    if (piece.length < PIECE_LENGTH) continue
    yield piece
    piece = ''
  }
  yield piece
}

/** So many characters at a time are written. */
export const PIECE_LENGTH = 1 << 16

/** A line at the end of a file that says with which seed a noisy run is repeated; nothing without noise. */
export function seedComment({ seed }: Pick<NeuronParams, 'seed'>, isRandom: boolean): string {
  return isRandom ? `# seed: ${seed}\n` : ''
}

export function faultsIn(file: string, messages: readonly string[]): CommandFault[] {
  const more = messages.length - MOST_FAULTS
  const shown = more > 0 ? [...messages.slice(0, MOST_FAULTS), `and ${more} more lines like these`] : messages
  return shown.map(message => ({ text: `${file}: ${message}`, isMisuse: false }))
}
