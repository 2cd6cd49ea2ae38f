import { describe, expect, it } from 'vitest'
import { type Grid, gridStateFrom, stepGrid } from '../../src/neuron/fixed-step.ts'
import { type NeuronInput, neuronFrom, patchedNeuron } from '../../src/neuron/params.ts'
import { presetCurrent, presetNamed } from '../../src/neuron/presets.ts'
import { rateInWindowHz } from '../../src/neuron/rate-meter.ts'
import type { RunSettings } from '../../src/neuron/run-settings.ts'
import { simulate } from '../../src/neuron/simulate.ts'
import { type Case, farthest, reference } from './reference.ts'

function presetRun(
  name: string,
  neuron: NeuronInput = {},
  currentNa?: number,
  over: Partial<RunSettings> = {},
): RunSettings {
  const preset = presetNamed(name)
  const input = presetCurrent(preset.run, currentNa)
  return { neuron: neuronFrom(patchedNeuron(preset.neuron, neuron)), ...preset.run, input, ...over }
}

describe('seed000, the perfect integrator', () => {
  const { cases, no_reset, continuous_truth } = reference('seed000_pif')

  it.each(cases)('spikes in the same steps with I=$I C=$C, $variant', c => {
    const preset = c.variant === 'literal' ? 'seed000' : 'seed000-intended'
    const run = presetRun(preset, { capacitanceNf: c.C }, c.I, { trace: { everyMs: c.dt } })
    const found = simulate(run)
    expect(found.spikeSteps).toEqual(c.spike_steps)
    expect(found.vEndMv).toBe(c.V_last)
    expect(simulate({ ...run, comparator: 'ge' }).spikeSteps).toEqual(c.spike_steps_ge)
    // V[0] of the literal program is stored and never used.
    if (c.V !== undefined) expect(found.traceMv!.slice(1)).toEqual(c.V.slice(1))
  })

  it.each(no_reset)('sums up to the same V without a threshold, I=$I $variant', c => {
    const preset = c.variant === 'literal' ? 'seed000' : 'seed000-intended'
    const run = presetRun(preset, { thresholdMv: 1000, capacitanceNf: c.C }, c.I, { trace: { everyMs: 1 } })
    const found = simulate(run)
    expect(found.vEndMv).toBe(c.V_last)
    expect(found.traceMv!.slice(1)).toEqual(c.V_every_100.slice(1))
  })

  it.each(continuous_truth)('spikes at the continuous times in event timing, I=$I C=$C', c => {
    const run = presetRun('seed000-intended', { capacitanceNf: c.C }, c.I, { timing: 'event' })
    const { spikesMs } = simulate(run)
    if (c.first === null) return expect(spikesMs).toEqual([])
    expect(spikesMs[0]).toBeCloseTo(Number(c.first), 12)
    if (spikesMs.length > 1) expect(spikesMs[1] - spikesMs[0]).toBeCloseTo(Number(c.isi), 12)
  })
})

describe('seed001, Euler steps without units', () => {
  const { cases } = reference('seed001_musacchio')

  function runOf(kind: string, p: Case): RunSettings {
    const steps = Array.from({ length: 9999 }, (_, k) => k)
    const tMs = steps.map(k => k * 0.01)
    // The notebook drives step i with the sample at its end, i dt.
    const sampled = (current: (t: number) => number) => ({ tMs, iNa: steps.map(k => current((k + 1) * 0.01)) })
    const neuron = {
      resistanceMohm: p.R,
      capacitanceNf: p.C,
      thresholdMv: p.theta,
      initialMv: p.u_rest ?? 0,
      resetMv: p.u_rest ?? 0,
    }
    switch (kind) {
      case 'const':
        return presetRun('seed001', neuron, p.I)
      case 'two':
        return presetRun('seed001', neuron, p.I1 + p.I2)
      case 'sine':
        return presetRun('seed001', neuron, 0, { input: sampled(t => p.I_max * Math.sin(2 * Math.PI * p.freq * t)) })
      case 'decay':
        return presetRun('seed001', neuron, 0, { input: sampled(t => p.I_peak * Math.exp(-t / p.tau)) })
      default:
        return timeTauRun(p)
    }
  }

  /** This cell divides R I by tau twice, so that R/tau stands for R; and it takes the sample at the start of a step. */
  function timeTauRun(p: Case): RunSettings {
    const dtMs = p.t_max / 999
    const tMs = Array.from({ length: 999 }, (_, k) => k * dtMs)
    const neuron = neuronFrom({
      restMv: p.u_rest,
      initialMv: 0,
      resetMv: p.u_r,
      thresholdMv: p.theta,
      tauMs: p.tau_m,
      resistanceMohm: p.R / p.tau_m,
    })
    const input = { tMs, iNa: tMs.map(t => Math.sin(t)) }
    return { ...presetRun('seed001'), neuron, dtMs, durationMs: p.t_max, input }
  }

  it.each(cases)('spikes in the same steps: $kind $params', c => {
    const run = runOf(c.kind, c.params)
    const found = simulate({ ...run, trace: { everyMs: 100 * run.dtMs } })
    expect(found.spikeSteps).toEqual(c.spike_steps)
    expect(Math.abs(found.vEndMv - c.V_end)).toBeLessThan(1e-9)
    const trace = found.traceMv!.slice(0, c.trace_every_100.length)
    expect(farthest(trace, c.trace_every_100)).toBeLessThan(1e-9)
  })

  it.each(cases.filter(c => c.continuous_truth))('spikes at the continuous times in event timing: $kind $params', c => {
    const { spikesMs } = simulate({ ...runOf(c.kind, c.params), timing: 'event' })
    expect(Math.abs(spikesMs[0] - c.continuous_truth.first)).toBeLessThan(1e-11)
    expect(Math.abs(spikesMs[1] - spikesMs[0] - c.continuous_truth.isi)).toBeLessThan(1e-11)
  })
})

describe('seed002, the strip printer', () => {
  const { cases } = reference('seed002_strip')

  it.each(cases)('prints the same strip with $params', c => {
    const p = c.params
    const over = { dtMs: p.delta_t, durationMs: p.big_t + p.delta_t }
    const neuron = { restMv: p.e_l, tauMs: p.tau_m, thresholdMv: p.v_t }
    const run = presetRun('seed002', neuron, p.r_i / 10, over)
    // A reset above the threshold is refused in a neuron, but the grid itself takes it as the program did.
    const { stepCount, spikeSteps, vEndMv } =
      p.v_reset === undefined ? simulate(run) : { stepCount: 20001, ...onGrid(run, p.v_reset) }
    expect(stepCount).toBe(c.strip_length)
    expect(spikeSteps).toHaveLength(c.count)
    expect(spikeSteps!.slice(0, 1500)).toEqual(c.spike_steps.map((iteration: number) => iteration + 1))
    expect(vEndMv).toBe(c.v_end)
  })

  function onGrid(run: RunSettings, resetMv: number) {
    const neuron = { ...run.neuron, resetMv }
    const state = gridStateFrom(neuron)
    const spikeSteps: number[] = []
    stepGrid(neuron, run as Grid, state, run.input.iNa[0], 20001, spikeSteps)
    return { spikeSteps, vEndMv: state.voltageMv }
  }
})

describe('seed003, exact exponential steps', () => {
  const { cases, subthreshold, threshold_current } = reference('seed003_exact')

  it.each(cases)('spikes in the same steps at $I nA', c => {
    const run = presetRun('seed003', {}, c.I, { trace: { everyMs: 10 } })
    const found = simulate(run)
    expect(found.spikeSteps).toEqual(c.spike_steps)
    expect(found.traceMv).toEqual(c.V_every_10ms)
    const { fromMs, toMs } = presetNamed('seed003').run.window
    expect(rateInWindowHz(found.spikesMs, fromMs, toMs)).toBeCloseTo(c.r_ave, 9)
    expect(simulate({ ...run, comparator: 'ge' }).spikeSteps).toEqual(c.spike_steps)
  })

  it('charges as the notebook does where no spike is in reach', () => {
    const part = subthreshold[0]
    const { traceMv, spikesMs } = simulate(presetRun('seed003', {}, part.I, { trace: { everyMs: 10 } }))
    expect(spikesMs).toEqual([])
    expect(traceMv).toEqual(part.V_every_10ms)
  })

  it('fires first at the same current, up to rounding', () => {
    const { smallest_I_that_fires: fires, largest_I_that_does_not: silent } = threshold_current[0]
    expect(simulate(presetRun('seed003', {}, fires + 1e-13)).spikesMs).toHaveLength(1)
    expect(simulate(presetRun('seed003', {}, silent - 1e-13)).spikesMs).toHaveLength(0)
  })
})
