import { describe, expect, it } from 'vitest'
import { ads7830, ads7830Command, ads7830Level } from '../../../drivers/adc/ads7830.ts'
import { grove, groveLevel } from '../../../drivers/adc/grove.ts'
import { mcp3221, mcp3221Level } from '../../../drivers/adc/mcp3221.ts'
import { pcf8591, pcf8591Level } from '../../../drivers/adc/pcf8591.ts'
import { scriptedI2c } from '../../fakes/scripted-i2c.ts'
import { context, defaults } from '../fake-machine.ts'

describe('raw to level', () => {
  it.each([
    ['pcf8591', pcf8591Level, 8],
    ['ads7830', ads7830Level, 8],
    ['mcp3221', mcp3221Level, 12],
    ['grove', groveLevel, 12],
  ] as const)('%s goes from 0 at code 0 to 1 at the last code', (_name, level, bits) => {
    const max = 2 ** bits - 1
    expect(level(0)).toBe(0)
    expect(level(max)).toBe(1)
    expect(level(-1)).toBe(1)
    expect(level(1 << (bits - 1))).toBeCloseTo(0.5, 2)
    expect(level(1 << bits)).toBe(0)
  })
})

describe('PCF8591', () => {
  it('drops the first byte, which is the conversion before', () => {
    const chip = scriptedI2c({ write: [0x42], read: [0x80, 51] }, { write: [0x42], read: [51, 255] })
    const adc = pcf8591.open(defaults(pcf8591, { channel: 2 }), context(), chip.open)
    expect([adc.read(), adc.read()]).toEqual([0.2, 1])
    chip.done()
    expect(chip.opened).toEqual([{ bus: 1, address: 0x48 }])
    expect(adc.description).toBe('PCF8591 at 0x48 on /dev/i2c-1, channel 2, by i2c-bus')
  })
})

describe('ADS7830', () => {
  it('has the command bytes of its table for single-ended inputs', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7].map(ads7830Command)).toEqual([0x84, 0xc4, 0x94, 0xd4, 0xa4, 0xe4, 0xb4, 0xf4])
  })

  it('reads one byte after its command', () => {
    const chip = scriptedI2c({ write: [0xf4], read: [102] })
    expect(ads7830.open(defaults(ads7830, { channel: 7 }), context(), chip.open).read()).toBe(0.4)
    chip.done()
  })
})

describe('MCP3221', () => {
  it('is read without being told anything', () => {
    const chip = scriptedI2c({ read: [0x0f, 0xff] }, { read: [0x00, 0x00] })
    const adc = mcp3221.open(defaults(mcp3221), context(), chip.open)
    expect([adc.read(), adc.read()]).toEqual([1, 0])
    chip.done()
  })
})

describe('Grove Base Hat', () => {
  it('is asked for its id first, low byte first', () => {
    const chip = scriptedI2c({ write: [0x00], read: [4, 0] }, { write: [0x12], read: [0xff, 0x0f] })
    expect(grove.open(defaults(grove, { channel: 2 }), context(), chip.open).read()).toBe(1)
    chip.done()
  })

  it('refuses another chip', () => {
    const chip = scriptedI2c({ write: [0x00], read: [0x12, 0x34] })
    expect(() => grove.open(defaults(grove), context(), chip.open)).toThrow(/holds 0x3412, must be 4 or 5/)
    expect(chip.closed()).toBe(1)
  })
})

describe('every chip', () => {
  it('comes back by itself after a transfer that failed', () => {
    const chip = scriptedI2c({ read: [0, 0] }, { fails: 121 }, { read: [0x0f, 0xff] })
    const adc = mcp3221.open(defaults(mcp3221), context(), chip.open)
    expect(adc.read()).toBe(0)
    expect(() => adc.read()).toThrow(/Nothing answers at 0x4d/)
    expect(adc.read()).toBe(1)
    expect([chip.opened.length, chip.closed()]).toEqual([2, 1])
    adc.close()
    adc.close()
    expect(chip.closed()).toBe(2)
  })
})
