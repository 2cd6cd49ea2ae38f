/** A current from a file of the user's: the columns t_ms and i_na. Pure. */
import { readColumns } from '../../neuron/columns.ts'
import { WORDS } from './words.ts'

/** A file as the stimulus that it is. */
export interface CurrentFile {
  readonly tMs: readonly number[]
  readonly valuesNa: readonly number[]
  /** Up to the end of its last row, which is as long as the one before it. */
  readonly ms: number
  /** What it is, or why it cannot be. */
  readonly said: string
  readonly isGood: boolean
}

/** How long a file of a single row lasts, ms. */
const LONE_ROW_MS = 500
const MOST_FAULTS = 3

export function readCurrents(name: string, text: string): CurrentFile {
  const { tMs, values, faults, unused } = readColumns(text, 'i_na', { isCurrent: true })
  if (faults.length > 0) return { tMs: [], valuesNa: [], ms: 0, said: faultsSaid(name, faults), isGood: false }
  const [before, last = 0] = tMs.slice(-2)
  const ms = last + (before === undefined || tMs.length < 2 ? LONE_ROW_MS : last - before)
  // Only where it changes: a file may have a row for every ms.
  const changes = tMs.map((_, k) => k).filter(k => k === 0 || values[k] !== values[k - 1])
  const said = WORDS.stimulus.fileSaid(name, tMs.length, ms, ...ends(values))
  return {
    tMs: changes.map(k => tMs[k]!),
    valuesNa: changes.map(k => values[k]!),
    ms,
    said: said + (unused.length > 0 ? WORDS.stimulus.unused(unused.join(', ')) : ''),
    isGood: true,
  }
}

/** Lowest and highest, however many there are. */
function ends(values: readonly number[]): readonly [number, number] {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity])
}

function faultsSaid(name: string, faults: readonly string[]): string {
  const more = faults.length - MOST_FAULTS
  return `${name}: ${faults.slice(0, MOST_FAULTS).join('; ')}${more > 0 ? WORDS.stimulus.moreLines(more) : ''}`
}
