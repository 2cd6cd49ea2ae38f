import { describe, expect, it } from 'vitest'
import { DriverError } from '../../../drivers/contract.ts'
import type { Console } from '../../../src/cli/console.ts'
import { writeBundle } from '../../../src/cli/doctor/bundle.ts'
import type { RunTask } from '../../../src/cli/doctor/child-process.ts'
import { doctorCommand } from '../../../src/cli/doctor/doctor.ts'
import type { MachineFacts } from '../../../src/cli/doctor/run-checks.ts'
import { tree } from '../../drivers/fake-machine.ts'
import { fakeConsole } from '../fake-console.ts'
import { machine, NO_DEVICES, OPEN, reading, system, wobble } from './fake-machine.ts'

const FOLDER = new URL('../../..', import.meta.url).pathname.replace(/\/$/, '')
const FIFO = { policy: 'fifo', priority: 50, timerSlackNs: 1, spinUs: 100, reason: '' } as const

/** What a healthy Raspberry Pi answers to each task. */
const HEALTHY: Readonly<Record<string, unknown>> = {
  load: undefined,
  chips: machine().gpioChips,
  scan: [{ address: 0x48, drivers: ['ads1115'], certain: true, words: '0x48: ADS1115 or ADS1015, which read alike' }],
  read: reading(k => 0.5 + 0.0002 * wobble(k)),
  pulse: { description: 'GPIO17 on pinctrl-bcm2711 by /dev/gpiochip0', mocked: false },
  schedule: FIFO,
}

function runTask(answers: Readonly<Record<string, unknown>>, asked: string[]): RunTask {
  return async task => {
    asked.push(task)
    const value = answers[task]
    if (value instanceof Error) return { type: 'refused', message: value.message, cause: value.message }
    return { type: 'done', value: value as never, warnings: [] }
  }
}

/** Runs the command on a made-up machine; at a terminal whose user answers `ask`. */
async function diagnose(args: readonly string[], changed: Partial<MachineFacts & Console> = {}, answers = HEALTHY) {
  const asked: string[] = []
  const facts: MachineFacts = {
    system: system(),
    access: OPEN,
    bootConfig: undefined,
    folder: FOLDER,
    realtimeLimit: 50,
    daemons: [],
    runTask: runTask(answers, asked),
    hardware: chips => ({ ...machine(), gpioChips: chips }),
    clock: async () => ({ timesync: true, timedatectl: true, chrony: undefined }),
    broker: async () => ({ type: 'none' }),
    listenError: async () => '',
    ...changed,
  }
  const terminal = { input: true, output: true, error: true }
  const fake = fakeConsole({ isTerminal: terminal, ask: async () => '', ...changed })
  const command = doctorCommand(fake.console, { machineFacts: () => facts, recentJournal: async () => [] })
  command.configureOutput({ writeErr: () => {} })
  await command.parseAsync([...args], { from: 'user' })
  const announced = [...fake.err.matchAll(/three pulses on the output "(.*?)" now/g)].map(([, output]) => output)
  return { text: fake.out, announced, asked, exitCode: fake.code }
}

const checksIn = ({ text }: { text: string }) =>
  JSON.parse(text) as { ok: boolean; checks: { name: string; status: string; text: string; fix?: string }[] }

describe('neurond doctor', () => {
  it('finds nothing wrong with a healthy Raspberry Pi', async () => {
    const found = await diagnose(['--json'])
    const { ok, checks } = checksIn(found)
    expect(checks.filter(({ status }) => status === 'warn' || status === 'fail')).toEqual([])
    expect(ok).toBe(true)
    expect(found.exitCode).toBe(0)
    expect(checks.map(({ name }) => name)).toEqual(
      'config board kernel node groups koffi i2c-bus onoff gpio i2c chips input|output led|output buzzer|clock|real time|timer slack|broker dashboard'
        .split('|')
        .flatMap((part, i) => (i === 0 || i === 6 ? part.split(' ') : [part])),
    )
  })

  it('exits 1 when a line has failed, and tells below it what fixes it', async () => {
    const read = new DriverError(
      'silent',
      'I2C 0x48 on /dev/i2c-1: remote I/O error (EREMOTEIO). Nothing answers at 0x48: check power.',
    )
    const { text, exitCode } = await diagnose([], {}, { ...HEALTHY, scan: [], read })
    expect(text).toMatch(
      /^fail {2}input {9}I2C 0x48 on \/dev\/i2c-1: remote I\/O error \(EREMOTEIO\)\n {20}→ Nothing answers at 0x48: check power\.$/m,
    )
    expect(text).toMatch(/\n2 failures, 0 warnings, \d+ ok, 1 not needed here\n$/)
    expect(exitCode).toBe(1)
  })

  it('leaves the hardware alone that a running neurond has', async () => {
    const { text, asked } = await diagnose([], {
      daemons: [
        { pid: 4711, hardware: ['/dev/i2c-1'], isService: false },
        { pid: 4712, hardware: [], isService: false },
      ],
    })
    expect(text).toMatch(/a neurond \(process 4711\) has the hardware\n +→ kill 4711, then neurond doctor/)
    expect(asked).not.toContain('scan')
    expect(asked).not.toContain('read')
    expect(asked).not.toContain('pulse')
  })

  it('pulses nothing when it is told not to, and else says so before', async () => {
    expect((await diagnose(['--no-pulse'])).asked).not.toContain('pulse')
    expect((await diagnose([])).announced).toEqual(['led', 'buzzer'])
  })

  it('warns of an output that was driven and not seen', async () => {
    const { text } = await diagnose([], { ask: async question => (question.includes('led') ? 'n' : '') })
    expect(text).toMatch(/^warn {2}output led .*not seen$/m)
    expect(text).toMatch(/^ok {4}output buzzer .*seen$/m)
  })

  it('looks at the machine even if the configuration is wrong', async () => {
    const folder = tree({ 'bad.yaml': 'neuron: {tauMs: -3}\n' })
    const { text, exitCode, asked } = await diagnose(['--config', `${folder}/bad.yaml`])
    expect(text).toMatch(/^fail {2}config .*bad\.yaml:1: neuron\.tauMs is -3/m)
    expect(text).toMatch(/^ok {4}gpio /m)
    expect(exitCode).toBe(1)
    expect(asked).not.toContain('read')
  })

  it('says of a file that it cannot read only what to do about that', async () => {
    const { text, exitCode } = await diagnose(['--config', '/nowhere.yaml'])
    expect(text).toMatch(/^fail {2}config +\/nowhere\.yaml: there is no such file: correct the path.*\nok /m)
    expect(exitCode).toBe(1)
  })

  it('says why its report cannot be written, and what to do', () => {
    expect(() => writeBundle('/nowhere/report.json', '{}')).toThrow(
      '/nowhere/report.json cannot be written: there is no folder /nowhere: make it with mkdir -p /nowhere',
    )
  })

  it('takes a desktop for what it is: nothing real is needed there', async () => {
    const mocked = {
      ...HEALTHY,
      chips: [],
      read: reading(() => 0.6, { mocked: true }),
      pulse: { description: 'simulated LED', mocked: true },
    }
    const desktop = { system: system({ model: '', groups: [] }), access: NO_DEVICES, hardware: () => machine('') }
    const { checks } = checksIn(await diagnose(['--json'], desktop, mocked))
    expect(checks.filter(({ status }) => status === 'warn' || status === 'fail')).toEqual([])
    expect(checks.filter(({ status }) => status === 'skip').map(({ name }) => name)).toEqual([
      'groups',
      'gpio',
      'i2c',
      'chips',
      'broker',
    ])
  })

  it('shows no password, wherever it stands', async () => {
    const broker = async () => ({ type: 'malformed', message: 'mqtt://ann:secret@host is no address' }) as const
    expect((await diagnose([], { broker })).text).not.toContain('secret')
    expect((await diagnose(['--json'], { broker })).text).not.toContain('secret')
  })

  it('is misused with an unknown flag or setting', async () => {
    await expect(diagnose(['--bogus'])).rejects.toThrow('unknown option')
    await expect(diagnose(['--set', 'input.driver=x'])).rejects.toThrow('--set input.driver')
  })
})
