import { accessSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DriverError, type Options } from '../../../drivers/contract.ts'
import { type SysfsContext, sysfs } from '../../../drivers/gpio/sysfs-line.ts'
import { autoOutput } from '../../../drivers/registry.ts'
import { context, defaults, faultOf, tree } from '../fake-machine.ts'

const CHIP = {
  'sys/class/gpio/export': '',
  'sys/class/gpio/unexport': '',
  'sys/class/gpio/gpiochip512/label': 'pinctrl-bcm2835\n',
  'sys/class/gpio/gpiochip512/base': '512\n',
  'sys/class/gpio/gpiochip512/ngpio': '54\n',
}

/** A kernel of plain files: while the driver waits for udev, the exported line's folder comes up. */
function kernel(files: Readonly<Record<string, string>> = CHIP) {
  const root = tree(files)
  const at = (file: string) => join(root, 'sys/class/gpio', file)
  const read = (file: string) => readFileSync(at(file), 'utf8')
  const offer = (number: number) => {
    mkdirSync(at(`gpio${number}`), { recursive: true })
    for (const [name, text] of Object.entries({ value: '1', direction: 'in', active_low: '0' }))
      writeFileSync(at(`gpio${number}/${name}`), text)
  }
  const state = { pauses: 0, handedOverAfter: 0 }
  const world: SysfsContext = {
    root,
    // The folder is there at once; its files are root's own until udev has run.
    access(path, mode) {
      if (!existsSync(at('gpio529'))) offer(Number(read('export')))
      if (state.pauses < state.handedOverAfter) throw Object.assign(new Error('denied'), { errno: -13 })
      accessSync(path, mode)
    },
    pauseMs: () => void state.pauses++,
  }
  return { at, read, offer, state, world }
}

const open = (world: SysfsContext, options: Options = {}, clock = context()) =>
  sysfs.open(defaults(sysfs, options), clock, world)

describe('a line by plain files', () => {
  it('is exported by the number base + line, low from the start, and given back low', () => {
    const { read, at, world } = kernel()
    const output = open(world)
    expect(read('export')).toBe('529')
    expect([read('gpio529/active_low'), read('gpio529/direction')]).toEqual(['0', 'low'])
    output.set(true)
    expect(read('gpio529/value')).toBe('1')
    output.set(false)
    expect(read('gpio529/value')).toBe('0')
    output.set(true)
    const value = at('gpio529/value')
    output.close()
    output.close()
    expect([readFileSync(value, 'utf8'), read('unexport')]).toEqual(['0', '529'])
    expect(output).toMatchObject({
      description: 'GPIO17 on pinctrl-bcm2835 by sysfs (/sys/class/gpio/gpio529)',
      mocked: false,
    })
  })

  it('that is active low begins at the high level, and is set by its meaning', () => {
    const { read, world } = kernel()
    const output = open(world, { activeLow: true })
    expect([read('gpio529/active_low'), read('gpio529/direction')]).toEqual(['1', 'high'])
    output.set(true)
    expect(read('gpio529/value')).toBe('1')
  })

  it('waits at the start until udev has handed over its files', () => {
    const { read, state, world } = kernel()
    state.handedOverAfter = 3
    const clock = context()
    open(world, {}, clock)
    expect([state.pauses, read('gpio529/direction'), clock.warnings]).toEqual([3, 'low', []])
  })

  it('is not waited for any longer than half a second: the neuron begins, and the line follows', () => {
    const { read, state, world } = kernel()
    state.handedOverAfter = 26
    const clock = context()
    const output = open(world, {}, clock)
    output.set(true)
    expect([state.pauses, read('gpio529/direction')]).toEqual([25, 'in'])
    expect(clock.warnings).toEqual([expect.stringMatching(/GPIO17.*udev has not handed over/)])
    state.handedOverAfter = 0
    output.set(true)
    expect([state.pauses, read('gpio529/direction'), read('gpio529/value')]).toEqual([25, 'low', '1'])
  })

  it('that stays closed to this user is a matter of permission, and is given back', () => {
    const { read, state, world } = kernel()
    state.handedOverAfter = Number.POSITIVE_INFINITY
    const clock = context()
    const output = open(world, {}, clock)
    clock.ms += 5001
    const error = faultOf(() => output.set(true))
    expect([error.fault, error.message]).toEqual(['permission', expect.stringMatching(/usermod -aG gpio/)])
    expect(read('unexport')).toBe('529')
  })

  it('that was left exported is taken over, and that is said', () => {
    const { read, offer, world } = kernel()
    offer(529)
    const clock = context()
    open(world, {}, clock)
    expect([read('export'), read('gpio529/direction')]).toEqual(['', 'low'])
    expect(clock.warnings).toEqual([expect.stringMatching(/gpio529\).*taken over/)])
  })

  it('is opened afresh after a fault, without a wait', () => {
    const { at, read, offer, state, world } = kernel()
    offer(529)
    rmSync(at('gpio529/value'))
    symlinkSync('/dev/full', at('gpio529/value'))
    const output = open(world)
    expect(faultOf(() => output.set(true)).message).toMatch(/^\/.*value: no space left on device/)
    rmSync(at('gpio529/value'))
    offer(529)
    output.set(true)
    expect([read('gpio529/value'), read('gpio529/direction'), state.pauses]).toEqual(['1', 'low', 0])
  })

  it('is absent where the kernel has no old interface', () => {
    expect(faultOf(() => open(kernel({}).world))).toMatchObject({
      fault: 'absent',
      message: expect.stringMatching(/built without the old GPIO interface.*cdev/),
    })
  })
})

describe('auto without koffi', () => {
  it('takes the line by plain files, and says why not by cdev', () => {
    const { world } = kernel()
    const cdev = {
      name: 'cdev',
      open() {
        throw new DriverError('unloadable', 'The native module koffi is not installed. Run `npm install koffi`.')
      },
    }
    const bySysfs = { name: 'sysfs', open: () => open(world) }
    const mock = { name: 'mock', open: () => expect.unreachable() as never }
    const output = autoOutput.open({}, context(), { inOrder: [cdev, bySysfs], mock, raspberryPi: () => true })
    expect(output.description).toBe(
      'GPIO17 on pinctrl-bcm2835 by sysfs (/sys/class/gpio/gpio529) (chosen by auto; not cdev: The native module koffi is not installed)',
    )
  })
})
