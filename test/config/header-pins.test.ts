import { describe, expect, it } from 'vitest'
import { DRIVERS } from '../../drivers/registry.ts'
import { gpioOf, pinOf } from '../../src/config/header-pins.ts'
import { loadConfig } from '../../src/config/load.ts'
import { ConfigError } from '../../src/config/messages.ts'
import { jsonSchema } from '../../src/config/schema.ts'

describe('the line of an output', () => {
  it.each([
    [17, 17],
    [18, 18],
    [4, 4],
    [2, 2],
    [12, 12],
    [27, 27],
    ['GPIO17', 17],
    ['gpio 11', 11],
    ['BCM14', 14],
    ['GPIO0', 0],
    ['pin 11', 17],
    ['PIN12', 18],
    ['pin 40', 21],
    ['lamp', 'lamp'],
    [1.5, 1.5],
    [-1, -1],
  ])('%j is GPIO %s', (given, gpio) => {
    expect(gpioOf(given)).toEqual({ gpio })
  })

  it.each([
    [
      11,
      'is 11: GPIO11 is the SPI bus (header pin 23), and header pin 11 is GPIO17: write GPIO17, or GPIO11 if you mean that',
    ],
    [
      7,
      'is 7: GPIO7 is the SPI bus (header pin 26), and header pin 7 is GPIO4: write GPIO4, or GPIO7 if you mean that',
    ],
    [
      15,
      'is 15: GPIO15 is the serial console (header pin 10), and header pin 15 is GPIO22: write GPIO22, or GPIO15 if you mean that',
    ],
    [
      9,
      'is 9: GPIO9 is the SPI bus (header pin 21), and header pin 9 is power or ground: write GPIO9 if you mean that',
    ],
    [
      0,
      'is 0: GPIO0 reads the memory of a hat (header pin 27), and there is no header pin 0: write GPIO0 if you mean that',
    ],
    [40, 'is 40, must be 0 to 27, the GPIOs of the header; header pin 40 is GPIO21: write GPIO21'],
    [39, 'is 39, must be 0 to 27, the GPIOs of the header; header pin 39 is power or ground'],
    [511, 'is 511, must be 0 to 27, the GPIOs of the header; there is no header pin 511'],
    ['pin 9', 'is "pin 9", but header pin 9 is power or ground: name a pin with a GPIO'],
    ['pin 41', 'is "pin 41", but there is no header pin 41: name a pin with a GPIO'],
  ])('%j is refused: %s', (given, fault) => {
    expect(gpioOf(given)).toEqual({ fault })
  })

  it('has one pin of the header for each GPIO', () => {
    const pins = Array.from({ length: 28 }, (_, gpio) => pinOf(gpio))
    expect(new Set(pins).size).toBe(28)
    expect([pinOf(2), pinOf(17), pinOf(21), pinOf(28)]).toEqual([3, 11, 40, undefined])
  })
})

/** The complaints about these outputs and this input. */
function complaints(outputs: readonly object[], input: object = { driver: 'mock' }): string[] {
  const named = outputs.map((output, k) => ({ name: `out-${k}`, ...output }))
  const set = [`outputs=${JSON.stringify(named)}`, `input=${JSON.stringify(input)}`]
  try {
    loadConfig({ env: {}, set, drivers: DRIVERS, hostname: 'pi' })
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.complaints.map(({ message }) => message)
  }
}

describe('outputs', () => {
  it.each<[string, object[]]>([
    ['the same driver', [{ line: 17 }, { line: 17 }]],
    [
      'two drivers',
      [
        { driver: 'cdev', line: 17 },
        { driver: 'sysfs', line: 17 },
      ],
    ],
    ['another way to count', [{ line: 17 }, { driver: 'onoff', line: 'pin 11' }]],
    ['the chip of the header by its name', [{ line: 17 }, { driver: 'cdev', line: 17, chip: 'pinctrl-rp1' }]],
    ['the default', [{}, { line: 17 }]],
    ['pigpio', [{ driver: 'pigpio', line: 17 }, { line: 17 }]],
  ])('on one line by %s are refused', (_, outputs) => {
    expect(complaints(outputs)).toEqual([
      'outputs.1 is on GPIO17, which is driven by outputs.0 too: give it another line, for example GPIO18',
    ])
  })

  it.each<[string, object[]]>([
    ['a tone and a level on GPIO18', [{ driver: 'pwm' }, { line: 18 }]],
    ['one LED of the kernel', [{ driver: 'led' }, { driver: 'led' }]],
    [
      'a line of another chip',
      [
        { line: 40, chip: 'gpio-sim.0' },
        { line: 40, chip: 'gpio-sim.0' },
      ],
    ],
  ])('that share %s are refused', (_, outputs) => {
    expect(complaints(outputs)).toEqual([
      expect.stringMatching(/^outputs\.1 is on .*, which is driven by outputs\.0 too/),
    ])
  })

  it.each<[string, object, object, RegExp | undefined]>([
    ['auto', { driver: 'auto' }, { line: 2 }, /^outputs\.0 is on GPIO2, which carries the I2C bus of the knob/],
    ['ads1115', { driver: 'ads1115' }, { line: 'pin 5' }, /^outputs\.0 is on GPIO3, which carries/],
    ['bus 0', { driver: 'pcf8591', bus: 0 }, { line: 'GPIO1' }, /^outputs\.0 is on GPIO1, which carries/],
    ['the kernel', { driver: 'iio', device: '1-0048' }, { line: 3 }, /^outputs\.0 is on GPIO3, which carries/],
    ['another bus', { driver: 'ads1115', bus: 3 }, { line: 2 }, undefined],
    ['an ADC on SPI', { driver: 'iio', device: 'mcp3008' }, { line: 2 }, undefined],
    ['no ADC', { driver: 'mock' }, { line: 2 }, undefined],
    ['another chip’s line 2', { driver: 'auto' }, { line: 2, chip: 'gpio-sim.0' }, undefined],
  ])('beside a knob by %s', (_, input, output, words) => {
    expect(complaints([output], input)).toEqual(words === undefined ? [] : [expect.stringMatching(words)])
  })

  it('with a number that is a pin of the header are refused once, with the place', () => {
    expect(complaints([{ line: 11 }, { line: 17 }])).toEqual([
      expect.stringMatching(/^outputs\.0\.line is 11: GPIO11 is the SPI/),
    ])
    expect(complaints([{ line: 'GPIO11' }, { line: 'pin 11' }])).toEqual([])
    expect(complaints([{ line: 11, chip: 'gpio-sim.0' }])).toEqual([])
    expect(complaints([{ driver: 'mock' }, { driver: 'mock' }])).toEqual([])
  })
})

it('editors take a line with its way of counting too', () => {
  const text = JSON.stringify(jsonSchema(DRIVERS))
  expect(text).toContain('"anyOf":[{"type":"integer","minimum":0,"maximum":511},{"type":"string","pattern":"^([Gg]')
})

describe('the address of a chip', () => {
  const about = (driver: string, address: unknown) => complaints([], { driver, address })

  it.each([
    ['ads1115', 48, 'input.address is 48 (0x30), must be 0x48 to 0x4b: did you mean 0x48?'],
    ['ads7830', 49, 'input.address is 49 (0x31), must be 0x48 to 0x4b: did you mean 0x49?'],
    ['auto', 48, 'input.address is 48 (0x30), must be 0, 0x04, 0x08, 0x48 to 0x4f: did you mean 0x48?'],
    ['auto', 0x30, 'input.address is 48 (0x30), must be 0, 0x04, 0x08, 0x48 to 0x4f: did you mean 0x48?'],
    ['auto', 0x77, 'input.address is 119 (0x77), must be 0, 0x04, 0x08, 0x48 to 0x4f'],
    ['ads1115', 0x4c, 'input.address is 76 (0x4c), must be 0x48 to 0x4b'],
    ['grove', 5, 'input.address is 5 (0x05), must be 0x04, 0x08'],
    ['pcf8591', 'x', 'input.address is "x", must be 0x48 to 0x4f'],
    ['pcf8591', 4.5, 'input.address is 4.5, must be 0x48 to 0x4f'],
  ])('of %s may not be %s', (driver, address, words) => {
    expect(about(driver, address)).toEqual([words])
  })

  it.each([
    ['ads1115', 0x4b],
    ['auto', 0],
    ['auto', 0x08],
    ['grove', 8],
    ['pcf8591', 79],
  ])('of %s may be %i', (driver, address) => {
    expect(about(driver, address)).toEqual([])
  })
})
