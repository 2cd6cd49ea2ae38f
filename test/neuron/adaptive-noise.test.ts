import { describe, expect, it } from 'vitest'
import { advance, nextSpikeMs, restingState } from '../../src/neuron/integrate-and-fire.ts'
import { constantCurrent } from '../../src/neuron/run-settings.ts'
import { simulate } from '../../src/neuron/simulate.ts'
import { adaptiveNeuronOf } from './adaptive-neuron.ts'
import { eventRun, reference } from './reference.ts'

const { cases } = reference('glif_noise')
const SPIKES = 3000
const BATCHES = 50

/** Mean interval, its standard error by batches (neighbours are correlated), CV and correlation of neighbours. */
function statistics(spikesMs: readonly number[]) {
  const intervals = spikesMs.slice(200).map((tMs, k) => tMs - spikesMs[k + 199]!)
  const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length
  const meanMs = mean(intervals)
  const variance = mean(intervals.map(isi => (isi - meanMs) ** 2))
  const length = Math.floor(intervals.length / BATCHES)
  const batches = Array.from({ length: BATCHES }, (_, k) => mean(intervals.slice(k * length, (k + 1) * length)))
  const errorMs = Math.sqrt(mean(batches.map(batch => (batch - meanMs) ** 2)) / (BATCHES - 1))
  const products = intervals.slice(1).map((isi, k) => (isi - meanMs) * (intervals[k]! - meanMs))
  return { meanMs, errorMs, cv: Math.sqrt(variance) / meanMs, serial: mean(products) / variance }
}

describe('white noise on a neuron with spike currents and a moving threshold', () => {
  it.each(cases)('gives the intervals of the reference: $name', { timeout: 60_000 }, c => {
    const neuron = adaptiveNeuronOf(c.neuron, { seed: 11 })
    const run = eventRun(neuron, c.meanIsiMs * SPIKES, { input: constantCurrent(c.currentNa) })
    const { meanMs, errorMs, cv, serial } = statistics(simulate(run).spikesMs)
    const allowed = (4 * Math.hypot(c.meanIsiSe, errorMs)) / c.meanIsiMs + 0.003
    expect(Math.abs(meanMs / c.meanIsiMs - 1)).toBeLessThan(allowed)
    expect(Math.abs(cv - c.cv)).toBeLessThan(0.02 + (4 * c.cv) / Math.sqrt(SPIKES))
    expect(Math.abs(serial - c.serialCorrelation1)).toBeLessThan(4 / Math.sqrt(SPIKES))
  })

  it.each(cases)('is the same in pieces and as predicted: $name', c => {
    const neuron = adaptiveNeuronOf(c.neuron, { seed: 3 })
    const whole = restingState(neuron)
    const pieces = restingState(neuron)
    for (let spike = 0; spike < 50; spike++) {
      const predictedMs = nextSpikeMs(neuron, whole, c.currentNa, 1e4)
      const isiMs = advance(neuron, whole, c.currentNa, 1e4)
      expect(predictedMs).toBe(isiMs)
      let pieceMs = 0
      do pieceMs += advance(neuron, pieces, c.currentNa, 0.37)
      while (!pieces.spiked)
      expect(Math.abs(pieceMs - isiMs)).toBeLessThan(1e-9)
    }
  })
})
