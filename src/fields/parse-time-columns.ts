/** Two columns of a CSV text: times, and what there was at them. Pure. */
import { type Cell, isEmptyRow, readTable, type Table, type TableRow } from './parse-table.ts'

export interface Columns {
  readonly tMs: readonly number[]
  readonly values: readonly number[]
  /** What is wrong, line by line; where there is anything, the columns are not complete. */
  readonly faults: readonly string[]
  /** Names of columns that are not used. */
  readonly unused: readonly string[]
  /** How the text was understood where it does not say so itself, as sentences. */
  readonly notes: readonly string[]
}

export interface ColumnRules {
  /** A current over time: the first row is at 0, and there is one row at a time. Else events, of which several may coincide. */
  readonly isCurrent: boolean
  /** What each row has where there is no column of values. */
  readonly value?: number | undefined
  /** Columns without names are read too, and a note says so: somebody reads it. */
  readonly mayBeUnnamed?: boolean
}

/**
 * The columns of times and of `valueName`, from a CSV text whose first line names its columns: t_ms and i_na or weight, or
 * with another unit in the name, like t_s and i_pa. Which separators, line ends
 * and comments there may be is said at `readTable`.
 */
export function readColumns(text: string, valueName: string, rules: ColumnRules): Columns {
  const table = readTable(text)
  const wanted = ['t_ms', ...(rules.value === undefined ? [valueName] : [])]
  const none = (fault: string): Columns => ({ tMs: [], values: [], faults: [fault], unused: [], notes: [] })
  if (table === undefined) return none(`is empty, ${mustBegin(wanted)}`)
  const { header, rows } = table
  const named = header ? table : rules.mayBeUnnamed ? namedByPlace(table, wanted) : undefined
  if (named === undefined) return none(unnamed(rows, wanted))
  const meanings = named.names.map(name => meaningOf(name, valueName))
  const [time, value] = ['t_ms', valueName].map(name => meanings.findIndex(one => one?.name === name)) as [
    number,
    number,
  ]
  if (time < 0 || (value < 0 && rules.value === undefined)) return none(misnamed(table, wanted, valueName))
  const twice = ['t_ms', valueName].find(name => meanings.filter(one => one?.name === name).length > 1)
  if (twice !== undefined) return none(`line ${header!.number}: names the column ${twice} twice, must name it once`)
  if (rules.isCurrent && rows.length === 0) return none('has no rows, must have at least one, at 0 ms')
  const columns = [time, value].map((place, k) => {
    return place < 0 ? undefined : { place, name: ['t_ms', valueName][k] as string, factor: meanings[place]!.factor }
  })
  const read = readRows(named, columns as unknown as WantedColumns, rules)
  const unused = named.names.filter((name, k) => name !== '' && k !== time && k !== value)
  return { ...read, unused, notes: [...notesOn(named, meanings, header), ...spanNote(header, read.tMs)] }
}

/** The number that a text is; undefined if it is none, or no finite one. Number() itself takes '' and 0x10. */
export function numberIn(text: string): number | undefined {
  const isNumber = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text)
  return isNumber && Number.isFinite(Number(text)) ? Number(text) : undefined
}

/** The number in a cell; beside other separators the comma is a decimal point. */
export function numberInCell({ text, isQuoted }: Cell, separator: string): number | undefined {
  return numberIn(separator === ',' || (isQuoted && separator === ' ') ? text : text.replace(',', '.'))
}

interface Meaning {
  readonly name: string
  /** From the column's unit to that of `name`. */
  readonly factor: number
}

const TIMES: Readonly<Record<string, number>> = { ms: 1, msec: 1, s: 1000, sec: 1000, us: 1e-3, µs: 1e-3, μs: 1e-3 }
const CURRENTS: Readonly<Record<string, number>> = { na: 1, pa: 1e-3, ua: 1e3, µa: 1e3, μa: 1e3, ma: 1e6, a: 1e9 }

/** What a column is, by its name with a unit: t_s, "Time (ms)", "I [pA]". */
function meaningOf(name: string, valueName: string): Meaning | undefined {
  if (name === 't_ms' || name === valueName) return { name, factor: 1 }
  const [, word = '', unit = ''] = /^([a-z]+)[\s_([/]+([a-zµμ]+)\s*[)\]]?$/.exec(name) ?? []
  if (/^(t|time|times|zeit)$/.test(word)) return meaning('t_ms', TIMES[unit])
  if (valueName === 'i_na' && /^(i|current|input|strom)$/.test(word)) return meaning(valueName, CURRENTS[unit])
  return undefined
}

function meaning(name: string, factor: number | undefined): Meaning | undefined {
  return factor === undefined ? undefined : { name, factor }
}

function notesOn({ names }: Table, meanings: readonly (Meaning | undefined)[], header: TableRow | undefined): string[] {
  if (header === undefined) return [`has no names of columns: read as ${names.join(',')}`]
  const changed = names.filter((_, k) => meanings[k] !== undefined && meanings[k]!.factor !== 1)
  return changed.map(name => `"${name}" is read in its own unit`)
}

/** Times without a unit may be seconds: their end shows it. */
function spanNote(header: TableRow | undefined, tMs: readonly number[]): string[] {
  return header === undefined && tMs.length > 0 ? [`the last row is at ${tMs.at(-1)} ms`] : []
}

/** Columns of numbers without names: as many as are wanted. */
function namedByPlace(table: Table, wanted: readonly string[]): Table | undefined {
  const counts = new Set(table.rows.map(({ cells }) => cells.length))
  return counts.size === 1 && counts.has(wanted.length) ? { ...table, names: wanted } : undefined
}

function unnamed(rows: readonly TableRow[], wanted: readonly string[]): string {
  return `begins with the line "${shortened(rows[0]!.text)}", ${mustBegin(wanted)}`
}

function misnamed({ header }: Table, wanted: readonly string[], valueName: string): string {
  const words = `begins with the line "${shortened(header!.text)}", ${mustBegin(wanted)}`
  return valueName === 'weight' && wanted.length > 1 ? `${words}, or without weights say --weight` : words
}

type WantedColumn = { readonly place: number; readonly name: string; readonly factor: number }
type WantedColumns = readonly [WantedColumn, WantedColumn | undefined]

function readRows(
  { rows, names, separator }: Table,
  [time, value]: WantedColumns,
  rules: ColumnRules,
): Pick<Columns, 'tMs' | 'values' | 'faults'> {
  const tMs: number[] = []
  const values: number[] = []
  const faults: string[] = []
  const refuse = (line: number, message: string) => faults.push(`line ${line}: ${message}`)
  const wanted = value === undefined ? [time] : [time, value]
  for (const { cells, number: line } of rows) {
    const numbers = wanted.map(({ place }) => cells[place] && numberInCell(cells[place], separator))
    const missing = numbers.findIndex(number => typeof number !== 'number')
    if (!isEmptyRow(cells.slice(names.length))) {
      refuse(line, surplus(cells.length, names.length, separator))
    } else if (missing >= 0) {
      const { name, place } = wanted[missing]!
      const text = cells[place]?.text ?? ''
      const found = text === '' ? 'missing' : `"${shortened(text)}"`
      refuse(line, `${name} is ${found}, must be a number${pointAdvice(text)}`)
    } else {
      const [t, one] = numbers.map((number, k) => scaled(number as number, wanted[k]!.factor)) as [number, number]
      const message = faultOfTime(t, tMs.at(-1), rules)
      if (message !== null) refuse(line, `t_ms is ${t}, ${message}`)
      tMs.push(t)
      values.push(value === undefined ? (rules.value as number) : one)
    }
  }
  return { tMs, values, faults }
}

/** 250 pA are 0.25 nA and not 0.25000000000000006. */
function scaled(value: number, factor: number): number {
  return factor === 1 ? value : Number((value * factor).toPrecision(15))
}

function pointAdvice(text: string): string {
  return /^-?\d+,\d+$/.test(text) ? `, written with a point: ${text.replace(',', '.')}` : ''
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

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text
}
