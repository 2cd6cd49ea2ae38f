/** Checks board, kernel, Node.js and the user's groups. Pure. */
import type { Board } from '../../../drivers/board.ts'
import type { DeviceOwner } from '../../../drivers/bus/device-owner.ts'
import { type Check, fail, ok, skip, warn } from './check-result-and-format.ts'
import { type Requirements, requiresHardware } from './config-requirements.ts'

export interface SystemFacts {
  readonly board: Board
  /** `Debian GNU/Linux 13 (trixie)`; '' where unknown. */
  readonly distribution: string
  readonly platform: string
  readonly arch: string
  /** As `uname -m` says it: aarch64, armv6l. */
  readonly machine: string
  readonly kernel: string
  /** `v20.20.2` */
  readonly node: string
  readonly abi: string
  readonly user: string
  readonly root: boolean
  /** Groups of this process. */
  readonly groups: readonly string[]
  /** Groups that the user has been added to; they are in force from the next login on. */
  readonly granted: readonly string[]
  /** The groups that there are; undefined where that is not known. */
  readonly existing?: readonly string[]
}

/** May the device files be opened? `none` where there are no such files. */
export interface DeviceAccess {
  readonly gpio: 'none' | 'yes' | 'no'
  readonly i2c: 'none' | 'yes' | 'no'
  /** Who may open the files that this user may not. */
  readonly owners?: { readonly gpio: DeviceOwner | undefined; readonly i2c: DeviceOwner | undefined }
}

const OLDEST_KERNEL = [5, 10] as const
const OLDEST_NODE = [20, 11] as const

/** @param folder where neurond is installed, with its udev rules */
export function checkSystem(facts: SystemFacts, needs: Requirements, access: DeviceAccess, folder = '.'): Check[] {
  return [checkBoard(facts, needs), checkKernel(facts), checkNode(facts), checkGroups(facts, needs, access, folder)]
}

function checkBoard({ board, arch, distribution }: SystemFacts, needs: Requirements): Check {
  const system = distribution === '' ? arch : `${arch}, ${distribution}`
  if (board.raspberryPi) return ok('board', `${board.model} (${system})`)
  const name = board.model === '' ? 'no Raspberry Pi' : `${board.model}, which is no Raspberry Pi`
  if (!requiresHardware(needs)) return ok('board', `${name} (${system}): knob and outputs can be simulated`)
  const fix =
    'where there is no such hardware: --config config/desktop.yaml; on another board name the label of its GPIO chip (outputs: chip)'
  return warn('board', `${name} (${system}), but the configuration asks for real hardware`, fix)
}

function checkKernel({ platform, kernel, machine }: SystemFacts): Check {
  if (platform !== 'linux') {
    return warn(
      'kernel',
      `${platform} ${kernel}: hardware needs Linux; here everything is simulated`,
      'use a Raspberry Pi',
    )
  }
  const text = `Linux ${kernel} (${machine})`
  if (isOlder(kernel, OLDEST_KERNEL)) {
    const why = `${text}: before ${OLDEST_KERNEL.join('.')} there is no GPIO interface that works on every board`
    return fail('kernel', why, 'sudo apt full-upgrade && sudo reboot')
  }
  if (machine !== 'armv6l') return ok('kernel', text)
  const fix = 'use a Pi Zero 2 or newer, or go on: auto drives the lines by sysfs, and reads the knob by i2c-bus'
  return warn('kernel', `${text}: koffi is not made for this processor`, fix)
}

function checkNode({ node, abi, arch }: SystemFacts): Check {
  const text = `${node} (${arch}, module ABI ${abi})`
  if (!isOlder(node.slice(1), OLDEST_NODE)) return ok('node', text)
  const fix = 'curl -fsSL https://deb.nodesource.com/setup_22.x | sudo -E bash - && sudo apt install nodejs'
  return fail('node', `${text} is too old, must be ${OLDEST_NODE.join('.')} or newer`, fix)
}

function checkGroups(facts: SystemFacts, needs: Requirements, access: DeviceAccess, folder: string): Check {
  const { user, root, groups, granted } = facts
  if (root) return ok('groups', `${user} may open every device; neurond does not need root, gpio and i2c are enough`)
  const kinds = DEVICE_KINDS.filter(
    kind => needs[kind] && access[kind] !== 'yes' && !(access[kind] === 'none' && groups.includes(kind)),
  )
  const list = groups.join(', ') || 'none'
  if (!requiresHardware(needs)) return skip('groups', `${user} (${list}): simulated hardware needs none`)
  if (kinds.length === 0) return ok('groups', `${user} (${list})`)
  const closed = kinds.filter(kind => owningGroup(kind, facts, access) === undefined)
  const missing = [...new Set(kinds.map(kind => owningGroup(kind, facts, access) ?? kind))]
  if (closed.length > 0) {
    const whose = closed.map(kind => {
      const path = access.owners?.[kind]?.path
      return path === undefined ? `there is no group ${kind}` : `${path} is root's alone`
    })
    return fail(
      'groups',
      `${user} (${list}) may not use the hardware: ${whose.join(', ')}`,
      rulesFix(user, missing, folder),
    )
  }
  const pending = missing.filter(group => granted.includes(group) && !groups.includes(group))
  if (pending.length === missing.length) {
    const text = `${user} has been added to ${pending.join(' and ')}, but this login does not know it yet`
    return fail('groups', text, 'log out and in again, or sudo reboot')
  }
  if (missing.every(group => groups.includes(group))) {
    const text = `${user} is in ${missing.join(' and ')}, but the devices belong to another group`
    return fail('groups', text, 'see ls -l /dev/gpiochip* /dev/i2c-*, and add the user to the group that owns them')
  }
  const fix = `sudo usermod -aG ${missing.join(',')} ${user}, then log out and in again`
  return fail('groups', `${user} (${list}) may not use the hardware: not in ${missing.join(' and ')}`, fix)
}

const DEVICE_KINDS = ['gpio', 'i2c'] as const

/** The group that may use these devices: on Raspberry Pi OS of the same name, elsewhere dialout, or none; undefined then. */
function owningGroup(kind: 'gpio' | 'i2c', { existing }: SystemFacts, { owners }: DeviceAccess): string | undefined {
  const owner = owners?.[kind]
  if (owner !== undefined) return owner.group
  return existing === undefined || existing.includes(kind) ? kind : undefined
}

function rulesFix(user: string, groups: readonly string[], folder: string): string {
  return [
    'sudo groupadd --system --force gpio; sudo groupadd --system --force i2c',
    `sudo cp '${folder}/systemd/70-neurond.rules' /etc/udev/rules.d/ && sudo udevadm control --reload && sudo udevadm trigger --action=add`,
    `sudo usermod -aG ${groups.join(',')} ${user}, then log out and in again`,
    '(sudo neurond service install does the first two, and runs the neuron as a user of its own)',
  ].join('\n')
}

function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number.parseFloat)
  return a < major || (a === major && b < minor)
}
