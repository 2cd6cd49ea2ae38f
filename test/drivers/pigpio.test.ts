import { describe, expect, it } from 'vitest'
import { boardOf } from '../../drivers/gpio/board.ts'
import { pigpio } from '../../drivers/gpio/pigpio.ts'
import { context, defaults, faultOf } from './world.ts'

/** A Pi 4, root, and the library built; it writes down what it is asked to do. */
function world() {
  const calls: unknown[] = []
  class Gpio {
    static readonly OUTPUT = 1
    constructor(line: number, options: { mode: number }) {
      calls.push([line, options.mode])
    }
    digitalWrite = (level: number) => void calls.push(level)
    hardwarePwmWrite = (frequencyHz: number, duty: number) => void calls.push([frequencyHz, duty])
  }
  const library = { initialize: () => calls.push('initialize'), terminate: () => void calls.push('terminate'), Gpio }
  return { calls, given: { module: () => library, board: boardOf('Raspberry Pi 4 Model B Rev 1.4\0'), root: true } }
}

describe('board', () => {
  it.each([
    ['Raspberry Pi 3 Model B Plus Rev 1.3\0', true, false],
    ['Raspberry Pi Zero 2 W Rev 1.0\0', true, false],
    ['Raspberry Pi 5 Model B Rev 1.0\0', true, true],
    ['Raspberry Pi 500 Rev 1.0\0', true, true],
    ['Raspberry Pi Compute Module 5 Rev 1.0\0', true, true],
    ['Raspberry Pi Compute Module 4 Rev 1.1\0', true, false],
    ['Orange Pi 5', false, false],
    ['', false, false],
  ])('%j', (model, raspberryPi, rp1) => {
    expect(boardOf(model)).toEqual({ model: model.replace('\0', ''), raspberryPi, rp1 })
  })
})

describe('pigpio', () => {
  it('starts the library with the first output and ends it with the last', () => {
    const { calls, given } = world()
    const led = pigpio.open(defaults(pigpio), context(), given)
    const click = pigpio.open(defaults(pigpio, { line: 27, activeLow: true }), context(), given)
    led.set(true)
    click.set(true)
    led.close()
    led.close()
    click.close()
    expect(calls).toEqual(['initialize', [17, 1], 0, [27, 1], 1, 1, 0, 0, 1, 'terminate'])
  })

  it('makes a tone in hardware', () => {
    const { calls, given } = world()
    const buzzer = pigpio.open(defaults(pigpio, { line: 18, frequencyHz: 2000 }), context(), given)
    buzzer.set(true)
    buzzer.close()
    expect(calls.slice(2)).toEqual([[0, 0], [2000, 500_000], [0, 0], 'terminate'])
  })

  it.each([
    [{ board: boardOf('Raspberry Pi 5 Model B Rev 1.0') }, {}, 'absent', /GPIO of a Raspberry Pi 5.*cdev/],
    [{ board: boardOf('') }, {}, 'absent', /this is another machine/],
    [{ root: false }, {}, 'permission', /needs root/],
    [{}, { frequencyHz: 2000 }, 'misused', /GPIO17 has no hardware tone, must be one of 12, 13, 18, 19/],
  ] as const)('is refused where it cannot work, before it is loaded', (changed, options, fault, words) => {
    const module = () => {
      throw new Error('loaded')
    }
    const { given } = world()
    const error = faultOf(() => pigpio.open(defaults(pigpio, options), context(), { ...given, module, ...changed }))
    expect([error.fault, error.message]).toEqual([fault, expect.stringMatching(words)])
  })

  it('built without the C library says so', () => {
    const { given } = world()
    const empty = { ...given.module(), initialize: undefined as never }
    const error = faultOf(() => pigpio.open(defaults(pigpio), context(), { ...given, module: () => empty }))
    expect([error.fault, error.message]).toEqual(['unloadable', expect.stringMatching(/npm rebuild pigpio/)])
  })
})
