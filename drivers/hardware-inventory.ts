/** The hardware of this machine: board, GPIO and PWM chips, I2C buses, ADCs of the kernel. Reading never fails. */
import { readdirSync, readFileSync } from 'node:fs'
import { type KernelAdc, kernelAdcs } from './adc/find-kernel-adcs.ts'
import { type Board, readBoard } from './board.ts'
import type { Libc } from './bus/libc.ts'
import { cdevChips, cdevPaths, type GpioChip, type SysfsChip, sysfsChips } from './gpio/chips.ts'
import { type PwmChip, pwmChips } from './gpio/pwm.ts'

export interface HardwareInventory {
  readonly board: Board
  /** /dev/gpiochipN, whether or not this user may open them. */
  readonly gpioPaths: readonly string[]
  /** Those of them that could be opened. */
  readonly gpioChips: readonly GpioChip[]
  readonly sysfsChips: readonly SysfsChip[]
  readonly pwmChips: readonly PwmChip[]
  readonly i2cBuses: readonly I2cAdapter[]
  readonly kernelAdcs: readonly KernelAdc[]
}

interface I2cAdapter {
  /** N of /dev/i2c-N. */
  readonly bus: number
  /** `bcm2835 (i2c@7e804000)` */
  readonly name: string
}

/**
 * @param libc Without it the character devices are not opened, and stay without labels.
 * @param root Where /dev, /proc and /sys are, for tests.
 */
export function readHardwareInventory(libc?: Libc, root = ''): HardwareInventory {
  return {
    board: readBoard(root),
    gpioPaths: cdevPaths(root),
    gpioChips: libc === undefined ? [] : cdevChips(libc, root),
    sysfsChips: sysfsChips(root),
    pwmChips: pwmChips(root),
    i2cBuses: i2cAdapters(root),
    kernelAdcs: kernelAdcs(root),
  }
}

function i2cAdapters(root: string): I2cAdapter[] {
  const found = entries(`${root}/dev`).flatMap(entry => {
    const match = /^i2c-(\d+)$/.exec(entry)
    return match === null ? [] : [{ bus: Number(match[1]), name: adapterName(root, entry) }]
  })
  return found.sort((a, b) => a.bus - b.bus)
}

function adapterName(root: string, entry: string): string {
  try {
    return readFileSync(`${root}/sys/class/i2c-dev/${entry}/name`, 'utf8').trim()
  } catch {
    return ''
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
