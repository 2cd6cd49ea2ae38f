import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { adviceOnReading, readTextFile, replaceFile } from '../../src/config/read-and-replace-file.ts'
import { tree } from '../drivers/fake-machine.ts'
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

describe('a file that is replaced', () => {
  it('has the new text and its old rights, and leaves nothing beside it', () => {
    const folder = tree({ 'my.yaml': 'old' })
    const file = join(folder, 'my.yaml')
    chmodSync(file, 0o640)
    replaceFile(file, 'new')
    expect(readFileSync(file, 'utf8')).toBe('new')
    expect(statSync(file).mode & 0o777).toBe(0o640)
    expect(readdirSync(folder)).toEqual(['my.yaml'])
  })

  it('is the one that a link leads to', () => {
    const folder = tree({ 'real.yaml': 'old' })
    const link = join(folder, 'my.yaml')
    symlinkSync(join(folder, 'real.yaml'), link)
    replaceFile(link, 'new')
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(folder, 'real.yaml'), 'utf8')).toBe('new')
  })

  it('stays as it was when the new text cannot be written beside it', () => {
    const folder = tree({ 'my.yaml': 'old' })
    const file = join(folder, 'my.yaml')
    // Whatever the user's rights: the place of the draft is taken.
    mkdirSync(`${file}.${process.pid}.new`)
    expect(() => replaceFile(file, 'new')).toThrow(/my\.yaml cannot be written, and stays as it was/)
    expect(readFileSync(file, 'utf8')).toBe('old')
  })

  it('must be there', () => {
    expect(() => replaceFile('/nowhere/my.yaml', 'new')).toThrow('there is no such file')
  })
})
