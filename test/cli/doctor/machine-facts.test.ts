import { describe, expect, it } from 'vitest'
import { grantedGroups, groupNames, realtimeLimit, systemFacts } from '../../../src/cli/doctor/machine-facts.ts'
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
})
