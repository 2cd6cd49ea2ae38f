import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import picocolors from 'picocolors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { configCommand } from '../../../src/cli/config/config.ts'
import type { Console } from '../../../src/cli/console.ts'
import { CATALOG } from '../../fakes/catalog.ts'
import { fakeConsole } from '../fake-console.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'neurond-config-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function run(
  args: string[],
  changed: Partial<Console> = {},
): Promise<{ out: string; err: string; code: number }> {
  const fake = fakeConsole(changed)
  await configCommand(fake.console, { drivers: CATALOG, defaultFile: undefined }).parseAsync(args, { from: 'user' })
  const { out, err, code } = fake
  return { out, err, code }
}

function fileWith(yaml: string): string {
  const file = join(folder, 'class.yaml')
  writeFileSync(file, yaml)
  return file
}

describe('neurond config check', () => {
  it('says what a good configuration will be', async () => {
    const file = fileWith('preset: classroom\noutputs: [{name: led, driver: lamp}]\n')
    expect(await run(['check', file])).toEqual({
      out: 'good: pi, classroom; knob auto; led (lamp)\n',
      err: '',
      code: 0,
    })
  })

  it('exits 1 with every mistake in a line of its own on standard error', async () => {
    const file = fileWith('web: {port: -1}\nlop: {}\n')
    const { out, err, code } = await run(['check', file])
    expect([out, code]).toEqual(['', 1])
    expect(err.trimEnd().split('\n')).toEqual([
      `${file}:1: web.port is -1, must be a whole number from 0 to 65535`,
      expect.stringMatching(/class\.yaml:2: lop is not a setting; did you mean loop\?/),
    ])
  })

  it('tells programs the same as JSON', async () => {
    const bad = await run(['check', '--json', '--set', 'web.port=-1'])
    expect(bad.code).toBe(1)
    expect(JSON.parse(bad.out)).toMatchObject({
      ok: false,
      complaints: [{ path: 'web.port', where: '--set web.port' }],
    })
    expect(JSON.parse((await run(['check', '--json'])).out)).toEqual({ ok: true, complaints: [] })
  })

  it('looks at the environment and at flags too', async () => {
    expect((await run(['check'], { env: { NEUROND_LOG__LEVEL: 'loud' } })).err).toContain(
      'NEUROND_LOG__LEVEL: log.level',
    )
    expect((await run(['check', '--set', 'id=A', '--set', 'web.port=x'])).err.split('\n')).toHaveLength(3)
  })

  it('has colours on a terminal only', async () => {
    expect((await run(['check'], { colours: picocolors.createColors(true) })).out).toContain('\u001b[32mgood\u001b[39m')
    expect((await run(['check'])).out).not.toContain('\u001b')
  })
})

describe('neurond config show', () => {
  it('shows every value that holds, and with --origin who set it', async () => {
    expect((await run(['show', '--set', 'loop.speed=0.1'])).out).toContain('  speed: 0.1\n')
    expect((await run(['show', '--origin', '--set', 'loop.speed=0.1'])).out).toContain(
      'speed: 0.1 # --set loop.speed\n',
    )
    expect(JSON.parse((await run(['show', '--json'])).out)).toMatchObject({ neuron: { tauMs: 10 } })
  })

  it('exits 1 with the complaints instead of a wrong configuration', async () => {
    expect(await run(['show', '/nowhere.yaml'])).toEqual({
      out: '',
      err: expect.stringContaining('/nowhere.yaml: there is no such file'),
      code: 1,
    })
  })
})

describe('neurond config schema', () => {
  it('prints the JSON Schema with the settings of every driver', async () => {
    const { out } = await run(['schema'])
    expect(JSON.parse(out)).toMatchObject({ title: 'Configuration of neurond', properties: { neuron: {}, loop: {} } })
    expect(out).toContain('I2C address')
  })
})

it('throws when it is misused, for the program to exit 2', async () => {
  const silent = configCommand(fakeConsole().console).configureOutput({ writeErr: () => {} })
  await expect(silent.parseAsync(['chekc'], { from: 'user' })).rejects.toMatchObject({
    code: 'commander.unknownCommand',
  })
})
