import { describe, expect, it } from 'vitest'
import { fiCommand } from '../../../src/cli/simulate/fi.ts'
import { reference } from '../../neuron/reference.ts'
import { runOn } from '../fake-console.ts'

const run = (line: string, files = {}) => runOn(fiCommand, line, files)
const json = async (line: string) => JSON.parse((await run(line)).out)

const SEED003 = '--preset seed003 --from 1.43 --to 1.83 --step 0.04'

describe('neurond fi', () => {
  it('counts what seed003 counts, beside the theory', async () => {
    const table = reference('seed003_exact').cases.slice(0, 11)
    const { points, rheobaseNa, window } = await json(`${SEED003} --format json`)
    expect(points).toHaveLength(table.length)
    for (const [k, { I, count, r_ave, r_isi }] of table.entries()) {
      expect(points[k]).toMatchObject({ currentNa: Number(I.toFixed(2)), count })
      expect(points[k].rateHz).toBeCloseTo(r_ave, 9)
      expect(points[k].theoryHz).toBeCloseTo(r_isi ?? 0, 9)
    }
    expect([rheobaseNa, window]).toEqual([1.5, { fromMs: 100, toMs: 400 }])
  })

  it('prints a table for people, with the rheobase', async () => {
    const { out } = await run(SEED003)
    const lines = out.trimEnd().split('\n')
    expect(lines[1]).toMatch(/^rheobase 1\.5 nA; spikes counted from 100 to 400 ms/)
    expect(lines[3]).toBe('current (nA)  spikes  counted (Hz)  theory (Hz)  error (%)')
    expect(lines[4]).toBe('        1.43       0          0.00         0.00          –')
    expect(lines[6]).toBe('        1.51       5         16.67        18.86     -11.61')
    expect(lines[14]).toBe('        1.83      15         50.00        51.16      -2.27')
  })

  it('comes to the theory when it counts for long', async () => {
    const { points } = await json('--preset epfl --from 2.1 --to 5 --step 0.1 --duration 60000 --format json')
    for (const point of points) expect(Math.abs(point.errorPercent)).toBeLessThan(0.05)
  })

  it('compares a noisy neuron with the theory of a noisy neuron', async () => {
    const line =
      '--set neuron.noiseMv=2 --set neuron.seed=1 --from 1.2 --to 1.8 --step 0.3 --duration 60000 --format json'
    const { points } = await json(line)
    for (const point of points) expect(Math.abs(point.errorPercent)).toBeLessThan(5)
  })

  it('lets the current flow for as long as it counts', async () => {
    const { points, window } = await json('--preset seed003 --from 1.83 --to 1.83 --duration 30000 --format json')
    expect(window).toEqual({ fromMs: 100, toMs: 30_100 })
    expect(points[0].rateHz).toBeCloseTo(51.02, 1)
  })

  it('spans the knob unless told otherwise, and a single current is a curve too', async () => {
    const { points } = await json('--preset neuromatch --format json')
    expect([points.length, points[0].currentNa, points.at(-1).currentNa]).toEqual([21, 0, 0.5])
    expect((await json('--from 2 --to 2 --format json')).points).toHaveLength(1)
  })

  it('writes CSV with an empty error where the theory is 0', async () => {
    const { out } = await run('--from 1.4 --to 1.6 --step 0.2 --format csv')
    expect(out).toMatch(
      /^current_na,count,rate_hz,theory_hz,error_percent\n1\.4,0,0,0,\n1\.6,32,32,32\.8\d+,-2\.5\d+\n$/,
    )
  })

  it('says in every format with which seed a noisy curve is repeated', async () => {
    const line = '--set neuron.noiseMv=2 --set neuron.seed=77 --from 1.5 --to 1.6 --step 0.1 --duration 100'
    expect((await json(`${line} --format json`)).neuron.seed).toBe(77)
    expect((await run(`${line} --format csv`)).out).toMatch(/\n# seed: 77\n$/)
    expect((await run(line)).out).toContain('noise 2 mV, seed 77')
    expect((await run(`${line} --format svg`)).out).toContain('noise 2 mV, seed 77')
  })

  it.each([
    ['--from 3 --to 1', '--to is 1, must not be below --from, which is 3 nA: exchange the two'],
    ['--from 5', '--to is 3, must not be below --from, which is 5 nA: give --to as well'],
    ['--step 0', '--step is 0, must be a number above 0'],
    ['--step 0.000003', 'which makes 1000001 currents from 0 to 3 nA, must make at most 10000: use 0.0005 nA or more'],
    ['--duration -1', '--duration is -1, must be a number above 0'],
    ['--format strip', '--format is "strip", must be one of table, json, csv, svg'],
    ['--from a --to b --step c', '--step is "c", must be a number'],
  ])('refuses %s', async (line, sentence) => {
    const { out, err, code } = await run(line)
    expect([out, err, code]).toEqual(['', expect.stringContaining(sentence), 2])
  })
})
