import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { replaceFile } from '../../src/config/files.ts'
import { tree } from '../drivers/fake-machine.ts'

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
