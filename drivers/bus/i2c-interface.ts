import { readBoard } from '../board.ts'
import type { DriverError } from '../contract.ts'
import { permissionAdvice } from './device-owner.ts'
import { hardwareError } from './errno.ts'

/** One chip on an I2C bus. Every call blocks for as long as the transfer takes: 0.1 ms a byte at 100 kHz. */
export interface I2cBus {
  /** Which transport carries it. */
  readonly transport: 'i2c-bus' | 'koffi'
  /** @throws DriverError */
  write(bytes: Buffer): void
  /** Fills `into`. @throws DriverError */
  read(into: Buffer): void
  /** Write, then read after a repeated start: how a register is read. @throws DriverError */
  writeRead(bytes: Buffer, into: Buffer): void
  /** Calling it twice does no harm. */
  close(): void
}

export interface I2cPlace {
  /** N of /dev/i2c-N. */
  readonly bus: number
  /** Seven bits. */
  readonly address: number
}

/** @throws DriverError: no such bus, no permission, no transport. */
export type OpenI2c = (place: I2cPlace) => I2cBus

/** `0x48 on /dev/i2c-1` */
export function placeName(place: I2cPlace): string {
  return `${hex(place.address)} on /dev/i2c-${place.bus}`
}

export function hex(value: number, digits = 2): string {
  return `0x${value.toString(16).padStart(digits, '0')}`
}

/** ` (did you mean 0x48?)` of 48, where that is one of the `known` addresses; else ''. */
export function meantInHex(address: number, known: readonly number[]): string {
  const meant = Number.parseInt(String(address), 16)
  return meant !== address && known.includes(meant) ? ` (did you mean ${hex(meant)}?)` : ''
}

/** Loads the driver of /dev/i2c-N at every start, and now. */
export const LOAD_I2C_DEV = 'echo i2c-dev | sudo tee /etc/modules-load.d/i2c-dev.conf && sudo modprobe i2c-dev'

/** A failed transfer in words, with what fixes it. */
export function i2cError(place: I2cPlace, cause: unknown, raspberryPi = readBoard().raspberryPi): DriverError {
  const { bus, address } = place
  const way = raspberryPi
    ? `enable I2C with \`sudo raspi-config nonint do_i2c 0\` (or dtparam=i2c_arm=on in config.txt, a restart, and \`${LOAD_I2C_DEV}\`)`
    : `load the driver of I2C buses with \`${LOAD_I2C_DEV}\``
  return hardwareError(`I2C ${placeName(place)}`, cause, {
    absent: `There is no /dev/i2c-${bus}: ${way}, or choose another bus.`,
    permission: permissionAdvice('i2c'),
    silent: `Nothing answers at ${hex(address)}: check power, SDA, SCL and address (\`i2cdetect -y ${bus}\`).`,
    busy: `A kernel driver owns ${hex(address)}: read it with the driver \`iio\`, or remove its dtoverlay from config.txt.`,
    stuck: 'The bus is blocked: check SDA and SCL for a short, and switch the chip off and on.',
    misused: 'The adapter must allow plain I2C transfers, and an address is 0x03 to 0x77.',
  })
}
