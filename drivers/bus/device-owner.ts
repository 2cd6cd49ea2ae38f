/** Which group may use a device file: Raspberry Pi OS, Debian, Ubuntu and others differ in that. */
import { readFileSync, statSync } from 'node:fs'

export interface DeviceOwner {
  readonly path: string
  /** The group that may write it; undefined where that is root's alone. */
  readonly group: string | undefined
}

/** Some files under /sys can only be written. */
const GROUP_MAY_WRITE = 0o020

/** @param root Where / is, for tests; the path has it already. */
export function deviceOwner(path: string, root = ''): DeviceOwner | undefined {
  try {
    const { gid, mode } = statSync(path)
    const isOpen = gid !== 0 && (mode & GROUP_MAY_WRITE) !== 0
    return { path, group: isOpen ? groupName(gid, root) : undefined }
  } catch {
    return undefined
  }
}

function groupName(gid: number, root: string): string {
  const lines = readFileSync(`${root}/etc/group`, 'utf8').split('\n')
  return lines.map(line => line.split(':')).find(([, , number]) => Number(number) === gid)?.[0] ?? String(gid)
}

/**
 * What lets the user open a device: its group, or neurond's own udev rules where root alone may.
 * @param usual The group that Raspberry Pi OS gives it to.
 */
export function permissionAdvice(usual: 'gpio' | 'i2c'): (path: string | undefined) => string {
  return path => {
    const owner = path === undefined ? undefined : deviceOwner(path)
    if (owner !== undefined && owner.group === undefined)
      return (
        `Only root may use ${path}: \`sudo neurond service install\` makes the group ${usual} and the udev rules that let ` +
        'it, or see `neurond doctor`.'
      )
    return `Add the user to the group: \`sudo usermod -aG ${owner?.group ?? usual} $USER\`, then log in again.`
  }
}
