import { DriverError, type Field, type NativeModule } from '../contract.ts'
import { I2C_BUS, openI2cBus } from './i2c-bus-module.ts'
import { limitTransfers, openI2cDev } from './i2c-dev.ts'
import type { I2cBus, I2cPlace, OpenI2c } from './i2c-interface.ts'
import { KOFFI } from './libc.ts'

/** The modules that reach a bus: one of them is enough. */
export const I2C_MODULES: readonly NativeModule[] = [KOFFI, I2C_BUS]

export const transportField = {
  type: 'choice',
  choices: ['auto', 'i2c-bus', 'koffi'],
  default: 'auto',
  help: 'how to reach the bus: the npm module i2c-bus, the kernel by koffi, or whichever of these loads first',
} as const satisfies Field

/** How to open a chip by the named transport. `auto`: koffi only where i2c-bus cannot be loaded. */
export function openI2cBy(
  transport: string,
  byModule: OpenI2c = openI2cBus,
  byKernel: OpenI2c = openI2cDev,
  limit: (bus: number) => void = limitTransfers,
): OpenI2c {
  return place => {
    limit(place.bus)
    if (transport === 'i2c-bus') return byModule(place)
    if (transport === 'koffi') return byKernel(place)
    return openEither(place, byModule, byKernel)
  }
}

function openEither(place: I2cPlace, byModule: OpenI2c, byKernel: OpenI2c): I2cBus {
  try {
    return byModule(place)
  } catch (first) {
    if (!isUnloadable(first)) throw first
    try {
      return byKernel(place)
    } catch (second) {
      if (!isUnloadable(second)) throw second
      throw new DriverError('unloadable', `No I2C transport. ${first.message} ${second.message}`, { cause: second })
    }
  }
}

function isUnloadable(cause: unknown): cause is DriverError {
  return cause instanceof DriverError && cause.fault === 'unloadable'
}
