import type { NativeModule } from '../contract.ts'
import { loadNative } from './load-native-module.ts'

export const KOFFI: NativeModule = { name: 'koffi', builtPackage: 'koffi' }

/** The kernel's system calls as drivers need them. Any thread may use them. */
export interface Libc {
  /** ioctl(2): the result, or minus the error number. Bytes are changed in place. */
  ioctl(fd: number, request: number, argument: number | Uint8Array | I2cTransfer): number
  /** close(2), for descriptors that an ioctl made: Node does not know them. */
  close(fd: number): void
}

/** `struct i2c_rdwr_ioctl_data` of linux/i2c-dev.h. */
export interface I2cTransfer {
  readonly msgs: readonly I2cMessage[]
  readonly nmsgs: number
}

/** `struct i2c_msg` of linux/i2c.h. */
export interface I2cMessage {
  readonly addr: number
  readonly flags: number
  len: number
  buf: Uint8Array
}

/** Sends one datagram to a Unix socket, by its `struct sockaddr_un`: 0, or minus the error number. It never waits. */
export type SendDatagram = (address: Uint8Array, message: Uint8Array) => number

let libc: Libc | undefined

/**
 * The C library through koffi, which comes prebuilt: no compiler, no install script.
 * @throws DriverError 'unloadable'
 */
export function loadLibc(): Libc {
  // Kept, because koffi never frees the types that are declared.
  libc ??= declareLibc()
  return libc
}

/**
 * adjtimex(2), asked to change nothing: the state of the system clock (5, TIME_ERROR, where nothing synchronises it), or
 * minus the error number.
 * @throws DriverError 'unloadable'
 */
export function loadAdjtimex(): () => number {
  const koffi = loadNative<typeof import('koffi')>('koffi')
  const adjtimex = koffi.load(null).func('adjtimex', 'int', ['uint8_t *'])
  // `struct timex` has 208 bytes at most, and begins with what is to be changed: 0 is nothing.
  const timex = new Uint8Array(256)
  return () => {
    const state: number = adjtimex(timex.fill(0))
    return state < 0 ? -koffi.errno() : state
  }
}

function declareLibc(): Libc {
  const koffi = loadNative<typeof import('koffi')>('koffi')
  const library = koffi.load(null)
  const message = koffi.struct({
    addr: 'uint16_t',
    flags: 'uint16_t',
    len: 'uint16_t',
    buf: 'uint8_t *',
  })
  const transfer = koffi.struct({
    msgs: koffi.pointer(message),
    nmsgs: 'uint32_t',
  })
  const withNumber = library.func('ioctl', 'int', ['int', 'ulong', 'long'])
  const withBytes = library.func('ioctl', 'int', ['int', 'ulong', 'uint8_t *'])
  const withTransfer = library.func('ioctl', 'int', ['int', 'ulong', koffi.pointer(transfer)])
  const close = library.func('close', 'int', ['int'])

  function ioctl(fd: number, request: number, argument: number | Uint8Array | I2cTransfer): number {
    const call = typeof argument === 'number' ? withNumber : argument instanceof Uint8Array ? withBytes : withTransfer
    const result: number = call(fd, request, argument)
    return result < 0 ? -koffi.errno() : result
  }
  return { ioctl, close: fd => void close(fd) }
}

const AF_UNIX = 1
const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2000000
const MSG_DONTWAIT = 0x40
const MSG_NOSIGNAL = 0x4000

/**
 * Datagrams to Unix sockets, which Node lacks: systemd receives them.
 * @throws DriverError 'unloadable'
 */
export function loadDatagrams(): SendDatagram {
  const koffi = loadNative<typeof import('koffi')>('koffi')
  const library = koffi.load(null)
  const socket = library.func('socket', 'int', ['int', 'int', 'int'])
  const sendto = library.func('sendto', 'long', ['int', 'uint8_t *', 'size_t', 'int', 'uint8_t *', 'uint32_t'])
  const close = library.func('close', 'int', ['int'])

  return (address, message) => {
    const fd: number = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)
    if (fd < 0) return -koffi.errno()
    const sent: number = sendto(fd, message, message.length, MSG_DONTWAIT | MSG_NOSIGNAL, address, address.length)
    const result = sent < 0 ? -koffi.errno() : 0
    close(fd)
    return result
  }
}
