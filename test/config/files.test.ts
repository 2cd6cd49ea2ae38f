import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { adviceOnReading, readTextFile } from '../../src/config/files.ts'
import { loadConfig } from '../../src/config/load.ts'
import { CATALOG } from '../fakes/catalog.ts'

const folder = mkdtempSync(join(tmpdir(), 'neurond-'))
const file = join(folder, 'a.yaml')
afterAll(() => rmSync(folder, { recursive: true }))

function messageOf(set: readonly string[] = []): string {
  try {
    loadConfig({ file, env: {}, set, drivers: CATALOG, hostname: 'pi' })
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

describe('a file', () => {
  it.each([
    ['a NUL', Buffer.from('id: a\0\n')],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47])],
  ])('with %s in it is called no text, in one sentence', (_what, bytes) => {
    writeFileSync(file, bytes)
    expect(messageOf()).toBe(`${file}: this is no text in UTF-8: name a YAML file, saved as UTF-8`)
  })

  it.each(['', 'id: zoë\n', '\uFEFFid: a\n'])('of %j is read to the letter', text => {
    writeFileSync(file, text)
    expect(readTextFile(file)).toBe(text)
  })

  it('that is a directory is called one', () => {
    const cause = Object.assign(new Error('EISDIR: read'), { code: 'EISDIR' })
    expect(adviceOnReading(cause, 'CSV')).toBe('this is a directory: name the CSV file in it')
  })

  it('with an endless key is quoted only in part, as is an endless flag', () => {
    const long = 'x'.repeat(900)
    writeFileSync(file, `${long}: 1\n`)
    const complaints = messageOf([long]).split('\n')
    expect(complaints).toEqual([
      `--set: "${'x'.repeat(56)}... sets nothing: write it as --set neuron.tauMs=20`,
      expect.stringContaining(`a.yaml:1: ${'x'.repeat(57)}... is not a setting; known here: `),
    ])
  })
})
