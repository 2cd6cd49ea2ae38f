import { describe, expect, it } from 'vitest'
import { checkReading, sampleFigures } from '../../../src/cli/doctor/check-knob-samples.ts'
import { checkFromMessage } from '../../../src/cli/doctor/check-result-and-format.ts'
import { checkOutput } from '../../../src/cli/doctor/check-test-pulses.ts'
import { reading, wobble } from './fake-machine.ts'

describe('200 test reads', () => {
  const NOISE = 0.0002

  it('of a good potentiometer give rate, level and noise', () => {
    const found = checkReading(
      reading(k => 0.5 + NOISE * wobble(k)),
      250,
    )
    expect(found).toMatchObject({ name: 'input', status: 'ok' })
    expect(found.text).toMatch(/200 reads, 250 a second .*level 0\.500 \(1\.65 V\), noise 0\.[67] mV/)
  })

  it('of a knob that is being turned show its noise, not the turn', () => {
    const turned = reading(k => 0.1 + 0.004 * k + NOISE * wobble(k))
    expect(sampleFigures(turned).noise).toBeCloseTo(NOISE, 4)
    expect(checkReading(turned, 250)).toMatchObject({ status: 'ok', text: expect.stringContaining('being turned') })
  })

  it.each([
    ['floats', (k: number) => 0.15 + 0.05 * wobble(k), 'the input floats'],
    ['is stuck', () => 0.4321, 'stuck'],
    ['stands at ground', () => 0, 'ground'],
    ['stands at the supply', () => 1, 'the supply'],
  ])('of an input that %s warn of it', (_, levelAt, words) => {
    const found = checkReading(reading(levelAt), 250)
    expect(found).toMatchObject({ status: 'warn', text: expect.stringContaining(words), fix: expect.any(String) })
  })

  it('that are all the same are nothing to wonder at with 8 to 12 bits', () => {
    const still = reading(() => 0.5, { coarse: true })
    expect(checkReading(still, 250).status).toBe('ok')
  })

  it('where an open input of an ADS1115 stands are not trusted blindly', () => {
    expect(
      checkReading(
        reading(k => 0.13 + NOISE * wobble(k)),
        250,
      ).text,
    ).toContain('without a wire')
  })

  it('that are too slow for the configuration name the faster bus', () => {
    const slow = reading(k => 0.5 + NOISE * wobble(k), { atMs: Array.from({ length: 200 }, (_, k) => 10 * k) })
    expect(checkReading(slow, 250)).toMatchObject({
      status: 'warn',
      fix: expect.stringContaining('i2c_arm_baudrate=400000'),
    })
  })

  it.each([
    [5, 'warn'],
    [50, 'fail'],
  ])('of which %i failed are a %s', (errors, status) => {
    const some = reading(k => 0.5 + NOISE * wobble(k), { errors, message: 'no answer. Check the wires.' })
    expect(checkReading(some, 250)).toMatchObject({ status, fix: 'Check the wires.' })
  })

  it('that all failed are a failure', () => {
    const none = reading(() => 0, {
      levels: [],
      atMs: [],
      tookMs: [],
      errors: 20,
      message: 'no answer. Check the wires.',
    })
    expect(checkReading(none, 250)).toMatchObject({ status: 'fail', fix: 'Check the wires.' })
  })

  it('of a knob that clips, because its range is set too small, say which setting does it', () => {
    const warnings = ['rangeVolts is 4.096, below supplyVolts, which is 5: the knob clips. Leave rangeVolts out.']
    const clipped = reading(() => 0.8192, { fullScaleVolts: 5, warnings })
    expect(checkReading(clipped, 250)).toMatchObject({
      status: 'warn',
      text: expect.stringContaining('rangeVolts is 4.096'),
      fix: 'Leave rangeVolts out.',
    })
  })

  it('of an open input are like those of a knob that stands there: that is said, with how it can be told', () => {
    const open = checkReading(
      reading(k => (0.55 + 0.0005 * wobble(k)) / 3.3),
      250,
    )
    expect(open).toMatchObject({ status: 'ok', text: expect.stringMatching(/cannot be told.*turn the knob.*1 MΩ/) })
  })

  it('of a simulated knob are good, unless nobody asked for one', () => {
    const mocked = reading(() => 0.6, { mocked: true })
    expect(checkReading(mocked, 250).status).toBe('ok')
    expect(checkReading({ ...mocked, warnings: ['No ADC was found.'] }, 250).status).toBe('warn')
  })
})

describe('an output', () => {
  const LED = { name: 'led', driver: 'auto', line: 17 }
  const pulsed = (description: string, mocked = false) =>
    ({ type: 'pulsed', description, mocked, warnings: [] }) as const

  it.each([
    [true, 'ok'],
    [undefined, 'ok'],
    [false, 'warn'],
  ] as const)('that was pulsed, and seen: %s, is %s', (seen, status) => {
    const found = checkOutput(LED, pulsed('GPIO17 on pinctrl-rp1 by /dev/gpiochip0'), seen)
    expect(found).toMatchObject({ name: 'output led', status })
    if (seen === false) expect(found.fix).toContain('GPIO17 (pin 11)')
  })

  it('that is held by another program fails with the step that frees it', () => {
    const message = 'GPIO17 on pinctrl-rp1: resource busy or locked (EBUSY). Another program holds it: see `gpioinfo`.'
    expect(checkOutput(LED, { type: 'refused', message }, undefined)).toMatchObject({
      status: 'fail',
      text: 'GPIO17 on pinctrl-rp1: resource busy or locked (EBUSY)',
      fix: 'Another program holds it: see `gpioinfo`.',
    })
  })
})

it('an error that is a list keeps its lines as what fixes it', () => {
  const message = 'auto found no ADC:\n  iio: none.\n  ads1115: No bus. Enable it.\nFix one of these.'
  expect(checkFromMessage('input', message)).toEqual({
    name: 'input',
    status: 'fail',
    text: 'auto found no ADC',
    fix: 'iio: none.\nads1115: No bus. Enable it.\nFix one of these.',
  })
})
