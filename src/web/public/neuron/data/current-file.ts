/** A current from a file of the user's: the columns t_ms and i_na. Pure. */
import { readColumns } from '../../../../fields/csv-columns.ts'
import type { Fields } from '../../../../fields/fields.ts'
import { WORDS } from '../../shared/words.ts'

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
/** Differences of decimal times are not exact. */
const ROUNDING = 1e-9

/** @param limits the arguments of a stimulus, as the neuron tells them */
export function readCurrents(name: string, text: string, limits: Fields): CurrentFile {
  const { tMs, values, faults, unused } = readColumns(text, 'i_na', { isCurrent: true })
  if (faults.length > 0) return refused(name, faults)
  const [before, last = 0] = tMs.slice(-2)
  const ms = last + (before === undefined || tMs.length < 2 ? LONE_ROW_MS : last - before)
  // Only where it changes: a file may have a row for every ms.
  const changes = tMs.map((_, k) => k).filter(k => k === 0 || values[k] !== values[k - 1])
  const stimulus = { tMs: changes.map(k => tMs[k]!), valuesNa: changes.map(k => values[k]!), ms }
  const excess = excessOf(stimulus, limits)
  if (excess !== undefined) return refused(name, [excess])
  const said = WORDS.stimulus.fileSaid(name, tMs.length, ms, ...ends(values))
  return {
    ...stimulus,
    said: said + (unused.length > 0 ? WORDS.stimulus.unused(unused.join(', ')) : ''),
    isGood: true,
  }
}

function refused(name: string, faults: readonly string[]): CurrentFile {
  return { tMs: [], valuesNa: [], ms: 0, said: faultsSaid(name, faults), isGood: false }
}

/** What makes it more than the neuron takes; undefined if nothing does. */
function excessOf(
  { tMs, valuesNa, ms }: Pick<CurrentFile, 'tMs' | 'valuesNa' | 'ms'>,
  { valuesNa: currents, dtMs: steps }: Fields,
): string | undefined {
  if (currents?.type !== 'numbers' || steps?.type !== 'number') return undefined
  const { tooMany, tooStrong, tooLong, tooDense } = WORDS.stimulus
  if (valuesNa.length > currents.most) return tooMany(valuesNa.length, currents.most)
  const strongest = ends(valuesNa).find(iNa => iNa < currents.min || iNa > currents.max)
  if (strongest !== undefined) return tooStrong(strongest, currents.min, currents.max)
  if (ms > steps.max) return tooLong(ms / 1000, steps.max / 1000)
  const gapsMs = tMs.slice(1).map((t, k) => t - tMs[k]!)
  const least = gapsMs.reduce((lowest, gapMs) => Math.min(lowest, gapMs), Infinity)
  return least < steps.min * (1 - ROUNDING) ? tooDense(Number(least.toPrecision(3)), steps.min) : undefined
}

/** Lowest and highest, however many there are. */
function ends(values: readonly number[]): readonly [number, number] {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity])
}

function faultsSaid(name: string, faults: readonly string[]): string {
  const more = faults.length - MOST_FAULTS
  return `${name}: ${faults.slice(0, MOST_FAULTS).join('; ')}${more > 0 ? WORDS.stimulus.moreLines(more) : ''}`
}
