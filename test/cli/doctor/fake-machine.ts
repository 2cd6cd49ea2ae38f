import { boardOf } from '../../../drivers/board.ts'
import type { HardwareInventory } from '../../../drivers/hardware-inventory.ts'
import type { DeviceAccess, SystemFacts } from '../../../src/cli/doctor/board-node-and-groups.ts'
import type { KnobReading } from '../../../src/cli/doctor/check-knob-samples.ts'
import { requirementsOf } from '../../../src/cli/doctor/config-requirements.ts'

export const PI3 = 'Raspberry Pi 3 Model B Rev 1.2'
export const PI4 = 'Raspberry Pi 4 Model B Rev 1.4'
export const PI5 = 'Raspberry Pi 5 Model B Rev 1.0'

/** A healthy Raspberry Pi 4 with its user in all groups. */
export function system(changed: Partial<SystemFacts> & { readonly model?: string } = {}): SystemFacts {
  const { model = PI4, ...rest } = changed
  return {
    board: boardOf(model),
    distribution: 'Debian GNU/Linux 13 (trixie)',
    platform: 'linux',
    arch: 'arm64',
    machine: 'aarch64',
    kernel: '6.12.34+rpt-rpi-v8',
    node: 'v22.20.0',
    abi: '127',
    user: 'pi',
    root: false,
    groups: ['pi', 'gpio', 'i2c'],
    granted: ['gpio', 'i2c'],
    ...rest,
  }
}

export const OPEN: DeviceAccess = { gpio: 'yes', i2c: 'yes' }
export const BARRED: DeviceAccess = { gpio: 'no', i2c: 'no' }
export const NO_DEVICES: DeviceAccess = { gpio: 'none', i2c: 'none' }

/** The label, sysfs base and lines of the header's chip. */
const HEADERS: Readonly<Record<string, readonly [string, number, number]>> = {
  [PI3]: ['pinctrl-bcm2835', 512, 54],
  [PI4]: ['pinctrl-bcm2711', 512, 58],
  [PI5]: ['pinctrl-rp1', 569, 54],
}

export function machine(model = PI4, changed: Partial<HardwareInventory> = {}): HardwareInventory {
  const [label, base, lines] = HEADERS[model] ?? ['', 0, 0]
  const isPi = label !== ''
  return {
    board: boardOf(model),
    gpioPaths: isPi ? ['/dev/gpiochip0'] : [],
    gpioChips: isPi ? [{ label, lines, path: '/dev/gpiochip0' }] : [],
    sysfsChips: isPi ? [{ label, lines, base, path: `/sys/class/gpio/gpiochip${base}` }] : [],
    pwmChips: [],
    i2cBuses: isPi ? [{ bus: 1, name: 'bcm2835 (i2c@7e804000)' }] : [],
    kernelAdcs: [],
    ...changed,
  }
}

/** 200 reads, 4 ms apart, of what `levelAt` gives. */
export function reading(levelAt: (k: number) => number, changed: Partial<KnobReading> = {}): KnobReading {
  const ticks = Array.from({ length: 200 }, (_, k) => k)
  return {
    description: 'ADS1115 at 0x48 on /dev/i2c-1, channel 0, by koffi',
    mocked: false,
    fullScaleVolts: 3.3,
    openInputVolts: [0.3, 0.6],
    levels: ticks.map(levelAt),
    atMs: ticks.map(k => 4 * k),
    tookMs: ticks.map(() => 0.5),
    errors: 0,
    message: '',
    warnings: [],
    ...changed,
  }
}

/** Noise that looks random and is the same every time, of standard deviation 1. */
export function wobble(k: number): number {
  const x = Math.sin(12.9898 * k + 4.1414) * 43758.5453
  return (x - Math.floor(x) - 0.5) * Math.sqrt(12)
}

/** A configuration with this driver of the knob, these options of it, and one output. */
export function configured(input: string, output: string, options = {}) {
  return { input: { driver: input, ...options }, outputs: [{ name: output, driver: output }] } as never
}

export const ON_PI = requirementsOf(configured('auto', 'auto'), true)
export const SIMULATED = requirementsOf(configured('mock', 'mock'), false)
