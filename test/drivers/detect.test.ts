import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type I2cBus, i2cError, type OpenI2c } from '../../drivers/bus/i2c.ts'
import { classify, detectHardware, scanBus } from '../../drivers/detect.ts'
import { faultOf, tree } from './fake-machine.ts'

describe('what answers at an address', () => {
  it.each([
    [{ address: 0x48, register2: 0x8000, register3: 0x7fff }, true, ['ads1115', 'ads1015'], /0x48: ADS1115 or ADS1015/],
    [{ address: 0x48, register2: 0x8000, register3: 0x1234 }, false, ['pcf8591', 'ads7830', 'mcp3221'], /ambiguous/],
    [{ address: 0x4b, register2: 0x8080, register3: 0x8080 }, false, ['pcf8591', 'ads7830', 'mcp3221'], /ambiguous/],
    [{ address: 0x4d }, false, ['pcf8591', 'mcp3221'], /ambiguous/],
    [{ address: 0x49, owned: true }, true, ['iio'], /0x49: owned by a kernel driver/],
    [{ address: 0x04, register0: 4 }, true, ['grove'], /Grove Base Hat/],
    [{ address: 0x08, register0: 5 }, true, ['grove'], /Grove Base Hat/],
    [{ address: 0x08, register0: 0xffff }, false, [], /0x08: an unknown chip/],
  ])('%o', (evidence, certain, drivers, words) => {
    expect(classify(evidence)).toEqual({
      address: evidence.address,
      certain,
      drivers,
      words: expect.stringMatching(words),
    })
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
    expect(scanBus(1, openBus).map(finding => [finding.address, finding.drivers[0], finding.certain])).toEqual([
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
    expect(scanBus(1, deaf)).toMatchObject([{ address: 0x49, certain: false }])
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
    expect(scanBus(1, loose)).toMatchObject([{ address: 0x48, certain: true, drivers: ['ads1115', 'ads1015'] }])
  })

  it('that fails as a whole says so', () => {
    const { openBus, open } = bus({ 72: 110 })
    expect(faultOf(() => scanBus(1, openBus)).fault).toBe('stuck')
    expect(open()).toBe(0)
  })
})

describe('a machine', () => {
  it('is described from its files', () => {
    const root = tree({
      'proc/device-tree/model': 'Raspberry Pi 3 Model B Rev 1.2\0',
      'dev/gpiochip0': '',
      'dev/i2c-1': '',
      'dev/i2c-20': '',
      'sys/class/i2c-dev/i2c-1/name': 'bcm2835 (i2c@7e804000)\n',
      'sys/class/gpio/gpiochip512/label': 'pinctrl-bcm2835\n',
      'sys/class/gpio/gpiochip512/base': '512\n',
      'sys/class/gpio/gpiochip512/ngpio': '54\n',
    })
    expect(detectHardware(undefined, root)).toMatchObject({
      board: { model: 'Raspberry Pi 3 Model B Rev 1.2', raspberryPi: true, rp1: false },
      gpioPaths: [join(root, 'dev/gpiochip0')],
      gpioChips: [],
      sysfsChips: [{ label: 'pinctrl-bcm2835', base: 512, lines: 54 }],
      pwmChips: [],
      i2cBuses: [
        { bus: 1, name: 'bcm2835 (i2c@7e804000)' },
        { bus: 20, name: '' },
      ],
      kernelAdcs: [],
    })
  })

  it('may have nothing at all', () => {
    expect(detectHardware(undefined, tree({}))).toEqual({
      board: { model: '', raspberryPi: false, rp1: false },
      gpioPaths: [],
      gpioChips: [],
      sysfsChips: [],
      pwmChips: [],
      i2cBuses: [],
      kernelAdcs: [],
    })
  })
})
