/** CSV as the user's spreadsheet reads it: separator and decimal sign. Pure. */
import { decimalMark } from '../../shared/parse-number.ts'

const FORMATS = {
  'comma-point': { separator: ',', decimal: '.' },
  'semicolon-comma': { separator: ';', decimal: ',' },
  'semicolon-point': { separator: ';', decimal: '.' },
  'tab-point': { separator: '\t', decimal: '.' },
  'tab-comma': { separator: '\t', decimal: ',' },
} as const

export type CsvFormat = keyof typeof FORMATS

export const CSV_FORMATS = Object.keys(FORMATS) as readonly CsvFormat[]

/** The format that was chosen before, or else the one that spreadsheets expect in this language. */
export function csvFormatFrom(chosen: string | null, language: string): CsvFormat {
  const known = CSV_FORMATS.find(format => format === chosen)
  return known ?? (decimalMark(language) === ',' ? 'semicolon-comma' : 'comma-point')
}

interface CsvTable {
  /** Lines before the header; each begins with #, which readers of numbers pass over. */
  readonly comments: readonly string[]
  readonly columns: readonly string[]
  /** Numbers as they are to be written, with a decimal point. */
  readonly rows: readonly (readonly (string | number)[])[]
}

export function csvText({ comments, columns, rows }: CsvTable, format: CsvFormat): string {
  const { separator, decimal } = FORMATS[format]
  const cell = (value: string | number) => String(value).replace(/^(-?\d*)\.(\d)/, `$1${decimal}$2`)
  const lines = rows.map(row => row.map(cell).join(separator))
  return [...comments.map(comment => `# ${comment}`), columns.join(separator), ...lines, ''].join('\n')
}
