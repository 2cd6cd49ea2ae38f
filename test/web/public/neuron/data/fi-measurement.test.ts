import { describe, expect, it } from 'vitest'
import { rateHz } from '../../../../../src/neuron/theory.ts'
import { framesOfFakeNeuron } from './frames-of-fake-neuron.ts'

describe('the measured f-I point', () => {
  it.each([0.55, 0.7, 1])('lies on the curve within 0.1 %% where the knob is held at %d', async level => {
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 20 })
    neuron.turnKnob(level)
    await pass(3000)
    const { steady } = meter.read()
    expect(steady!.iNa).toBeCloseTo(3 * level, 6)
    expect(steady!.rateHz / rateHz(neuron.sources.params().params, 3 * level)).toBeCloseTo(1, 3)
  })

  it('begins anew when the knob moves, and leaves a trail', async () => {
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 100 })
    neuron.turnKnob(0.7)
    await pass(2000)
    neuron.turnKnob(0.9)
    await pass(160)
    expect(meter.read().steady).toBeUndefined()
    await pass(2000)
    expect(meter.read().steady!.iNa).toBeCloseTo(2.7, 6)
    expect(meter.read().points.length).toBeGreaterThan(20)
  })

  it('leaves no points of an interval in which the current was now here, now there', async () => {
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 100 })
    neuron.turnKnob(0.7)
    await pass(2000)
    const before = meter.read().points.length
    neuron.turnKnob(0)
    await pass(2000)
    neuron.turnKnob(0.7)
    await pass(400)
    expect(
      meter
        .read()
        .points.slice(before)
        .every(({ iNa }) => iNa > 2),
    ).toBe(true)
    expect(meter.read().points.length).toBeGreaterThan(before)
  })

  it('is silence below the rheobase, once it has been long enough', async () => {
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 20 })
    neuron.turnKnob(0.4)
    await pass(2000)
    expect(meter.read().steady).toBeUndefined()
    await pass(2000)
    expect(meter.read().steady).toMatchObject({ rateHz: 0, intervals: 0 })
  })

  it('does not count the interval in which the neuron was changed', async () => {
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 20 })
    neuron.turnKnob(0.8)
    await pass(1010)
    neuron.sources.control.patch({ tauMs: 40 })
    meter.restart()
    await pass(2000)
    const theoryHz = rateHz(neuron.sources.params().params, 2.4)
    expect(meter.read().steady!.rateHz / theoryHz).toBeCloseTo(1, 3)
  })

  it('leaves what was measured of another neuron as an earlier one’s, and keeps it where only the page was away', async () => {
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 20 })
    neuron.turnKnob(0.8)
    await pass(1010)
    const { points } = meter.read()
    expect(points.length).toBeGreaterThan(5)
    meter.restart()
    expect(meter.read()).toEqual({ points, earlierPoints: [], steady: undefined })
    meter.restart(true)
    expect(meter.read()).toEqual({ points: [], earlierPoints: points, steady: undefined })
  })

  it('is forgotten when it is cleared', async () => {
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 20 })
    neuron.turnKnob(0.8)
    await pass(1000)
    meter.restart(true)
    meter.clear()
    expect(meter.read()).toEqual({ points: [], earlierPoints: [], steady: undefined })
  })
})
