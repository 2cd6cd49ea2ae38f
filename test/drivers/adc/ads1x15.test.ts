import { describe, expect, it } from 'vitest'
import { ads1x15Config, ads1x15Volts } from '../../../drivers/adc/ads1x15.ts'
import { ads1015 } from '../../../drivers/adc/ads1015.ts'
import { ads1115 } from '../../../drivers/adc/ads1115.ts'
import { levelOf } from '../../../drivers/adc/i2c-adc.ts'
import { scriptedI2c } from '../../fakes/scripted-i2c.ts'
import { context, defaults, faultOf } from '../fake-machine.ts'

const RATES_1115 = [8, 16, 32, 64, 128, 250, 475, 860]

/** AIN0, ±4.096 V, continuous, 860 a second, comparator off. */
const CONFIG = [0x42, 0xe3]
const configured = [{ write: [1, ...CONFIG] }, { write: [1], read: [0xc2, 0xe3] }]

describe('conversion words', () => {
  it.each([
    ['ADS1115 0', 0x0000, 0],
    ['ADS1115 max', 0x7fff, 4.096 * (32767 / 32768)],
    ['ADS1115 -1', 0xffff, -125e-6],
    ['ADS1115 min', 0x8000, -4.096],
    ['ADS1015 max', 0x7ff0, 4.096 * (2047 / 2048)],
    ['ADS1015 -1', 0xfff0, -2e-3],
    ['ADS1015 min', 0x8000, -4.096],
  ])('%s', (_name, word, volts) => {
    expect(ads1x15Volts(word, 4.096)).toBeCloseTo(volts, 9)
  })

  it('is level 1 at 3.3 V, 26,400 counts, and never outside 0…1', () => {
    expect(levelOf(ads1x15Volts(26_400, 4.096), 3.3)).toBeCloseTo(1, 12)
    expect(levelOf(ads1x15Volts(0x7fff, 4.096), 3.3)).toBe(1)
    expect(levelOf(ads1x15Volts(0xffff, 4.096), 3.3)).toBe(0)
    expect(levelOf(ads1x15Volts(0x8000, 4.096), 3.3)).toBe(0)
  })
})

describe('Config register', () => {
  it.each([
    [{}, 0x42e3],
    [{ channel: 3 }, 0x72e3],
    [{ negative: 'ain1' }, 0x02e3],
    [{ negative: 'ain3' }, 0x12e3],
    [{ channel: 1, negative: 'ain3' }, 0x22e3],
    [{ channel: 2, negative: 'ain3' }, 0x32e3],
    [{ rangeVolts: 6.144 }, 0x40e3],
    [{ rangeVolts: 3.3 }, 0x42e3],
    [{ supplyVolts: 1.8 }, 0x42e3],
    [{ supplyVolts: 4.096 }, 0x42e3],
    [{ supplyVolts: 5 }, 0x40e3],
    [{ supplyVolts: 5.5 }, 0x40e3],
    [{ supplyVolts: 5, rangeVolts: 4.096 }, 0x42e3],
    [{ supplyVolts: 5, rangeVolts: 5 }, 0x40e3],
    [{ rangeVolts: 0.256 }, 0x4ae3],
    [{ rateHz: 8 }, 0x4203],
    [{ rateHz: 9 }, 0x4223],
    [{ rateHz: 128 }, 0x4283],
  ])('of %o', (changed, config) => {
    expect(ads1x15Config(defaults(ads1115, changed), RATES_1115).toString(16)).toBe(config.toString(16))
  })

  it('refuses a pair that the chip has not', () => {
    const error = faultOf(() => ads1x15Config(defaults(ads1115, { channel: 3, negative: 'ain1' }), RATES_1115))
    expect([error.fault, error.message]).toEqual(['misused', expect.stringMatching(/^channel 3 with negative ain1 is/)])
  })
})

describe('conversation', () => {
  it('configures, waits for the first conversion on the clock, then reads two plain bytes a sample', () => {
    const chip = scriptedI2c(
      ...configured,
      { write: [0], read: [0x7f, 0xff] },
      { read: [0x33, 0x90] },
      { read: [0x67, 0x20] },
    )
    const world = context()
    const adc = ads1115.open(defaults(ads1115), world, chip.open)
    expect(adc.read()).toBe(0)
    world.ms += 3
    expect(adc.read()).toBeCloseTo(0.5, 12)
    expect(adc.read()).toBeCloseTo(1, 12)
    chip.done()
    expect(adc).toMatchObject({ fullScaleVolts: 3.3, mocked: false })
    expect(adc.description).toBe('ADS1115 at 0x48 on /dev/i2c-1, channel 0, by i2c-bus')
  })

  it('of 5 V is level 1 at 5 V, and warns where a smaller range is set', () => {
    const chip = scriptedI2c(
      { write: [1, 0x40, 0xe3] },
      { write: [1], read: [0x40, 0xe3] },
      { write: [0], read: [0x68, 0x2b] },
    )
    const world = context()
    const adc = ads1115.open(defaults(ads1115, { supplyVolts: 5 }), world, chip.open)
    world.ms += 3
    expect(adc.read()).toBeCloseTo(1, 4)
    expect(world.warnings).toEqual([])
    ads1115.open(defaults(ads1115, { supplyVolts: 5, rangeVolts: 4.096 }), world, scriptedI2c(...configured).open)
    expect(world.warnings).toEqual([
      expect.stringMatching(/rangeVolts is 4.096.*supplyVolts.* 5: .*81 %.*Leave rangeVolts out/),
    ])
  })

  it('has the rates of the ADS1015 where it is one', () => {
    const chip = scriptedI2c({ write: [1, 0x42, 0xc3] }, { write: [1], read: [0x42, 0xc3] })
    ads1015.open(defaults(ads1015), context(), chip.open)
    chip.done()
  })

  it('looks after a second whether the configuration still holds', () => {
    const chip = scriptedI2c(
      ...configured,
      { write: [0], read: [0, 0] },
      { write: [1], read: [0xc2, 0xe3] },
      { write: [0], read: [0x67, 0x20] },
      { read: [0x67, 0x20] },
    )
    const world = context()
    const adc = ads1115.open(defaults(ads1115), world, chip.open)
    adc.read()
    world.ms += 1000
    expect([adc.read(), adc.read()]).toEqual([1, 1])
    chip.done()
  })

  it('says that the chip was switched off and on, and configures it again at the next read', () => {
    const chip = scriptedI2c(
      ...configured,
      { write: [1], read: [0x85, 0x83] },
      ...configured,
      { write: [0], read: [0, 0] },
      { read: [0x67, 0x20] },
    )
    const world = context()
    const adc = ads1115.open(defaults(ads1115), world, chip.open)
    world.ms += 1000
    const error = faultOf(() => adc.read())
    expect([error.fault, error.message]).toEqual([
      'reset',
      expect.stringMatching(/off and on.*0x8583 instead of 0x42e3/),
    ])
    adc.read()
    world.ms += 3
    expect(adc.read()).toBeCloseTo(1, 12)
    chip.done()
  })

  it('holds the last level until a chip that came back has converted', () => {
    const chip = scriptedI2c(...configured, { write: [0], read: [0x33, 0x90] }, { fails: 121 }, ...configured, {
      write: [0],
      read: [0, 0],
    })
    const world = context()
    const adc = ads1115.open(defaults(ads1115), world, chip.open)
    world.ms += 3
    expect(adc.read()).toBeCloseTo(0.5, 12)
    expect(() => adc.read()).toThrow(/Nothing answers/)
    expect(adc.read()).toBeCloseTo(0.5, 12)
    chip.done()
  })

  it('refuses a chip that is no ADS1x15', () => {
    const chip = scriptedI2c({ write: [1, ...CONFIG] }, { write: [1], read: [0x80, 0x80] })
    const error = faultOf(() => ads1115.open(defaults(ads1115), context(), chip.open))
    expect([error.fault, error.message]).toEqual(['misused', expect.stringMatching(/no ADS1x15.*0x8080.*pcf8591/)])
    expect(chip.closed()).toBe(1)
  })
})
