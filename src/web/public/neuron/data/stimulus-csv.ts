/** Parses the user's CSV file of a stimulus current: the columns t_ms and i_na. Pure. */

import type { Fields } from '../../../../fields/field-types-and-checks.ts'
import { readColumns } from '../../../../fields/parse-time-columns.ts'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { parseNumber } from '../../shared/parse-number.ts'
import { inWords } from '../../shared/spoken-names.ts'

export interface StimulusFile {
  readonly tMs: readonly number[]
  readonly valuesNa: readonly number[]
  /** Duration; the last row lasts as long as the one before it. */
  readonly ms: number
  /** What the file contains, or why it cannot be used. */
  readonly message: string
  readonly isGood: boolean
}

/** The duration of a file with a single row. */
const SINGLE_ROW_MS = 500
const MAX_FAULTS = 3
/** Differences of decimal times are not exact. */
const ROUNDING = 1e-9

/** @param limits the fields of the neuron's stimulus command */
export function parseStimulusCsv(name: string, text: string, limits: Fields): StimulusFile {
  const { tMs, values, faults, unused, notes } = readColumns(text, 'i_na', { isCurrent: true })
  if (faults.length > 0)
    return refused(
      name,
      faults.map(fault => inWords(fault)),
    )
  const [before, last = 0] = tMs.slice(-2)
  const ms = last + (before === undefined || tMs.length < 2 ? SINGLE_ROW_MS : last - before)
  // Only the changes: a file may have a row for every ms.
  const changes = tMs.map((_, k) => k).filter(k => k === 0 || values[k] !== values[k - 1])
  const stimulus = { tMs: changes.map(k => tMs[k]!), valuesNa: changes.map(k => values[k]!), ms }
  const excess = limitExceeded(stimulus, limits)
  if (excess !== undefined) return refused(name, [excess])
  const summary = WORDS.stimulus.fileSummary(name, tMs.length, ms, ...rangeOf(values))
  return {
    ...stimulus,
    message:
      summary +
      (unused.length > 0 ? WORDS.stimulus.unused(unused.join(', ')) : '') +
      notes.map(note => `; ${inWords(note)}`).join(''),
    isGood: true,
  }
}

/**
 * Steps that were typed: in each line a time and the current from then on; the last line is the end.
 * @param limits the fields of the neuron's stimulus command
 */
export function parseStimulusSteps(text: string, limits: Fields): StimulusFile {
  const words = WORDS.stimulus
  const rows: [tMs: number, iNa: number][] = []
  const faults: string[] = []
  text.split('\n').forEach((line, k) => {
    const cells = cellsOf(line)
    const [tMs = Number.NaN, iNa = Number.NaN] = cells.map(cell => parseNumber(cell))
    const before = rows.at(-1)?.[0] ?? 0
    if (cells.length === 0) return
    if (cells.length !== 2 || Number.isNaN(tMs + iNa)) faults.push(words.stepsFault(k + 1, line.trim()))
    else if (tMs < before || (rows.length > 0 && tMs === before)) faults.push(words.stepsOrder(k + 1, tMs, before))
    else rows.push([tMs, iNa])
  })
  const end = rows.pop()
  if (faults.length === 0 && (end === undefined || rows.length === 0)) faults.push(words.tooFewSteps)
  if (faults.length > 0 || !end) return refused(words.stepsName, faults)
  // Until the first line no current flows.
  if (rows[0]![0] > 0) rows.unshift([0, 0])
  const stimulus = { tMs: rows.map(([tMs]) => tMs), valuesNa: rows.map(([, iNa]) => iNa), ms: end[0] }
  const excess = limitExceeded(stimulus, limits)
  return excess === undefined ? { ...stimulus, message: '', isGood: true } : refused(words.stepsName, [excess])
}

/** Separated by blanks, semicolons or colons; or by a comma, where there is nothing else. */
function cellsOf(line: string): string[] {
  const cells = line.split(/[;:\s]+/).filter(cell => cell !== '')
  return cells.length === 1 ? cells[0]!.split(',') : cells
}

function refused(name: string, faults: readonly string[]): StimulusFile {
  return { tMs: [], valuesNa: [], ms: 0, message: faultsText(name, faults), isGood: false }
}

/** Why the neuron would refuse it; undefined if it would not. */
function limitExceeded(
  { tMs, valuesNa, ms }: Pick<StimulusFile, 'tMs' | 'valuesNa' | 'ms'>,
  { valuesNa: currents, dtMs: steps }: Fields,
): string | undefined {
  if (currents?.type !== 'numbers' || steps?.type !== 'number') return undefined
  const { tooMany, tooStrong, tooLong, tooDense } = WORDS.stimulus
  if (valuesNa.length > currents.most) return tooMany(valuesNa.length, currents.most)
  const strongest = rangeOf(valuesNa).find(iNa => iNa < currents.min || iNa > currents.max)
  if (strongest !== undefined) return tooStrong(strongest, currents.min, currents.max)
  if (ms > steps.max) return tooLong(ms / 1000, steps.max / 1000)
  const gapsMs = tMs.slice(1).map((t, k) => t - tMs[k]!)
  const least = gapsMs.reduce((lowest, gapMs) => Math.min(lowest, gapMs), Infinity)
  return least < steps.min * (1 - ROUNDING) ? tooDense(Number(least.toPrecision(3)), steps.min) : undefined
}

/** Lowest and highest value. */
function rangeOf(values: readonly number[]): readonly [number, number] {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity])
}

function faultsText(name: string, faults: readonly string[]): string {
  const more = faults.length - MAX_FAULTS
  return `${name}: ${faults.slice(0, MAX_FAULTS).join('; ')}${more > 0 ? WORDS.stimulus.moreLines(more) : ''}`
}
