import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lessonCommand } from '../../../src/cli/lesson/lesson.ts'
import { fakeConsole } from '../fake-console.ts'

const SHIPPED = new URL('../../../config/lessons', import.meta.url).pathname
const FOLDER = mkdtempSync(join(tmpdir(), 'neurond-mystery-'))
const KEY = join(FOLDER, 'class-key')
writeFileSync(KEY, 'a key of the teacher\n')

interface Key {
  readonly id: string
  readonly rheobaseNa: number
  readonly rateHz: number
  readonly params: Readonly<Record<string, number>>
}

async function run(line: string, typed: readonly string[] = [], isTerminal = false) {
  const fake = fakeConsole({
    isTerminal: { input: isTerminal, output: false, error: false },
    env: { XDG_STATE_HOME: join(FOLDER, 'state') },
  })
  async function* lines() {
    yield* typed
  }
  const command = lessonCommand(fake.console, SHIPPED, lines).exitOverride()
  await command.parseAsync(line.split(' '), { from: 'user' })
  return fake
}

async function keyOf(...names: readonly string[]): Promise<Key[]> {
  const { out } = await run(`key mystery --class-key-file ${KEY} --json ${names.join(' ')}`)
  return JSON.parse(out).neurons
}

describe('neurond lesson key', () => {
  it('prints what the neurons of the class are, one line each', async () => {
    const { out } = await run(`key mystery --class-key-file ${KEY} pi-a pi-b`)
    const [header, ...rows] = out.trimEnd().split('\n')
    for (const word of ['rest (mV)', 'resistance (MOhm)', 'tau (ms)', 'rheobase (nA)', 'at 2.5 nA (Hz)']) {
      expect(header).toContain(word)
    }
    expect(rows.map(row => row.split(/ +/)[0])).toEqual(['pi-a', 'pi-b'])
    expect(rows[0]!.slice(4)).not.toBe(rows[1]!.slice(4))
  })

  it('prints the same for programs', async () => {
    const [one] = await keyOf('pi-a')
    const { restMv, thresholdMv, resistanceMohm } = one!.params as Record<string, number>
    expect(one!.rheobaseNa).toBeCloseTo((thresholdMv! - restMv!) / resistanceMohm!, 9)
    expect(one!.rateHz).toBeGreaterThan(0)
  })

  it.each([
    [`key mystery --class-key-file ${KEY} Pi_A`, '"Pi_A" is no name of a neuron'],
    [`key first-spike --class-key-file ${KEY} pi-a`, 'the lesson first-spike hides no neuron'],
    [`key mystery --class-key-file ${FOLDER}/none pi-a`, 'which cannot be read'],
    ['mystery --lesson first-spike', 'the lesson first-spike hides no neuron: do it on the dashboard'],
  ])('%s is refused', async (line, words) => {
    await expect(run(line)).rejects.toThrow(words)
  })
})

describe('neurond lesson mystery', () => {
  it('is done from the first task to the last by who measures well', async () => {
    const [{ params, rheobaseNa }] = (await keyOf('pi-a')) as [Key]
    const edge = (share: number) => `hold ${(rheobaseNa * share).toFixed(4)} 4000`
    const { out, code } = await run(`mystery pi-a --class-key-file ${KEY}`, [
      ...['hold 0 1500', `${params.restMv}`],
      ...['step 0.3 2500', `${params.resistanceMohm}`.replace('.', ',')],
      `answer ${params.tauMs}`,
      ...[edge(0.99), edge(1.01), String(rheobaseNa)],
      `${params.thresholdMv} mV`.replace('-', '−'),
      `${params.refractoryMs}`,
      'press',
    ])
    expect(out).toContain('7 of 7 tasks done.')
    expect(out).toMatch(/Your numbers say [\d.]+ Hz, the cell fired at [\d.]+ Hz/)
    expect(code).toBe(0)
  })

  it('shows V on the way up, so that tau can be read off', async () => {
    const [{ params }] = (await keyOf('pi-a')) as [Key]
    const { restMv, resistanceMohm, tauMs } = params as Record<string, number>
    const { out } = await run(`mystery pi-a --class-key-file ${KEY}`, [`step 0.3 600 every ${tauMs}`])
    const [, mv] = new RegExp(`^ +${tauMs} +(\\S+)$`, 'm').exec(out)!
    expect(Number(mv!.replace('−', '-'))).toBeCloseTo(restMv! + 0.3 * resistanceMohm! * (1 - Math.exp(-1)), 1)
  })

  it('tells nothing of the neuron to who guesses, and gets on by skipping', async () => {
    const { out } = await run(`mystery pi-a --class-key-file ${KEY}`, [
      ...[
        '-65',
        'hold 0 1500',
        '-30',
        'hint',
        'hint',
        'nonsense',
        'press',
        'hold 5000 1',
        'skip',
        'task',
        'quit',
        'skip',
      ],
    ])
    for (const words of [
      ...[
        '? cannot tell: measure it first',
        '✗ not yet (attempt 1)',
        'hint: Turn the knob',
        'there is no further hint',
      ],
      ...['"nonsense" is no answer here, must be a number in mV', 'this task has no button', 'must be a current from'],
      '0 of 7 tasks done, 1 skipped.',
    ]) {
      expect(out).toContain(words)
    }
    expect(out).not.toContain('3 of 7')
  })

  it('is the same for a name every time, and another for another name, without a key of a teacher too', async () => {
    const first = async (name: string) => (await run(`mystery ${name}`, ['hold 1 3000'])).out
    expect(await first('ada')).toBe(await first('ada'))
    expect(await first('ada')).not.toBe(await first('bob'))
  })

  it('ends with the input, and by Ctrl-C with its exit code', async () => {
    const ended = await run('mystery ada', [], true)
    expect([ended.code, ended.out.endsWith('\n0 of 7 tasks done.\n'), ended.openInterruptions]).toEqual([0, true, 0])
    const fake = fakeConsole({ env: { XDG_STATE_HOME: join(FOLDER, 'state') } })
    async function* lines() {
      yield 'hold 1'
      fake.interrupt()
      yield 'hold 2'
    }
    await lessonCommand(fake.console, SHIPPED, lines).parseAsync(['mystery'], { from: 'user' })
    expect([fake.code, fake.out.includes('2 nA for'), fake.openInterruptions]).toEqual([130, false, 0])
  })
})
