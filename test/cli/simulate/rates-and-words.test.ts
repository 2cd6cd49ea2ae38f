import { describe, expect, it } from 'vitest'
import { fiCommand } from '../../../src/cli/simulate/fi.ts'
import { simulateCommand } from '../../../src/cli/simulate/simulate.ts'
import { runOn } from '../fake-console.ts'

const run = (line: string, files = {}) => runOn(simulateCommand, line, files)
const json = async (line: string) => JSON.parse((await run(line)).out)
const fi = async (line: string) => JSON.parse((await runOn(fiCommand, `${line} --format json`)).out)

describe('rate, intervals and theory', () => {
  it('of seed003: counted less than the theory, and the same from spike to spike', async () => {
    const grid = await json('--preset seed003')
    expect(grid).toMatchObject({ countInWindow: 8, cv: 0, window: { fromMs: 100, toMs: 400 } })
    expect(grid.rateHz).toBeCloseTo(26.6667, 4)
    expect(grid.isiMeanMs).toBeCloseTo(37.2, 9)
    expect(grid.theoryHz).toBeCloseTo(26.928251, 6)
    // The question at the end of its text: a window in which both rates agree.
    const { spikeToSpike, theoryHz } = await json('--preset seed003 --timing event')
    const window = `--count-from ${spikeToSpike.fromMs} --count-to ${spikeToSpike.toMs}`
    const counted = await json(`--preset seed003 --timing event ${window}`)
    expect(counted.countInWindow).toBe(7)
    expect(counted.rateHz).toBeCloseTo(theoryHz, 9)
    const [point] = (await fi(`--preset seed003 --timing event --current 1.55 ${window}`)).points
    expect(point).toMatchObject({ count: 7, currentNa: 1.55 })
    expect(point.errorPercent).toBeCloseTo(0, 9)
  })

  it('of noise vary, and of a current that changes have no theory', async () => {
    const { cv, isiMeanMs, rateHz } = await json('--set neuron.noiseMv=2 --seed 1 --duration 5000')
    expect(cv).toBeGreaterThan(0.05)
    expect(1000 / isiMeanMs).toBeCloseTo(rateHz, 0)
    expect((await json('--shape ramp --current 3')).theoryHz).toBeNull()
    expect((await json('--current 1')).isiMeanMs).toBeNull()
  })

  it('are counted where one says, in a run that lasts as long', async () => {
    const told = await json('--current 2 --count-from 500 --count-to 1500')
    expect([told.durationMs, told.window]).toEqual([1500, { fromMs: 500, toMs: 1500 }])
    const curve = await fi('--current 2 --count-from 500 --count-to 1500')
    expect(curve.points[0].count).toBe(told.countInWindow)
    expect(curve.points[0].isiRateHz).toBeCloseTo(curve.points[0].theoryHz, 9)
  })

  it('are told in words, with the window that agrees', async () => {
    const { out } = await run('--preset seed003 --timing event --format text')
    expect(out).toContain('rate: 26.6667 Hz (8 from 100 to 400 ms); in theory 26.9283 Hz')
    expect(out).toContain('intervals: mean 37.1357 ms (26.9283 Hz), CV 0')
    expect(out).toContain('--count-from 134.339872045 --count-to 394.289916714 counts 7, 26.9283 Hz')
  })

  it('of trials stand in a raster: as lines, as CSV and as a picture', async () => {
    const line = '--set sigma=2 --trials 3 --duration 100'
    const { out } = await run(`${line} --format text`)
    expect(out).toMatch(/ {3}1 [·|]{80} .*Hz\n {3}2 [·|]{80} .*Hz\n {3}3 /)
    expect((await run(`${line} --format csv`)).out).toMatch(/^trial,t_ms\n1,/)
    expect((await run(`${line} --format strip`)).out).toMatch(/^([|_]{1000}\n){3}# seed: 42\n$/)
    const picture = (await run(`${line} --format svg`)).out
    expect(picture).toContain('plain neuron: 3 trials')
    expect((await run('--trials 2')).err).toContain('all trials are the same')
  })

  it.each([
    ['--count-from 500 --count-to 100', '--count-to is 100, must be after the start of the window, 500 ms'],
    [
      '--count-from 2000',
      '--count-from is 2000, must be before the end of the window, 1000 ms: give --count-to as well',
    ],
    ['--count-to 2000 --duration 1000', '--count-to is 2000, must be at most the duration, 1000 ms'],
    ['--trials 0', '--trials is 0, must be a whole number from 1 to 10000'],
    ['--trials 2 --trace', '--trace shows one run: leave out --trials'],
  ])('refuse %s', async (line, sentence) => {
    expect(await run(line)).toMatchObject({ err: expect.stringContaining(sentence), code: 2 })
  })
})

describe('no threshold', () => {
  it.each([
    ['--preset seed000-intended --no-threshold', 10.19],
    ['--preset seed000-intended --set thresholdMv=none --current 2', 20.18],
    ['--preset seed000-intended --set theta=inf --current 0', 0.2],
    ['--preset seed000-intended --no-threshold --current 200', 0.2 + 999 * 2],
    // The charging curve of R and C.
    ['--no-threshold --current 5 --duration 10', -70 + 50 * (1 - Math.exp(-1))],
    ['--no-threshold --set resetMv=900 --current 5 --duration 10', -70 + 50 * (1 - Math.exp(-1))],
  ])('%s ends at V = %d mV', async (line, vEndMv) => {
    const told = await json(line)
    expect([told.count, told.neuron.thresholdMv]).toEqual([0, null])
    expect(told.vEndMv).toBeCloseTo(vEndMv, 9)
  })

  it('with synapses and noise neither spikes nor ends anywhere but around the mean', async () => {
    const files = { 'a.csv': 't_ms,weight\n0,10\n50,10\n' }
    const { out } = await run('--no-threshold --current 0 --duration 60 --spikes-in a.csv --synapse exp:5', files)
    const pulse = (t: number) => 100 * (Math.exp(-t / 10) - Math.exp(-t / 5))
    expect(JSON.parse(out).vEndMv + 70).toBeCloseTo(pulse(60) + pulse(10), 9)
    const noisy = await json('--no-threshold --set sigma=2 --seed 5 --trace --dt 20 --duration 20000')
    const v: number[] = noisy.vMv.slice(10)
    const mean = v.reduce((sum, one) => sum + one, 0) / v.length
    const sd = Math.sqrt(v.reduce((sum, one) => sum + (one - mean) ** 2, 0) / v.length)
    expect(mean).toBeCloseTo(-52, 0)
    expect(Math.abs(sd / 2 - 1)).toBeLessThan(0.1)
  })

  it('has a picture, a table and a curve', async () => {
    expect((await run('--no-threshold --format svg')).out).toContain('no threshold')
    expect((await runOn(fiCommand, '--no-threshold --current 2')).out).toContain('no threshold')
  })
})

describe('the words of textbooks', () => {
  it.each([
    ['R=5', { resistanceMohm: 5 }, 'neuron.resistanceMohm'],
    ['C=100pF', { capacitanceNf: 0.1, tauMs: 1 }, 'neuron.capacitanceNf'],
    ['theta=-50', { thresholdMv: -50 }, 'neuron.thresholdMv'],
    ['V_th=-0.05V', { thresholdMv: -50 }, 'neuron.thresholdMv'],
    ['u_rest=-65', { restMv: -65, initialMv: -65 }, 'neuron.restMv'],
    ['E_L=-65', { restMv: -65 }, 'neuron.restMv'],
    ['V_reset=-80', { resetMv: -80 }, 'neuron.resetMv'],
    ['tau=20ms', { tauMs: 20 }, 'neuron.tauMs'],
    ['neuron.tau_m=0.02s', { tauMs: 20 }, 'neuron.tauMs'],
    ['sigma=2', { noiseMv: 2 }, 'neuron.noiseMv'],
    ['g_L=10nS', { resistanceMohm: 100 }, 'neuron.resistanceMohm'],
    ['I=1.6', {}, '--current 1.6'],
  ])('--set %s is understood, and its exact name said', async (word, neuron, name) => {
    const { out, err } = await run(`--set ${word}`)
    expect(JSON.parse(out).neuron).toMatchObject(neuron)
    expect(err).toContain(name)
    if (word.startsWith('I')) expect(JSON.parse(out).currentNa).toBe(1.6)
  })

  it('exact names need no words', async () => {
    expect((await run('--set neuron.tauMs=20 --set resistanceMohm=5')).err).toBe('')
  })

  it('a conductance without its unit is refused, with both meanings', async () => {
    const { err, code } = await run('--set g_L=10')
    expect(err).toContain('in nS it is neuron.resistanceMohm=100, in uS neuron.resistanceMohm=0.1')
    expect(code).toBe(2)
  })

  it('currents and times may have their unit', async () => {
    expect((await json('--current 1600pA --duration 0.5s')).durationMs).toBe(500)
    expect((await json('--current 1600pA')).currentNa).toBe(1.6)
    expect((await run('--current 3mV')).err).toContain('--current is "3mV", must be a number')
  })
})

describe('values in other units are warned of', () => {
  it.each([
    [
      '--preset neuromatch --current 250',
      'the current of 250 nA is 1250 times the rheobase of 0.2 nA: is it meant in pA? 250 pA are 0.25 nA',
    ],
    [
      '--set R=1e6 --duration 0.1',
      'the resistance is 1000000 MOhm: is it meant in Ohm? 1000000 Ohm are resistanceMohm=1',
    ],
    ['--set R=100 --set C=100', 'is C meant in pF? 100 pF are capacitanceNf=0.1'],
    ['--set tau=0.01', 'is it meant in s? 0.01 s are tauMs=10'],
    ['--set E_L=-0.07 --set V_th=-0.055 --set V_reset=-0.075', 'are they meant in V? −0.07 V are restMv=-70'],
    ['--current 45', 'the current of 45 nA is 30 times the rheobase of 1.5 nA'],
  ])('%s', async (line, warning) => {
    const { err, code } = await run(line)
    expect([err, code]).toEqual([expect.stringContaining(warning), 0])
  })

  it.each([
    'seed000',
    'seed001',
    'seed002',
    'seed003',
    'bio',
    'classroom',
    'epfl',
    'neuromatch',
  ])('%s is not', async preset => {
    expect((await run(`--preset ${preset} --format strip --dt 1`)).err).not.toContain('warning')
    expect((await runOn(fiCommand, `--preset ${preset} --step 1`)).err).not.toContain('warning')
  })

  it('currents of fi that are one’s own choice too', async () => {
    expect((await runOn(fiCommand, '--current 250')).err).toContain('is it meant in pA?')
  })
})

describe('neurond fi', () => {
  it('takes one current or several', async () => {
    expect((await fi('--current 1.6')).points.map(({ currentNa }: { currentNa: number }) => currentNa)).toEqual([1.6])
    expect((await fi('--current 1.5,1.55 --current 1.6')).points).toHaveLength(3)
    expect((await fi('--set I=1.6')).points).toHaveLength(1)
    expect((await runOn(fiCommand, '--current 1,6')).err).toContain('may be one current or two: write 1.6')
    expect((await runOn(fiCommand, '--current 1.6 --step 1')).err).toContain('leave out --from, --to and --step')
  })

  it('draws the curve in the terminal', async () => {
    const { out } = await runOn(fiCommand, '--preset bio --plot')
    expect(out).toMatch(/^f-I curve, bio: o counted, · theory, : rheobase 1\.5 nA\nfiring rate \(Hz\)\n/)
    expect(out.split('o').length).toBeGreaterThan(15)
    expect((await runOn(fiCommand, '--plot --format svg')).err).toContain('--plot and --format svg are two formats')
  })
})
