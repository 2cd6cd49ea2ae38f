import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { unreachable } from '../../../src/cli/service/apply-steps.ts'
import { packageFolder, pathsInHome, programFault, unitFor } from '../../../src/cli/service/steps.ts'

const UNIT = readFileSync(new URL('../../../systemd/neurond.service', import.meta.url), 'utf8')

describe('the unit for this machine', () => {
  const pi = { node: '/usr/bin/node', folder: '/usr/lib/node_modules/neurond' }
  const nvm = '/home/pi/.nvm/versions/node/v22.1.0'
  const home = { node: `${nvm}/bin/node`, folder: `${nvm}/lib/node_modules/neurond` }

  it('is the one of the package where all is in its usual place', () => {
    expect(unitFor(UNIT, pi)).toBe(UNIT)
  })

  it('names node and the program where they are', () => {
    const unit = unitFor(UNIT, { node: '/usr/local/bin/node', folder: '/opt/neurond' })
    expect(unit).toMatch(/^ExecStart=\/usr\/local\/bin\/node .*\/opt\/neurond\/dist\/src\/cli\/main\.js run --config/m)
    expect(unit).toMatch(/^ExecStopPost=-\/usr\/local\/bin\/node \/opt\/neurond\/dist\/src\/cli\/main\.js outputs low/m)
    expect(unit).not.toMatch(/\/usr\/bin\/node|\/usr\/lib\/node_modules/)
    expect(unit).toMatch(/^ProtectHome=yes$/m)
  })

  it('shows the service of a home what it needs of it, and nothing else', () => {
    const unit = unitFor(UNIT, home)
    expect(unit).toMatch(/^ProtectHome=tmpfs$/m)
    expect(unit).toContain(`\nBindReadOnlyPaths=${home.node} ${home.folder}\n`)
    expect(unit).not.toMatch(/^ProtectHome=yes$/m)
    expect(pathsInHome(pi)).toEqual([])
  })

  it('shows the packages around it too, where it shares them with others', () => {
    expect(packageFolder('/home/pi/class/node_modules/neurond')).toBe('/home/pi/class/node_modules')
    expect(packageFolder(home.folder)).toBe(home.folder)
    expect(packageFolder('/home/pi/neurond')).toBe('/home/pi/neurond')
  })

  it.each([
    ['/tmp/neurond', /does not last/],
    ['/home/pi/.npm/_npx/0a1b/node_modules/neurond', /does not last/],
    ['/home/pi/my neuron', /a space/],
  ])('is refused for %s', (folder, why) => {
    expect(programFault({ ...pi, folder })).toMatch(why)
  })

  it('is not refused in usual places', () => {
    for (const program of [pi, home]) expect(programFault(program)).toBeNull()
  })

  it('is refused where other users may not enter, with the command that fixes it', () => {
    const root = mkdtempSync(join(tmpdir(), 'neurond-'))
    const folder = join(root, 'closed/neurond')
    mkdirSync(join(folder, 'dist/src/cli'), { recursive: true })
    writeFileSync(join(folder, 'dist/src/cli/main.js'), '')
    const program = { node: process.execPath, folder }
    expect(unreachable(program, [folder])).toBeNull()
    expect(unreachable(program, [])).toContain(`other users may not enter ${root}`)
    rmSync(root, { recursive: true })
  })
})
