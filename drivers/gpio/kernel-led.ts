import { readdirSync, readFileSync } from 'node:fs'
import { type Advice, hardwareError } from '../bus/errno.ts'
import type { Context, Options, Output, OutputDriver } from '../contract.ts'
import { recoveringSwitch, type Switch } from '../recovering.ts'
import { gammaTable, levelInTable } from './brightness-gamma.ts'
import { openValue } from './sysfs-files.ts'

/** An LED of the kernel (/sys/class/leds): made by dtoverlay=gpio-led, or one on the board itself. */
export const kernelLed = {
  name: 'led',
  kind: 'output',
  help: 'a lamp of the kernel, /sys/class/leds/NAME (dtoverlay=gpio-led,gpio=17,label=neuron)',
  thread: 'neuron',
  dims: true,
  fields: { label: { type: 'text', default: 'neuron', help: 'name of the folder under /sys/class/leds' } },
  linesOf: ({ label }) => [`the LED ${label}`],
  /** @param root Where /sys is, for tests. */
  open(options: Options, context: Context, root = ''): Output {
    const label = options.label as string
    const leds = `${root}/sys/class/leds`
    const drive = recoveringSwitch(() => openLed(leds, label), context.nowMs)
    let brightness = 0
    const applyBrightness = (led: KernelLed) => led.dim(brightness)
    const dim = (wanted: number) => {
      brightness = wanted
      drive.use(applyBrightness)
    }
    return {
      description: `LED ${label} of the kernel`,
      mocked: false,
      set: drive.set,
      // An LED on a plain GPIO line has only 0 and 1.
      ...(drive.use(led => led.steps) > 1 && { dim }),
      close: drive.close,
    }
  },
} as const satisfies OutputDriver

interface KernelLed extends Switch {
  /** Its brightness goes from 0 to this. */
  readonly steps: number
  dim(brightness: number): void
}

function openLed(leds: string, label: string): KernelLed {
  const path = `${leds}/${label}/brightness`
  const advice: Advice = {
    absent: `There are: ${names(leds)}. Add dtoverlay=gpio-led,gpio=17,label=${label} to config.txt and restart.`,
    permission: `Root's own by default: install neurond's udev rule, or \`sudo chmod a+w ${path}\`.`,
  }
  const bright = maxBrightness(`${leds}/${label}/max_brightness`, advice)
  const dark = Buffer.from('0')
  const steps = Number(bright.toString())
  const table = gammaTable(steps)
  const brightness = openValue(path, advice)
  // 0 also takes the LED from a trigger that blinks it (Documentation/leds/leds-class.rst).
  brightness.write(dark)
  return {
    steps,
    set: on => brightness.write(on ? bright : dark),
    dim: wanted => brightness.write(levelInTable(table, wanted)),
    close() {
      try {
        brightness.write(dark)
      } finally {
        brightness.close()
      }
    },
  }
}

function maxBrightness(path: string, advice: Advice): Buffer {
  try {
    return Buffer.from(readFileSync(path, 'latin1').trim())
  } catch (cause) {
    throw hardwareError(path, cause, advice)
  }
}

function names(leds: string): string {
  try {
    return readdirSync(leds).join(', ') || 'none'
  } catch {
    return 'none'
  }
}
