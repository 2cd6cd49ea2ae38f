import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url).pathname
const NEUROND = `${ROOT}dist/src/cli/main.js`

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'neurond-offline-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function neurond(line: string, input = ''): { out: string; err: string; code: number | null } {
  const options = { cwd: folder, encoding: 'utf8', input, maxBuffer: 2 ** 28 } as const
  const { stdout, stderr, status } = spawnSync(process.execPath, [NEUROND, ...line.split(' ')], options)
  return { out: stdout, err: stderr, code: status }
}

function shell(script: string): { out: string; err: string; code: number | null } {
  const env = { ...process.env, N: `${process.execPath} ${NEUROND}` }
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8', env })
  return { out: stdout, err: stderr, code: status }
}

describe('neurond simulate', () => {
  it('prints the strip of seed002 and nothing else', () => {
    const { out, err, code } = neurond('simulate --preset seed002 --format strip')
    expect([out.length, err, code]).toEqual([20_002, '', 0])
    expect(out).toMatch(/^[|_]+\n$/)
  })

  it('prints JSON for programs', () => {
    const { out, err, code } = neurond('simulate --preset seed003 --trace')
    expect([err, code]).toEqual(['', 0])
    const told = JSON.parse(out)
    expect(told).toMatchObject({ count: 8, durationMs: 500, timing: 'grid', dtMs: 0.1 })
    expect(told.vMv).toHaveLength(told.tMs.length)
  })

  it('reads what another program writes, and is read by one', () => {
    const { out, code } = shell(`printf 't_ms,i_na\\n0,1.6\\n' | $N simulate --input /dev/stdin | head -c 12`)
    expect([out, code]).toEqual(['{"spikesMs":', 0])
  })

  it('does not mind a reader that has seen enough', () => {
    const { err, code } = shell('set -o pipefail; $N simulate --trace --duration 100000 --format csv | head -1')
    expect([err, code]).toEqual(['', 0])
  })

  it('fails when its output cannot be written', () => {
    const { err, code } = shell('$N simulate > /dev/full')
    expect([err, code]).toEqual([expect.stringContaining('no space left'), 1])
    writeFileSync(join(folder, 'a-file'), '')
    for (const place of ['no-folder/out.json', '.', 'a-file/out.json']) {
      const { err, code } = neurond(`simulate -o ${place}`)
      expect([err, code]).toEqual([expect.stringContaining(`--output ${place}: `), 1])
    }
  })

  it.skipIf(process.getuid?.() === 0)('says that it may not write a file', () => {
    writeFileSync(join(folder, 'theirs.json'), '', { mode: 0o444 })
    expect(neurond('simulate -o theirs.json').err).toContain('this user may not write it')
  })

  it('draws a picture into a file', () => {
    expect(neurond('simulate --preset bio --format svg --output bio.svg')).toEqual({ out: '', err: '', code: 0 })
    expect(readFileSync(join(folder, 'bio.svg'), 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/)
  })

  it.each([
    ['simulate --preset nobody', 2, 'seed003'],
    ['simulate --current abc', 2, '--current is "abc"'],
    ['simulate --nonsense', 2, "unknown option '--nonsense'"],
    ['simulate --current', 2, 'argument missing'],
    ['simulate extra', 2, 'too many arguments'],
    ['simulate --input nowhere.csv', 1, 'nowhere.csv: there is no such file'],
    ['simulate --current 1e9 --duration 1e9', 1, 'spikes more than'],
    ['fi --from 3 --to 1', 2, '--to is 1'],
    ['fi --step 0', 2, '--step is 0'],
  ])('%s exits %d', (line, expected, sentence) => {
    const { out, err, code } = neurond(line)
    expect([out, err, code]).toEqual(['', expect.stringContaining(sentence), expected])
    expect(err).not.toMatch(/\n\s+at /)
  })
})

describe('neurond fi', () => {
  it('prints the table of seed003', () => {
    const { out, err, code } = neurond('fi --preset seed003 --from 1.43 --to 1.83 --step 0.04')
    expect([err, code]).toEqual(['', 0])
    const counted = out
      .split('\n')
      .slice(4, 15)
      .map(line => line.trim().split(/\s+/)[2])
    expect(counted).toEqual([
      '0.00',
      '0.00',
      '16.67',
      '26.67',
      '30.00',
      '33.33',
      '36.67',
      '40.00',
      '43.33',
      '46.67',
      '50.00',
    ])
    expect(out).toContain('rheobase 1.5 nA')
  })
})

it('--help shows flags, units and examples', () => {
  for (const command of ['simulate', 'fi']) {
    const { out, code } = neurond(`${command} --help`)
    expect(code).toBe(0)
    expect(out).toMatch(/--duration <ms>[\s\S]*Examples:\n {2}neurond /)
  }
})

it('finds its own files in a folder whose name has a space and an umlaut', () => {
  const place = join(folder, 'Übung 1')
  for (const part of ['dist', 'config', 'package.json'])
    cpSync(join(ROOT, part), join(place, part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(place, 'node_modules'))
  const main = join(place, 'dist/src/cli/main.js')
  const { stdout, stderr } = spawnSync(process.execPath, [main, 'config', 'show'], { cwd: folder, encoding: 'utf8' })
  expect([stdout, stderr]).toEqual([expect.stringContaining('input:'), ''])
})
