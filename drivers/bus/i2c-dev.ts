import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { type I2cBus, type I2cPlace, i2cError } from './i2c-interface.ts'
import { type I2cMessage, type I2cTransfer, type Libc, loadLibc } from './libc.ts'

// linux/i2c-dev.h, linux/i2c.h
const I2C_TIMEOUT = 0x0702
const I2C_SLAVE = 0x0703
const I2C_RDWR = 0x0707
const I2C_M_RD = 0x0001

/**
 * Through the kernel's own interface (Documentation/i2c/dev-interface.rst), in any thread and without a compiler.
 * @param root Where /dev is, for tests.
 * @throws DriverError
 */
export function openI2cDev(place: I2cPlace, libc: Libc = loadLibc(), root = ''): I2cBus {
  let fd = openFor(place, libc, root)
  const nothing = Buffer.alloc(0)
  const written: I2cMessage = {
    addr: place.address,
    flags: 0,
    len: 0,
    buf: nothing,
  }
  const wanted: I2cMessage = {
    addr: place.address,
    flags: I2C_M_RD,
    len: 0,
    buf: nothing,
  }
  const transfer: I2cTransfer = { msgs: [written, wanted], nmsgs: 2 }
  return {
    transport: 'koffi',
    write(bytes) {
      try {
        writeSync(fd, bytes, 0, bytes.length, null)
      } catch (cause) {
        throw i2cError(place, cause)
      }
    },
    read(into) {
      try {
        readSync(fd, into, 0, into.length, null)
      } catch (cause) {
        throw i2cError(place, cause)
      }
    },
    writeRead(bytes, into) {
      written.buf = bytes
      written.len = bytes.length
      wanted.buf = into
      wanted.len = into.length
      const result = libc.ioctl(fd, I2C_RDWR, transfer)
      if (result < 0) throw i2cError(place, result)
    },
    close() {
      if (fd >= 0) closeSync(fd)
      fd = -1
    },
  }
}

/**
 * How long the kernel may wait for one transfer on a blocked bus, ms, in place of its own second: no spike is shown
 * meanwhile. The longest transfer that is usual, a picture of 1 kB at 100 kHz, takes 100 ms.
 */
export const LONGEST_TRANSFER_MS = 250

/**
 * Bound the time that a blocked bus may take of a thread, for all that use this bus. Where that is not possible, the
 * kernel's own bound holds.
 * @param root Where /dev is, for tests.
 */
export function limitTransfers(bus: number, load = loadLibc, root = ''): void {
  try {
    const libc = load()
    const fd = openSync(`${root}/dev/i2c-${bus}`, 'r+')
    try {
      // In units of 10 ms.
      libc.ioctl(fd, I2C_TIMEOUT, LONGEST_TRANSFER_MS / 10)
    } finally {
      closeSync(fd)
    }
  } catch {
    // No koffi, or no such bus: whoever opens it next says so.
  }
}

/** The address is claimed even for I2C_RDWR, which alone would talk over a kernel driver's head. */
function openFor(place: I2cPlace, libc: Libc, root: string): number {
  let fd: number
  try {
    fd = openSync(`${root}/dev/i2c-${place.bus}`, 'r+')
  } catch (cause) {
    throw i2cError(place, cause)
  }
  const claimed = libc.ioctl(fd, I2C_SLAVE, place.address)
  if (claimed >= 0) return fd
  closeSync(fd)
  throw i2cError(place, claimed)
}
