import { describe, expect, it } from 'vitest'
import { simulateCommand } from '../../../src/cli/simulate/simulate.ts'
import { reference } from '../../neuron/reference.ts'
import { runOn } from '../fake-console.ts'

const run = (line: string, files = {}) => runOn(simulateCommand, line, files)
const json = async (line: string, files = {}) => JSON.parse((await run(line, files)).out)

describe('a stimulus in the words of the live one', () => {
  it.each([
    ['--shape pulse --on 100 --off 400 --current 1.55', [0, 100, 400], [0, 1.55, 0]],
    ['--shape step --on 100 --current 1.55', [0, 100, 1000], [0, 1.55, 0]],
    ['--on 100 --current 1.55', [0, 100, 1000], [0, 1.55, 0]],
    ['--stim pulse,on=100,off=400,iNa=1.55', [0, 100, 400], [0, 1.55, 0]],
    ['--stim pulse,start=100,ms=300,level=1.55nA', [0, 100, 400], [0, 1.55, 0]],
    ['--shape train --period 10 --width 2 --off 25 --current 3', [0, 2, 10, 12, 20, 22, 25], [3, 0, 3, 0, 3, 0, 0]],
    ['--stim train,hz=100,width=2,off=15,i=3', [0, 2, 10, 12, 15], [3, 0, 3, 0, 0]],
    // One after the other, and on top of one another.
    ['--stim step,on=0,off=250,iNa=1.55 --stim step,on=250,off=400,iNa=2', [0, 250, 400], [1.55, 2, 0]],
    [
      '--stim step,on=100,off=300,iNa=1 --stim step,on=200,off=400,iNa=0.5',
      [0, 100, 200, 300, 400],
      [0, 1, 1.5, 0.5, 0],
    ],
    ['--current 1 --stim pulse,on=100,off=200,iNa=0.6', [0, 100, 200], [1, 1.6, 1]],
  ])('%s flows exactly so', async (line, tMs, iNa) => {
    expect((await json(line)).input).toEqual({ tMs, iNa })
  })

  it('goes with a file', async () => {
    const files = { 'a.csv': 't_ms,i_na\n0,1\n500,0\n' }
    const { input } = await json('--input a.csv --stim pulse,on=100,off=200,iNa=0.5', files)
    expect(input).toEqual({ tMs: [0, 100, 200, 500], iNa: [1, 1.5, 1, 0] })
  })

  it('of seed003 that is its preset’s own pulse makes its own spikes', async () => {
    const own = await json('--preset seed003')
    const flagged = await json('--preset seed003 --shape pulse --on 100 --off 400 --current 1.55')
    expect([flagged.spikesMs, flagged.rateHz]).toEqual([own.spikesMs, own.rateHz])
    const halves = '--stim pulse,on=100,off=250,iNa=1.55 --stim pulse,on=250,off=400,iNa=1.55'
    expect((await json(`--preset seed003 ${halves}`)).spikesMs).toEqual(own.spikesMs)
  })

  it('a ramp and a sine end where the closed form of V does, and spikes are right to 1e-6 ms', async () => {
    // tau V' = -V + R s t: V = R s (t - tau (1 - e^(-t/tau))).
    const ramp = await json('--no-threshold --shape ramp --current 1 --duration 100')
    expect(ramp.vEndMv + 70).toBeCloseTo(0.1 * (100 - 10 * (1 - Math.exp(-10))), 9)
    // tau V' = -V + R A sin(w t).
    const w = (2 * Math.PI) / 50
    const x = w * 10
    const wanted = ((10 * 2) / (1 + x * x)) * (Math.sin(w * 130) - x * Math.cos(w * 130) + x * Math.exp(-13))
    const sine = await json('--no-threshold --shape sine --current 2 --period 50 --duration 130')
    expect(sine.vEndMv + 70).toBeCloseTo(wanted, 8)
    const crossing = (v: number) => 0.1 * (v - 10 * (1 - Math.exp(-v / 10))) * 3
    const [first] = (await json('--shape ramp --current 3 --duration 100')).spikesMs
    expect(crossing(first)).toBeCloseTo(15, 6)
  })

  it('drives seed001 as its notebook does', async () => {
    const { cases } = reference('seed001_musacchio')
    for (const { params: p, spike_steps, V_end } of cases.filter(c => c.kind === 'sine')) {
      const neuron = `--set R=${p.R} --set C=${p.C} --set theta=${p.theta} --set u_rest=0`
      const shape = `--shape sine --current ${p.I_max} --period ${1 / p.freq}`
      const found = await json(`--preset seed001 ${neuron} ${shape}`)
      expect(found.spikeSteps).toEqual(spike_steps)
      expect(found.vEndMv).toBeCloseTo(V_end, 9)
    }
    const two = cases.find(c => c.kind === 'two')!
    const neuron = '--set R=3.3 --set C=1 --set theta=7.5 --set u_rest=0.2'
    const both = await json(`--preset seed001 ${neuron} --stim step,iNa=1 --stim step,iNa=1.3`)
    expect(both.spikeSteps).toEqual(two.spike_steps)
  })

  it('of noise is the same with the same seed, in all trials, and another with another', async () => {
    const line = '--shape noise --current 1 --offset 1.5 --duration 200'
    const first = await json(`${line} --seed 3`)
    expect(first.input.iNa).toHaveLength(201)
    expect(await json(`${line} --seed 3`)).toEqual(first)
    expect((await json(`${line} --seed 4`)).spikesMs).not.toEqual(first.spikesMs)
    const { trials } = await json(`${line} --seed 3 --trials 2`)
    expect(trials[1].spikesMs).toEqual(first.spikesMs)
  })

  it.each([
    ['--shape puls', '--shape is "puls", must be one of step, pulse, train, ramp, sine, noise; did you mean pulse?'],
    ['--shape pulse --on 400 --off 100', '--off is 100, must be after on, which is 400 ms'],
    ['--shape pulse --period 10', '--period says nothing about a pulse: it belongs to train, sine'],
    ['--stim pulse,on=1', 'iNa is missing: say how strong it is, as in iNa=1.55'],
    ['--stim pulse,iNa=1,wide=3', 'wide=3 is no setting of it; known are on, off, ms, iNa'],
    ['--stim pulse,iNa=1,off=3,ms=2', 'off and ms both say when it ends'],
    ['--stim sine,iNa=1,hz=3,period=2', 'hz and periodMs are the same'],
    ['--stim sine,iNa=x', '--stim sine,iNa=x: iNa is "x", must be a number'],
    ['--input a.csv --shape sine', '--shape has no place beside --input: add a current to that of the file by --stim'],
  ])('is refused with the way out: %s', async (line, sentence) => {
    const { err, code } = await run(line, { 'a.csv': 't_ms,i_na\n0,1\n' })
    expect([err, code]).toEqual([expect.stringContaining(sentence), 2])
  })
})

describe('arriving spikes', () => {
  it('excite and inhibit with their own time constants, as closed forms say', async () => {
    const files = { 'e.csv': 't_ms,weight\n10,1\n', 'i.csv': 't_ms\n20\n', 'j.csv': 't_ms,weight\n25,-2\n' }
    const line =
      '--current 0 --duration 30 --spikes-in e.csv:tau=5 --spikes-in i.csv:weight=-0.5,tau=20 --spikes-in j.csv'
    const { vEndMv, spikesIn } = await json(line, files)
    expect(spikesIn).toEqual({ tMs: [10, 20, 25], weight: [1, -0.5, -2], tauMs: [5, 20, 0] })
    const psp = (iNa: number, tau: number, t: number) =>
      (10 * iNa * tau * (Math.exp(-t / tau) - Math.exp(-t / 10))) / (tau - 10)
    expect(vEndMv + 70).toBeCloseTo(psp(1, 5, 20) + psp(-0.5, 20, 10) - 2 * Math.exp(-0.5), 9)
  })

  it('by chance come as often as they should, and lift V by J lambda tau', async () => {
    const line = '--no-threshold --current 0 --duration 60000 --dt 10 --trace --seed 1 --poisson-rate 800:weight=0.1'
    const { spikesIn, vMv, neuron } = await json(line)
    expect(Math.abs(spikesIn.tMs.length / 48_000 - 1)).toBeLessThan(0.02)
    const settled: number[] = vMv.slice(100)
    const mean = settled.reduce((sum, v) => sum + v, 0) / settled.length + 70
    // Mean J lambda tau = 0.8 mV, variance J^2 lambda tau / 2 = 0.04 mV^2.
    expect(mean).toBeCloseTo(0.8, 1)
    const variance = settled.reduce((sum, v) => sum + (v + 70 - mean) ** 2, 0) / settled.length
    expect(Math.abs(variance / 0.04 - 1)).toBeLessThan(0.15)
    expect(neuron.seed).toBe(1)
  })

  it('by chance are said with the seed that repeats them, and are others in each trial', async () => {
    const line = '--poisson-rate 500 --weight 0.5 --synapse exp:5 --duration 200'
    expect((await run(`${line} --format csv`)).out).toMatch(/# seed: 42\n$/)
    const { trials, meanRateHz } = await json(`${line} --trials 3`)
    expect(trials.map(({ seed }: { seed: number }) => seed)).toEqual([42, 43, 44])
    expect(trials[0].spikesMs).toEqual((await json(line)).spikesMs)
    expect(trials[1].spikesMs).not.toEqual(trials[0].spikesMs)
    expect(meanRateHz).toBeGreaterThan(0)
  })

  it.each([
    ['--poisson-rate 800', 'needs a weight: add --weight 0.5'],
    ['--poisson-rate 800:weight=1 --timing grid', '--poisson-rate needs event timing'],
    ['--poisson-rate 1e6:weight=1 --duration 1e6', 'makes more than 5000000 spikes'],
    ['--weight 1', '--weight has nothing to receive'],
  ])('are refused with the way out: %s', async (line, sentence) => {
    const { err, code } = await run(line)
    expect([err, code]).toEqual([expect.stringContaining(sentence), 2])
  })
})
