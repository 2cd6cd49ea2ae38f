/** What a configuration needs of the machine. Pure. */
import { I2C_MODULES } from '../../../drivers/bus/i2c-transport.ts'
import type { Driver, NativeModule } from '../../../drivers/contract.ts'
import { DRIVERS } from '../../../drivers/registry.ts'
import type { Config } from '../../config/schema.ts'

export interface Requirements {
  /** The GPIO lines of the board. */
  readonly gpio: boolean
  /** A chip on this I2C bus, at any address if that is 0, and the driver that reads it. */
  readonly i2c:
    | { readonly bus: number; readonly address: number; readonly transport: string; readonly driver: string }
    | undefined
  /** Native modules by name; those that are missing are not needed. */
  readonly modules: Readonly<Record<string, Requirement>>
}

/** `either`: this module or another one that reaches the I2C bus; `better`: the outputs have another way too. */
export type Requirement = 'yes' | 'either' | 'better' | 'no'

/** Every native module that some driver may need. */
export const NATIVE_MODULES: readonly NativeModule[] = [
  ...I2C_MODULES,
  ...DRIVERS.flatMap(({ requires }) => requires?.module ?? []).filter(
    ({ name }, index, all) => !isForI2c(name) && all.findIndex(one => one.name === name) === index,
  ),
]

/** Does it reach the I2C bus? One of these is enough. */
export function isForI2c(module: string): boolean {
  return I2C_MODULES.some(({ name }) => name === module)
}

/** Off a Raspberry Pi `auto` may be simulated, and needs nothing. */
export function requirementsOf(
  { input, outputs }: Pick<Config, 'input' | 'outputs'>,
  raspberryPi: boolean,
): Requirements {
  const used = [driverNamed('adc', input.driver), ...outputs.map(({ driver }) => driverNamed('output', driver))]
  const required = used
    .filter(driver => raspberryPi || driver?.simulated !== 'off-pi')
    .flatMap(driver => driver?.requires ?? [])
  const transport = String(input.transport ?? 'auto')
  const needsI2c = required.some(one => one.i2c)
  return {
    gpio: required.some(one => one.gpio),
    i2c: needsI2c
      ? { bus: Number(input.bus ?? 1), address: Number(input.address ?? 0), transport, driver: input.driver }
      : undefined,
    // The strongest need comes last.
    modules: Object.fromEntries([
      ...required.flatMap(one => moduleNeed(one.preferredModule, 'better')),
      ...(needsI2c ? I2C_MODULES.flatMap(module => moduleNeed(module, needForI2c(module, transport))) : []),
      ...required.flatMap(one => moduleNeed(one.module, 'yes')),
    ]),
  }
}

export function driverNamed(kind: Driver['kind'], name: string): Driver | undefined {
  return DRIVERS.find(driver => driver.kind === kind && driver.name === name)
}

/** Does it need real hardware? */
export function requiresHardware(needs: Requirements): boolean {
  return needs.gpio || needs.i2c !== undefined
}

function moduleNeed(module: NativeModule | undefined, need: Requirement): [string, Requirement][] {
  return module === undefined || need === 'no' ? [] : [[module.name, need]]
}

function needForI2c({ name }: NativeModule, transport: string): Requirement {
  if (transport === 'auto') return 'either'
  return transport === name ? 'yes' : 'no'
}
