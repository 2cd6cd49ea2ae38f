import { describe, expect, it } from 'vitest'
import {
  groupNames,
  groupsOf,
  isDaemon,
  realtimeLimit,
  runningDaemons,
  systemFacts,
} from '../../src/cli/doctor/sight.ts'
import { tree } from '../drivers/world.ts'
import { PI4 } from './doctor-facts.ts'

describe('the machine is read from its files:', () => {
  const GROUPS = 'root:x:0:\ngpio:x:997:pi,ann\ni2c:x:998:ann\n'

  it('groups that hold and groups that are granted', () => {
    expect(groupNames(GROUPS, [997, 1234])).toEqual(['gpio', '1234'])
    expect(groupsOf(GROUPS, 'ann')).toEqual(['gpio', 'i2c'])
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
    ['node /opt/neurond/dist/src/cli/main.js run --config a.yaml', true],
    ['node dist/src/cli/main.js', true],
    ['/usr/bin/node /usr/local/bin/neurond', true],
    ['node --jitless --max-old-space-size=64 /opt/neurond/dist/src/cli/main.js --config a.yaml', true],
    ['node --version', false],
    ['/usr/bin/node /usr/local/bin/neurond --config /etc/neurond.yaml', true],
    ['/usr/bin/node /usr/local/bin/neurond doctor', false],
    ['vim /opt/neurond/dist/src/cli/main.js', false],
  ])('%j is a daemon: %s', (line, daemon) => {
    expect(isDaemon(line.split(' '))).toBe(daemon)
  })

  it('daemons that run', () => {
    const root = tree({
      'proc/12/cmdline': 'node\0/a/src/cli/main.js\0run\0',
      'proc/13/cmdline': 'sh\0',
      'proc/self': '',
    })
    expect(runningDaemons(root)).toEqual([12])
  })
})
