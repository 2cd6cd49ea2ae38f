import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { kernelAdcs } from '../../../drivers/adc/find-kernel-adcs.ts'
import { iio, parseCount } from '../../../drivers/adc/iio.ts'
import { context, defaults, faultOf, tree } from '../fake-machine.ts'

const CHIP = 'sys/devices/platform/soc/fe804000.i2c/i2c-1/1-0048'

const ADS1115 = {
  [`${CHIP}/iio:device0/name`]: 'ads1015\n',
  [`${CHIP}/iio:device0/in_voltage0_raw`]: '13200\n',
  [`${CHIP}/iio:device0/in_voltage0_scale`]: '0.125000000\n',
  [`${CHIP}/iio:device0/in_voltage1_raw`]: '-1\n',
  [`${CHIP}/iio:device0/in_voltage_scale`]: '0.125000000\n',
  [`${CHIP}/iio:device0/in_voltage0-voltage1_raw`]: '5\n',
  'sys/bus/iio/devices/iio:device0': `->/${CHIP}/iio:device0`,
}

const ADS7830 = {
  'sys/devices/i2c-1/1-004b/hwmon/hwmon2/name': 'ads7830\n',
  'sys/devices/i2c-1/1-004b/hwmon/hwmon2/in3_input': '1650\n',
  'sys/devices/i2c-1/1-004b/hwmon/hwmon2/device': '->/sys/devices/i2c-1/1-004b',
  'sys/class/hwmon/hwmon2': '->/sys/devices/i2c-1/1-004b/hwmon/hwmon2',
}

const PI5_SUPPLY = { 'sys/class/hwmon/hwmon1/name': 'rp1_adc\n', 'sys/class/hwmon/hwmon1/in1_input': '1480\n' }

describe('a number in a file', () => {
  it.each([
    ['0\n', 0],
    ['32767\n', 32767],
    ['-1\n', -1],
    ['-32768\n', -32768],
    ['26400', 26400],
  ])('%j', (text, count) => {
    const bytes = Buffer.alloc(32, '9')
    expect(parseCount(bytes, bytes.write(text))).toBe(count)
  })
})

describe('ADCs of the kernel', () => {
  it('are found with their device and scale, in IIO and hwmon; a board’s own supply monitor is none', () => {
    const found = kernelAdcs(tree({ ...ADS1115, ...ADS7830, ...PI5_SUPPLY }))
    expect(found).toMatchObject([
      {
        interface: 'iio',
        name: 'ads1015',
        device: '1-0048',
        channels: [
          { channel: 0, millivoltsPerCount: 0.125 },
          { channel: 1, millivoltsPerCount: 0.125 },
        ],
      },
      { interface: 'hwmon', name: 'ads7830', device: '1-004b', channels: [{ channel: 3, millivoltsPerCount: 1 }] },
    ])
  })

  it('has pcf8591 files beside the hwmon folder', () => {
    const root = tree({
      'sys/class/hwmon/hwmon0/device/name': 'pcf8591\n',
      'sys/class/hwmon/hwmon0/device/in0_input': '2560\n',
    })
    expect(kernelAdcs(root)).toMatchObject([{ name: 'pcf8591', channels: [{ channel: 0 }] }])
  })

  it('are none where there is no /sys/bus/iio', () => {
    expect(kernelAdcs(tree({}))).toEqual([])
  })
})

describe('iio', () => {
  it('reads a fresh value from the open file at every sample', () => {
    const root = tree(ADS1115)
    const adc = iio.open(defaults(iio), context(), root)
    expect(adc.description).toBe("ads1015 (1-0048) by the kernel's iio, channel 0")
    expect(adc.read()).toBeCloseTo(0.5, 12)
    writeFileSync(join(root, `${CHIP}/iio:device0/in_voltage0_raw`), '26400\n')
    expect(adc.read()).toBeCloseTo(1, 12)
    adc.close()
    adc.close()
  })

  it('has level 0 below ground, and millivolts from hwmon', () => {
    const root = tree({ ...ADS1115, ...ADS7830 })
    expect(iio.open(defaults(iio, { device: '1-0048', channel: 1 }), context(), root).read()).toBe(0)
    expect(iio.open(defaults(iio, { device: 'ads7830', channel: 3 }), context(), root).read()).toBeCloseTo(0.5, 12)
  })

  it.each([
    [{}, {}, 'absent', /No kernel driver offers an ADC; there are: none/],
    [ADS1115, { device: 'mcp3008' }, 'absent', /the ADC mcp3008; there are: ads1015 \(1-0048\)/],
    [{ ...ADS1115, ...ADS7830 }, {}, 'misused', /More than one.*Name one with device/],
    [ADS1115, { channel: 2 }, 'misused', /ads1015 has no channel 2; it has 0, 1/],
    [{ 'sys/bus/iio/devices/iio:device0/in_voltage0_raw': '5\n' }, {}, 'misused', /has no scale/],
  ] as const)('says what it needs', (files, options, fault, words) => {
    const error = faultOf(() => iio.open(defaults(iio, options), context(), tree(files)))
    expect([error.fault, error.message]).toEqual([fault, expect.stringMatching(words)])
  })
})

it.each([
  ['mcp3008', true],
  ['ads1015', true],
  ['ads7828', true],
  ['ltc2495', false],
])('an ADC of the kernel with 8 to 12 bits is coarse, by the name of its driver: %s, %s', (name, coarse) => {
  const root = tree({ ...ADS1115, [`${CHIP}/iio:device0/name`]: `${name}\n` })
  expect(iio.open(defaults(iio), context(), root).coarse).toBe(coarse)
})
