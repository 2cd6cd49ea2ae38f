import type { I2cBus, OpenI2c } from '../bus/i2c-interface.ts'
import type { Adc, AdcDriver, Context, I2cChip, Options } from '../contract.ts'
import { addressRange, i2cFields, i2cLinesOf, openChip, type Sample } from './i2c-adc.ts'

const CHIP: I2cChip = {
  label: 'PCF8591',
  addresses: addressRange(0x48, 0x4f),
  maxBusHz: 100_000,
  coarse: true,
}

/** NXP PCF8591: 8 bits, 4 channels, at most 100 kHz. */
export const pcf8591 = {
  name: 'pcf8591',
  kind: 'adc',
  help: 'PCF8591, 8 bits, on I2C at 0x48 to 0x4f; needs a bus of 100 kHz or slower',
  thread: 'neuron',
  requires: { i2c: true },
  linesOf: i2cLinesOf,
  chip: CHIP,
  fields: i2cFields(CHIP, 0x48, 4),
  open(options: Options, context: Context, openBus?: OpenI2c): Adc {
    return openChip(CHIP, options, context, bus => start(bus, options.channel as number), openBus)
  },
} as const satisfies AdcDriver

/** Level of a result: ratiometric to the supply, so the last code is the end of the knob. */
export function pcf8591Level(code: number): number {
  return (code & 0xff) / 0xff
}

function start(bus: I2cBus, channel: number): Sample {
  // Control byte (datasheet, Addressing): analog output on, which keeps the oscillator running; single-ended inputs.
  const control = Buffer.of(0x40 | channel)
  // Every read starts a conversion but sends the result of the one before it first (datasheet, A/D conversion).
  const results = Buffer.alloc(2)
  return () => {
    bus.writeRead(control, results)
    return pcf8591Level(results.readUInt8(1))
  }
}
