/** GPIO chips of this machine. They are found by label: their numbers change with board and kernel. */
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import type { Libc } from '../bus/libc.ts'
import { DriverError } from '../contract.ts'

/** The chips that drive the header: Pi 0 to 3, Pi 4, Pi 5. There line N is GPIO N. */
export const HEADER_LABELS = ['pinctrl-bcm2835', 'pinctrl-bcm2711', 'pinctrl-rp1']

/** GPIO_GET_CHIPINFO_IOCTL of linux/gpio.h: name, label (32 bytes each), lines. */
const CHIPINFO = 0x8044b401

export interface GpioChip {
  /** `pinctrl-rp1` */
  readonly label: string
  readonly lines: number
  /** `/dev/gpiochip0`; for the old sysfs interface its folder. */
  readonly path: string
}

/** A chip of the old sysfs interface: line N has the number base + N. */
export interface SysfsChip extends GpioChip {
  readonly base: number
}

/** The chips of the character device that this user may open. */
export function cdevChips(libc: Libc, root = ''): GpioChip[] {
  return numbered(`${root}/dev`).flatMap(name => {
    const path = `${root}/dev/${name}`
    const info = Buffer.alloc(68)
    try {
      const fd = openSync(path, 'r+')
      const result = libc.ioctl(fd, CHIPINFO, info)
      closeSync(fd)
      if (result < 0) return []
    } catch {
      return []
    }
    const label = info.toString('latin1', 32, 64).replace(/\0.*$/s, '')
    return [{ label, lines: info.readUInt32LE(64), path }]
  })
}

/** The chips of the old interface; none where the kernel is built without it. */
export function sysfsChips(root = ''): SysfsChip[] {
  const folder = `${root}/sys/class/gpio`
  return numbered(folder).map(name => {
    const path = `${folder}/${name}`
    const value = (file: string) => readFileSync(`${path}/${file}`, 'utf8').trim()
    return { label: value('label'), lines: Number(value('ngpio')), base: Number(value('base')), path }
  })
}

/** Paths of the character devices that exist, whether or not this user may open them. */
export function cdevPaths(root = ''): string[] {
  return numbered(`${root}/dev`).map(name => `${root}/dev/${name}`)
}

/**
 * The chip with the label, or the header's where no label is given.
 * @throws DriverError 'absent' with the labels that there are; 'misused' when it has too few lines.
 */
export function pickChip<Chip extends GpioChip>(chips: readonly Chip[], label: string, line: number): Chip {
  const wanted = label === '' ? HEADER_LABELS : [label]
  // Bookworm links an old name to the same chip, so the first of equals is as good as the second.
  const chip = chips.find(each => wanted.includes(each.label))
  if (chip === undefined)
    throw new DriverError(
      'absent',
      `No GPIO chip is labelled ${wanted.join(' or ')}; there are: ${chips.map(each => each.label).join(', ') || 'none'}. ` +
        'On another board than a Raspberry Pi name its label with chip.',
    )
  if (line >= chip.lines)
    throw new DriverError('misused', `${chip.label} has no line ${line}, must be 0 to ${chip.lines - 1}.`)
  return chip
}

function numbered(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter(name => /^gpiochip\d+$/.test(name))
    return names.sort((a, b) => Number(a.slice(8)) - Number(b.slice(8)))
  } catch {
    return []
  }
}
