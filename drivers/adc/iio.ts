import { closeSync, openSync, readSync } from 'node:fs'
import { hardwareError } from '../bus/errno.ts'
import { type Adc, type AdcDriver, type Context, DriverError, type Options } from '../contract.ts'
import { recovering } from '../recovering.ts'
import { type KernelAdc, type KernelChannel, kernelAdcs } from './find-kernel-adcs.ts'
import { i2cLinesOf, levelOf, supplyField } from './i2c-adc.ts'

/** Kernel drivers of chips with 8 to 12 bits; that of the ADS1115 is ads1015 too. */
const COARSE = /pcf8591|ads78|mcp3|ads1015/i

/** The kernel's own ADC drivers, IIO or hwmon, as files: no native module, and SPI chips too. */
export const iio = {
  name: 'iio',
  kind: 'adc',
  help: 'an ADC that a kernel driver owns (dtoverlay=ads1115, ads1015, mcp3008, …), by its files under /sys',
  thread: 'neuron',
  triedByAuto: true,
  fields: {
    device: {
      type: 'text',
      default: '',
      help: 'name of the kernel driver or device, as ads1015 or 1-0048; empty for the only one',
    },
    channel: { type: 'number', unit: '', min: 0, max: 15, integer: true, default: 0, help: 'analog input' },
    supplyVolts: supplyField,
  },
  // A device by the name of its driver may be on SPI.
  linesOf: ({ device }) => i2cLinesOf({ bus: Number(/^(\d+)-[0-9a-f]{4}$/.exec(String(device))?.[1] ?? Number.NaN) }),
  /** @param root Where /sys is, for tests. */
  open(options: Options, context: Context, root = ''): Adc {
    const { device, channel, supplyVolts } = options as { device: string; channel: number; supplyVolts: number }
    const find = () => pickChannel(kernelAdcs(root), device, channel)
    const { adc } = find()
    const file = recovering(() => openFile(find().input), context.nowMs)
    return {
      description: `${adc.name} (${adc.device}) by the kernel's ${adc.interface}, channel ${channel}`,
      mocked: false,
      fullScaleVolts: supplyVolts,
      coarse: COARSE.test(adc.name),
      read: () => levelOf(file.use(voltsOf), supplyVolts),
      close: file.close,
    }
  },
} as const satisfies AdcDriver

/** The decimal number at the start of a file, without making a string of it. */
export function parseCount(bytes: Uint8Array, length: number): number {
  const negative = bytes[0] === 0x2d
  let count = 0
  for (let i = negative ? 1 : 0; i < length; i++) {
    const digit = bytes[i]! - 0x30
    if (digit < 0 || digit > 9) break
    count = count * 10 + digit
  }
  return negative ? -count : count
}

/** The one channel meant. @throws DriverError 'absent', or 'misused' when more than one chip could be meant. */
function pickChannel(adcs: readonly KernelAdc[], device: string, channel: number) {
  const meant = device === '' ? adcs : adcs.filter(adc => adc.name === device || adc.device === device)
  const known = adcs.map(adc => `${adc.name} (${adc.device})`).join(', ') || 'none'
  const adc = meant[0]
  if (adc === undefined)
    throw new DriverError(
      'absent',
      `No kernel driver offers ${device === '' ? 'an ADC' : `the ADC ${device}`}; there are: ${known}. ` +
        'Add for example dtoverlay=ads1115,cha_enable to config.txt and restart, or choose the driver of your chip.',
    )
  if (meant.length > 1)
    throw new DriverError('misused', `More than one kernel ADC could be meant: ${known}. Name one with device.`)
  const input = adc.channels.find(candidate => candidate.channel === channel)
  if (input === undefined)
    throw new DriverError(
      'misused',
      `${adc.name} has no channel ${channel}; it has ${adc.channels.map(each => each.channel).join(', ')}. ` +
        'A dtoverlay enables channels one by one.',
    )
  if (!(input.millivoltsPerCount > 0))
    throw new DriverError(
      'misused',
      `${adc.name} has no scale beside ${input.path}. Use the driver of the chip itself.`,
    )
  return { adc, input }
}

function openFile(input: KernelChannel) {
  const what = `ADC file ${input.path}`
  const bytes = Buffer.alloc(32)
  let fd = -1
  try {
    fd = openSync(input.path, 'r')
  } catch (cause) {
    throw hardwareError(what, cause)
  }
  return {
    volts(): number {
      try {
        const length = readSync(fd, bytes, 0, bytes.length, 0)
        return (parseCount(bytes, length) * input.millivoltsPerCount) / 1000
      } catch (cause) {
        throw hardwareError(what, cause, { silent: 'The chip does not answer the kernel: check its wires.' })
      }
    },
    close: () => closeSync(fd),
  }
}

function voltsOf(file: { volts(): number }): number {
  return file.volts()
}
