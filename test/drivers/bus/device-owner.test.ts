import { chmodSync, chownSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { deviceOwner, permissionAdvice } from '../../../drivers/bus/device-owner.ts'
import { i2cError } from '../../../drivers/bus/i2c-interface.ts'
import { tree } from '../fake-machine.ts'

const IS_ROOT = process.getuid?.() === 0
const DIALOUT = 20

/** A device file of this group, with this mode. */
function device(gid: number, mode: number) {
  const root = tree({ 'dev/i2c-1': '', 'etc/group': `root:x:0:\ndialout:x:${DIALOUT}:\n` })
  const path = `${root}/dev/i2c-1`
  chownSync(path, 0, gid)
  chmodSync(path, mode)
  return { root, path }
}

describe.skipIf(!IS_ROOT)('a device that this user may not open', () => {
  it.each([
    [DIALOUT, 0o660, 'dialout'],
    [DIALOUT, 0o220, 'dialout'],
    [DIALOUT, 0o640, undefined],
    [DIALOUT, 0o600, undefined],
    [0, 0o660, undefined],
    [4711, 0o660, '4711'],
  ])('of the group %i with the mode %o may be used by: %s', (gid, mode, group) => {
    const { root, path } = device(gid, mode)
    expect(deviceOwner(path, root)).toEqual({ path, group })
  })

  it('that is root’s alone is fixed by neurond’s rules: a group that is not there cannot be joined', () => {
    const { path } = device(0, 0o600)
    const denied = Object.assign(new Error('EACCES'), { errno: -13, path })
    const { message } = i2cError({ bus: 1, address: 0x48 }, denied)
    expect(message).toMatch(/Only root may use .*\/dev\/i2c-1: `sudo neurond service install` makes the group i2c/)
    expect(message).not.toContain('usermod')
  })
})

it('a device that is gone again is of the usual group', () => {
  expect(deviceOwner('/no/such/device')).toBeUndefined()
  expect(permissionAdvice('gpio')('/no/such/device')).toContain('`sudo usermod -aG gpio $USER`')
  expect(permissionAdvice('i2c')(undefined)).toContain('`sudo usermod -aG i2c $USER`')
})
