import { readFileSync } from 'node:fs'
import { DriverError } from '../contract.ts'

/** A recorded knob: from `tMs[i]` on it stood at `level[i]` (0…1). Times start at 0 and rise. */
export interface Recording {
  readonly tMs: readonly number[]
  readonly level: readonly number[]
}

/** @throws DriverError when the file cannot be read or a row is wrong. */
export function readRecording(file: string): Recording {
  try {
    return parseRecording(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof DriverError) throw error
    throw new DriverError('misused', `input.file is '${file}', which cannot be read: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

/**
 * Rows `t_ms,level`, a header line allowed.
 * @throws DriverError that names the line, the value and what is allowed.
 */
export function parseRecording(text: string): Recording {
  const tMs: number[] = []
  const level: number[] = []
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === '' || (i === 0 && /[a-z]/i.test(line))) return
    const cells = line.split(',')
    const [t = Number.NaN, l = Number.NaN] = cells.map(cell => (cell.trim() === '' ? Number.NaN : Number(cell)))
    if (cells.length !== 2 || Number.isNaN(t) || Number.isNaN(l)) wrong(i, `is '${line}', must be 't_ms,level'`)
    if (l < 0 || l > 1) wrong(i, `has level ${l}, must be 0 to 1`)
    if (tMs.length === 0 && t !== 0) wrong(i, `starts at ${t} ms, must start at 0`)
    if (tMs.length > 0 && t <= (tMs.at(-1) as number)) wrong(i, `has time ${t} ms, must be later than ${tMs.at(-1)} ms`)
    tMs.push(t)
    level.push(l)
  })
  if (tMs.length < 2) throw new DriverError('misused', `a recorded knob has ${tMs.length} rows, needs at least 2`)
  return { tMs, level }
}

function wrong(line: number, what: string): never {
  throw new DriverError('misused', `line ${line + 1} of the recorded knob ${what}`)
}

/** Level at `tMs`; after the last row it starts again. */
export function recordedLevel(recording: Recording, tMs: number): number {
  const { tMs: times, level } = recording
  const at = tMs % (times.at(-1) as number)
  let low = 0
  let high = times.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((times[middle] as number) <= at) low = middle
    else high = middle
  }
  return level[low] as number
}
