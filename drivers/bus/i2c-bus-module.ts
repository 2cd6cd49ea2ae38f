import type { NativeModule } from '../contract.ts'
import { type I2cBus, type I2cPlace, i2cError } from './i2c-interface.ts'
import { loadNative } from './load-native-module.ts'

export const I2C_BUS: NativeModule = { name: 'i2c-bus', builtPackage: 'i2c-bus' }

/** What is used of the npm module i2c-bus. */
export interface I2cBusModule {
  openSync(bus: number): {
    i2cFuncsSync(): unknown
    i2cReadSync(address: number, length: number, into: Buffer): number
    i2cWriteSync(address: number, length: number, bytes: Buffer): number
    readI2cBlockSync(address: number, register: number, length: number, into: Buffer): number
    closeSync(): void
  }
}

/**
 * Through the npm module i2c-bus, which works in one thread of a process only: the neuron's.
 * @throws DriverError
 */
export function openI2cBus(place: I2cPlace, module: I2cBusModule = loadNative('i2c-bus')): I2cBus {
  const { address } = place
  const bus = attempt(place, () => module.openSync(place.bus))
  // openSync never fails: the first call that opens the device file tells the truth.
  attempt(place, () => bus.i2cFuncsSync())
  return {
    transport: 'i2c-bus',
    write(bytes) {
      try {
        bus.i2cWriteSync(address, bytes.length, bytes)
      } catch (cause) {
        throw i2cError(place, cause)
      }
    },
    read(into) {
      try {
        bus.i2cReadSync(address, into.length, into)
      } catch (cause) {
        throw i2cError(place, cause)
      }
    },
    writeRead(bytes, into) {
      try {
        // The module has a repeated start for one written byte only, and for at most 32 read ones.
        bus.readI2cBlockSync(address, bytes.readUInt8(0), into.length, into)
      } catch (cause) {
        throw i2cError(place, cause)
      }
    },
    close: () => bus.closeSync(),
  }
}

function attempt<Result>(place: I2cPlace, action: () => Result): Result {
  try {
    return action()
  } catch (cause) {
    throw i2cError(place, cause)
  }
}
