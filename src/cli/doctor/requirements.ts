/** What a configuration needs of the machine. Pure. */
import type { Config } from '../../config/schema.ts'

export interface Requirements {
  /** The GPIO lines of the board. */
  readonly gpio: boolean
  /** A chip on this I2C bus. */
  readonly i2c: { readonly bus: number; readonly address: number; readonly transport: string } | undefined
  readonly koffi: Requirement
  readonly i2cBus: Requirement
  readonly onoff: Requirement
}

/** `either`: this module or the other one of koffi and i2c-bus; `better`: the outputs also work without it. */
export type Requirement = 'yes' | 'either' | 'better' | 'no'

const CHIP_DRIVERS = ['ads1115', 'ads1015', 'pcf8591', 'ads7830', 'mcp3221', 'grove']

/** Drivers of the board's GPIO lines. */
const LINE_DRIVERS = ['cdev', 'sysfs', 'onoff', 'pigpio']

/** Off a Raspberry Pi `auto` may be simulated, and needs nothing. */
export function requirementsOf(
  { input, outputs }: Pick<Config, 'input' | 'outputs'>,
  raspberryPi: boolean,
): Requirements {
  const drivers = outputs.map(output => output.driver)
  const byCdev = drivers.includes('cdev')
  const byAuto = raspberryPi && drivers.includes('auto')
  const byOnoff = drivers.includes('onoff')
  const hasChip = CHIP_DRIVERS.includes(input.driver) || (input.driver === 'auto' && raspberryPi)
  const transport = String(input.transport ?? 'auto')
  const i2c = hasChip ? { bus: Number(input.bus ?? 1), address: Number(input.address ?? 0), transport } : undefined
  const byModule = i2c && transport !== 'koffi'
  return {
    gpio: byAuto || drivers.some(driver => LINE_DRIVERS.includes(driver)),
    i2c,
    koffi:
      byCdev || (i2c && transport === 'koffi')
        ? 'yes'
        : byModule && transport === 'auto'
          ? 'either'
          : byAuto
            ? 'better'
            : 'no',
    i2cBus: byModule ? (transport === 'auto' ? 'either' : 'yes') : 'no',
    onoff: byOnoff ? 'yes' : 'no',
  }
}

/** Does it need real hardware? */
export function requiresHardware(needs: Requirements): boolean {
  return needs.gpio || needs.i2c !== undefined
}
