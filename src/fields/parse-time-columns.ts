/** Two columns of a CSV text: times, and what there was at them. Pure. */

export interface Columns {
  readonly tMs: readonly number[]
  readonly values: readonly number[]
  /** What is wrong, line by line; where there is anything, the columns are not complete. */
  readonly faults: readonly string[]
  /** Names of columns that are not used. */
  readonly unused: readonly string[]
}

export interface ColumnRules {
  /** A current over time: the first row is at 0, and there is one row at a time. Else events, of which several may coincide. */
  readonly isCurrent: boolean
}

type Row = { readonly text: string; readonly number: number }

/**
 * A column t_ms, sorted, and one called `valueName`, from a CSV text whose first line names its columns. Lines that begin
 * with # are ignored. A header with semicolons or tabs means that the comma may be the decimal point, as spreadsheets in
 * half of Europe write it.
 */
export function readColumns(text: string, valueName: string, rules: ColumnRules): Columns {
  const [header, ...rows] = linesOf(text)
  const separator = [';', '\t'].find(one => header?.text.includes(one)) ?? ','
  const names = cellsOf(header?.text ?? '', separator).map(name => name.toLowerCase())
  const wanted = ['t_ms', valueName]
  const unused = names.filter(name => name !== '' && !wanted.includes(name))
  const none = (fault: string) => ({ tMs: [], values: [], faults: [fault], unused })
  if (header === undefined) return none(`is empty, ${mustBegin(wanted)}`)
  if (!wanted.every(name => names.includes(name))) {
    return none(`begins with the line "${shortened(header.text)}", ${mustBegin(wanted)}`)
  }
  const twice = wanted.find(name => names.indexOf(name) !== names.lastIndexOf(name))
  if (twice !== undefined) return none(`line ${header.number}: names the column ${twice} twice, must name it once`)
  if (rules.isCurrent && rows.length === 0) return none('has no rows, must have at least one, at 0 ms')
  return { ...readRows(rows, names, wanted, separator, rules), unused }
}

/** The number that a text is; undefined if it is none, or no finite one. Number() itself takes '' and 0x10. */
export function numberIn(text: string): number | undefined {
  const isNumber = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text)
  return isNumber && Number.isFinite(Number(text)) ? Number(text) : undefined
}

function readRows(
  rows: readonly Row[],
  names: readonly string[],
  wanted: readonly string[],
  separator: string,
  rules: ColumnRules,
): Omit<Columns, 'unused'> {
  const tMs: number[] = []
  const values: number[] = []
  const faults: string[] = []
  const refuse = (line: number, message: string) => faults.push(`line ${line}: ${message}`)
  for (const { text, number: line } of rows) {
    const cells = cellsOf(text, separator)
    const texts = wanted.map(name => cells[names.indexOf(name)] ?? '')
    const numbers = texts.map(cell => numberIn(separator === ',' ? cell : cell.replace(',', '.')))
    const missing = numbers.indexOf(undefined)
    if (cells.length > names.length) {
      refuse(line, surplus(cells.length, names.length, separator))
    } else if (missing >= 0) {
      const found = texts[missing] ? `"${shortened(texts[missing])}"` : 'missing'
      refuse(line, `${wanted[missing]} is ${found}, must be a number`)
    } else {
      const [t, value] = numbers as [number, number]
      const message = faultOfTime(t, tMs.at(-1), rules)
      if (message !== null) refuse(line, `t_ms is ${t}, ${message}`)
      tMs.push(t)
      values.push(value)
    }
  }
  return { tMs, values, faults }
}

function mustBegin(wanted: readonly string[]): string {
  return `must begin with the names of its columns: ${wanted.join(',')}`
}

/** In `0,1,5` the second comma may be meant as a decimal one: taking the first two cells would read 1 for 1.5. */
function surplus(found: number, named: number, separator: string): string {
  const advice = separator === ',' ? '; put semicolons between the columns if the comma is your decimal point' : ''
  return `has ${found} cells, must have ${named} as the first line has${advice}`
}

function faultOfTime(t: number, before: number | undefined, { isCurrent }: ColumnRules): string | null {
  if (before === undefined && isCurrent && t !== 0) return 'the first row must be at 0: say what flows from the start'
  if (t < 0) return 'must be 0 or later'
  if (before === undefined || t > before || (t === before && !isCurrent)) return null
  if (t === before) return 'the same as in the row above it, must be later: one row for each time'
  return `must not be before the row above it, ${before}: sort the rows by time`
}

function linesOf(text: string): Row[] {
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
