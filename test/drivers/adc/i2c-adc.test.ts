import { describe, expect, it } from 'vitest'
import { ads1115 } from '../../../drivers/adc/ads1115.ts'
import { chipDrivers } from '../../../drivers/adc/i2c-scan.ts'
import { openAdc } from '../../../drivers/recovering.ts'
import { ADC_DRIVERS } from '../../../drivers/registry.ts'
import {
  ads1115Chip,
  ads7830Chip,
  type FakeChip,
  groveChip,
  type Held,
  i2cChips,
  mcp3221Chip,
  pcf8591Chip,
} from '../../fakes/i2c-chips.ts'
import { context, defaults, faultOf } from '../fake-machine.ts'

const driverOf = (name: string) => chipDrivers(ADC_DRIVERS).find(driver => driver.name === name)!

/** Each chip in the middle of its range. */
const CHIPS: readonly (readonly [string, () => FakeChip])[] = [
  ['ads1115', () => ads1115Chip()],
  ['ads1015', () => ads1115Chip()],
  ['pcf8591', () => pcf8591Chip([128, 128, 128, 128])],
  ['ads7830', () => ads7830Chip(128)],
  ['mcp3221', () => mcp3221Chip(0x800)],
  ['grove', () => groveChip(0x800)],
]

/** A chip at its usual address, on a bus that can be held. */
function opened(name: string, chip: FakeChip) {
  const driver = driverOf(name)
  const options = defaults(driver)
  const { openBus, state } = i2cChips({ [options.address as number]: chip })
  const world = context()
  return { state, world, open: () => driver.open(options, world, openBus), driver, options, openBus }
}

describe.each(CHIPS)('a bus with the chip %s on it', (name, chip) => {
  it.each<Held>(['low', 'high', 'clock'])('that is held %s in mid-run is stuck, and is taken up again', held => {
    const { state, world, open } = opened(name, chip())
    const adc = open()
    world.ms += 10
    expect(adc.read()).toBeCloseTo(0.5, 1)
    state.held = held
    // One byte alone may be a flicker.
    const faults = [0, 1].map(() => {
      try {
        return adc.read()
      } catch (error) {
        return (error as { fault: string }).fault
      }
    })
    expect(faults[1]).toBe('stuck')
    const { transfers } = state
    world.ms += 4999
    expect(faultOf(() => adc.read()).fault).toBe('stuck')
    expect(state.transfers).toBe(transfers)
    state.held = undefined
    world.ms += 1
    adc.read()
    world.ms += 10
    expect(adc.read()).toBeCloseTo(0.5, 1)
    adc.close()
    expect(state.open).toBe(0)
  })

  it.each<Held>(['low', 'high', 'clock'])('that is held %s from the start is waited for, and never misused', held => {
    const { state, world, driver, options, openBus } = opened(name, chip())
    state.held = held
    const onBus = { ...driver, open: () => driver.open(options, world, openBus) }
    const adc = openAdc(
      onBus,
      options,
      world,
      () => {},
      () => true,
    )
    const faults = [1, 2].map(() => {
      try {
        return adc.read()
      } catch (error) {
        return (error as { fault: string }).fault
      }
    })
    expect(faults[1]).toBe('stuck')
    state.held = undefined
    world.ms += 10_000
    adc.read()
    world.ms += 10
    expect(adc.read()).toBeCloseTo(0.5, 1)
    adc.close()
    expect(state.open).toBe(0)
  })

  it('is not held where the knob is at its end: that is asked once a second', () => {
    const { state, world, open } = opened(name, chipAtZero(name))
    const adc = open()
    world.ms += 10
    for (let k = 0; k < 250; k++) {
      world.ms += 4
      expect(adc.read()).toBe(0)
    }
    expect(state.addresses.filter(address => address === 0x03).length).toBeLessThanOrEqual(2)
    adc.close()
  })
})

function chipAtZero(name: string): FakeChip {
  const chips: Record<string, FakeChip> = {
    pcf8591: pcf8591Chip([0, 0, 0, 0]),
    ads7830: ads7830Chip(0),
    mcp3221: mcp3221Chip(0),
    grove: groveChip(0),
  }
  return chips[name] ?? ads1115Chip({ 0: [0, 0] })
}

describe('a chip that is not there', () => {
  it('is told with what answers at its other addresses', () => {
    const { openBus } = i2cChips({ 72: ads1115Chip(), 77: mcp3221Chip(5) })
    const error = faultOf(() => ads1115.open(defaults(ads1115, { address: 0x49 }), context(), openBus))
    expect([error.fault, error.message]).toEqual([
      'silent',
      expect.stringMatching(/Nothing answers at 0x49: .* answers at 0x48: .* set input\.address to 0x48\.$/),
    ])
    expect(faultOf(() => ads1115.open(defaults(ads1115), context(), i2cChips({}).openBus)).message).not.toMatch(
      /Something answers/,
    )
  })

  it('is not looked for elsewhere once it has been there', () => {
    const chips: Record<number, FakeChip> = { 72: ads1115Chip(), 73: ads1115Chip() }
    const { openBus, state } = i2cChips(chips)
    const world = context()
    const adc = ads1115.open(defaults(ads1115), world, openBus)
    delete chips[0x48]
    for (let k = 0; k < 3; k++) expect(faultOf(() => adc.read()).message).not.toMatch(/0x49/)
    expect(state.addresses).not.toContain(0x49)
  })
})
