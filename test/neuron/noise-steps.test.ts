import { describe, expect, it } from 'vitest'
import { advance, nextSpikeMs, reseed, restingState } from '../../src/neuron/integrate-and-fire.ts'
import { noiseStepMs } from '../../src/neuron/noise-steps.ts'
import { type NeuronParams, neuronFrom } from '../../src/neuron/params.ts'
import { gauss, randomFrom } from '../../src/neuron/random.ts'
import { constantCurrent } from '../../src/neuron/run-settings.ts'
import { rateWithNoiseHz } from '../../src/neuron/siegert.ts'
import { simulate } from '../../src/neuron/simulate.ts'
import { rateHz } from '../../src/neuron/theory.ts'
import { type Case, eventRun, reference } from './reference.ts'

const { white, zoh } = reference('noise')
const SPIKES = 20_000
/** The one neuron of 2 Hz would take as long as all the others together. */
const SPIKES_OF_A_SLOW_ONE = 5000

function noisyNeuron(p: Case, noiseMv: number): NeuronParams {
  return neuronFrom({
    restMv: 0,
    thresholdMv: p.th,
    resetMv: p.vr,
    tauMs: p.tau,
    refractoryMs: p.tref,
    resistanceMohm: 10,
    noiseMv,
    seed: 20240607,
  })
}

/** Rate in Hz and coefficient of variation of the interspike intervals. */
function statistics(spikesMs: readonly number[]): { rateHz: number; cv: number } {
  const intervals = spikesMs.slice(1).map((tMs, k) => tMs - spikesMs[k])
  const meanMs = intervals.reduce((sum, isi) => sum + isi, 0) / intervals.length
  const variance = intervals.reduce((sum, isi) => sum + (isi - meanMs) ** 2, 0) / intervals.length
  return { rateHz: 1000 / meanMs, cv: Math.sqrt(variance) / meanMs }
}

function expectRate(spikesMs: readonly number[], wantedHz: number, wantedCv: number): void {
  const { rateHz, cv } = statistics(spikesMs)
  expect(Math.abs(rateHz / wantedHz - 1)).toBeLessThan((4 * wantedCv) / Math.sqrt(spikesMs.length) + 0.005)
  expect(Math.abs(cv - wantedCv)).toBeLessThan(0.03)
}

describe('white noise', () => {
  it.each(white)('has the Siegert rate in theory: $params', c => {
    expect(rateWithNoiseHz(noisyNeuron(c.params, c.params.sigma), c.params.mu / 10) / c.rate).toBeCloseTo(1, 9)
  })

  it.each(white)('makes a simulated neuron spike at the Siegert rate and variability: $params', {
    timeout: 30_000,
  }, c => {
    const neuron = noisyNeuron(c.params, c.params.sigma)
    const spikes = c.rate < 5 ? SPIKES_OF_A_SLOW_ONE : SPIKES
    const run = eventRun(neuron, (1000 * spikes) / c.rate, { input: constantCurrent(c.params.mu / 10) })
    expectRate(simulate(run).spikesMs, c.rate, c.cv)
  })

  it.each(white.slice(0, 1))('costs spikes on a grid, as many as predicted: $params', c => {
    const neuron = noisyNeuron(c.params, c.params.sigma)
    const wantedHz = c['rate_predicted_grid_dt0.1']
    for (const method of ['exact', 'euler'] as const) {
      const run = eventRun(neuron, (1000 * SPIKES) / wantedHz, {
        timing: 'grid',
        method,
        input: constantCurrent(c.params.mu / 10),
      })
      expectRate(simulate(run).spikesMs, wantedHz, c.cv)
    }
  })

  it('keeps its rate where the current changes all the time between the grid points', () => {
    const c = white[0]
    const neuron = noisyNeuron(c.params, c.params.sigma)
    const state = restingState(neuron)
    const spikesMs: number[] = []
    const pieceMs = 0.137
    const durationMs = (1000 * SPIKES) / c.rate
    for (let tMs = 0, tick = 0; tMs < durationMs; tick++) {
      const iNa = c.params.mu / 10 + (tick % 2 === 0 ? 1e-9 : -1e-9)
      tMs += advance(neuron, state, iNa, pieceMs)
      if (state.spiked) spikesMs.push(tMs)
    }
    expectRate(spikesMs, c.rate, c.cv)
  })

  it('alone spreads V as far as noiseMv says', () => {
    const neuron = neuronFrom({ thresholdMv: 1000, noiseMv: 3, seed: 5 })
    const run = eventRun(neuron, 400_000, { trace: { everyMs: 20 } })
    const v = simulate(run).traceMv!.slice(10)
    const mean = v.reduce((sum, x) => sum + x, 0) / v.length
    const sd = Math.sqrt(v.reduce((sum, x) => sum + (x - mean) ** 2, 0) / v.length)
    expect(Math.abs(mean + 70)).toBeLessThan(0.1)
    expect(Math.abs(sd - 3)).toBeLessThan(0.06)
  })

  it.each([1e-300, 1e-6, 0.05, 10, 1e5])('is drawn a thousand times a ms at the most, at a tau of %d ms', tauMs => {
    const stepMs = noiseStepMs(neuronFrom({ tauMs, noiseMv: 1 }))
    expect(stepMs).toBeGreaterThanOrEqual(0.001)
    expect(stepMs).toBeLessThanOrEqual(0.1)
  })

  it('so faint that its formula would overflow has the rate of none', () => {
    expect([1.4, 2].map(iNa => rateWithNoiseHz(neuronFrom({ noiseMv: 1e-310 }), iNa))).toEqual(
      [1.4, 2].map(iNa => rateHz(neuronFrom({}), iNa)),
    )
  })

  it('leaves the mean rate of a perfect integrator as it is', () => {
    const neuron = neuronFrom({ model: 'pif', capacitanceNf: 1, noiseMv: 5, seed: 3 })
    const run = eventRun(neuron, 400_000, { input: constantCurrent(1) })
    const { rateHz } = statistics(simulate(run).spikesMs)
    expect(Math.abs(rateHz / 50 - 1)).toBeLessThan(0.02)
    expect(rateWithNoiseHz(neuron, 1)).toBe(50)
  })
})

describe('a noisy current that is held for 1 ms', () => {
  it.each(zoh)('gives the rate of the reference: $params', c => {
    const p = c.params
    const samples = Math.round((1000 * SPIKES) / c.rate_hz)
    const random = randomFrom(77)
    const keep = p.tau_n === null ? 0 : Math.exp(-1 / p.tau_n)
    const iNa: number[] = []
    let deviation = p.tau_n === null ? 0 : p.sd * gauss(random)
    for (let k = 0; k < samples; k++) {
      deviation = keep * deviation + p.sd * Math.sqrt(1 - keep * keep) * gauss(random)
      iNa.push(p.Imean + deviation)
    }
    const tMs = iNa.map((_, k) => k)
    expectRate(simulate(eventRun(noisyNeuron(p, 0), samples, { input: { tMs, iNa } })).spikesMs, c.rate_hz, c.cv_isi)
  })
})

describe('another seed for a neuron that lives', () => {
  /** A neuron of this seed, 10.03 ms old (in the middle of a step of the noise), which then is given that of `params`. */
  function reseeded(seed: number, params: NeuronParams) {
    const before = { ...params, seed }
    const state = restingState(before)
    for (let leftMs = 10.03; leftMs > 0; ) leftMs -= advance(before, state, 0, leftMs)
    const beforeMv = state.voltageMv
    reseed(params, state)
    return { state, beforeMv }
  }

  it('makes its noise what that seed gives, whatever it was', () => {
    const params = neuronFrom({ noiseMv: 3, seed: 9 })
    const [a, b] = [reseeded(1, params), reseeded(5, params)]
    expect(a.beforeMv).not.toBe(b.beforeMv)
    b.state.voltageMv = a.state.voltageMv
    expect(nextSpikeMs(params, b.state, 1.4, 1000)).toBe(nextSpikeMs(params, a.state, 1.4, 1000))
    const other = reseeded(1, { ...params, seed: 10 })
    expect(nextSpikeMs(params, other.state, 1.4, 1000)).not.toBe(nextSpikeMs(params, a.state, 1.4, 1000))
  })

  it('lets V go on from where it is', () => {
    const { state, beforeMv } = reseeded(1, neuronFrom({ noiseMv: 3, seed: 9 }))
    expect(Math.abs(state.voltageMv - beforeMv)).toBeLessThan(1)
  })
})
