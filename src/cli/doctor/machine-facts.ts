/** Reads facts of this machine from files and small programs. Reading never throws. */
import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { arch, machine, platform, release, userInfo } from 'node:os'
import { promisify } from 'node:util'
import { readBoard } from '../../../drivers/board.ts'
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

export function deviceAccess(root = ''): DeviceAccess {
  const devices = (listFolder(`${root}/dev`) ?? []).map(name => `${root}/dev/${name}`)
  const accessOf = (pattern: RegExp) => {
    const found = devices.filter(path => pattern.test(path))
    if (found.length === 0) return 'none'
    return found.some(isOpenable) ? 'yes' : 'no'
  }
  return { gpio: accessOf(/\/gpiochip\d+$/), i2c: accessOf(/\/i2c-\d+$/) }
}

export function readBootConfig(root = ''): BootConfig | undefined {
  const path = ['/boot/firmware/config.txt', '/boot/config.txt'].find(each => existsSync(root + each))
  return path === undefined ? undefined : { path, text: readOrEmpty(root + path) }
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

function isOpenable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}
