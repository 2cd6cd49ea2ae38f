import { accessSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DriverError } from '../../../drivers/contract.ts'
import { onoff } from '../../../drivers/gpio/onoff.ts'
import { writable } from '../../../drivers/gpio/sysfs-files.ts'
import { context, defaults, faultOf, tree } from '../fake-machine.ts'

const CHIP = {
  'sys/class/gpio/export': '',
  'sys/class/gpio/gpiochip569/label': 'pinctrl-rp1\n',
  'sys/class/gpio/gpiochip569/base': '569\n',
  'sys/class/gpio/gpiochip569/ngpio': '54\n',
}
const EXPORTED = {
  'sys/class/gpio/gpio586/value': '0\n',
  'sys/class/gpio/gpio586/direction': 'in\n',
  'sys/class/gpio/gpio586/active_low': '0\n',
}

/** The module onoff: writes down what it is asked to do. */
function world(files: Readonly<Record<string, string>>) {
  const state = { calls: [] as unknown[], direction: 'out', errno: 0, pauses: 0 }
  class Gpio {
    constructor(...given: unknown[]) {
      state.calls.push(given)
    }
    direction = () => state.direction
    writeSync(value: number) {
      if (state.errno !== 0) throw Object.assign(new Error('failed'), { errno: -state.errno })
      state.calls.push(value)
    }
    unexport = () => void state.calls.push('unexport')
  }
  const root = tree(files)
  const pauseMs = () => void state.pauses++
  return { state, root, given: { module: () => ({ Gpio }), root, mainThread: true, access: accessSync, pauseMs } }
}

describe('onoff', () => {
  it('takes the number base + line of the chip with the right label', () => {
    const { state, given } = world({ ...CHIP, ...EXPORTED })
    const output = onoff.open(defaults(onoff), context(), given)
    output.set(true)
    output.set(false)
    output.close()
    output.close()
    expect(state.calls).toEqual([[586, 'low', { activeLow: false }], 0, 1, 0, 0, 'unexport'])
    expect(output.description).toBe('GPIO17 on pinctrl-rp1 by onoff (/sys/class/gpio/gpio586)')
  })

  it('starts inactive when active is low: the direction word is the electrical level', () => {
    const { state, given } = world({ ...CHIP, ...EXPORTED })
    onoff.open(defaults(onoff, { activeLow: true }), context(), given)
    expect(state.calls).toEqual([[586, 'high', { activeLow: true }], 0])
  })

  it('exports the line itself where nobody has', () => {
    const { root, given } = world(CHIP)
    // The files do not come up in a plain folder, so the line is absent.
    expect(faultOf(() => onoff.open(defaults(onoff), context(), given)).fault).toBe('absent')
    expect(readFileSync(join(root, 'sys/class/gpio/export'), 'utf8')).toBe('586')
  })

  it('waits for udev for a moment only; what is set before the files are handed over is forgotten, and that is said', () => {
    const { state, given } = world({ ...CHIP, ...EXPORTED })
    const clock = context()
    const access = () => {
      if (clock.ms < 1040) throw Object.assign(new Error('denied'), { errno: -13 })
    }
    const output = onoff.open(defaults(onoff), clock, { ...given, access })
    output.set(true)
    expect([state.calls, state.pauses]).toEqual([[], 25])
    expect(clock.warnings.at(-1)).toMatch(/udev has not handed over its files yet/)
    clock.ms = 1040
    output.set(true)
    expect(state.calls).toEqual([[586, 'low', { activeLow: false }], 0, 1])
  })

  it('opens the line again after a fault', () => {
    const { state, given } = world({ ...CHIP, ...EXPORTED })
    const output = onoff.open(defaults(onoff), context(), given)
    state.errno = 19
    expect(faultOf(() => output.set(true)).fault).toBe('absent')
    state.errno = 0
    output.set(true)
    expect(state.calls).toEqual([
      [586, 'low', { activeLow: false }],
      0,
      'unexport',
      [586, 'low', { activeLow: false }],
      0,
      1,
    ])
  })

  it('does not take a line that stays an input', () => {
    const { state, given } = world({ ...CHIP, ...EXPORTED })
    state.direction = 'in'
    expect(faultOf(() => onoff.open(defaults(onoff), context(), given)).message).toMatch(/cannot be made an output/)
  })

  it('is refused outside of the main thread before anything is loaded', () => {
    const { given } = world(CHIP)
    const module = () => {
      throw new Error('loaded')
    }
    const error = faultOf(() => onoff.open(defaults(onoff), context(), { ...given, module, mainThread: false }))
    expect([error.fault, error.message]).toEqual(['misused', expect.stringMatching(/crashes the process/)])
  })

  it('says that the kernel lacks the old interface', () => {
    expect(faultOf(() => onoff.open(defaults(onoff), context(), world({}).given))).toMatchObject({
      fault: 'absent',
      message: expect.stringMatching(/built without the old GPIO interface.*cdev/),
    })
  })

  it('gives the reason of a module that does not load', () => {
    const module = () => {
      throw new DriverError('unloadable', 'not built')
    }
    const { given } = world(CHIP)
    expect(faultOf(() => onoff.open(defaults(onoff), context(), { ...given, module })).fault).toBe('unloadable')
  })
})

describe('files that udev has yet to hand over', () => {
  it('are not waited for, and are a fault when they stay closed', () => {
    const denied = Object.assign(new Error('denied'), { errno: -13 })
    const access = () => {
      throw denied
    }
    expect(writable(['/sys/x'], 1000, 5999, {}, access)).toBe(false)
    const error = faultOf(() => writable(['/sys/x'], 1000, 6000, { permission: 'Join the group.' }, access))
    expect([error.fault, error.message]).toEqual(['permission', expect.stringMatching(/Join the group/)])
  })

  it('are a fault at once when they do not exist', () => {
    const root = tree({ 'sys/x': '' })
    expect(writable([join(root, 'sys/x')], 0, 0, {})).toBe(true)
    rmSync(join(root, 'sys/x'))
    expect(faultOf(() => writable([join(root, 'sys/x')], 0, 0, {})).fault).toBe('absent')
  })
})
