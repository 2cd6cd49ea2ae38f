/** A text of rows and columns, as spreadsheets, numpy, pandas and recorders write it. Pure. */

export interface Cell {
  readonly text: string
  readonly isQuoted: boolean
}

export interface TableRow {
  readonly text: string
  /** Of its line, from 1. */
  readonly number: number
  readonly cells: readonly Cell[]
}

export interface Table {
  /** The names of the columns, in small letters; empty if there is no header. */
  readonly names: readonly string[]
  /** Undefined if the first line has numbers already. */
  readonly header: TableRow | undefined
  readonly rows: readonly TableRow[]
  /** Between the cells: ; or tab, or , or spaces. Beside all but the comma, the comma may be the decimal point. */
  readonly separator: string
}

type Line = { readonly text: string; readonly number: number }

/**
 * The table in a text, undefined if it has no line. Lines may end with CR, LF or both; empty ones, and those with nothing
 * but separators, are left out. Lines that begin with # are comments, but where no other line has names, the last comment
 * above the numbers has them (numpy.savetxt). A first line `sep=;` names the separator (Excel).
 */
export function readTable(text: string): Table | undefined {
  const all = linesOf(text)
  const [, declared] = /^"?sep=(.)"?\s*$/i.exec(all[0]?.text ?? '') ?? []
  const lines = declared === undefined ? all : all.slice(1)
  const content = lines.filter(line => !isComment(line))
  const [first] = content
  const firstSeparator = first && (declared ?? separatorIn(first.text))
  const hasNumbers = first !== undefined && isData(cellsOf(first.text, firstSeparator as string))
  const comment = first === undefined || hasNumbers ? namesInComment(lines, first) : undefined
  const headerLine = comment ?? (hasNumbers ? undefined : first)
  const sample = comment ?? first
  if (sample === undefined) return undefined
  // numpy writes the names as they are given: the rows show how they are separated.
  const separator = declared ?? separatorIn(comment && first ? first.text : sample.text)
  const rowOf = (line: Line): TableRow => ({ ...line, cells: cellsOf(line.text, separator) })
  const header = headerLine && {
    ...rowOf(headerLine),
    cells: cellsOf(headerLine.text, comment ? separatorIn(comment.text) : separator),
  }
  const rows = (comment || hasNumbers ? content : content.slice(1)).map(rowOf).filter(row => !isEmptyRow(row.cells))
  return { header, names: (header?.cells ?? []).map(({ text }) => text.toLowerCase()), rows, separator }
}

export function isEmptyRow(cells: readonly Cell[]): boolean {
  return cells.every(({ text }) => text === '')
}

/** Whether the cells are numbers and nothing else, some of which may be missing. */
function isData(cells: readonly Cell[]): boolean {
  return !isEmptyRow(cells) && cells.every(({ text }) => text === '' || /^[+-]?[\d.,]+(e[+-]?\d+)?$|^nan$/i.test(text))
}

/** The last comment before the first row that names more than one thing, or t_ms. */
function namesInComment(lines: readonly Line[], first: Line | undefined): Line | undefined {
  const before = lines.filter(line => isComment(line) && (first === undefined || line.number < first.number))
  return before
    .map(({ text, number }) => ({ text: text.replace(/^\s*#+\s*/, ''), number }))
    .findLast(({ text }) => /(^|[\s,;"])(t|time)[\s_]*[([]?(ms|s|us|µs)\b/i.test(text) && !/[:.!?]/.test(text))
}

function isComment({ text }: Line): boolean {
  return /^\s*"?#/.test(text)
}

function separatorIn(line: string): string {
  const bare = line.replace(/"[^"]*"/g, 'x')
  return (
    [';', '\t', ','].find(one => bare.includes(one)) ?? (/\S\s+\S/.test(bare.replace(/[([].*?[)\]]/g, '')) ? ' ' : ',')
  )
}

function linesOf(text: string): Line[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  return lines.map((line, index) => ({ text: line, number: index + 1 })).filter(line => line.text.trim() !== '')
}

const QUOTED = / *"([^"]*(?:""[^"]*)*)"/y

/** Cells may be in quotes, in which the separator is a part of the text, and "" a quote. */
function cellsOf(line: string, separator: string): Cell[] {
  const text = separator === ' ' ? line.trim().replace(/[ \t]+/g, ' ') : line
  const cells: Cell[] = []
  for (let at = 0; at <= text.length; ) {
    QUOTED.lastIndex = at
    const quoted = QUOTED.exec(text)
    let end = QUOTED.lastIndex
    while (quoted && separator !== ' ' && text[end] === ' ') end++
    const isWhole = quoted !== null && (end === text.length || text[end] === separator)
    const stop = isWhole ? end : text.indexOf(separator, at)
    const last = stop < 0 ? text.length : stop
    cells.push({
      text: (isWhole ? quoted![1]!.replaceAll('""', '"') : text.slice(at, last)).trim(),
      isQuoted: isWhole,
    })
    at = last + 1
  }
  return cells
}
