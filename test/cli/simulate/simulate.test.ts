import picocolors from 'picocolors'
import { describe, expect, it } from 'vitest'
import { simulateCommand } from '../../../src/cli/simulate/simulate.ts'
import { neuronFrom } from '../../../src/neuron/params.ts'
import { presetCurrent, presetNamed } from '../../../src/neuron/presets.ts'
import { simulate } from '../../../src/neuron/simulate.ts'
import { reference } from '../../neuron/reference.ts'
import { runOn } from '../fake-console.ts'

const run = (line: string, files = {}, changed: Parameters<typeof runOn>[3] = {}) =>
  runOn(simulateCommand, line, files, changed)
const json = async (line: string, files = {}) => JSON.parse((await run(line, files)).out)

describe('neurond simulate tells the numbers of the library', () => {
  it.each([
    'classroom',
    'bio',
    'epfl',
    'neuromatch',
    'seed000',
    'seed001',
    'seed002',
    'seed003',
  ])('of %s', async name => {
    const preset = presetNamed(name)
    const neuron = neuronFrom(preset.neuron)
    const { spikesMs, spikeSteps, vEndMv } = simulate({ ...preset.run, neuron, input: presetCurrent(preset.run) })
    const told = await json(`--preset ${name}`)
    expect(told).toMatchObject({ spikesMs, count: spikesMs.length, vEndMv, neuron, timing: preset.run.timing })
    expect(told.spikeSteps).toEqual(spikeSteps)
    expect(told.durationMs).toBe(preset.run.durationMs)
  })

  it('of a plain neuron at any current, whose first spike is where the theory puts it', async () => {
    const { spikesMs, timing } = await json('--current 1.6 --duration 100')
    expect(spikesMs[0]).toBeCloseTo(10 * Math.log(16), 12)
    expect([spikesMs.length, timing]).toEqual([3, 'event'])
  })

  it('of seed003 at another current of its table', async () => {
    const { cases } = reference('seed003_exact')
    const { spikeSteps } = await json('--preset seed003 --current 1.83')
    expect(spikeSteps).toEqual(cases.find(c => c.I === 1.83)!.spike_steps)
  })

  it('of a preset on a grid, in event timing, whose current flows when its description says', async () => {
    const { input, spikesMs, vEndMv } = await json('--preset seed003 --timing event')
    expect(input).toEqual({ tMs: [0, 100, 400], iNa: [0, 1.55, 0] })
    const isi = 10 * Math.log(20.5 / 0.5)
    const wanted = Array.from({ length: 8 }, (_, k) => 100 + 10 * Math.log(31) + k * isi)
    for (const [k, tMs] of wanted.entries()) expect(spikesMs[k]).toBeCloseTo(tMs, 10)
    expect(spikesMs).toHaveLength(8)
    expect(vEndMv).toBeGreaterThan(-70.1)
    // V starts at 0 and rises by 1 mV/ms.
    expect((await json('--preset seed000 --timing event')).spikesMs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('of a preset on a finer grid, whose current still begins a step before or after its time', async () => {
    for (const dt of [0.1, 0.05, 0.01]) {
      const { input, spikeSteps } = await json(`--preset seed003 --dt ${dt}`)
      expect(input.tMs[1]).toBeCloseTo(100 - dt, 12)
      // V is above the threshold for the first time so many steps after the sample at 100 ms, which is the first.
      expect(spikeSteps[0]).toBe(Math.round(100 / dt) - 1 + Math.ceil((10 * Math.log(31)) / dt))
    }
    expect((await json('--preset seed000 --dt 0.005')).input.tMs).toEqual([0, 0.005])
  })

  it('of a changed neuron, the preset’s parameters under those of --set', async () => {
    const { neuron, count } = await json('--preset epfl --set neuron.tauMs=20 --set neuron.refractoryMs=0')
    expect(neuron).toMatchObject({ tauMs: 20, capacitanceNf: 2, refractoryMs: 0, thresholdMv: -50 })
    expect(count).toBeLessThan(107)
  })

  it('of the neuron in a configuration file, run as its preset is', async () => {
    const told = await json('--config my.yaml', { 'my.yaml': 'preset: seed003\nneuron: {tauMs: 12}\n' })
    expect(told).toMatchObject({ timing: 'grid', durationMs: 500, neuron: { tauMs: 12 } })
  })

  it('with a seed that repeats a noisy run, and none that varies without noise', async () => {
    const drawn = await json('--set neuron.noiseMv=2')
    expect(drawn.neuron.seed).toBe(42)
    expect(await json('--set neuron.noiseMv=2 --set neuron.seed=42')).toEqual(drawn)
    expect((await json('')).neuron.seed).toBe(0)
  })
})

describe('files', () => {
  it('say what flows, each row until the next, and the run lasts as long as they do', async () => {
    const told = await json('--input a.csv', { 'a.csv': 't_ms,i_na\n0,0\n500,1.6\n2000,0\n' })
    expect(told.durationMs).toBe(2000)
    expect(told.spikesMs[0]).toBeCloseTo(500 + 10 * Math.log(16), 9)
  })

  it('say what arrives: jumps of V, or currents that decay', async () => {
    const files = { 'a.csv': 't_ms,weight\n10,16\n' }
    expect((await json('--current 0 --spikes-in a.csv', files)).spikesMs).toEqual([10])
    const { vEndMv } = await json('--current 0 --duration 15 --spikes-in a.csv --synapse exp:5', {
      'a.csv': 't_ms,weight\n10,1\n',
    })
    expect(vEndMv).toBeCloseTo(-70 + 10 * (Math.exp(-0.5) - Math.exp(-1)), 9)
  })
})

describe('formats', () => {
  it('strip: seed002 prints its 20001 characters', async () => {
    const { out } = await run('--preset seed002 --format strip')
    expect(out).toMatch(/^[|_]{20001}\n$/)
    expect(out.split('|')).toHaveLength(145)
  })

  it('strip: event timing gives each spike the step it falls into, and says when that is taken', async () => {
    const { out } = await run('--current 1.6 --duration 100 --format strip --dt 10')
    expect(out).toBe('__|__|__|_\n')
    const { out: full, err } = await run('--current 1.8 --duration 100 --format strip --dt 50')
    expect([full, err]).toEqual(['||\n', expect.stringContaining('share a character')])
  })

  it('trace: V at every step, or at every --dt', async () => {
    const grid = await json('--preset seed003 --trace')
    expect([grid.tMs.length, grid.vMv.length, grid.vMv[0]]).toEqual([5001, 5001, -70])
    const event = await json('--current 1 --duration 20 --dt 10 --trace')
    expect(event.tMs).toEqual([0, 10, 20])
    expect(event.vMv[1]).toBeCloseTo(-60 - 10 / Math.E, 12)
  })

  it('csv: a row for each spike, or for each point of the trace', async () => {
    expect((await run('--preset seed003 --format csv')).out).toMatch(/^t_ms,step\n134\.3,1343\n/)
    const { out } = await run('--current 1.6 --duration 60 --dt 20 --trace --format csv')
    const rows = out
      .trimEnd()
      .split('\n')
      .map(row => row.split(','))
    expect(rows[0]).toEqual(['t_ms', 'v_mv', 'i_na', 'spikes'])
    expect(rows.slice(1).map(row => [row[0], row[2], row[3]])).toEqual([
      ['0', '1.6', '0'],
      ['20', '1.6', '0'],
      ['40', '1.6', '1'],
      ['60', '1.6', '1'],
    ])
  })

  it('all: with noise, the seed that repeats the run', async () => {
    const noisy = '--set neuron.noiseMv=2 --set neuron.seed=77 --current 1.6 --duration 100'
    expect((await json(noisy)).neuron.seed).toBe(77)
    for (const format of ['--format csv', '--format csv --trace', '--format strip']) {
      const { out } = await run(`${noisy} ${format}`)
      expect(out).toMatch(/[^#]\n# seed: 77\n$/)
    }
    expect((await run(`${noisy} --format svg`)).out).toContain('noise 2 mV, seed 77')
    for (const format of ['csv', 'strip', 'svg']) {
      expect((await run(`--current 1.6 --format ${format}`)).out).not.toContain('seed')
    }
  })

  it('all but strips: the same spikes to the last digit', async () => {
    const files = { 'a.csv': 't_ms,weight\n300,-0.05\n' }
    for (const [line, wanted] of [
      ['--preset bio --current 1.5 --spikes-in a.csv --synapse exp:5', 0],
      ['--preset bio --current 1.7 --spikes-in a.csv --synapse exp:5', 41],
      ['--preset bio --set neuron.noiseMv=2 --set neuron.seed=3', null],
    ] as const) {
      const { spikesMs } = await json(line, files)
      const count = spikesMs.length
      if (wanted !== null) expect(count).toBe(wanted)
      expect((await json(`${line} --trace`, files)).spikesMs).toEqual(spikesMs)
      const rows = (await run(`${line} --format csv`, files)).out.split('\n').filter(row => /^\d/.test(row))
      expect(rows.map(Number)).toEqual(spikesMs)
      const { out } = await run(`${line} --format svg`, files)
      expect(out).toContain(count === 0 ? 'no spikes in 1000 ms' : `${count} spikes in 1000 ms`)
      const traced = (await run(`${line} --format csv --trace`, files)).out.split('\n').slice(1)
      expect(traced.reduce((sum, row) => sum + Number(row.split(',')[3] ?? 0), 0)).toBe(count)
    }
  })

  it('a file instead of standard output', async () => {
    const { out, written } = await run('--preset seed002 --format strip -o strip.txt')
    expect([out, written['strip.txt']!.length]).toEqual(['', 20002])
  })
})

describe('what is wrong is told at once, with the way out', () => {
  it('the command line exits 2', async () => {
    const { out, err, code } = await run(
      '--preset nuromatch --current abc --dt 0 --duration -5 --format jsn --set neuron.tauMs=-3 --set web.port=81 --trace',
    )
    expect([out, code]).toEqual(['', 2])
    const told = [
      /--preset is "nuromatch", must be one of classroom, .*seed003; did you mean neuromatch\?/,
      /--current is "abc", must be a number from -1000000000 to 1000000000 nA/,
      /--dt is 0, must be a number above 0 to/,
      /--duration is -5, must be a number above 0 to/,
      /--format is "jsn", must be one of json, csv, strip, svg/,
      /--set neuron\.tauMs: neuron\.tauMs is -3, must be/,
      /--set web\.port=81 has no place here: .*--set neuron\.tauMs=20/,
      /neurond simulate --help/,
    ]
    for (const pattern of told) expect(err).toMatch(pattern)
    expect(err.trimEnd().split('\n')).toHaveLength(told.length)
  })

  it.each([
    ['--current 1,6', 'written with a point: 1.6'],
    ['--current NaN', '--current is "NaN", must be a number'],
    ['--preset bio --config a.yaml', '--preset and --config both name a neuron'],
    ['--current 1 --input a.csv', '--input and --current both say'],
    ['--synapse delta', '--synapse has nothing to receive: add --spikes-in'],
    ['--spikes-in a.csv --timing grid', '--spikes-in needs event timing'],
    ['--spikes-in a.csv --synapse alpha:5', '--synapse is "alpha:5", must be delta or exp:TAU_MS'],
    ['--spikes-in a.csv --synapse exp:0', 'is 0, must be a number above 0 to 100000 ms'],
    ['--method euler', '--method says how steps are taken, and event timing takes none: add --timing grid'],
    ['--timing grid --dt 2000', '--dt is 2000, must be above 0 and at most the duration, 1000 ms'],
    ['--timing grid --dt 1e-9', 'must make at most 1000000000: use 0.000001 ms or more'],
    ['--trace --dt 1e-5', '--trace makes 100000000 points, must be at most 10000000: use a --dt of 0.0001 ms or more'],
    ['--trace --format strip', '--trace has no place in a strip'],
  ])('%s', async (line, sentence) => {
    const { err, code } = await run(line, { 'a.csv': 't_ms,i_na,weight\n0,1,1\n', 'a.yaml': '' })
    expect([err, code]).toEqual([expect.stringContaining(sentence), 2])
  })

  it('a file exits 1, every mistake with its line', async () => {
    const { err, code } = await run('--input a.csv --spikes-in b.csv --config c.yaml', {
      'a.csv': 't_ms,i_na\n0,1\n5,\n3,NaN\n',
      'c.yaml': 'neuron:\n  tauMs: -1\n',
    })
    expect(code).toBe(1)
    for (const sentence of [
      'a.csv: line 3',
      'a.csv: line 4',
      'b.csv: there is no such file',
      'c.yaml:2: neuron.tauMs is -1',
    ]) {
      expect(err).toContain(sentence)
    }
  })

  it('a file that cannot be written is known before the work begins', async () => {
    const writeObstacle = () => 'this user may not write it: choose another file'
    const { out, err, code } = await run('-o out.json', {}, { writeObstacle })
    expect([out, err, code]).toEqual([
      '',
      'neurond simulate: --output out.json: this user may not write it: choose another file\n',
      1,
    ])
  })

  it('has colours only where they are shown', async () => {
    expect((await run('--current x')).err).not.toContain('\u001b')
    expect((await run('--current x', {}, { errorColours: picocolors.createColors(true) })).err).toContain('\u001b[31m')
  })
})

it('long output comes in pieces, so that it need not be in memory as a whole', async () => {
  for (const format of ['csv', 'json', 'strip']) {
    const lengths: number[] = []
    const print = (text: string) => void lengths.push(text.length)
    const trace = format === 'strip' ? '' : ' --trace'
    await run(`--duration 20000 --format ${format}${trace}`, {}, { print })
    expect(lengths.length).toBeGreaterThan(2)
    expect(Math.max(...lengths)).toBeLessThan(200_000)
  }
})
