import type { I2cBus, OpenI2c } from '../bus/i2c-interface.ts'
import type { Adc, AdcDriver, Context, I2cChip, Options } from '../contract.ts'
import { addressRange, i2cFields, i2cLinesOf, openChip, type Sample } from './i2c-adc.ts'

const CHIP: I2cChip = { label: 'ADS7830', addresses: addressRange(0x48, 0x4b), coarse: true }

/** Texas Instruments ADS7830: 8 bits, 8 channels. Datasheet SBAS302. */
export const ads7830 = {
  name: 'ads7830',
  kind: 'adc',
  help: 'ADS7830, 8 bits, 8 channels, on I2C at 0x48 to 0x4b (newer Freenove kits: 0x4b)',
  thread: 'neuron',
  requires: { i2c: true },
  linesOf: i2cLinesOf,
  chip: CHIP,
  fields: i2cFields(CHIP, 0x4b, 8),
  open(options: Options, context: Context, openBus?: OpenI2c): Adc {
    return openChip(CHIP, options, context, bus => start(bus, options.channel as number), openBus)
  },
} as const satisfies AdcDriver

/** Level of a result: ratiometric to the reference, which is the supply. */
export function ads7830Level(code: number): number {
  return (code & 0xff) / 0xff
}

/**
 * Command byte (SBAS302, Table 1 and 2): SD=1 single-ended, C2..C0 with the odd channels above the even ones,
 * PD=01 converter on and internal reference off.
 */
export function ads7830Command(channel: number): number {
  return 0x84 | ((((channel & 1) << 2) | (channel >> 1)) << 4)
}

function start(bus: I2cBus, channel: number): Sample {
  const command = Buffer.of(ads7830Command(channel))
  const result = Buffer.alloc(1)
  return () => {
    bus.writeRead(command, result)
    return ads7830Level(result.readUInt8(0))
  }
}
