import { describe, expect, it } from 'vitest'
import { timeToThresholdMs } from '../../src/neuron/closed-form.ts'
import { constantCurrent } from '../../src/neuron/run-settings.ts'
import { simulate } from '../../src/neuron/simulate.ts'
import { currentForRateHz, isiMs, rateHz, rheobaseNa } from '../../src/neuron/theory.ts'
import { type Case, eventRun, neuronOf, reference } from './reference.ts'

const { cases, inverse } = reference('closed_form')
const clear = cases.filter((c: Case) => !c.ill_conditioned)

describe('constant current', () => {
  it.each(clear)('has the latency, interval and rate of theory: $params', c => {
    const neuron = neuronOf(c.params)
    const iNa = c.params.I
    expect(Math.abs(rheobaseNa(neuron) - Number(c.rheobase))).toBeLessThan(1e-14)
    const latencyMs = timeToThresholdMs(neuron, neuron.initialMv, iNa)
    if (c.latency === null) expect(latencyMs).toBe(Infinity)
    else expect(Math.abs(latencyMs - c.latency)).toBeLessThan(toleranceMs(c, c.latency))
    if (c.isi === null) {
      expect(rateHz(neuron, iNa)).toBe(0)
      return
    }
    expect(Math.abs(isiMs(neuron, iNa) - c.isi)).toBeLessThan(toleranceMs(c, c.isi))
    expect(rateHz(neuron, iNa) / c.rate_hz).toBeCloseTo(1, 6)
  })

  it.each(clear)('is simulated with the spikes of theory: $params', c => {
    const { T, I } = c.params
    const { spikesMs } = simulate(eventRun(neuronOf(c.params), T, { input: constantCurrent(I) }))
    const isFragile = c.count_margin_ms < 1e-6
    const count = c.spikes_in_T ?? (c.latency === null ? 0 : 1)
    expect(Math.abs(spikesMs.length - count)).toBeLessThanOrEqual(isFragile ? 1 : 0)
    for (const [k, wanted] of (c.first_spikes ?? []).entries()) {
      expect(Math.abs(spikesMs[k] - wanted)).toBeLessThan(toleranceMs(c, Number(wanted)) * (k + 1))
    }
  })

  it.each(inverse)('finds the current for a wanted rate: $params', c => {
    const iNa = currentForRateHz(neuronOf(c.params), c.params.rate_hz)
    if (c.I === null) expect(iNa).toBe(Infinity)
    else expect(Math.abs(iNa / c.I - 1)).toBeLessThan(1e-14)
  })
})

function toleranceMs(c: { double_isi_error_bound_ms?: number }, wanted: string | number): number {
  return Math.max(8 * (c.double_isi_error_bound_ms ?? 0), 1e-12 * Number(wanted), 1e-15)
}
