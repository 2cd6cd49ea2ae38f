import { describe, expect, it } from 'vitest'
import { downsample } from '../../src/web/downsample.ts'
import { NUMBERS_PER_SAMPLE } from '../../src/web/wire-format.ts'
import { rowsOf } from './fake-samples.ts'

function columnOf(rows: Float64Array, column: number): number[] {
  return Array.from(rows).filter((_, k) => k % NUMBERS_PER_SAMPLE === column)
}

describe('downsampling', () => {
  it('leaves few rows as they are', () => {
    const rows = rowsOf(40)
    expect(downsample(rows, 400)).toBe(rows)
  })

  it('makes about as few as it is told', () => {
    const thin = downsample(
      rowsOf(8000, k => Math.sin(k * 1.7)),
      400,
    )
    expect(thin.length / NUMBERS_PER_SAMPLE).toBeLessThanOrEqual(400)
    expect(thin.length / NUMBERS_PER_SAMPLE).toBeGreaterThan(200)
  })

  it('keeps every extreme of V and of I, the first row and the last, in order', () => {
    const rows = rowsOf(
      5000,
      k => (k === 1234 ? 30 : k === 4321 ? -99 : Math.sin(k)),
      k => (k === 777 ? 9 : k === 3333 ? -9 : 1),
    )
    const thin = downsample(rows, 100)
    expect(columnOf(thin, 1)).toEqual(expect.arrayContaining([30, -99]))
    expect(columnOf(thin, 2)).toEqual(expect.arrayContaining([9, -9]))
    const times = columnOf(thin, 0)
    expect(times[0]).toBe(rows[0])
    expect(times.at(-1)).toBe(rows.at(-NUMBERS_PER_SAMPLE))
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
  })
})
