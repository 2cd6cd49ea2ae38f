import { describe, expect, it } from 'vitest'
import {
  advanceTo,
  applySynapticEvent,
  changeNeuron,
  createEngine,
  nextSpikeAtMs,
  resetEngine,
} from '../../../src/loop/thread/neuron-engine.ts'
import { type NeuronInput, neuronFrom } from '../../../src/neuron/params.ts'
import { constantCurrent } from '../../../src/neuron/run-settings.ts'
import { simulate } from '../../../src/neuron/simulate.ts'
import { eventRun, farthest } from '../../neuron/reference.ts'

/** An engine that begins in the middle of some day, and the wall times of its spikes since then. */
function engineOf(input: NeuronInput, { speed = 1, currentNa = 0, startMs = 0 } = {}) {
  const engine = createEngine(neuronFrom(input), speed, startMs)
  engine.currentNa = currentNa
  const spikesMs: number[] = []
  const onSpike = (_: number, atMs: number) => void spikesMs.push(atMs)
  return {
    engine,
    spikesMs,
    live: (toMs: number) => advanceTo(engine, toMs, onSpike),
    jump: (weightMv: number) => applySynapticEvent(engine, 0, weightMv, onSpike),
    pulse: (weightNa: number, tauMs: number) => applySynapticEvent(engine, tauMs, weightNa, onSpike),
  }
}

describe('a jump that arrives at the end of the refractory period', () => {
  it.each([0, 12_345.678_9, 86_400_000.123])('counts to a µs, one before is lost: %d ms after the start', startMs => {
    for (const [errorMs, count] of [
      [-0.002, 1],
      [-0.0005, 2],
      [0, 2],
      [0.0005, 2],
    ] as const) {
      const { live, jump, spikesMs } = engineOf({ refractoryMs: 2.2 }, { startMs })
      live(startMs + 10)
      jump(16)
      live(startMs + 11)
      live(startMs + 12.2 + errorMs)
      jump(21)
      expect(spikesMs).toHaveLength(count)
    }
  })

  it.each([1, 100])('is lost where the spike is in the same moment, however short the period, at speed %d', speed => {
    const { live, jump, spikesMs } = engineOf({ refractoryMs: 1e-3 }, { speed })
    live(10)
    jump(16)
    jump(30)
    jump(30)
    expect(spikesMs).toEqual([10])
  })

  it('counts again and again without a refractory period', () => {
    const { live, jump, spikesMs } = engineOf({})
    live(10)
    jump(16)
    jump(30)
    expect(spikesMs).toEqual([10, 10])
  })
})

describe('a neuron at its rheobase', () => {
  it('is silent, inhibited or not, in ticks and in one look ahead', () => {
    const { engine, live, pulse, spikesMs } = engineOf({}, { currentNa: 1.5 })
    for (let tick = 1; tick <= 5000; tick++) {
      live(tick)
      if (tick === 500 || tick === 2500) pulse(-0.05, 5)
      if (tick % 500 === 0) expect(nextSpikeAtMs(engine, tick + 900)).toBe(tick + 900)
    }
    expect(spikesMs).toEqual([])
    expect(engine.state.voltageMv).toBeLessThan(-55)
  })

  it('fires once it is excited at all, at the time of the closed form', () => {
    const { engine, live, pulse, spikesMs } = engineOf({}, { currentNa: 1.5 })
    pulse(1, 20)
    // 15 e^(-t/10) = 20 (e^(-t/20) - e^(-t/10)).
    const wantedMs = 20 * Math.log1p(15 / 20)
    expect(nextSpikeAtMs(engine, 900)).toBeCloseTo(wantedMs, 5)
    for (let tick = 1; tick <= 20; tick++) live(tick)
    expect(spikesMs[0]).toBeCloseTo(wantedMs, 10)
  })
})

describe('a neuron with spike currents and a moving threshold', () => {
  const neuron: NeuronInput = {
    ...{ tauMs: 100, fastJumpNa: 3.5, fastTauMs: 80, slowJumpNa: -0.3, slowTauMs: 1500, refractoryMs: 4 },
    ...{ thresholdJumpMv: 1, thresholdTauMs: 300, thresholdCoupling: 0.2 },
  }
  const { spikesMs: wantedMs } = simulate(eventRun(neuronFrom(neuron), 5000, { input: constantCurrent(2.5) }))

  it.each([1, 10])('spikes at its exact times in ticks, each predicted, at speed %d', speed => {
    const { engine, spikesMs, live } = engineOf(neuron, { speed, currentNa: 2.5 })
    for (let tick = 1; engine.modelMs < 5000; tick++) {
      for (;;) {
        const nextMs = nextSpikeAtMs(engine, tick)
        const before = spikesMs.length
        live(nextMs)
        // Woken a nanosecond after the spike that was predicted, or at the tick.
        expect(spikesMs.length - before).toBe(nextMs < tick ? 1 : 0)
        if (nextMs === tick) break
      }
    }
    expect(spikesMs).toHaveLength(wantedMs.length)
    expect(
      farthest(
        spikesMs.map(tMs => tMs * speed),
        wantedMs,
      ),
    ).toBeLessThan(1e-7)
  })

  it('keeps what its spikes have left behind when it changes, and loses it by a reset', () => {
    const { engine, live } = engineOf(neuron, { currentNa: 2.5 })
    for (let tick = 1; tick <= 1000; tick++) live(tick)
    const before = { ...engine.state.adaptation }
    changeNeuron(engine, neuronFrom({ tauMs: 100 }))
    expect(engine.state.adaptation).toEqual(before)
    live(1001)
    expect(engine.state.adaptation.slowNa / before.slowNa).toBeCloseTo(Math.exp(-1 / 100), 9)
    resetEngine(engine)
    expect(engine.state.adaptation).toEqual({ slowNa: 0, fastNa: 0, thresholdShiftMv: 0 })
  })
})
