import { type Fault, numberIn } from './flags.ts'

/** A file with thousands of mistakes has one mistake; the first few show it. */
const MOST_FAULTS = 10

/** Rules that the times of a file must keep. */
export interface TimeRule {
  /** The first row must be at exactly 0 ms; else it may be later. */
  readonly fromZero: boolean
}

/**
 * Two columns of numbers, times first, from a CSV text whose first line names its columns; others are ignored, and so
 * are lines that begin with #. A header with semicolons means the comma is the decimal point, as spreadsheets in
 * half of Europe write it. Faults name file and line; where there are any, the columns are not complete.
 */
export function timeColumns(
  file: string,
  text: string,
  valueName: string,
  { fromZero }: TimeRule,
): { readonly tMs: readonly number[]; readonly values: readonly number[]; readonly faults: readonly Fault[] } {
  const tMs: number[] = []
  const values: number[] = []
  const messages: string[] = []
  const [header, ...rows] = linesOf(text)
  const separator = header?.text.includes(';') ? ';' : ','
  const names = cellsOf(header?.text ?? '', separator).map(name => name.toLowerCase())
  const places = ['t_ms', valueName].map(name => names.indexOf(name))
  if (header === undefined || places.includes(-1)) {
    const seen = header === undefined ? 'the file is empty' : `the first line is "${shortened(header.text)}"`
    const message = `${file}: ${seen}, must name the columns t_ms and ${valueName}: begin the file with t_ms,${valueName}`
    return { tMs, values, faults: [{ text: message, misused: false }] }
  }
  for (const { text: row, number } of rows) {
    const cells = cellsOf(row, separator)
    const found = places.map(place => numberIn(plainNumber(cells[place] ?? '', separator)))
    const [t, value] = found
    if (t === undefined || value === undefined) {
      const bad = found[0] === undefined ? 0 : 1
      const cell = cells[places[bad]!] ?? ''
      messages.push(`line ${number}: ${['t_ms', valueName][bad]} is ${cell === '' ? 'missing' : `"${shortened(cell)}"`}, must be a number`)
      continue
    }
    const fault = faultOfTime(t, tMs.at(-1), fromZero)
    if (fault !== null) messages.push(`line ${number}: t_ms is ${t}, ${fault}`)
    tMs.push(t)
    values.push(value)
  }
  if (fromZero && rows.length === 0) messages.push('has no rows, must have at least one, at 0 ms')
  return { tMs, values, faults: told(file, messages) }
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
  const lines = text.replace(/^\uFEFF/, '').trimEnd().split(/\r?\n/)
  const numbered = lines.map((line, index) => ({ text: line, number: index + 1 }))
  return text.trim() === '' ? [] : numbered.filter(line => !line.text.trimStart().startsWith('#'))
}

function cellsOf(line: string, separator: string): string[] {
  return line.split(separator).map(cell => cell.trim().replace(/^"(.*)"$/, '$1'))
}

function plainNumber(cell: string, separator: string): string {
  return separator === ';' ? cell.replace(',', '.') : cell
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text
}

function told(file: string, messages: readonly string[]): Fault[] {
  const more = messages.length - MOST_FAULTS
  const shown = more > 0 ? [...messages.slice(0, MOST_FAULTS), `and ${more} more lines like these`] : messages
  return shown.map(message => ({ text: `${file}: ${message}`, misused: false }))
}
