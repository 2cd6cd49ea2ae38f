import { symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  daemonsAtPorts,
  formatProcesses,
  isDaemon,
  mayHaveAdc,
  mayHaveHardware,
  type RunningDaemon,
  runningDaemons,
  stopCommand,
} from '../../../src/cli/doctor/running-daemons.ts'
import { tree } from '../../drivers/fake-machine.ts'

const SIMULATED: RunningDaemon = { pid: 12, hardware: [], isService: false }
const FOREIGN: RunningDaemon = { pid: 13, hardware: undefined, isService: false }
const SERVICE: RunningDaemon = { pid: 14, hardware: undefined, isService: true }

describe('a daemon', () => {
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

  it('is found with the hardware that it has open', () => {
    const root = tree({
      'proc/12/cmdline': 'node\0/a/src/cli/main.js\0run\0',
      'proc/12/cgroup': '0::/user.slice/session-1.scope\n',
      'proc/12/fd/3': '->/dev/i2c-1',
      'proc/12/fd/4': '->/dev/null',
      'proc/13/cmdline': 'sh\0',
      'proc/14/cmdline': '/usr/bin/node\0/usr/bin/neurond\0',
      'proc/14/cgroup': '0::/system.slice/neurond.service\n',
      'proc/self': '',
    })
    expect(runningDaemons(root)).toEqual([
      { pid: 12, hardware: [`${root}/dev/i2c-1`], isService: false },
      { pid: 14, hardware: undefined, isService: true },
    ])
  })

  it('is found by the port at which it listens', () => {
    const line = (port: string, state: string, inode: number) =>
      `   0: 0100007F:${port} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0\n`
    const files = {
      'proc/net/tcp': `  sl  local_address rem_address   st\n${line('1F90', '0A', 77)}${line('1F91', '01', 78)}`,
      'proc/net/tcp6': line('075B', '0A', 79),
      'proc/12/cmdline': 'node\0/a/src/cli/main.js\0run\0',
      'proc/12/fd/1': '->/dev/null',
      'proc/13/cmdline': 'node\0/a/src/cli/main.js\0run\0',
      'proc/13/fd/1': '->/dev/null',
    }
    const root = tree(files)
    symlinkSync('socket:[77]', `${root}/proc/12/fd/3`)
    symlinkSync('socket:[78]', `${root}/proc/13/fd/3`)
    const pids = (...ports: number[]) => daemonsAtPorts(ports, root).map(({ pid }) => pid)
    expect([pids(8080), pids(8081), pids(1883), pids(8081, 8080), pids()]).toEqual([[12], [], [], [12], []])
    const other = tree({ ...files, 'proc/14/cmdline': '/usr/bin/node\0/usr/bin/neurond\0' })
    expect(daemonsAtPorts([1883], other).map(({ pid }) => pid)).toEqual([14])
  })

  it('that is simulated has no hardware; one that this user may not look into may have any', () => {
    expect([SIMULATED, FOREIGN].map(mayHaveHardware)).toEqual([false, true])
    expect([SIMULATED, FOREIGN].map(daemon => mayHaveAdc(daemon, 1))).toEqual([false, true])
  })

  it.each([
    ['/dev/i2c-1', true],
    ['/dev/i2c-10', false],
    ['/dev/i2c-3', false],
    ['anon_inode:gpio-line', false],
    ['/sys/devices/platform/soc/1-0048/iio:device0/in_voltage0_raw', true],
    ['/sys/class/hwmon/hwmon0/in4_input', true],
  ])('with %s may have the ADC on bus 1: %s', (path, may) => {
    expect(mayHaveAdc({ ...SIMULATED, hardware: [path] }, 1)).toBe(may)
  })

  it('is ended by systemd if it is the service, else by its number', () => {
    expect(stopCommand([SERVICE])).toBe('sudo systemctl stop neurond')
    expect(stopCommand([SIMULATED])).toBe('kill 12')
    expect(stopCommand([SIMULATED, FOREIGN, SERVICE])).toBe('sudo systemctl stop neurond && sudo kill 12 13')
    expect(formatProcesses([SIMULATED, FOREIGN])).toBe('process 12, 13')
  })

  it('of another user is that user’s to end: it is named, and never to be killed', () => {
    const ann: RunningDaemon = { pid: 40, hardware: undefined, isService: false, user: 'ann' }
    const bob: RunningDaemon = { pid: 41, hardware: undefined, isService: false, user: 'bob' }
    expect(stopCommand([ann])).toBe('ask ann to stop process 40')
    expect(stopCommand([SIMULATED, ann, bob])).toBe(
      'kill 12, and ask ann to stop process 40, and ask bob to stop process 41',
    )
    expect(formatProcesses([SIMULATED, ann])).toBe('process 12; process 40 of ann')
    expect(stopCommand([{ ...SERVICE, user: 'neurond' }, ann])).toBe(
      'sudo systemctl stop neurond, and ask ann to stop process 40',
    )
  })

  it('is another user’s by the owner of its process, who may have no name here', () => {
    const uid = process.getuid?.() ?? 0
    const files = { 'proc/12/cmdline': 'node\0/a/src/cli/main.js\0run\0', 'proc/12/fd/3': '->/dev/null' }
    const root = tree({ ...files, 'etc/passwd': `root:x:4711:4711::/:\nann:x:${uid}:${uid}::/:\n` })
    expect(runningDaemons(root, [uid + 1])).toMatchObject([{ pid: 12, user: 'ann' }])
    expect(runningDaemons(root, [uid])[0]?.user).toBeUndefined()
    expect(runningDaemons(tree(files), [uid + 1])).toMatchObject([{ user: `user ${uid}` }])
  })
})
