import { chmodSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  deviceAccess,
  grantedGroups,
  groupNames,
  readBootConfig,
  realtimeLimit,
  systemFacts,
} from '../../../src/cli/doctor/machine-facts.ts'
import { tree } from '../../drivers/fake-machine.ts'
import { PI4 } from './fake-machine.ts'

describe('the machine is read from its files:', () => {
  const GROUPS = 'root:x:0:\ngpio:x:997:pi,ann\ni2c:x:998:ann\n'

  it('groups that hold and groups that are granted', () => {
    expect(groupNames(GROUPS, [997, 1234])).toEqual(['gpio', '1234'])
    expect(grantedGroups(GROUPS, 'ann')).toEqual(['gpio', 'i2c'])
  })

  it('board and distribution', () => {
    const root = tree({ 'proc/device-tree/model': `${PI4}\0`, 'etc/os-release': 'PRETTY_NAME="Debian 13"\n' })
    expect(systemFacts(root)).toMatchObject({ board: { model: PI4 }, distribution: 'Debian 13' })
  })

  it.each([
    ['Max realtime priority     50                   50                   \n', 50],
    ['Max realtime priority     unlimited            unlimited            \n', Number.POSITIVE_INFINITY],
    ['', 0],
  ])('the limit in %j', (limits, limit) => {
    expect(realtimeLimit(limits)).toBe(limit)
  })

  it.each([
    ['etc/modules', '# old\ni2c-dev\n', true],
    ['etc/modules-load.d/neurond.conf', 'i2c-dev\n', true],
    ['usr/lib/modules-load.d/board.conf', 'i2c_dev\n', true],
    ['proc/cmdline', 'console=tty1 modules-load=dwc2,i2c-dev\n', true],
    ['etc/modules', '#i2c-dev\n', false],
    ['etc/modules-load.d/spi.conf', 'spidev\n', false],
  ])('whether /dev/i2c-* is there at the next start, from %s with %j: %s', (path, text, loads) => {
    const root = tree({ 'boot/firmware/config.txt': 'dtparam=i2c_arm=on\n', [path]: text })
    expect(readBootConfig(root)).toMatchObject({ path: '/boot/firmware/config.txt', loadsI2cDev: loads })
  })

  it('whose the devices are that this user may not open', () => {
    const gid = process.getgid?.() ?? 0
    const root = tree({ 'dev/gpiochip0': '', 'dev/i2c-1': '', 'etc/group': `root:x:0:\nours:x:${gid}:\n` })
    const barred = () => deviceAccess(root, () => false)
    chmodSync(`${root}/dev/gpiochip0`, 0o660)
    chmodSync(`${root}/dev/i2c-1`, 0o600)
    const ours = gid === 0 ? undefined : 'ours'
    expect(barred()).toMatchObject({
      gpio: 'no',
      i2c: 'no',
      owners: { gpio: { group: ours }, i2c: { group: undefined } },
    })
    expect(deviceAccess(root, () => true)).toMatchObject({ gpio: 'yes', i2c: 'yes' })
    expect(deviceAccess(tree({}))).toMatchObject({ gpio: 'none', i2c: 'none' })
  })
})
