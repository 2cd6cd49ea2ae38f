import { accessSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { type Advice, hardwareError } from '../bus/errno.ts'
import { loadNative } from '../bus/native.ts'
import { recovering } from '../bus/recovery.ts'
import { type Context, DriverError, type Options, type Output, type OutputDriver } from '../contract.ts'
import { pickChip, type SysfsChip, sysfsChips } from './chips.ts'
import { type Drive, type LineOptions, lineFields, turnOff, turnOn } from './line.ts'
import { exportOnce, writable } from './sysfs.ts'

/** What is used of the npm module onoff. */
export interface OnoffModule {
  readonly Gpio: new (
    number: number,
    direction: 'low' | 'high',
    options: { activeLow: boolean },
  ) => {
    direction(): string
    writeSync(value: 0 | 1): void
    unexport(): void
  }
}

/** The world around the driver, for tests. */
export interface OnoffWorld {
  readonly module: () => OnoffModule
  readonly root: string
  readonly mainThread: boolean
  readonly access: (path: string, mode: number) => void
}

const WORLD: OnoffWorld = {
  module: () => loadNative('onoff', 'epoll'),
  root: '',
  mainThread: isMainThread,
  access: accessSync,
}

const ADVICE: Advice = {
  permission: 'Add the user to the group: `sudo usermod -aG gpio $USER`, then log in again.',
  busy: 'Another program or a kernel driver holds it: see `gpioinfo`.',
  absent: 'The kernel is built without the old GPIO interface, or the chip was removed: use the driver cdev.',
}

/** The npm module onoff, on the old sysfs interface. Its native part crashes a process that loads it in a worker. */
export const onoff = {
  name: 'onoff',
  kind: 'output',
  help: 'a GPIO line by the npm module onoff and /sys/class/gpio; in the main thread, so its edges may come later',
  thread: 'main',
  fields: lineFields,
  open(options: Options, context: Context, world: OnoffWorld = WORLD): Output {
    const { line, chip: label } = options as LineOptions
    if (!world.mainThread)
      throw new DriverError(
        'misused',
        'onoff crashes the process outside of the main thread. Name it as the driver of this output (not auto), ' +
          'and it is opened there.',
      )
    const module = world.module()
    const find = () => pickChip(presentChips(world.root), label, line)
    const chip = find()
    const drive = recovering(() => openLine(module, world, find(), options, context), context.nowMs)
    return {
      description: `GPIO${line} on ${chip.label} by onoff (/sys/class/gpio/gpio${chip.base + line})`,
      mocked: false,
      set: on => drive.use(on ? turnOn : turnOff),
      close: drive.close,
    }
  },
} as const satisfies OutputDriver

function presentChips(root: string): SysfsChip[] {
  const chips = sysfsChips(root)
  if (chips.length === 0) throw new DriverError('absent', `/sys/class/gpio has no chips. ${ADVICE.absent}`)
  return chips
}

type Line = InstanceType<OnoffModule['Gpio']>

/** Exported here and not by onoff, which would wait for udev in a loop that blocks. */
function openLine(
  module: OnoffModule,
  { root, access }: OnoffWorld,
  chip: SysfsChip,
  options: Options,
  context: Context,
): Drive {
  const { line, activeLow } = options as LineOptions
  const number = chip.base + line
  const folder = `${root}/sys/class/gpio/gpio${number}`
  const files = ['value', 'direction', 'active_low'].map(file => `${folder}/${file}`)
  exportOnce(folder, `${root}/sys/class/gpio/export`, number, ADVICE)
  const exportedMs = context.nowMs()
  let gpio: Line | undefined
  set(false)

  /** Until udev has run, the line stays as the kernel exported it and what is set is forgotten. */
  function set(on: boolean): void {
    try {
      if (gpio === undefined && !writable(files, exportedMs, context.nowMs(), ADVICE, access)) return
      gpio ??= takeLine(module, number, activeLow)
      gpio.writeSync(on ? 1 : 0)
    } catch (cause) {
      throw hardwareError(`GPIO${line} on ${chip.label} (number ${number} in /sys/class/gpio)`, cause, ADVICE)
    }
  }

  return {
    set,
    close() {
      try {
        gpio?.writeSync(0)
      } finally {
        gpio?.unexport()
        gpio = undefined
      }
    },
  }
}

/** The direction word is the electrical level, whatever active_low says. */
function takeLine(module: OnoffModule, number: number, activeLow: boolean): Line {
  const gpio = new module.Gpio(number, activeLow ? 'high' : 'low', { activeLow })
  if (gpio.direction() === 'out') return gpio
  gpio.unexport()
  throw new DriverError('busy', `GPIO number ${number} cannot be made an output. ${ADVICE.busy}`)
}
