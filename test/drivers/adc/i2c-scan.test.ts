import { describe, expect, it } from 'vitest'
import { chipDrivers, classify, scanBus } from '../../../drivers/adc/i2c-scan.ts'
import { type I2cBus, i2cError, type OpenI2c } from '../../../drivers/bus/i2c-interface.ts'
import type { RegisterContents } from '../../../drivers/contract.ts'
import { ADC_DRIVERS } from '../../../drivers/registry.ts'
import { faultOf } from '../fake-machine.ts'

const CHIPS = chipDrivers(ADC_DRIVERS)

describe('what answers at an address', () => {
  it.each<[number, RegisterContents | 'owned', boolean, string[], RegExp]>([
    [
      0x48,
      { 2: [0x80, 0x00], 3: [0x7f, 0xff] },
      true,
      ['ads1115', 'ads1015'],
      /0x48: ADS1115 or ADS1015, which read alike/,
    ],
    [0x48, { 2: [0x80, 0x00], 3: [0x12, 0x34] }, false, ['pcf8591', 'ads7830', 'mcp3221'], /ambiguous/],
    [0x4b, { 2: [0x80, 0x80], 3: [0x80, 0x80] }, false, ['pcf8591', 'ads7830', 'mcp3221'], /ambiguous/],
    [0x4d, {}, false, ['pcf8591', 'mcp3221'], /ambiguous/],
    [0x49, 'owned', true, ['iio'], /0x49: owned by a kernel driver/],
    [0x04, { 0: [4, 0] }, true, ['grove'], /Grove Base Hat$/],
    [0x08, { 0: [5, 0] }, true, ['grove'], /Grove Base Hat$/],
    [0x08, { 0: [0xff, 0xff] }, false, [], /0x08: an unknown chip/],
    [0x20, {}, false, [], /0x20: an unknown chip/],
  ])('%i with the registers %o', (address, shown, certain, drivers, words) => {
    const evidence = shown === 'owned' ? { address, owned: true, registers: {} } : { address, registers: shown }
    expect(classify(CHIPS, evidence)).toEqual({ address, certain, drivers, words: expect.stringMatching(words) })
  })
})

/** A bus with chips by address: their registers as bytes, or the error number of every transfer. */
function bus(chips: Readonly<Record<number, number | Readonly<Record<number, readonly number[]>>>>) {
  let open = 0
  const openBus: OpenI2c = place => {
    const chip = chips[place.address] ?? 121
    if (chip === 16) throw i2cError(place, 16)
    open++
    const answer = (register: number): readonly number[] => {
      if (typeof chip === 'number') throw i2cError(place, chip)
      return chip[register] ?? [0xff, 0xff]
    }
    return {
      transport: 'koffi',
      write() {},
      read: into => into.set(answer(0).slice(0, into.length)),
      writeRead: (bytes, into) => into.set(answer(bytes[0]!)),
      close: () => void open--,
    } satisfies I2cBus
  }
  return { openBus, open: () => open }
}

describe('a bus', () => {
  it('is asked for every chip that we know, and each is let go again', () => {
    const { openBus, open } = bus({
      4: { 0: [4, 0] },
      72: { 2: [0x80, 0x00], 3: [0x7f, 0xff] },
      73: 16,
      75: {},
    })
    expect(scanBus(CHIPS, 1, openBus).map(finding => [finding.address, finding.drivers[0], finding.certain])).toEqual([
      [0x04, 'grove', true],
      [0x48, 'ads1115', true],
      [0x49, 'iio', true],
      [0x4b, 'pcf8591', false],
    ])
    expect(open()).toBe(0)
  })

  it('may have a chip that answers but has no registers', () => {
    const { openBus } = bus({ 73: { 0: [0x07, 0xff] } })
    const deaf: OpenI2c = place => ({
      ...openBus(place),
      writeRead: () => {
        throw i2cError(place, 121)
      },
    })
    expect(scanBus(CHIPS, 1, deaf)).toMatchObject([{ address: 0x49, certain: false }])
  })

  it('is asked again where one answer was lost', () => {
    const { openBus } = bus({ 72: { 2: [0x80, 0], 3: [0x7f, 0xff] } })
    let asked = 0
    const loose: OpenI2c = place => {
      const chip = openBus(place)
      const writeRead: typeof chip.writeRead = (bytes, into) => {
        if (++asked === 2) throw i2cError(place, 121)
        chip.writeRead(bytes, into)
      }
      return { ...chip, writeRead }
    }
    expect(scanBus(CHIPS, 1, loose)).toMatchObject([{ address: 0x48, certain: true, drivers: ['ads1115', 'ads1015'] }])
  })

  it('that fails as a whole says so', () => {
    const { openBus, open } = bus({ 72: 110 })
    expect(faultOf(() => scanBus(CHIPS, 1, openBus)).fault).toBe('stuck')
    expect(open()).toBe(0)
  })
})
