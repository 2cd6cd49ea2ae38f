import { describe, expect, it } from 'vitest'
import { chipDrivers, classify, scanBus } from '../../../drivers/adc/i2c-scan.ts'
import { type I2cBus, i2cError, type OpenI2c } from '../../../drivers/bus/i2c-interface.ts'
import type { RegisterContents } from '../../../drivers/contract.ts'
import { ADC_DRIVERS } from '../../../drivers/registry.ts'
import {
  ads1115Chip,
  ads7830Chip,
  type FakeChip,
  type Held,
  i2cChips,
  lm75Chip,
  mcp3221Chip,
  pcf8591Chip,
  registerChip,
  tmp102Chip,
} from '../../fakes/i2c-chips.ts'
import { faultOf } from '../fake-machine.ts'

const CHIPS = chipDrivers(ADC_DRIVERS)
/** The chips at 0x48 to 0x4b, when none shows itself. */
const AT_48 = ['pcf8591', 'ads7830', 'mcp3221', 'ads1115', 'ads1015']

describe('what answers at an address', () => {
  it.each<[number, RegisterContents | 'owned', boolean, string[], RegExp]>([
    [
      0x48,
      { 2: [0x80, 0x00], 3: [0x7f, 0xff] },
      true,
      ['ads1115', 'ads1015'],
      /0x48: ADS1115 or ADS1015, which read alike/,
    ],
    [0x48, { 2: [0x80, 0x00], 3: [0x12, 0x34] }, false, AT_48, /ambiguous.*ads1115/],
    [0x4b, { 2: [0x80, 0x80], 3: [0x80, 0x80] }, false, AT_48, /ambiguous.*ads1115/],
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

describe('a chip at 0x48 to 0x4b that was used by another program', () => {
  it.each<[string, FakeChip]>([
    ['a comparator with limits', ads1115Chip({ 1: [0x42, 0x80], 2: [0x10, 0x00], 3: [0x20, 0x00] })],
    ['conversion ready on its pin', ads1115Chip({ 1: [0xc2, 0xe0], 2: [0x00, 0x00], 3: [0x80, 0x00] })],
    ['both limits alike', ads1115Chip({ 1: [0x83, 0x83], 2: [0x7f, 0xff], 3: [0x7f, 0xff] })],
    [
      'an ADS1015 with limits: 12 bits, left-justified',
      ads1115Chip({ 1: [0x85, 0x83], 2: [0x10, 0x00], 3: [0x20, 0x0f] }),
    ],
    ['a clone without limits: all ones', ads1115Chip({ 2: [0xff, 0xff], 3: [0xff, 0xff] })],
    ['a clone without limits: all zeros', ads1115Chip({ 2: [0, 0], 3: [0, 0] })],
    ['a clone that does not acknowledge its limits', ads1115Chip({}, [2, 3])],
    ['a clone that does not acknowledge the upper one', ads1115Chip({ 2: [0x10, 0x00] }, [3])],
  ])('is told by its Config register: %s', (_, chip) => {
    const before = structuredClone((chip as ReturnType<typeof ads1115Chip>).registers)
    const { openBus, state } = i2cChips({ 72: chip })
    expect(scanBus(CHIPS, 1, openBus)).toMatchObject([
      { address: 0x48, certain: true, drivers: ['ads1115', 'ads1015'] },
    ])
    expect([(chip as ReturnType<typeof ads1115Chip>).registers, state.open]).toEqual([before, 0])
  })

  it.each<[string, FakeChip]>([
    ['a PCF8591', pcf8591Chip([10, 200, 30, 0x80])],
    ['a PCF8591 with a quiet input', pcf8591Chip([0x80, 0x80, 0x80, 0x80])],
    ['an ADS7830', ads7830Chip(0x41)],
    ['an MCP3221', mcp3221Chip(0x123)],
    ['a TMP102, a thermometer', tmp102Chip()],
    ['an LM75, a thermometer', lm75Chip()],
  ])('may be another one, that is not guessed: %s', (_, chip) => {
    const found = scanBus(CHIPS, 1, i2cChips({ 73: chip }).openBus)
    expect(found).toMatchObject([{ address: 0x49, certain: false, drivers: AT_48 }])
  })

  it('that is no ADS1x15 gets its Config register back', () => {
    const chip = tmp102Chip() as ReturnType<typeof registerChip>
    scanBus(CHIPS, 1, i2cChips({ 73: chip }).openBus)
    expect(chip.registers[1]).toEqual([0x60, 0xa0])
  })

  it('is asked again where the answer of its Config register was lost', () => {
    const ads = ads1115Chip({ 2: [0x10, 0x00] })
    let reads = 0
    const loose: FakeChip = { ...ads, read: length => (++reads === 4 ? undefined : ads.read(length)) }
    expect(scanBus(CHIPS, 1, i2cChips({ 72: loose }).openBus)).toMatchObject([{ certain: true }])
  })
})

describe('a bus that is held', () => {
  it.each<[Held, string | RegExp]>([
    ['low', /every address answers, and every byte is 0x00.*SDA \(pin 3\)/],
    ['high', /every address answers, and every byte is 0xff/],
    ['clock', /ETIMEDOUT.*SDA and SCL/],
  ])('%s is stuck, whoever is on it and whichever addresses are asked', (held, words) => {
    const { openBus, state } = i2cChips({ 72: ads1115Chip() })
    state.held = held
    for (const addresses of [undefined, [0x48, 0x49, 0x4a, 0x4b], [0x48]]) {
      const error = faultOf(() => scanBus(CHIPS, 1, openBus, addresses))
      expect([error.fault, error.message]).toEqual(['stuck', expect.stringMatching(words)])
    }
    expect(state.open).toBe(0)
    state.held = undefined
    expect(scanBus(CHIPS, 1, openBus)).toMatchObject([{ address: 0x48, certain: true }])
  })

  it('costs one transfer where every one waits for the kernel to give up', () => {
    const { openBus, state } = i2cChips({})
    state.held = 'clock'
    expect(() => scanBus(CHIPS, 1, openBus)).toThrow()
    expect(state.transfers).toBe(1)
  })

  it('is none where one chip gives zeros, or nothing answers', () => {
    const zeros = registerChip({ 0: [0, 0], 1: [0, 0], 2: [0, 0], 3: [0, 0] }, { fixed: [0, 1, 2, 3] })
    expect(scanBus(CHIPS, 1, i2cChips({ 72: zeros }).openBus)).toMatchObject([{ address: 0x48, certain: false }])
    expect(scanBus(CHIPS, 1, i2cChips({}).openBus)).toEqual([])
  })
})
