import { type Fault, numberIn } from './flags.ts'

/** A file with thousands of mistakes has one mistake; the first few show it. */
const MOST_FAULTS = 10

/** Two columns of a file, and what is wrong with them. */
export interface TimeColumns {
  readonly tMs: readonly number[]
  readonly values: readonly number[]
  /** Each names the file and the line; where there are any, the columns are not complete. */
  readonly faults: readonly Fault[]
}

/**
 * A column t_ms, sorted, and one called `valueName`, from a CSV text whose first line names its columns. Other columns
 * are ignored, and so are lines that begin with #. A header with semicolons means that the comma is the decimal point,
 * as spreadsheets in half of Europe write it.
 * @param fromZero the first row must be at 0 ms; else it may be later.
 */
export function timeColumns(file: string, text: string, valueName: string, fromZero: boolean): TimeColumns {
  const [header, ...rows] = linesOf(text)
  const separator = header?.text.includes(';') ? ';' : ','
  const names = cellsOf(header?.text ?? '', separator).map(name => name.toLowerCase())
  const wanted = ['t_ms', valueName] as const
  if (header === undefined || !wanted.every(name => names.includes(name))) {
    const found = header === undefined ? 'is empty' : `begins with the line "${shortened(header.text)}"`
    const message = `${found}, must begin with the names of its columns: ${wanted.join(',')}`
    return { tMs: [], values: [], faults: faultsIn(file, [message]) }
  }
  const tMs: number[] = []
  const values: number[] = []
  const messages: string[] = fromZero && rows.length === 0 ? ['has no rows, must have at least one, at 0 ms'] : []
  for (const row of rows) {
    const cells = cellsOf(row.text, separator)
    const texts = wanted.map(name => cells[names.indexOf(name)] ?? '')
    const [t, value] = texts.map(cell => numberIn(separator === ';' ? cell.replace(',', '.') : cell))
    if (t === undefined || value === undefined) {
      const [name, cell] = t === undefined ? [wanted[0], texts[0]] : [wanted[1], texts[1]]
      messages.push(`line ${row.number}: ${name} is ${cell ? `"${shortened(cell)}"` : 'missing'}, must be a number`)
      continue
    }
    const fault = faultOfTime(t, tMs.at(-1), fromZero)
    if (fault !== null) messages.push(`line ${row.number}: t_ms is ${t}, ${fault}`)
    tMs.push(t)
    values.push(value)
  }
  return { tMs, values, faults: faultsIn(file, messages) }
}

/** A CSV text: a header and rows, each number with all its digits. */
export function csvText(header: readonly string[], rows: readonly (readonly (number | string)[])[]): string {
  return [header, ...rows].map(row => `${row.join(',')}\n`).join('')
}

function faultOfTime(t: number, before: number | undefined, fromZero: boolean): string | null {
  if (before === undefined && fromZero && t !== 0) return 'the first row must be at 0: say what flows from the start'
  if (t < 0) return 'must be 0 or later'
  if (before !== undefined && t < before) return `must not be before the row above it, ${before}: sort the rows by time`
  return null
}

function linesOf(text: string): { readonly text: string; readonly number: number }[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/)
  const numbered = lines.map((line, index) => ({ text: line, number: index + 1 }))
  return text.trim() === '' ? [] : numbered.filter(line => !line.text.trimStart().startsWith('#'))
}

function cellsOf(line: string, separator: string): string[] {
  return line.split(separator).map(cell => cell.trim().replace(/^"(.*)"$/, '$1'))
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text
}

function faultsIn(file: string, messages: readonly string[]): Fault[] {
  const more = messages.length - MOST_FAULTS
  const shown = more > 0 ? [...messages.slice(0, MOST_FAULTS), `and ${more} more lines like these`] : messages
  return shown.map(message => ({ text: `${file}: ${message}`, misused: false }))
}
