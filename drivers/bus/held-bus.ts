/** A bus whose data line something holds: every address seems to answer, and every byte is the same. */
import { DriverError } from '../contract.ts'
import { hex, type I2cBus, type I2cPlace, type OpenI2c } from './i2c-interface.ts'

/** Addresses that the I2C specification reserves: no chip has them, so whatever answers there is no chip. */
const RESERVED = [0x03, 0x07]

/** Could these bytes come from a line that never moves? A chip may send them too. Allocates nothing. */
export function areFlat(bytes: Uint8Array): boolean {
  const first = bytes[0]
  if (first !== 0x00 && first !== 0xff) return false
  for (const byte of bytes) if (byte !== first) return false
  return true
}

/** Do addresses answer, to a write and to a read, that no chip can have? Asking costs a fraction of a ms where none does. */
export function isHeld(bus: number, openBus: OpenI2c): boolean {
  const into = Buffer.alloc(1)
  return RESERVED.every(address => answers({ bus, address }, openBus, chip => chip.writeRead(NO_REGISTER, into)))
}

const NO_REGISTER = Buffer.of(0xff)

/** Whether something acknowledges this address. Whatever fails, there is no answer. */
export function answers(
  place: I2cPlace,
  openBus: OpenI2c,
  ask: (chip: I2cBus) => void = chip => chip.read(Buffer.alloc(1)),
): boolean {
  try {
    const chip = openBus(place)
    try {
      ask(chip)
      return true
    } finally {
      chip.close()
    }
  } catch {
    return false
  }
}

/** @param byte all that comes */
export function heldBus(bus: number, byte: number): DriverError {
  return new DriverError(
    'stuck',
    `The bus /dev/i2c-${bus} is stuck: every address answers, and every byte is ${hex(byte)}. ` +
      'Something holds SDA (pin 3): check it for a short, and switch the chip off and on (pull its supply wire); ' +
      'the bus is tried again every few seconds.',
  )
}
