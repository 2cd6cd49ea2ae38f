import { isMainThread } from 'node:worker_threads'
import { loadNative } from '../bus/load-native-module.ts'
import {
  type Context,
  DriverError,
  type NativeModule,
  type Options,
  type Output,
  type OutputDriver,
} from '../contract.ts'
import type { Switch } from '../recovering.ts'
import { lineFields, linesOf } from './line-options.ts'
import { type ExportedLine, SYSFS_ADVICE, SYSFS_CONTEXT, type SysfsContext, sysfsOutput } from './sysfs-line.ts'

/** What is used of the npm module onoff. */
interface OnoffModule {
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
interface OnoffContext extends SysfsContext {
  readonly module: () => OnoffModule
  readonly mainThread: boolean
}

const ONOFF: NativeModule = { name: 'onoff', builtPackage: 'epoll' }

const WORLD: OnoffContext = {
  ...SYSFS_CONTEXT,
  module: () => loadNative(ONOFF.name, ONOFF.builtPackage),
  mainThread: isMainThread,
}

/** The npm module onoff, on the old sysfs interface. Its native part crashes a process that loads it in a worker. */
export const onoff = {
  name: 'onoff',
  kind: 'output',
  help: 'a GPIO line by the npm module onoff and /sys/class/gpio; in the main thread, so its edges may come later',
  thread: 'main',
  requires: { gpio: true, module: ONOFF },
  fields: lineFields,
  linesOf,
  open(options: Options, context: Context, world: OnoffContext = WORLD): Output {
    if (!world.mainThread)
      throw new DriverError(
        'misused',
        'onoff crashes the process outside of the main thread. Use the driver sysfs there: the same lines without onoff.',
      )
    const module = world.module()
    // Exported before onoff sees the line: it would wait for udev in a loop that blocks.
    return sysfsOutput('onoff', line => takeLine(module, line), options, context, world)
  },
} as const satisfies OutputDriver

/** The direction word is the electrical level, whatever active_low says. */
function takeLine(module: OnoffModule, { number, activeLow }: ExportedLine): Switch {
  const gpio = new module.Gpio(number, activeLow ? 'high' : 'low', { activeLow })
  if (gpio.direction() !== 'out') {
    gpio.unexport()
    throw new DriverError('busy', `GPIO number ${number} cannot be made an output. ${SYSFS_ADVICE.busy}`)
  }
  gpio.writeSync(0)
  return {
    set: on => gpio.writeSync(on ? 1 : 0),
    close() {
      try {
        gpio.writeSync(0)
      } finally {
        gpio.unexport()
      }
    },
  }
}
