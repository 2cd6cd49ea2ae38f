import type { I2cBus, OpenI2c } from '../bus/i2c-interface.ts'
import type { Adc, AdcDriver, Context, I2cChip, Options } from '../contract.ts'
import { addressRange, i2cFields, i2cLinesOf, openChip, type Sample } from './i2c-adc.ts'

const CHIP: I2cChip = { label: 'MCP3221', addresses: addressRange(0x48, 0x4f), coarse: true }

/** Microchip MCP3221: 12 bits, one channel. Datasheet DS20001732. */
export const mcp3221 = {
  name: 'mcp3221',
  kind: 'adc',
  help: 'MCP3221, 12 bits, one channel, on I2C at 0x48 to 0x4f (usually 0x4d)',
  thread: 'neuron',
  requires: { i2c: true },
  linesOf: i2cLinesOf,
  chip: CHIP,
  fields: i2cFields(CHIP, 0x4d, 1),
  open(options: Options, context: Context, openBus?: OpenI2c): Adc {
    return openChip(CHIP, options, context, start, openBus)
  },
} as const satisfies AdcDriver

/** Level of a result word: four empty bits, then 12 bits ratiometric to the supply (DS20001732, §5.3). */
export function mcp3221Level(word: number): number {
  return (word & 0xfff) / 0xfff
}

function start(bus: I2cBus): Sample {
  const word = Buffer.alloc(2)
  return () => {
    bus.read(word)
    return mcp3221Level(word.readUInt16BE(0))
  }
}
