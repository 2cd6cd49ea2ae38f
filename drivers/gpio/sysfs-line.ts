import { accessSync, existsSync } from 'node:fs'
import { permissionAdvice } from '../bus/device-owner.ts'
import { type Advice, hardwareError } from '../bus/errno.ts'
import { type Context, DriverError, type Options, type Output, type OutputDriver } from '../contract.ts'
import { recoveringSwitch, type Switch } from '../recovering.ts'
import { pickChip, type SysfsChip, sysfsChips } from './chips.ts'
import { type LineOptions, lineFields, linesOf } from './line-options.ts'
import { exportOnce, openValue, writable, writeText } from './sysfs-files.ts'

/** The world around a line of the old interface, for tests. */
export interface SysfsContext {
  readonly root: string
  readonly access: (path: string, mode: number) => void
  readonly pauseMs: (durationMs: number) => void
}

/** A line that the kernel offers as a folder, and that this user may write. */
export interface ExportedLine {
  /** Base of the chip + line. */
  readonly number: number
  readonly folder: string
  readonly activeLow: boolean
}

export const SYSFS_ADVICE: Advice = {
  permission: permissionAdvice('gpio'),
  busy: 'Another program or a kernel driver holds it: see `gpioinfo`.',
  absent: 'The kernel is built without the old GPIO interface, or the chip was removed: use the driver cdev.',
}

/** At the first opening there is no neuron yet to be held up: udev usually needs 10 to 40 ms. */
const UDEV_WAIT = { tries: 25, pauseMs: 20 }

const ON = Buffer.from('1')
const OFF = Buffer.from('0')

export const SYSFS_CONTEXT: SysfsContext = {
  root: '',
  access: accessSync,
  pauseMs: durationMs => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs),
}

/** The old interface /sys/class/gpio by plain files: no native module, any thread; kernels that still have it. */
export const sysfs = {
  name: 'sysfs',
  kind: 'output',
  help: 'a GPIO line by the old kernel interface /sys/class/gpio; needs no native module',
  thread: 'neuron',
  triedByAuto: true,
  requires: { gpio: true },
  fields: lineFields,
  linesOf,
  open(options: Options, context: Context, world: SysfsContext = SYSFS_CONTEXT): Output {
    return sysfsOutput('sysfs', takeLine, options, context, world)
  },
} as const satisfies OutputDriver

/**
 * A line of the old interface, exported here; `take` makes it an inactive output once udev has handed over its files.
 * @param way What the description calls it.
 */
export function sysfsOutput(
  way: string,
  take: (line: ExportedLine) => Switch,
  options: Options,
  context: Context,
  world: SysfsContext,
): Output {
  const { line, chip: label } = options as LineOptions
  const find = () => pickChip(presentChips(world.root), label, line)
  const chip = find()
  const folder = `/sys/class/gpio/gpio${chip.base + line}`
  if (existsSync(world.root + folder))
    context.warn(
      `GPIO${line} is in /sys/class/gpio already (${folder}), left there by a program that was killed or still used by ` +
        'one: it is taken over.',
    )
  let tries = UDEV_WAIT.tries
  const drive = recoveringSwitch(() => {
    const opened = openLine(take, find(), options as LineOptions, context, world, tries)
    tries = 0
    return opened
  }, context.nowMs)
  return {
    description: `GPIO${line} on ${chip.label} by ${way} (${folder})`,
    mocked: false,
    set: drive.set,
    close: drive.close,
  }
}

function presentChips(root: string): SysfsChip[] {
  const chips = sysfsChips(root)
  if (chips.length === 0) throw new DriverError('absent', `/sys/class/gpio has no chips. ${SYSFS_ADVICE.absent}`)
  return chips
}

/** @param tries How often udev is waited for; after that, what is set before it has run is forgotten. */
function openLine(
  take: (line: ExportedLine) => Switch,
  chip: SysfsChip,
  { line, activeLow }: LineOptions,
  context: Context,
  { root, access, pauseMs }: SysfsContext,
  tries: number,
): Switch {
  const number = chip.base + line
  const what = `GPIO${line} on ${chip.label} (number ${number} in /sys/class/gpio)`
  const folder = `${root}/sys/class/gpio/gpio${number}`
  const files = ['value', 'direction', 'active_low'].map(file => `${folder}/${file}`)
  const foreign = existsSync(folder)
  exportOnce(folder, `${root}/sys/class/gpio/export`, number, SYSFS_ADVICE)
  const exportedMs = context.nowMs()
  let taken: Switch | undefined

  /** False until udev has run: until then the line stays as the kernel exported it. */
  function acquire(): boolean {
    try {
      if (taken === undefined && !writable(files, exportedMs, context.nowMs(), SYSFS_ADVICE, access)) return false
      taken ??= take({ number, folder, activeLow })
      return true
    } catch (cause) {
      throw hardwareError(what, cause, SYSFS_ADVICE)
    }
  }

  /** A line that others have exported, and that was never taken, stays theirs. */
  function release(): void {
    const ours = !foreign || taken !== undefined
    try {
      taken?.close()
    } finally {
      taken = undefined
      if (ours && existsSync(folder)) writeText(`${root}/sys/class/gpio/unexport`, String(number))
    }
  }

  try {
    for (let k = 0; !acquire() && k < tries; k++) pauseMs(UDEV_WAIT.pauseMs)
  } catch (error) {
    attempt(release)
    throw error
  }
  if (taken === undefined && tries > 0)
    context.warn(`${what}: udev has not handed over its files yet; until it does, pulses are not seen.`)
  return {
    set(on) {
      if (!acquire()) return
      try {
        taken?.set(on)
      } catch (cause) {
        throw hardwareError(what, cause, SYSFS_ADVICE)
      }
    },
    close: release,
  }
}

function attempt(action: () => void): void {
  try {
    action()
  } catch {
    // What could not be taken may not let itself be given back either.
  }
}

/** The direction word is the electrical level, whatever active_low says; the value is the logical one. */
function takeLine({ folder, activeLow }: ExportedLine): Switch {
  writeText(`${folder}/active_low`, activeLow ? '1' : '0', SYSFS_ADVICE)
  writeText(`${folder}/direction`, activeLow ? 'high' : 'low', SYSFS_ADVICE)
  const value = openValue(`${folder}/value`, SYSFS_ADVICE)
  return {
    set: on => value.write(on ? ON : OFF),
    close() {
      try {
        value.write(OFF)
      } finally {
        value.close()
      }
    },
  }
}
