import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readSystem } from '../../src/cli/service/apply-steps.ts'
import type { serviceCommand } from '../../src/cli/service/service.ts'
import { PATHS } from '../../src/cli/service/steps.ts'
import { fakeConsole } from '../cli/fake-console.ts'

/** As it is built: it takes unit and rules from beside it. */
const BUILT = new URL('../../dist/src/cli/service/service.js', import.meta.url).href

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'neurond-'))
  mkdirSync(join(root, 'etc'))
})
afterEach(() => rmSync(root, { recursive: true }))

/** What a user without rights is told on a computer that systemd does not run. */
async function told(...words: string[]): Promise<string> {
  const built: { readonly serviceCommand: typeof serviceCommand } = await import(BUILT)
  const fake = fakeConsole()
  const context = {
    program: { node: '/usr/bin/node', folder: '/usr/lib/node_modules/neurond' },
    readSystem: () => readSystem(root),
    ...{ isRunBySystemd: false, isRoot: false, unreachable: () => null },
  }
  await built.serviceCommand(fake.console, context).parseAsync(words, { from: 'user' })
  return fake.out
}

describe('without systemd', () => {
  it('install --dry-run says every step with its reason, and takes none', async () => {
    const said = await told('install', '--dry-run')
    // Where sudo would look for it there is no neurond: this one is not installed for everybody.
    const main = new URL('../main.js', BUILT).pathname
    expect(said).toContain(`\`sudo ${process.execPath} ${main} service install\` would do this:\n`)
    for (const line of [`  write ${PATHS.unit}\n      how systemd`, '  systemctl restart neurond\n      it starts now'])
      expect(said).toContain(line)
    expect(readdirSync(join(root, 'etc'))).toEqual([])
  })

  it('uninstall --dry-run says what it would remove, and removes nothing', async () => {
    expect(await told('uninstall', '--dry-run')).toBe('There is nothing of the service on this computer.\n')
    mkdirSync(join(root, PATHS.folder))
    writeFileSync(join(root, PATHS.config), '')
    expect(await told('uninstall', '--dry-run')).toContain(`  remove ${PATHS.folder}\n`)
    expect(existsSync(join(root, PATHS.config))).toBe(true)
  })

  it.each(['install', 'uninstall', 'status'])('%s says what to use instead', async command => {
    await expect(told(command)).rejects.toThrow(
      'not run by systemd (there is no /run/systemd/system): let its own init',
    )
  })
})
