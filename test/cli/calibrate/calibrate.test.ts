import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type CalibrateContext, calibrateCommand } from '../../../src/cli/calibrate/calibrate.ts'
import type { Console } from '../../../src/cli/console.ts'
import { readTextFile } from '../../../src/config/read-and-replace-file.ts'
import { fakeConsole } from '../fake-console.ts'

const FILE = '# my rig\ninput:\n  driver: mock # simulated\n  shape: triangle\n  periodMs: 4000\n'

/** Runs the command on a clock that only pauses move. */
async function calibrate(
  args: readonly string[],
  changed: Partial<CalibrateContext & Console> & { readonly file?: string } = {},
) {
  let nowMs = 0
  const { file = FILE, ...rest } = changed
  const written: string[] = []
  const fake = fakeConsole({ ask: async () => '', ...rest })
  const context: CalibrateContext = {
    readFile: path => (path === 'my.yaml' || path === 'usual.yaml' ? file : ''),
    writeFile: (path, text) => void written.push(path, text),
    defaultFile: () => 'usual.yaml',
    runningDaemons: () => [],
    nowMs: () => nowMs,
    async pause(durationMs) {
      nowMs += durationMs
    },
    ...rest,
  }
  await calibrateCommand(fake.console, context)
    .configureOutput({ writeErr: () => {} })
    .parseAsync([...args], { from: 'user' })
  expect(fake.openInterruptions).toBe(0)
  return { printed: fake.out, said: fake.err, exitCode: fake.code, written }
}

const SIMULATED = ['--yes', '--seconds', '5', '--config', 'my.yaml']

describe('neurond calibrate', () => {
  it('finds the ends of a knob that turns, and writes them into the file beside its comments', async () => {
    const { printed, written, exitCode } = await calibrate(SIMULATED)
    expect(exitCode).toBe(0)
    expect(printed).toMatch(/left end {3}0\.00\d\d/)
    expect(written[0]).toBe('my.yaml')
    const [, before = '', from, to] = /^(.*)\n {2}fromLevel: (\S+)\n {2}toLevel: (\S+)\n$/s.exec(written[1] ?? '') ?? []
    expect(`${before}\n`).toBe(FILE)
    expect(Number(from)).toBeLessThan(0.02)
    expect(Number(to)).toBeGreaterThan(0.98)
  })

  it('leaves a file alone that is not UTF-8, whose comments it could not keep', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'neurond-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const config = join(folder, 'my.yaml')
    writeFileSync(config, FILE.replace('my', 'm\u00fc'), 'latin1')
    const { said, written, exitCode } = await calibrate(['--yes', '--config', config], { readFile: readTextFile })
    expect(said).toContain(`${config}: this is no text in UTF-8: name a YAML file, saved as UTF-8`)
    expect([written, exitCode]).toEqual([[], 1])
  })

  it('finds what is left of the travel when the knob is not turned all the way', async () => {
    const half = ['--set', 'input.lowLevel=0.2', '--set', 'input.highLevel=0.7']
    const { printed } = await calibrate([...half, '--json'])
    expect(JSON.parse(printed)).toMatchObject({ ok: true, mocked: true, file: null, written: false })
    expect(JSON.parse(printed).input.fromLevel).toBeCloseTo(0.2, 1)
    expect(JSON.parse(printed).input.toLevel).toBeCloseTo(0.7, 1)
  })

  it('asks for one end after the other where there is a keyboard, and learns the direction', async () => {
    let enter = (_line: string) => {}
    const requests: string[] = []
    let lines = 0
    const { written } = await calibrate(['--config', 'my.yaml'], {
      isTerminal: { input: true, output: true, error: true },
      ask: request => {
        if (request.startsWith('Write')) return Promise.resolve('')
        requests.push(request)
        lines = 0
        return new Promise(resolve => {
          enter = resolve
        })
      },
      // Half a turn of the simulated knob is 2 s; it starts at the high end.
      showProgress: line => {
        if (line !== '' && ++lines === 95) enter('')
      },
    })
    expect(requests).toHaveLength(2)
    expect(requests[0]).toContain('left end')
    const [, from, to] = /fromLevel: (\S+)\n {2}toLevel: (\S+)/.exec(written[1] ?? '') ?? []
    expect(Math.abs(Number(from) - Number(to))).toBeGreaterThan(0.1)
  })

  it.each([
    ['no file is named', ['--yes', '--seconds', '5'], {}, 'name it with --config'],
    ['nobody has said yes', ['--config', 'my.yaml', '--seconds', '5'], {}, '--yes writes it'],
  ])('writes nothing when %s', async (_, args, changed, words) => {
    const { written, said, exitCode } = await calibrate(args, changed)
    expect(written).toEqual([])
    expect(said).toContain(words)
    expect(exitCode).toBe(0)
  })

  it('refuses a simulated knob that stands still, and says what to do', async () => {
    const { said, exitCode, written } = await calibrate([...SIMULATED, '--set', 'input.shape=hand'])
    expect(said).toContain('the knob did not move. A simulated knob needs no calibration')
    expect(said).toContain('--set input.shape=triangle')
    expect(exitCode).toBe(1)
    expect(written).toEqual([])
  })

  it.each([
    ['service', { pid: 4711, hardware: undefined, isService: true }, 'sudo systemctl stop neurond, then'],
    ['process', { pid: 4711, hardware: ['/dev/i2c-1'], isService: false }, 'kill 4711, then'],
  ])('leaves a chip alone that a running %s may read, and says how to end it', async (_, daemon, ending) => {
    const file = 'input:\n  driver: ads1115\n'
    const { said, exitCode } = await calibrate(SIMULATED, { file, runningDaemons: () => [daemon] })
    expect(said).toContain('a neurond that runs (process 4711) may read this knob too')
    expect(said).toContain(ending)
    expect(exitCode).toBe(1)
  })

  it('says what to do with a file that cannot be written', async () => {
    const writeFile = () => {
      throw new Error('my.yaml cannot be written, and stays as it was: use sudo')
    }
    const { said, exitCode } = await calibrate(SIMULATED, { writeFile })
    expect(said).toContain(
      'my.yaml cannot be written, and stays as it was: use sudo; or put the lines above into it by hand',
    )
    expect(exitCode).toBe(1)
  })

  it('tells programs why it failed', async () => {
    const { printed } = await calibrate([...SIMULATED, '--json', '--set', 'input.shape=constant'])
    expect(JSON.parse(printed)).toMatchObject({ ok: false, error: expect.stringContaining('did not move') })
  })

  it('ends cleanly when the user leaves, with the code that shells have for it', async () => {
    const pause = async () => {
      throw Object.assign(new Error('interrupted'), { name: 'InterruptedError' })
    }
    const { said, exitCode, written } = await calibrate(SIMULATED, { pause })
    expect(said).toContain('interrupted; nothing was written')
    expect(exitCode).toBe(130)
    expect(written).toEqual([])
  })

  it('is misused with a time that is none, or a setting that is none', async () => {
    expect(await calibrate(['--seconds', '0'])).toMatchObject({
      exitCode: 2,
      said: expect.stringContaining('1 to 600'),
    })
    await expect(calibrate(['--set', 'input.driver=x'])).rejects.toThrow('--set input.driver')
  })
})

it('ends that coincide are refused by the configuration', async () => {
  const same = ['--set', 'input.fromLevel=0.5', '--set', 'input.toLevel=0.505']
  await expect(calibrate([...SIMULATED, ...same])).rejects.toThrow(
    /input\.fromLevel is 0\.5, must be below or above input\.toLevel/,
  )
})
