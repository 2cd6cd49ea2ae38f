import { accessSync, closeSync, constants, openSync } from 'node:fs'
import { permissionAdvice } from '../bus/device-owner.ts'
import { type Advice, hardwareError } from '../bus/errno.ts'
import { KOFFI, type Libc, loadLibc } from '../bus/libc.ts'
import { type Context, DriverError, type Options, type Output, type OutputDriver } from '../contract.ts'
import { recoveringSwitch, type Switch } from '../recovering.ts'
import { cdevChips, cdevPaths, type GpioChip, pickChip } from './chips.ts'
import { type LineOptions, lineFields, linesOf } from './line-options.ts'

/** linux/gpio.h, uAPI v2; offsets and sizes in bytes. */
const GET_LINE = 0xc250b407
const SET_VALUES = 0xc010b40f
const LINE_REQUEST = { size: 592, offsets: 0, consumer: 256, flags: 288, lines: 560, fd: 588 }
const FLAG_ACTIVE_LOW = 2n
const FLAG_OUTPUT = 8n

/** struct gpio_v2_line_values {bits, mask}: line 0 of the request is the only one. */
const ACTIVE = lineValues(1n)
const INACTIVE = lineValues(0n)

const ADVICE: Advice = {
  permission: permissionAdvice('gpio'),
  busy:
    'Another program or a kernel driver holds it: see `gpioinfo`, remove the dtoverlay, or, if it was exported in ' +
    '/sys/class/gpio, write its number to unexport.',
  absent: 'The GPIO chip was removed.',
}

/** The kernel's GPIO character device: every Raspberry Pi and kernel since 5.10, any thread. */
export const cdev = {
  name: 'cdev',
  kind: 'output',
  help: 'a GPIO line by the kernel character device /dev/gpiochipN (every Raspberry Pi); needs koffi',
  thread: 'neuron',
  triedByAuto: true,
  requires: { gpio: true, module: KOFFI },
  fields: lineFields,
  linesOf,
  open(options: Options, context: Context, libc: Libc = loadLibc(), root = ''): Output {
    const { line, chip: label, activeLow } = options as LineOptions
    const find = () => pickChip(openableChips(libc, root), label, line)
    const chip = find()
    const drive = recoveringSwitch(() => requestLine(libc, find(), line, activeLow), context.nowMs)
    return {
      description: `GPIO${line} on ${chip.label} by ${chip.path}`,
      mocked: false,
      set: drive.set,
      close: drive.close,
    }
  },
} as const satisfies OutputDriver

/** @throws DriverError with the reason, where no chip can be opened at all. */
function openableChips(libc: Libc, root: string): GpioChip[] {
  const paths = cdevPaths(root)
  if (paths.length === 0)
    throw new DriverError('absent', 'There is no /dev/gpiochipN: this is no board with GPIO. Use the driver mock here.')
  const chips = cdevChips(libc, root)
  if (chips.length > 0) return chips
  try {
    accessSync(paths[0]!, constants.R_OK | constants.W_OK)
  } catch (cause) {
    throw hardwareError(paths[0]!, cause, ADVICE)
  }
  return chips
}

/** Request the line as an output. It starts inactive, because no value is given with the request. */
function requestLine(libc: Libc, chip: GpioChip, line: number, activeLow: boolean): Switch {
  const what = `GPIO${line} on ${chip.label}`
  const request = Buffer.alloc(LINE_REQUEST.size)
  request.writeUInt32LE(line, LINE_REQUEST.offsets)
  request.write('neurond', LINE_REQUEST.consumer, 'latin1')
  request.writeBigUInt64LE(FLAG_OUTPUT | (activeLow ? FLAG_ACTIVE_LOW : 0n), LINE_REQUEST.flags)
  request.writeUInt32LE(1, LINE_REQUEST.lines)
  const fd = lineFd(libc, chip, request, what)

  function set(on: boolean): void {
    const failure = libc.ioctl(fd, SET_VALUES, on ? ACTIVE : INACTIVE)
    if (failure < 0) throw hardwareError(what, failure, ADVICE)
  }

  return {
    set,
    close() {
      // Inactive first: on Raspberry Pi kernels a released line keeps its level.
      libc.ioctl(fd, SET_VALUES, INACTIVE)
      libc.close(fd)
    },
  }
}

function lineFd(libc: Libc, chip: GpioChip, request: Buffer, what: string): number {
  let chipFd: number
  try {
    chipFd = openSync(chip.path, 'r+')
  } catch (cause) {
    throw hardwareError(what, cause, ADVICE)
  }
  const result = libc.ioctl(chipFd, GET_LINE, request)
  closeSync(chipFd)
  if (result < 0) throw hardwareError(what, result, ADVICE)
  return request.readInt32LE(LINE_REQUEST.fd)
}

function lineValues(bits: bigint): Buffer {
  const values = Buffer.alloc(16)
  values.writeBigUInt64LE(bits, 0)
  values.writeBigUInt64LE(1n, 8)
  return values
}
