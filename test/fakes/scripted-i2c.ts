import { type I2cBus, type I2cPlace, i2cError } from '../../drivers/bus/i2c-interface.ts'

/** One expected transaction: bytes written, then the chip's answer, or an error number. */
export interface Transaction {
  readonly write?: readonly number[]
  readonly read?: readonly number[]
  readonly fails?: number
}

/** An I2C chip that speaks by script; it complains of every byte that differs, and of what is left over. */
export function scriptedI2c(...script: readonly Transaction[]) {
  let next = 0
  const opened: I2cPlace[] = []
  let closed = 0

  function exchange(place: I2cPlace, written: Buffer | undefined, into: Buffer | undefined): void {
    const expected = script[next]
    const got = { write: written && [...written], reads: into?.length }
    const said = `transaction ${next}: ${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`
    if (expected === undefined) throw new Error(`Unexpected ${said}`)
    if (JSON.stringify(expected.write) !== JSON.stringify(got.write)) throw new Error(`Wrong ${said}`)
    next++
    if (expected.fails !== undefined) throw i2cError(place, expected.fails)
    if (expected.read?.length !== into?.length) throw new Error(`Wrong length in ${said}`)
    if (into !== undefined) Buffer.from(expected.read!).copy(into)
  }

  return {
    opened,
    closed: () => closed,
    open(place: I2cPlace): I2cBus {
      opened.push(place)
      return {
        transport: 'i2c-bus',
        write: bytes => exchange(place, bytes, undefined),
        read: into => exchange(place, undefined, into),
        writeRead: (bytes, into) => exchange(place, bytes, into),
        close: () => void closed++,
      }
    },
    done(): void {
      if (next < script.length) throw new Error(`${script.length - next} transactions of the script did not happen`)
    },
  }
}
