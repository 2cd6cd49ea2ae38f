import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeControlLink } from '../../../src/cli/run/control-link.ts'

const WEB = { lanUrls: ['http://192.0.2.7:8080'], controlLink: (url: string) => `${url}/login#secret` }

function tell(folder: string, lanUrls: readonly string[] = WEB.lanUrls) {
  const told: string[] = []
  const log = { info: (words: string) => told.push(words), warn: (words: string) => told.push(`warning: ${words}`) }
  const forget = writeControlLink({ ...WEB, lanUrls }, log as never, { XDG_RUNTIME_DIR: folder })
  return { told, forget }
}

it('without a terminal the control link goes into a file of its owner alone, and the log tells where', () => {
  const { told, forget } = tell(mkdtempSync(join(tmpdir(), 'neurond-way-')))
  expect(told.join()).not.toContain('secret')
  const file = /cat (\S+)$/.exec(told[0]!)![1]!
  expect(readFileSync(file, 'utf8')).toBe('http://192.0.2.7:8080/login#secret\n')
  expect(statSync(file).mode & 0o077).toBe(0)
  forget!()
  expect(existsSync(file)).toBe(false)
})

it('nothing is told where no other device can come in', () => {
  expect(tell(tmpdir(), []).told).toEqual([])
})
