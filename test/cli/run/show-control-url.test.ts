import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeControlLink } from '../../../src/cli/run/show-control-url.ts'

const WEB = { lanUrls: ['http://192.0.2.7:8080'], controlLink: (url: string) => `${url}/login#secret` }

function write(folder: string, lanUrls: readonly string[] = WEB.lanUrls) {
  const logged: string[] = []
  const log = { info: (words: string) => logged.push(words), warn: (words: string) => logged.push(`warning: ${words}`) }
  const remove = writeControlLink({ ...WEB, lanUrls }, log as never, { XDG_RUNTIME_DIR: folder })
  return { logged, remove }
}

it('without a terminal the control link goes into a file of its owner alone, and the log tells where', () => {
  const { logged, remove } = write(mkdtempSync(join(tmpdir(), 'neurond-link-')))
  expect(logged.join()).not.toContain('secret')
  const file = /cat (\S+)$/.exec(logged[0]!)![1]!
  expect(readFileSync(file, 'utf8')).toBe('http://192.0.2.7:8080/login#secret\n')
  expect(statSync(file).mode & 0o077).toBe(0)
  remove!()
  expect(existsSync(file)).toBe(false)
})

it('nothing is logged where no other device can come in', () => {
  expect(write(tmpdir(), []).logged).toEqual([])
})
