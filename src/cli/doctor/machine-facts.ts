/** Reads facts of this machine from files and small programs. Reading never throws. */
import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { arch, machine, platform, release, userInfo } from 'node:os'
import { promisify } from 'node:util'
import { readBoard } from '../../../drivers/board.ts'
import { deviceOwner } from '../../../drivers/bus/device-owner.ts'
import { askChrony } from '../../daemon/chrony.ts'
import { realTimers } from '../../loop/clock.ts'
import type { DeviceAccess, SystemFacts } from './board-node-and-groups.ts'
import type { ClockFacts } from './clock-and-priority.ts'
import type { BootConfig } from './gpio-and-i2c.ts'
import { listFolder, readOrEmpty } from './read-or-empty.ts'

const TIMEOUT_MS = 3000

/** @param root Where /proc and /etc are, for tests. */
export function systemFacts(root = ''): SystemFacts {
  const { username } = userInfo()
  const groupFile = readOrEmpty(`${root}/etc/group`)
  return {
    board: readBoard(root),
    distribution: /^PRETTY_NAME="?([^"\n]*)/m.exec(readOrEmpty(`${root}/etc/os-release`))?.[1] ?? '',
    platform: platform(),
    arch: arch(),
    machine: machine(),
    kernel: release(),
    node: process.version,
    abi: process.versions.modules,
    user: username,
    root: process.geteuid?.() === 0,
    groups: groupNames(groupFile, process.getgroups?.() ?? []),
    granted: grantedGroups(groupFile, username),
    existing: groupLines(groupFile).map(([name]) => name as string),
  }
}

/** Names of groups by number, from the lines of /etc/group. */
export function groupNames(groupFile: string, numbers: readonly number[]): string[] {
  const names = new Map(groupLines(groupFile).map(([name, , number]) => [Number(number), name as string]))
  return numbers.map(number => names.get(number) ?? String(number))
}

/** The groups that /etc/group grants to a user. */
export function grantedGroups(groupFile: string, user: string): string[] {
  const granting = groupLines(groupFile).filter(([, , , members = '']) => members.split(',').includes(user))
  return granting.map(([name]) => name as string)
}

/** @param isOpenable another way to ask, for tests: root may open everything */
export function deviceAccess(root = '', isOpenable = mayOpen): DeviceAccess {
  const devices = (listFolder(`${root}/dev`) ?? []).map(name => `${root}/dev/${name}`)
  const look = (pattern: RegExp) => {
    const found = devices.filter(path => pattern.test(path))
    if (found.length === 0) return { access: 'none', owner: undefined } as const
    if (found.some(isOpenable)) return { access: 'yes', owner: undefined } as const
    return { access: 'no', owner: deviceOwner(found[0] as string, root) } as const
  }
  const [gpio, i2c] = [look(/\/gpiochip\d+$/), look(/\/i2c-\d+$/)]
  return { gpio: gpio.access, i2c: i2c.access, owners: { gpio: gpio.owner, i2c: i2c.owner } }
}

export function readBootConfig(root = ''): BootConfig | undefined {
  const path = ['/boot/firmware/config.txt', '/boot/config.txt'].find(each => existsSync(root + each))
  return path === undefined ? undefined : { path, text: readOrEmpty(root + path), loadsI2cDev: loadsI2cDev(root) }
}

/** Where systemd and the kernel find what to load at every start. */
const MODULE_FOLDERS = [
  '/etc/modules-load.d',
  '/run/modules-load.d',
  '/usr/lib/modules-load.d',
  '/usr/local/lib/modules-load.d',
]

function loadsI2cDev(root: string): boolean {
  const inFolder = (folder: string) => (listFolder(root + folder) ?? []).map(name => `${folder}/${name}`)
  const lists = ['/etc/modules', ...MODULE_FOLDERS.flatMap(inFolder)].map(path => readOrEmpty(root + path))
  const builtIn = readOrEmpty(`${root}/lib/modules/${release()}/modules.builtin`)
  return (
    lists.some(text => /^\s*i2c[-_]dev\s*$/m.test(text)) ||
    /\/i2c-dev\.ko$/m.test(builtIn) ||
    /\bmodules[-_]load=\S*i2c[-_]dev/.test(readOrEmpty(`${root}/proc/cmdline`))
  )
}

export async function clockFacts(): Promise<ClockFacts> {
  const [timedatectl, tracking, chronyc] = await Promise.all([
    outputOf('timedatectl', 'show', '--property=NTPSynchronized', '--value'),
    askChrony(realTimers),
    // Where chronyd has no UDP port (cmdport 0), root still reaches it.
    outputOf('chronyc', 'tracking'),
  ])
  return {
    timesync: existsSync('/run/systemd/timesync/synchronized'),
    timedatectl: timedatectl === undefined ? undefined : timedatectl.trim() === 'yes',
    chrony: tracking?.synced ?? (chronyc === undefined ? undefined : /^Leap status\s*:\s*Normal/m.test(chronyc)),
    errMs: tracking?.errMs,
  }
}

/** RLIMIT_RTPRIO of this process, soft; Infinity where it is unlimited. */
export function realtimeLimit(limits = readOrEmpty('/proc/self/limits')): number {
  const soft = /^Max realtime priority\s+(\S+)/m.exec(limits)?.[1] ?? '0'
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft)
}

async function outputOf(program: string, ...args: string[]): Promise<string | undefined> {
  try {
    return (await promisify(execFile)(program, args, { timeout: TIMEOUT_MS })).stdout
  } catch {
    return undefined
  }
}

function groupLines(groupFile: string): string[][] {
  return groupFile.split('\n').map(line => line.split(':'))
}

function mayOpen(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}
