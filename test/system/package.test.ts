import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, realpathSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installed, install, type Packed, pack } from './installed.ts'
import { endAll, FREE_PORTS, start } from './processes.ts'

const MB = 1e6

let folder: string
let packed: Packed
let installed: Installed
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neurond-package-'))
  packed = await pack(folder)
  installed = await install(packed.file, process.execPath, npmCli(), folder)
}, 300_000)
afterAll(async () => {
  endAll()
  await rm(folder, { recursive: true, force: true })
}, 120_000)

function npmCli(): string {
  const npm = spawnSync('which', ['npm'], { encoding: 'utf8' }).stdout.trim()
  return realpathSync(npm)
}

function neurond(...args: string[]): { out: string; code: number | null } {
  const { stdout, status } = spawnSync(installed.neurond, args, { encoding: 'utf8', env: installed.env, cwd: folder })
  return { out: stdout, code: status }
}

describe('the package', () => {
  it('holds what the program needs and nothing else', () => {
    expect(packed.bytes).toBeLessThan(5 * MB)
    expect(packed.files).toEqual(
      expect.arrayContaining(['dist/src/cli/main.js', 'config/pi.yaml', 'README.md', 'LICENSE']),
    )
    expect(packed.files.filter(path => /^(test|src|drivers)\/|\.test\.|\.tsbuildinfo$/.test(path))).toEqual([])
  })

  it('installs in at most 60 MB and 150 packages, without a compiler', () => {
    expect(installed.bytes).toBeLessThan(60 * MB)
    expect(installed.packages).toBeLessThan(150)
    expect(installed.packages).toBeGreaterThan(50)
  })

  it('simulates', () => {
    expect(neurond('simulate', '--preset', 'seed002', '--format', 'strip')).toMatchObject({ code: 0 })
  })

  it('finds its own configuration and loads koffi, which brings its binaries along', () => {
    const { out } = neurond('doctor', '--json', '--no-pulse')
    const checks: { name: string; status: string }[] = JSON.parse(out).checks
    expect(checks.find(({ name }) => name === 'koffi')).toMatchObject({ status: 'ok' })
  })

  it('runs from any folder and leaves nothing behind in it', async () => {
    const before = readdirSync(folder)
    const daemon = start(installed.neurond, FREE_PORTS, { PATH: installed.env.PATH! })
    await daemon.says('dashboard: http://127.0.0.1:')
    await daemon.says('connected to mqtt://')
    daemon.process.kill('SIGINT')
    expect(await daemon.exit).toBe(0)
    expect(readdirSync(folder)).toEqual(before)
  })

  it('lets other programs import neurond/client, with its types', () => {
    const modules = join(installed.prefix, 'lib/node_modules/neurond')
    const script = "import { receive } from 'neurond/client'; console.log(typeof receive)"
    const args = ['--input-type=module', '--eval', script]
    expect(spawnSync(process.execPath, args, { cwd: modules, encoding: 'utf8' }).stdout).toBe('function\n')
    expect(packed.files).toContain('dist/src/mqtt/exactly-once-receiver.d.ts')
  })
})
