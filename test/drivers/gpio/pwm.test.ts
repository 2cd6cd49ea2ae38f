import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pwm, pwmChannel, pwmChips } from '../../../drivers/gpio/pwm.ts'
import { context, defaults, faultOf, tree } from '../fake-machine.ts'

const chip = (device: string) => ({ path: `/sys/class/pwm/of-${device}`, device })
const asked = (line: number, changed = {}) => ({ line, frequencyHz: 2000, chip: '', channel: 0, ...changed })

/** A Pi 4 whose channel 0 is exported and has a longer tone from before. */
const PI4 = {
  'sys/devices/platform/soc/fe20c000.pwm/name': '',
  'sys/class/pwm/pwmchip0/device': '->/sys/devices/platform/soc/fe20c000.pwm',
  'sys/class/pwm/pwmchip0/export': '',
  'sys/class/pwm/pwmchip0/unexport': '',
  'sys/class/pwm/pwmchip0/pwm0/period': '1000000',
  'sys/class/pwm/pwmchip0/pwm0/duty_cycle': '900000',
  'sys/class/pwm/pwmchip0/pwm0/enable': '0',
}

describe('PWM chip and channel', () => {
  it.each([
    ['2020c000.pwm', 18, 0],
    ['3f20c000.pwm', 12, 0],
    ['fe20c000.pwm', 13, 1],
    ['fe20c000.pwm', 19, 1],
    ['1f00098000.pwm', 12, 0],
    ['1f00098000.pwm', 13, 1],
    ['1f00098000.pwm', 18, 2],
    ['1f00098000.pwm', 19, 3],
  ])('of %s for GPIO%i', (device, line, channel) => {
    const chips = [chip('1f0009c000.pwm'), chip(device)]
    expect(pwmChannel(chips, asked(line))).toEqual({ chip: chip(device), channel })
  })

  it('may be named, for a software PWM', () => {
    expect(pwmChannel([chip('pwm-gpio')], asked(5, { chip: 'pwm-gpio', channel: 0 })).chip.device).toBe('pwm-gpio')
  })

  it.each([
    [[], asked(18), 'absent', /found: none.*dtoverlay=pwm,pin=18,func=2/],
    [[], asked(12), 'absent', /dtoverlay=pwm,pin=12,func=4/],
    [[], asked(17), 'misused', /GPIO17 has no PWM, must be one of 12, 13, 18, 19\.$/],
    [[chip('fe20c000.pwm')], asked(17), 'misused', /GPIO17 has no PWM, must be one of 12, 13, 18, 19/],
    [[chip('fe20c000.pwm')], asked(17, { chip: 'x' }), 'absent', /device x; there are: fe20c000.pwm/],
  ] as const)('missing is said', (chips, options, fault, words) => {
    const error = faultOf(() => pwmChannel(chips, options))
    expect([error.fault, error.message]).toEqual([fault, expect.stringMatching(words)])
  })

  it('is known by its device, not by its number', () => {
    const root = tree(PI4)
    expect(pwmChips(root)).toEqual([{ path: join(root, 'sys/class/pwm/pwmchip0'), device: 'fe20c000.pwm' }])
    expect(pwmChips(tree({}))).toEqual([])
  })
})

describe('a tone', () => {
  it('has half of its period as duty, is enabled by the spike, and is off after', () => {
    const root = tree(PI4)
    const read = (file: string) => readFileSync(join(root, 'sys/class/pwm/pwmchip0', file), 'utf8')
    const output = pwm.open(defaults(pwm), context(), root)
    expect([read('pwm0/period'), read('pwm0/duty_cycle'), read('pwm0/enable')]).toEqual(['500000', '250000', '0'])
    output.set(true)
    expect(read('pwm0/enable')).toBe('1')
    output.set(false)
    expect(read('pwm0/enable')).toBe('0')
    output.set(true)
    output.close()
    output.close()
    expect([read('pwm0/enable'), read('unexport')]).toEqual(['0', '0'])
    expect(output.description).toBe('2000 Hz on fe20c000.pwm, channel 0')
  })

  it('is light of any brightness when the line is an LED, and half of the period again for a pulse', () => {
    const root = tree(PI4)
    const read = (file: string) => readFileSync(join(root, 'sys/class/pwm/pwmchip0/pwm0', file), 'utf8').split('\n')[0]
    const output = pwm.open(defaults(pwm), context(), root)
    const shown = [0.5, 1, 0].map(brightness => {
      output.dim?.(brightness)
      return [read('duty_cycle'), read('enable')]
    })
    expect(shown).toEqual([
      ['109760', '1'],
      ['500000', '1'],
      ['0', '1'],
    ])
    output.set(true)
    expect([read('duty_cycle'), read('enable')]).toEqual(['250000', '1'])
    output.close()
    expect(read('enable')).toBe('0')
  })
})
