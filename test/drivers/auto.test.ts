import { describe, expect, it } from 'vitest'
import { ads1115 } from '../../drivers/adc/ads1115.ts'
import { chipDrivers } from '../../drivers/adc/i2c-scan.ts'
import { adcCandidates, type Candidate, completeOptions, openRecognised } from '../../drivers/auto.ts'
import { type Adc, DriverError, type DriverFault, type Options, type Output } from '../../drivers/contract.ts'
import { mayAppear } from '../../drivers/recovering.ts'
import { ADC_DRIVERS, autoAdc, autoOutput } from '../../drivers/registry.ts'
import {
  ads1115Chip,
  type FakeChip,
  groveChip,
  i2cChips,
  mcp3221Chip,
  pcf8591Chip,
  registerChip,
} from '../fakes/i2c-chips.ts'
import { scriptedI2c } from '../fakes/scripted-i2c.ts'
import { context, defaults, faultOf } from './fake-machine.ts'

const CHIPS = chipDrivers(ADC_DRIVERS)
const CANDIDATES = adcCandidates(ADC_DRIVERS)

function serves(name: string, mocked = false): Candidate<Output> {
  return { name, open: () => ({ description: `${name} works`, mocked, set() {}, close() {} }) }
}

function refuses(name: string, fault: DriverFault, message: string): Candidate<Output> {
  return {
    name,
    open() {
      throw new DriverError(fault, message)
    },
  }
}

const choice = (raspberryPi: boolean, ...candidates: Candidate<Output>[]) => ({
  inOrder: candidates,
  mock: serves('mock', true),
  raspberryPi: () => raspberryPi,
})

const NO_CDEV = refuses('cdev', 'unloadable', 'koffi is not installed. Run npm install koffi.')
const NO_SYSFS = refuses('sysfs', 'absent', '/sys/class/gpio has no chips. Use another.')

describe('auto', () => {
  it('takes the first that serves', () => {
    const world = context()
    const output = autoOutput.open({}, world, choice(true, serves('cdev'), serves('sysfs')))
    expect(output.description).toBe('cdev works (chosen by auto)')
    expect(world.warnings).toEqual([])
  })

  it('says why those before it did not', () => {
    const output = autoOutput.open({}, context(), choice(true, NO_CDEV, serves('sysfs')))
    expect(output.description).toBe('sysfs works (chosen by auto; not cdev: koffi is not installed)')
  })

  it('never simulates on a Raspberry Pi: every reason is given in full', () => {
    const world = context()
    const error = faultOf(() => autoOutput.open({}, world, choice(true, NO_CDEV, NO_SYSFS)))
    expect(error.fault).toBe('unloadable')
    expect(error.message).toBe(
      'auto found no output:\n' +
        '  cdev: koffi is not installed. Run npm install koffi.\n' +
        '  sysfs: /sys/class/gpio has no chips. Use another.\n' +
        'Fix one of these, or choose the driver mock to go on without hardware.',
    )
    expect(world.warnings).toEqual([])
  })

  it('is at fault as what tells most of all that was tried: what is there but fails, else a wrong setting', () => {
    const absent = refuses('iio', 'absent', 'No kernel driver.')
    const wrong = refuses('ads1115', 'misused', 'Two of them.')
    const busy = refuses('ads1015', 'busy', 'Held.')
    const faultWith = (...tried: Candidate<Output>[]) =>
      faultOf(() => autoOutput.open({}, context(), choice(true, ...tried)))
    expect([faultWith(absent, wrong, busy), faultWith(absent, wrong), faultWith(absent)]).toMatchObject([
      { fault: 'busy', cause: { message: 'Held.' } },
      { fault: 'misused', cause: { message: 'Two of them.' } },
      { fault: 'absent', cause: { message: 'No kernel driver.' } },
    ])
  })

  it('simulates elsewhere, and warns in words that are the same for every part', () => {
    const world = context()
    const output = autoOutput.open({}, world, choice(false, NO_CDEV, NO_SYSFS))
    expect(output).toMatchObject({
      mocked: true,
      description:
        'mock works (chosen by auto; not cdev: koffi is not installed; not sysfs: /sys/class/gpio has no chips)',
    })
    autoAdc.open(defaults(autoAdc), world, { ...CANDIDATES, inOrder: [], raspberryPi: () => false })
    expect(world.warnings[0]).toMatch(/no Raspberry Pi.*simulated/)
    expect(world.warnings[1]).toBe(world.warnings[0])
  })

  it('leaves a line alone that another program holds: the old interface might take it away', () => {
    const held = refuses('cdev', 'busy', 'GPIO17 is held. Free it.')
    const given = { ...choice(true, held, serves('sysfs')), decisive: 'busy' } as const
    const error = faultOf(() => autoOutput.open({}, context(), given))
    expect([error.fault, error.message]).toEqual([
      'busy',
      expect.stringMatching(/^auto found no output:\n {2}cdev: GPIO17/),
    ])
    expect(autoOutput.open({}, context(), { ...given, inOrder: [NO_CDEV, serves('sysfs')] }).description).toMatch(
      /^sysfs works/,
    )
  })

  it('does not hide a mistake in a driver', () => {
    const broken: Candidate<Output> = {
      name: 'broken',
      open() {
        throw new TypeError('a mistake')
      },
    }
    expect(() => autoOutput.open({}, context(), choice(false, broken))).toThrow(TypeError)
  })

  it('gives each candidate options that are complete and within its ranges', () => {
    const options: Options = { bus: 3, address: 0x49, channel: 2, chip: 'unknown' }
    expect(completeOptions(ads1115, options)).toEqual(defaults(ads1115, { bus: 3, address: 0x49, channel: 2 }))
    expect(faultOf(() => completeOptions(ads1115, { channel: 7 })).message).toBe(
      'channel is 7, must be 0 to 3 for ads1115.',
    )
  })

  it('has defaults that look everywhere', () => {
    expect(defaults(autoAdc)).toEqual({
      bus: 1,
      address: 0,
      channel: 0,
      supplyVolts: 3.3,
      transport: 'auto',
      chip: 'unknown',
    })
  })
})

describe('auto on I2C', () => {
  const answers = [{ read: [0] }, { write: [2], read: [0x80, 0] }, { write: [3], read: [0x7f, 0xff] }]
  const nothing = { read: [0], fails: 121 }

  it('takes the one chip that shows the registers of an ADS1x15', () => {
    const opening = [{ write: [1, 0x42, 0xe3] }, { write: [1], read: [0x42, 0xe3] }]
    const chip = scriptedI2c(nothing, ...answers, nothing, nothing, ...opening)
    const adc = openRecognised(CHIPS, defaults(autoAdc), context(), chip.open)
    expect(adc.description).toBe('ADS1115 at 0x49 on /dev/i2c-1, channel 0, by i2c-bus')
    chip.done()
  })

  it('measures as far as the supply of the knob goes: it has no setting for the range', () => {
    const opening = [{ write: [1, 0x40, 0xe3] }, { write: [1], read: [0x40, 0xe3] }]
    const chip = scriptedI2c(...answers, ...opening)
    openRecognised(CHIPS, defaults(autoAdc, { address: 0x48, supplyVolts: 5 }), context(), chip.open)
    chip.done()
  })

  it('does not choose between two', () => {
    const chip = scriptedI2c(...answers, ...answers, nothing, nothing)
    const error = faultOf(() => openRecognised(CHIPS, defaults(autoAdc), context(), chip.open))
    expect([error.fault, error.message]).toEqual(['misused', expect.stringMatching(/More than one.*0x48.*0x49/)])
  })

  it('does not guess what else may answer', () => {
    const other = [
      { read: [0] },
      { write: [2], read: [9, 9] },
      { write: [3], read: [9, 9] },
      { write: [1], read: [9, 9] },
    ]
    const chip = scriptedI2c(...other)
    const error = faultOf(() => openRecognised(CHIPS, defaults(autoAdc, { address: 0x48 }), context(), chip.open))
    expect([error.fault, error.message]).toEqual(['misused', expect.stringMatching(/0x48: ambiguous.*name it/)])
  })

  const openOn = (chips: Readonly<Record<number, FakeChip>>, changed: Options = {}) =>
    openRecognised(CHIPS, defaults(autoAdc, changed), context(), i2cChips(chips).openBus)
  const refusal = (chips: Readonly<Record<number, FakeChip>>, changed: Options = {}) => {
    const { fault, message } = faultOf(() => openOn(chips, changed))
    return [fault, message]
  }

  it('takes an ADS1115 that another program has used, and one that does not answer its limits', () => {
    expect(openOn({ 74: ads1115Chip({ 2: [0x10, 0], 3: [0x20, 0] }) }).description).toMatch(/^ADS1115 at 0x4a/)
    expect(openOn({ 72: ads1115Chip({}, [2, 3]) }).description).toMatch(/^ADS1115 at 0x48/)
  })

  it('takes a Grove Base Hat at either of its addresses, where there is no ADS1x15', () => {
    expect(openOn({ 8: groveChip(0x0fff) }).description).toMatch(/^Grove Base Hat at 0x08/)
    expect(openOn({ 4: groveChip(0x0fff) }).read()).toBe(1)
    expect(openOn({ 8: groveChip(0), 72: ads1115Chip() }).description).toMatch(/^ADS1115 at 0x48/)
    expect(openOn({ 8: groveChip(0x0fff) }, { address: 0x08 }).description).toMatch(/^Grove/)
  })

  it.each<[string, Readonly<Record<number, FakeChip>>, number, DriverFault, RegExp]>([
    [
      'another address',
      { 72: ads1115Chip() },
      0x49,
      'absent',
      /^Nothing answers at 0x49 .*0x48: ADS1115.* Set input: { driver: ads1115, address: 0x48 }\.$/,
    ],
    [
      'decimal for hexadecimal',
      { 72: ads1115Chip() },
      48,
      'absent',
      /^Nothing answers at 0x30 \(did you mean 0x48\?\).*address: 0x48/,
    ],
    ['a hat elsewhere', { 8: groveChip(1) }, 0x48, 'absent', /^Nothing answers at 0x48.*driver: grove, address: 0x08/],
    [
      'an unnamed chip elsewhere',
      { 74: pcf8591Chip([1, 2, 3, 4]) },
      0x4b,
      'absent',
      /driver: pcf8591 \| .*, address: 0x4a/,
    ],
    [
      'an unnamed chip',
      { 74: pcf8591Chip([1, 2, 3, 4]) },
      0,
      'misused',
      /Set input: { driver: pcf8591 \| .*ads1115.*, address: 0x4a }/,
    ],
    [
      'a chip where no ADS1x15 can be',
      { 77: mcp3221Chip(5) },
      0,
      'absent',
      /Set input: { driver: pcf8591 \| mcp3221, address: 0x4d }/,
    ],
    ['another thing at an address of the hat', { 8: registerChip({}) }, 0, 'absent', /0x08: an unknown chip/],
    ['nothing', {}, 0x49, 'absent', /^Nothing answers at 0x49 on .* Check the wires\.$/],
    ['nothing at all', {}, 0, 'absent', /there is nothing/],
  ])('names what is there, and the settings that read it: %s', (_, chips, address, fault, words) => {
    expect(refusal(chips, { address })).toEqual([fault, expect.stringMatching(words)])
  })

  it('waits for a bus that is held: it is no reason to name a chip', () => {
    const { openBus, state } = i2cChips({ 72: ads1115Chip() })
    for (const held of ['low', 'high', 'clock'] as const) {
      state.held = held
      const error = faultOf(() => openRecognised(CHIPS, defaults(autoAdc), context(), openBus))
      expect([error.fault, mayAppear(error, 'adc', () => true)]).toEqual(['stuck', true])
    }
  })

  it('tries nothing else on a bus that is stuck: every try would block', () => {
    const stuck: Candidate<Adc> = {
      name: 'ads1115',
      open() {
        throw new DriverError('stuck', 'It is blocked. Free it.')
      },
    }
    const given = { ...CANDIDATES, inOrder: [stuck, CANDIDATES.inOrder.at(-1)!], raspberryPi: () => true }
    const error = faultOf(() => autoAdc.open(defaults(autoAdc, { chip: 'pcf8591' }), context(), given))
    expect([error.fault, error.message]).toEqual(['stuck', expect.not.stringContaining('the configured chip')])
  })

  it('asks for the chip where nothing is recognised, on a Pi', () => {
    const error = faultOf(() =>
      autoAdc.open(defaults(autoAdc, { bus: 250, transport: 'koffi' }), context(), {
        ...CANDIDATES,
        inOrder: CANDIDATES.inOrder.slice(1),
        raspberryPi: () => true,
      }),
    )
    expect([error.fault, (error.cause as DriverError).message]).toEqual(['absent', expect.stringMatching(/i2c-250/)])
    expect(error.message).toMatch(/auto found no ADC:\n {2}ads1115: .*\n {2}the configured chip: No chip is named/)
  })
})
