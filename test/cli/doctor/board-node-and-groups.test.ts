import { describe, expect, it } from 'vitest'
import { checkSystem, type DeviceAccess } from '../../../src/cli/doctor/board-node-and-groups.ts'
import type { Check } from '../../../src/cli/doctor/check-result-and-format.ts'
import { requirementsOf } from '../../../src/cli/doctor/config-requirements.ts'
import { checkNativeModules, type NativeModuleFacts } from '../../../src/cli/doctor/native-modules.ts'
import { BARRED, configured, NO_DEVICES, ON_PI, OPEN, SIMULATED, system } from './fake-machine.ts'

const named = (checks: readonly Check[], name: string) => checks.find(check => check.name === name)

describe('a configuration', () => {
  it('with auto needs hardware on a Raspberry Pi only', () => {
    expect(ON_PI).toMatchObject({ gpio: true, i2c: { bus: 1 }, modules: { koffi: 'either', 'i2c-bus': 'either' } })
    expect(ON_PI.modules).not.toHaveProperty('onoff')
    expect(requirementsOf(configured('auto', 'auto'), false)).toEqual({ gpio: false, i2c: undefined, modules: {} })
  })

  it('with a named transport or driver needs the module of just that', () => {
    const needs = requirementsOf(configured('ads1115', 'onoff', { transport: 'i2c-bus', bus: 3 }), true)
    expect(needs).toMatchObject({ i2c: { bus: 3 } })
    expect(needs.modules).toEqual({ 'i2c-bus': 'yes', onoff: 'yes' })
    expect(requirementsOf(configured('mock', 'cdev'), true)).toMatchObject({ gpio: true, modules: { koffi: 'yes' } })
    expect(requirementsOf(configured('mock', 'sysfs'), true)).toEqual({ gpio: true, i2c: undefined, modules: {} })
  })
})

describe('the system', () => {
  it('of a Raspberry Pi with its groups is good', () => {
    expect(checkSystem(system(), ON_PI, OPEN).map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok'])
  })

  it('that is a desktop is good for simulated hardware, and needs no groups', () => {
    const found = checkSystem(system({ model: '', groups: ['ann'] }), SIMULATED, NO_DEVICES)
    expect(named(found, 'board')).toMatchObject({ status: 'ok', text: expect.stringContaining('no Raspberry Pi') })
    expect(named(found, 'groups')).toMatchObject({ status: 'skip' })
  })

  it.each([
    [
      'not in the groups',
      { groups: ['pi'], granted: [] },
      BARRED,
      'sudo usermod -aG gpio,i2c pi, then log out and in again',
    ],
    [
      'in one of them',
      { groups: ['pi', 'gpio'], granted: ['gpio'] },
      { gpio: 'yes', i2c: 'no' },
      'sudo usermod -aG i2c pi',
    ],
    ['added after the login', { groups: ['pi'] }, BARRED, 'log out and in again'],
    ['in groups that do not own the devices', {}, BARRED, 'ls -l /dev/gpiochip*'],
  ] as const)('with a user %s fails, and says what fixes it', (_, facts, access, fix) => {
    const groups = named(checkSystem(system(facts), ON_PI, access), 'groups')
    expect(groups).toMatchObject({ status: 'fail', fix: expect.stringContaining(fix) })
  })

  const owned = (gpio: string | undefined, i2c: string | undefined): DeviceAccess => ({
    ...BARRED,
    owners: { gpio: { path: '/dev/gpiochip0', group: gpio }, i2c: { path: '/dev/i2c-1', group: i2c } },
  })
  const UBUNTU = { user: 'ubuntu', groups: ['ubuntu'], granted: [], existing: ['root', 'dialout', 'ubuntu'] }
  const groupsOf = (facts: object, access: DeviceAccess) =>
    named(checkSystem(system(facts), ON_PI, access, '/opt/neurond'), 'groups')

  it('where devices are dialout’s is fixed by that group', () => {
    expect(groupsOf(UBUNTU, owned('dialout', 'dialout'))).toMatchObject({
      status: 'fail',
      text: 'ubuntu (ubuntu) may not use the hardware: not in dialout',
      fix: 'sudo usermod -aG dialout ubuntu, then log out and in again',
    })
    expect(groupsOf({ ...UBUNTU, granted: ['dialout'] }, owned('dialout', 'dialout'))?.fix).toMatch(/^log out and in/)
  })

  it.each([
    [
      'both are root’s',
      owned(undefined, undefined),
      "/dev/gpiochip0 is root's alone, /dev/i2c-1 is root's alone",
      'gpio,i2c',
    ],
    ['one is root’s', owned('dialout', undefined), "/dev/i2c-1 is root's alone", 'dialout,i2c'],
    ['there are none yet, and no groups', NO_DEVICES, 'there is no group gpio, there is no group i2c', 'gpio,i2c'],
  ])('where %s is fixed by the rules that neurond brings', (_, access, text, groups) => {
    const found = groupsOf(UBUNTU, access)
    expect(found).toMatchObject({ status: 'fail', text: expect.stringContaining(text) })
    const lines = found?.fix?.split('\n') ?? []
    expect(lines[0]).toMatch(/groupadd .*gpio.*groupadd .*i2c/)
    expect(lines[1]).toMatch(
      /^sudo cp '\/opt\/neurond\/systemd\/70-neurond\.rules' \/etc\/udev\/rules\.d\/ .*udevadm trigger/,
    )
    expect(lines[2]).toBe(`sudo usermod -aG ${groups} ubuntu, then log out and in again`)
    expect(lines[3]).toContain('sudo neurond service install')
  })

  it('lets root do everything', () => {
    expect(named(checkSystem(system({ root: true, groups: [] }), ON_PI, BARRED), 'groups')).toMatchObject({
      status: 'ok',
    })
  })

  it.each([
    ['kernel', { kernel: '5.4.83-v7+' }, 'fail'],
    ['kernel', { kernel: '5.10.0' }, 'ok'],
    ['kernel', { machine: 'armv6l' }, 'warn'],
    ['node', { node: 'v18.20.4' }, 'fail'],
    ['node', { node: 'v20.9.0' }, 'fail'],
    ['node', { node: 'v20.11.0' }, 'ok'],
    ['node', { node: 'v26.1.0' }, 'ok'],
  ] as const)('%s %o is %s', (name, facts, status) => {
    expect(named(checkSystem(system(facts), ON_PI, OPEN), name)).toMatchObject({ status })
  })
})

describe('native modules', () => {
  const LOADED = { type: 'loaded' } as const
  const refused = (message: string) => ({ type: 'refused', message }) as const
  const UNBUILT = refused('Could not locate the bindings file. Tried: …')
  const ABI = refused(
    "The module '…' was compiled against a different Node.js version using\nNODE_MODULE_VERSION 108. This version of Node.js requires\nNODE_MODULE_VERSION 127.",
  )
  const judged = (koffi: NativeModuleFacts['outcome'], i2cBus: NativeModuleFacts['outcome'], needs = ON_PI) =>
    checkNativeModules(
      [
        { name: 'koffi', outcome: koffi },
        { name: 'i2c-bus', outcome: i2cBus },
        { name: 'onoff', outcome: UNBUILT },
      ],
      needs,
      '127',
      '/opt/neurond',
    )

  it('that npm 12 has not built are no failure while koffi serves', () => {
    expect(judged(LOADED, UNBUILT)).toMatchObject([
      { name: 'koffi', status: 'ok' },
      {
        name: 'i2c-bus',
        status: 'warn',
        text: expect.stringContaining('not built (npm 12'),
        fix: expect.stringContaining('cd /opt/neurond && npm rebuild i2c-bus'),
      },
      { name: 'onoff', status: 'skip' },
    ])
  })

  it('of another Node are told apart by their ABI', () => {
    expect(judged(LOADED, ABI)[1]).toMatchObject({
      text: 'was built for module ABI 108, this Node.js has 127; the I2C bus is reached through koffi instead',
      fix: 'cd /opt/neurond && npm rebuild i2c-bus',
    })
  })

  it.each([
    ['/usr/lib/node_modules/neurond', 'cd /usr/lib/node_modules/neurond && sudo npm rebuild i2c-bus'],
    ['/home/pi/Exercise 1', "cd '/home/pi/Exercise 1' && npm rebuild i2c-bus"],
  ])('in %s are fixed by a command that works there', (folder, fix) => {
    expect(checkNativeModules([{ name: 'i2c-bus', outcome: ABI }], ON_PI, '127', folder)).toMatchObject([{ fix }])
  })

  it('that lack the part for this processor are told apart from those that were not built', () => {
    const [koffi] = judged(refused('Cannot find the native Koffi module; did you bundle it correctly?'), LOADED)
    expect(koffi).toMatchObject({
      status: 'warn',
      text: expect.stringContaining('without its part for this processor'),
    })
  })

  it('that end the process on an ARMv6 are not loaded there, and nothing is to be installed for it', () => {
    const outcome = refused(
      'The native module koffi is not made for this processor (armv6l). Use a Pi Zero 2 or newer.',
    )
    const [koffi] = judged(outcome, LOADED)
    expect(koffi).toMatchObject({
      status: 'warn',
      text: 'is not made for this processor; the I2C bus is reached through i2c-bus instead',
    })
    expect(koffi?.fix).not.toContain('npm')
    expect(judged(outcome, LOADED, requirementsOf(configured('mock', 'cdev'), true))[0]?.status).toBe('fail')
  })

  it('that only the outputs could use are no failure while auto has another way', () => {
    const [koffi] = judged(
      refused("Cannot find module 'koffi'"),
      LOADED,
      requirementsOf(configured('mock', 'auto'), true),
    )
    expect(koffi).toMatchObject({ status: 'warn', text: expect.stringContaining('/sys/class/gpio') })
    const [named] = judged(
      refused("Cannot find module 'koffi'"),
      LOADED,
      requirementsOf(configured('mock', 'cdev'), true),
    )
    expect(named).toMatchObject({ status: 'fail' })
  })

  it('that are missing where nothing stands in for them fail', () => {
    const [koffi, i2cBus] = judged(refused("Cannot find module 'koffi'"), UNBUILT)
    expect(koffi).toMatchObject({ status: 'fail', fix: 'cd /opt/neurond && npm install --include=optional koffi' })
    expect(i2cBus).toMatchObject({ status: 'fail', text: expect.stringContaining('the I2C bus cannot be reached') })
  })

  it('that crash do so away from the doctor', () => {
    expect(judged({ type: 'crashed', how: 'SIGSEGV' }, LOADED)[0]).toMatchObject({
      status: 'fail',
      text: 'crashes when it is loaded (SIGSEGV)',
    })
  })

  it('are of no concern to simulated hardware', () => {
    expect(judged(UNBUILT, ABI, SIMULATED).map(({ status }) => status)).toEqual(['skip', 'skip', 'skip'])
  })
})
