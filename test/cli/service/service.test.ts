import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyStep, readSystem } from '../../../src/cli/service/apply-steps.ts'
import { formatServiceStatus, serviceStatus } from '../../../src/cli/service/status.ts'
import { formatStep, installSteps, PATHS, type Step, uninstallSteps } from '../../../src/cli/service/steps.ts'

const FILES = { unit: 'unit\n', rules: 'rules\n', config: 'id: pi-a\n', version: '1.2.3' }
const DEBIAN = 'root:x:0:\naudio:x:29:pulse\n'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'neurond-'))
  mkdirSync(join(root, 'etc'))
  machine('root:x:0:0:root:/root:/bin/bash\n', DEBIAN)
})
afterEach(() => rmSync(root, { recursive: true }))

function machine(users: string, groups: string): void {
  writeFileSync(join(root, 'etc/passwd'), users)
  writeFileSync(join(root, 'etc/group'), groups)
}

const install = (files = FILES) => installSteps(readSystem(root), files)
const uninstall = (keepConfig = false) => uninstallSteps(readSystem(root), keepConfig)
const doAll = (steps: readonly Step[]) => steps.forEach(step => void applyStep(step, root))
const briefly = (steps: readonly Step[]) => steps.map(step => formatStep(step).split('\n')[0]?.trim())

/** As it is on a Debian after the installation; the group that made the files is the one of the service. */
function installed(members = ''): void {
  doAll(install())
  const groups = `neurond:x:${process.getgid?.()}:\n${DEBIAN}gpio:x:98:${members}\ni2c:x:97:\n`
  machine('root:x:0:0::/:/bin/sh\nneurond:x:99:99::/:/bin/false\n', groups)
}

describe('the installation', () => {
  it('notes first what it is going to make, so that nothing of it is forgotten if it breaks off', () => {
    expect(briefly(install())[0]).toBe(`write ${PATHS.record}`)
  })

  it('makes user, groups and files, lets udev and systemd read them, and starts the service', () => {
    const steps = briefly(install())
    expect(steps).toEqual([
      `write ${PATHS.record}`,
      'groupadd --system gpio',
      'groupadd --system i2c',
      expect.stringMatching(/^useradd --system .* neurond$/),
      `write ${PATHS.config}`,
      `write ${PATHS.password}`,
      `chown neurond:neurond ${PATHS.folder}`,
      `chown --no-dereference neurond:neurond ${PATHS.config}`,
      `write ${PATHS.modules}`,
      'modprobe i2c-dev',
      `write ${PATHS.rules}`,
      'udevadm control --reload',
      expect.stringMatching(/^udevadm trigger/),
      `write ${PATHS.unit}`,
      'systemctl daemon-reload',
      'systemctl enable --quiet neurond',
      'systemctl restart neurond',
    ])
  })

  it('does nothing the second time, but sees to it that the service runs', () => {
    installed()
    expect(briefly(install())).toEqual(['systemctl enable --quiet neurond', 'systemctl start neurond'])
  })

  it('gives the service its configuration again, where root has put another file in its place', () => {
    installed()
    machine('root:x:0:0::/:/bin/sh\nneurond:x:99:99::/:/bin/false\n', `${DEBIAN}gpio:x:98:\ni2c:x:97:\n`)
    expect(briefly(install())).toContain(`chown --no-dereference neurond:neurond ${PATHS.config}`)
  })

  it('keeps the password root’s own, and writes through no link that the service may have laid', () => {
    installed()
    expect(statSync(join(root, PATHS.password)).mode & 0o777).toBe(0o600)
    rmSync(join(root, PATHS.config))
    symlinkSync(join(root, 'etc/elsewhere'), join(root, PATHS.config))
    expect(() => doAll(install())).toThrow('ELOOP')
    expect(readSystem(root).exists('/etc/elsewhere')).toBe(false)
  })

  it('leaves the groups of the distribution and a configuration that is there as they are', () => {
    machine('root:x:0:0::/:/bin/sh\n', `${DEBIAN}gpio:x:986:pi\ni2c:x:994:pi\n`)
    mkdirSync(join(root, PATHS.folder))
    writeFileSync(join(root, PATHS.config), 'id: mine\n')
    doAll(install())
    expect(readFileSync(join(root, PATHS.config), 'utf8')).toBe('id: mine\n')
    expect(briefly(install()).join()).not.toContain('groupadd')
    expect(JSON.parse(readFileSync(join(root, PATHS.record), 'utf8'))).toMatchObject({ groups: [] })
  })

  it('has the driver of /dev/i2c-* loaded at every start, and now', () => {
    installed()
    expect(readFileSync(join(root, PATHS.modules), 'utf8')).toMatch(/^i2c-dev$/m)
    rmSync(join(root, PATHS.modules))
    expect(briefly(install()).slice(0, 4)).toEqual([
      `write ${PATHS.modules}`,
      'modprobe i2c-dev',
      'udevadm control --reload',
      expect.stringMatching(/^udevadm trigger .*--settle/),
    ])
  })

  it('leaves a list of modules that is somebody else’s, and so does the removal', () => {
    mkdirSync(join(root, 'etc/modules-load.d'))
    writeFileSync(join(root, PATHS.modules), 'i2c-dev\nspidev\n')
    installed()
    doAll(uninstall())
    expect(readFileSync(join(root, PATHS.modules), 'utf8')).toBe('i2c-dev\nspidev\n')
  })

  it('starts it anew after an upgrade, though its files are the same', () => {
    installed()
    expect(briefly(install({ ...FILES, version: '1.3.0' }))).toContain('systemctl restart neurond')
  })

  it('remembers over upgrades what it made in the beginning', () => {
    installed()
    doAll(install({ ...FILES, version: '1.3.0' }))
    const made = { version: '1.3.0', user: true, groups: ['gpio', 'i2c'] }
    expect(JSON.parse(readFileSync(join(root, PATHS.record), 'utf8'))).toEqual(made)
  })
})

describe('the removal', () => {
  it('stops the service and removes every file, the user and the groups that were made for it', () => {
    installed()
    mkdirSync(join(root, PATHS.state), { recursive: true })
    mkdirSync(join(root, PATHS.ownSettings), { recursive: true })
    const steps = uninstall()
    expect(briefly(steps)[0]).toBe('systemctl disable --quiet --now neurond')
    expect(briefly(steps)).toEqual(expect.arrayContaining(['userdel neurond', 'groupdel gpio', 'groupdel i2c']))
    expect(briefly(steps).join()).toMatch(
      /find \/dev .* -group gpio .*chgrp --no-dereference root \{\} \+,groupdel gpio/,
    )
    doAll(steps)
    for (const path of Object.values(PATHS)) expect(readSystem(root).exists(path), path).toBe(false)
    machine('root:x:0:0::/:/bin/sh\n', DEBIAN)
    expect(uninstall()).toEqual([])
  })

  it('keeps the configuration where that is wished, and removes it when it is asked again', () => {
    installed()
    doAll(uninstall(true))
    expect(readSystem(root).exists(PATHS.config)).toBe(true)
    expect(readSystem(root).exists(PATHS.record)).toBe(false)
    expect(uninstall(true)).toEqual([])
    expect(briefly(uninstall())).toEqual([`remove ${PATHS.folder}`])
  })

  it('leaves users and groups that were there before it, and a group that others have joined', () => {
    machine('root:x:0:0::/:/bin/sh\nneurond:x:99:99::/:/bin/sh\n', `${DEBIAN}gpio:x:98:\n`)
    doAll(install())
    machine('root:x:0:0::/:/bin/sh\nneurond:x:99:99::/:/bin/sh\n', `${DEBIAN}gpio:x:98:\ni2c:x:97:pupil\n`)
    expect(briefly(uninstall()).join()).not.toMatch(/userdel|groupdel/)
  })
})

describe('its status', () => {
  const show = (text: string) => serviceStatus(() => text)
  const RUNNING =
    'LoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\nStatusText=7.1 Hz, mqtt online\n' +
    'NRestarts=1\nResult=success\nExecMainStartTimestamp=Mon 2026-11-16 08:00:00 CET\n'

  it('is told in a few lines', () => {
    expect(formatServiceStatus(show(RUNNING))).toBe(
      'neurond    active (running), since Mon 2026-11-16 08:00:00 CET\nneuron     7.1 Hz, mqtt online\n' +
        'at boot    starts with this computer\nrestarts   1\nlog        journalctl --unit neurond --lines 20\n',
    )
  })

  it('says why it was started again, and that it does not start by itself', () => {
    const words = formatServiceStatus(show(RUNNING.replace('success', 'watchdog').replace('enabled', 'disabled')))
    expect(words).toMatch(/restarts {3}1, the last after: watchdog/)
    expect(words).toContain('sudo systemctl enable neurond')
  })

  it('says that it is not installed', () => {
    expect(show('LoadState=not-found\nActiveState=inactive\n')).toMatchObject({ installed: false, running: false })
    expect(formatServiceStatus(show('LoadState=not-found\n'))).toContain('sudo neurond service install')
  })
})
