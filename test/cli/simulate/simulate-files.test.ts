import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { simulateCommand } from '../../../src/cli/simulate/simulate.ts'
import { runOn } from '../fake-console.ts'

describe('a file of currents', () => {
  it.each([
    ['config', 'this is a directory: name the CSV file in it'],
    ['config/dashboard.png', 'this is no text: name a CSV file'],
  ])('is not %s, and says so in one sentence', async (path, sentence) => {
    const { err, code } = await runOn(simulateCommand, `--input ${path}`, {}, { readBytes: readFileSync })
    expect([err, code]).toEqual([`neurond simulate: --input ${path}: ${sentence}\n`, 1])
  })

  it('is refused without a word about its other columns, and quoted only in part', async () => {
    const { err } = await runOn(simulateCommand, '--input a.csv', { 'a.csv': 'x'.repeat(200_000) })
    expect(err).toMatch(/^neurond simulate: a\.csv: begins with the line "x+\.\.\.", must begin with .*\n$/)
    expect(err.length).toBeLessThan(200)
  })

  it('of whose columns not all are used names the first of the others', async () => {
    const text = `t_ms,i_na,${'x'.repeat(200_000)}\n0,1,2\n`
    const { err, code } = await runOn(simulateCommand, '--input a.csv', { 'a.csv': text })
    expect([err, code]).toEqual([`a.csv: only t_ms and i_na are used, not ${'x'.repeat(57)}...\n`, 0])
  })
})
