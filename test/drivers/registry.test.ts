import { expect, it } from 'vitest'
import { addressesOf, chipDrivers } from '../../drivers/adc/i2c-scan.ts'
import { ADC_DRIVERS, adcDriver, DRIVERS, OUTPUT_DRIVERS, outputDriver } from '../../drivers/registry.ts'
import { faultOf } from './fake-machine.ts'

const CHIPS = chipDrivers(ADC_DRIVERS)

it.each([
  ['ADCs', ADC_DRIVERS],
  ['outputs', OUTPUT_DRIVERS],
] as const)('drivers of %s have names of their own, and one of them is simulated', (_, drivers) => {
  const names = drivers.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(drivers.filter(({ simulated }) => simulated === 'always').map(({ name }) => name)).toEqual(['mock'])
})

it('a driver is found by its name, and a wrong name is answered with all names', () => {
  expect([adcDriver('mock').kind, outputDriver('mock').kind]).toEqual(['adc', 'output'])
  expect(faultOf(() => adcDriver('ads1114')).message).toMatch(
    /input\.driver is 'ads1114', must be one of auto, ads1115/,
  )
  expect(DRIVERS.length).toBe(ADC_DRIVERS.length + OUTPUT_DRIVERS.length)
})

it.each([
  ['ads1115', false],
  ['ads1015', true],
  ['pcf8591', true],
  ['ads7830', true],
  ['mcp3221', true],
  ['grove', true],
])('the chip %s has 12 bits or fewer: %s', (name, coarse) => {
  expect(CHIPS.find(driver => driver.name === name)?.chip.coarse ?? false).toBe(coarse)
})

it('the usual address of a chip is one that it can have', () => {
  for (const { chip, fields } of CHIPS) expect(chip.addresses).toContain(fields.address?.default)
  expect(addressesOf(CHIPS)).toEqual([0x04, 0x08, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f])
})
