/** Fewer rows of samples that look the same when plotted. Pure. */
import { NUMBERS_PER_SAMPLE } from './wire-format.ts'

const V = 1
const I = 2

/**
 * At most about `maxRows` of the rows: from each section those with the lowest and highest V and I, so that no extreme is
 * lost, and the very first and last row.
 */
export function downsample(rows: Float64Array, maxRows: number): Float64Array {
  const count = rows.length / NUMBERS_PER_SAMPLE
  if (count <= maxRows) return rows
  const sections = Math.max(1, Math.floor((maxRows - 2) / 4))
  const kept: number[] = [0]
  for (let k = 0; k < sections; k++) {
    const from = Math.floor((k * count) / sections)
    const to = Math.floor(((k + 1) * count) / sections)
    for (const row of extremeRows(rows, from, to)) if (row > kept.at(-1)!) kept.push(row)
  }
  if (kept.at(-1) !== count - 1) kept.push(count - 1)
  const fewer = new Float64Array(kept.length * NUMBERS_PER_SAMPLE)
  kept.forEach((row, k) => {
    fewer.set(rows.subarray(row * NUMBERS_PER_SAMPLE, (row + 1) * NUMBERS_PER_SAMPLE), k * NUMBERS_PER_SAMPLE)
  })
  return fewer
}

/** The rows of a section where V and I are lowest and highest, in order of time. */
function extremeRows(rows: Float64Array, from: number, to: number): number[] {
  const found = [from, from, from, from]
  for (let row = from + 1; row < to; row++) {
    const at = row * NUMBERS_PER_SAMPLE
    if (rows[at + V]! < rows[found[0]! * NUMBERS_PER_SAMPLE + V]!) found[0] = row
    if (rows[at + V]! > rows[found[1]! * NUMBERS_PER_SAMPLE + V]!) found[1] = row
    if (rows[at + I]! < rows[found[2]! * NUMBERS_PER_SAMPLE + I]!) found[2] = row
    if (rows[at + I]! > rows[found[3]! * NUMBERS_PER_SAMPLE + I]!) found[3] = row
  }
  return found.sort((a, b) => a - b)
}
