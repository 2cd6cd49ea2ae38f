import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Libc } from '../../../drivers/bus/libc.ts'
import { cdev } from '../../../drivers/gpio/cdev.ts'
import { cdevChips, pickChip, sysfsChips } from '../../../drivers/gpio/chips.ts'
import { context, defaults, faultOf, tree } from '../fake-machine.ts'

const CHIPINFO = 0x8044b401
const GET_LINE = 0xc250b407
const SET_VALUES = 0xc010b40f

/** A kernel with these chips, in the order in which they are asked; line requests and values are written down. */
function kernel(chips: readonly (readonly [label: string, lines: number])[]) {
  const state = {
    asked: 0,
    requests: [] as Buffer[],
    values: [] as number[],
    closed: [] as number[],
    refuse: 0,
    broken: 0,
  }
  const libc: Libc = {
    ioctl(fd, request, argument) {
      const bytes = argument as Buffer
      if (request === CHIPINFO) {
        const [label, lines] = chips[state.asked++ % chips.length]!
        bytes.write(label, 32)
        bytes.writeUInt32LE(lines, 64)
        return 0
      }
      if (request === GET_LINE) {
        if (state.refuse !== 0) return -state.refuse
        state.requests.push(Buffer.from(bytes))
        bytes.writeInt32LE(100 + state.requests.length, 588)
        return 0
      }
      if (request !== SET_VALUES || fd < 100) return -25
      if (state.broken !== 0) return -state.broken
      expect(bytes.readBigUInt64LE(8)).toBe(1n)
      state.values.push(Number(bytes.readBigUInt64LE(0)))
      return 0
    },
    close: fd => void state.closed.push(fd),
  }
  return { state, libc }
}

const PI5 = [
  ['gpio-brcmstb@107d508500', 32],
  ['pinctrl-rp1', 54],
] as const
const TWO_CHIPS = { 'dev/gpiochip0': '', 'dev/gpiochip10': '' }

describe('GPIO chips', () => {
  it('are found by label, in the order of their numbers', () => {
    const root = tree({ 'dev/gpiochip10': '', 'dev/gpiochip2': '', 'dev/gpiomem': '' })
    const chips = cdevChips(kernel(PI5).libc, root)
    expect(chips).toEqual([
      { label: 'gpio-brcmstb@107d508500', lines: 32, path: join(root, 'dev/gpiochip2') },
      { label: 'pinctrl-rp1', lines: 54, path: join(root, 'dev/gpiochip10') },
    ])
    expect(pickChip(chips, '', 17).label).toBe('pinctrl-rp1')
    expect(pickChip(chips, 'gpio-brcmstb@107d508500', 17).path).toMatch(/gpiochip2$/)
  })

  it.each([
    ['', 17, 'absent', /labelled pinctrl-bcm2835 or .*there are: other.*name its label with chip/i],
    ['other', 8, 'misused', /other has no line 8, must be 0 to 7/],
  ] as const)('say what there is instead of %j line %i', (label, line, fault, words) => {
    const error = faultOf(() => pickChip([{ label: 'other', lines: 8, path: '' }], label, line))
    expect([error.fault, error.message]).toEqual([fault, expect.stringMatching(words)])
  })

  it('have their base in the old interface, which differs with board and kernel', () => {
    const root = tree({
      'sys/class/gpio/gpiochip512/label': 'raspberrypi-exp-gpio\n',
      'sys/class/gpio/gpiochip512/base': '512\n',
      'sys/class/gpio/gpiochip512/ngpio': '8\n',
      'sys/class/gpio/gpiochip571/label': 'pinctrl-rp1\n',
      'sys/class/gpio/gpiochip571/base': '571\n',
      'sys/class/gpio/gpiochip571/ngpio': '54\n',
      'sys/class/gpio/export': '',
    })
    expect(pickChip(sysfsChips(root), '', 17)).toMatchObject({ label: 'pinctrl-rp1', base: 571, lines: 54 })
    expect(sysfsChips(tree({}))).toEqual([])
  })
})

describe('cdev', () => {
  it('requests one line as an output, named neurond, and drives it', () => {
    const { state, libc } = kernel(PI5)
    const output = cdev.open(defaults(cdev), context(), libc, tree(TWO_CHIPS))
    const request = state.requests[0]!
    expect(request.length).toBe(592)
    expect(request.readUInt32LE(0)).toBe(17)
    expect(request.toString('latin1', 256, 264)).toBe('neurond\0')
    expect(request.readBigUInt64LE(288)).toBe(8n)
    expect(request.readUInt32LE(560)).toBe(1)
    output.set(true)
    output.set(false)
    expect(state.values).toEqual([1, 0])
    expect(output).toMatchObject({
      mocked: false,
      description: expect.stringMatching(/^GPIO17 on pinctrl-rp1 by .*gpiochip10$/),
    })
  })

  it('leaves polarity to the kernel', () => {
    const { state, libc } = kernel(PI5)
    cdev.open(defaults(cdev, { activeLow: true }), context(), libc, tree(TWO_CHIPS))
    expect(state.requests[0]!.readBigUInt64LE(288)).toBe(10n)
  })

  it('drives the line inactive before it releases it, once', () => {
    const { state, libc } = kernel(PI5)
    const output = cdev.open(defaults(cdev), context(), libc, tree(TWO_CHIPS))
    output.set(true)
    output.close()
    output.close()
    expect(state).toMatchObject({ values: [1, 0], closed: [101] })
  })

  it('requests the line again after the chip was taken away', () => {
    const { state, libc } = kernel(PI5)
    const output = cdev.open(defaults(cdev), context(), libc, tree(TWO_CHIPS))
    state.broken = 19
    expect(faultOf(() => output.set(true))).toMatchObject({
      fault: 'absent',
      message: expect.stringMatching(/ENODEV.*was removed/),
    })
    state.broken = 0
    output.set(true)
    expect(state).toMatchObject({ values: [1], closed: [101] })
    expect(state.requests.length).toBe(2)
  })

  it.each([
    [16, 'busy', /GPIO17 on pinctrl-rp1: .*EBUSY.*gpioinfo/],
    [22, 'misused', /EINVAL/],
    [1, 'permission', /usermod -aG gpio/],
  ] as const)('refused with errno %i says why', (errno, fault, words) => {
    const { state, libc } = kernel(PI5)
    state.refuse = errno
    const error = faultOf(() => cdev.open(defaults(cdev), context(), libc, tree(TWO_CHIPS)))
    expect([error.fault, error.message]).toEqual([fault, expect.stringMatching(words)])
  })

  it('says that there is no GPIO', () => {
    const error = faultOf(() => cdev.open(defaults(cdev), context(), kernel(PI5).libc, tree({})))
    expect([error.fault, error.message]).toEqual(['absent', expect.stringMatching(/no \/dev\/gpiochipN.*mock/)])
  })

  it.skipIf(process.geteuid?.() === 0)('says that the user may not open any chip', () => {
    const root = tree(TWO_CHIPS)
    for (const path of Object.keys(TWO_CHIPS)) chmodSync(join(root, path), 0)
    expect(faultOf(() => cdev.open(defaults(cdev), context(), kernel(PI5).libc, root)).fault).toBe('permission')
  })
})
