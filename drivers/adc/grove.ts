import { hex, type I2cBus, type OpenI2c } from '../bus/i2c-interface.ts'
import { type Adc, type AdcDriver, type Context, DriverError, type I2cChip, type Options } from '../contract.ts'
import { i2cFields, i2cLinesOf, openChip, type Sample } from './i2c-adc.ts'

/** Registers of 16 bits, low byte first (Seeed grove.py, adc.py). */
const ID_REGISTER = 0x00
const RAW_REGISTER = 0x10

/** What the id register holds: 4 Grove Base Hat, 5 Grove Base Hat for Pi Zero. */
const IDS = [4, 5]

const CHIP: I2cChip = {
  label: 'Grove Base Hat',
  addresses: [0x04, 0x08],
  signatures: IDS.map(id => ({ [ID_REGISTER]: [id, 0] })),
  maxBusHz: 100_000,
  coarse: true,
}

/** Seeed Grove Base Hat: 12 bits, 8 channels, by a microcontroller that stretches the clock. */
export const grove = {
  name: 'grove',
  kind: 'adc',
  help: 'Seeed Grove Base Hat, 12 bits, on I2C at 0x04 (STM32) or 0x08 (MM32); needs a bus of 100 kHz or slower',
  thread: 'neuron',
  requires: { i2c: true },
  linesOf: i2cLinesOf,
  chip: CHIP,
  fields: i2cFields(CHIP, 0x04, 8),
  open(options: Options, context: Context, openBus?: OpenI2c): Adc {
    return openChip(CHIP, options, context, bus => start(bus, options.channel as number), openBus)
  },
} as const satisfies AdcDriver

/** Level of a raw register: 12 bits, ratiometric to the supply. */
export function groveLevel(word: number): number {
  return (word & 0xfff) / 0xfff
}

function start(bus: I2cBus, channel: number): Sample {
  const word = Buffer.alloc(2)
  bus.writeRead(Buffer.of(ID_REGISTER), word)
  const id = word.readUInt16LE(0)
  if (!IDS.includes(id))
    throw new DriverError(
      'misused',
      `This is no Grove Base Hat: its id register holds ${hex(id, 4)}, must be 4 or 5. Set the address to 0x04 or 0x08.`,
    )
  const register = Buffer.of(RAW_REGISTER + channel)
  return () => {
    bus.writeRead(register, word)
    return groveLevel(word.readUInt16LE(0))
  }
}
