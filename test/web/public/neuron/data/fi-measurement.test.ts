import { describe, expect, it } from 'vitest'
import { neuronFrom } from '../../../../../src/neuron/params.ts'
import { isiMs, rateHz } from '../../../../../src/neuron/theory.ts'
import { createFiMeter } from '../../../../../src/web/public/neuron/data/fi-measurement.ts'
import { errorPercent } from '../../../../../src/web/public/neuron/plots/fi-theory-and-export.ts'
import { START_US } from '../fake-frames.ts'
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

  it('is silence below the rheobase, once the membrane must have settled', async () => {
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 20 })
    neuron.turnKnob(0.4)
    await pass(160)
    expect(meter.read().steady).toBeUndefined()
    await pass(80)
    expect(meter.read().steady).toMatchObject({ rateHz: 0, intervals: 0 })
    expect(meter.read().silence).toMatchObject({ iNa: expect.closeTo(1.2, 6), theoryHz: 0, verdict: 'expected' })
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
    expect(meter.read()).toMatchObject({ points, earlierPoints: [], steady: undefined })
    meter.restart({ isOtherNeuron: true })
    expect(meter.read()).toMatchObject({ points: [], earlierPoints: points, steady: undefined })
  })

  it('is forgotten when it is cleared', async () => {
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 20 })
    neuron.turnKnob(0.8)
    await pass(1000)
    meter.restart({ isOtherNeuron: true })
    meter.clear()
    expect(meter.read()).toMatchObject({ points: [], earlierPoints: [], steady: undefined })
  })

  // tau 100 ms, 10 MOhm, threshold 15 mV above rest, reset 5 mV below it: 100 ln((10 I + 5)/(10 I - 15)) ms.
  it.each([
    [1.515, 2.0406],
    [1.506, 1.7205],
    [1.6, 3.2846],
    [3, 11.8023],
  ])('at %d nA after another current within 1/200 of the range is %d Hz, as the closed form says', async (iNa, hz) => {
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 100 })
    for (const [offNa, ms] of [
      [0.005, 3000],
      [-0.004, 3000],
      [0, 8000],
    ] as const) {
      neuron.turnKnob(Math.min(1, (iNa + offNa) / 3))
      await pass(ms)
    }
    const { steady } = meter.read()
    const closedFormHz = (at: number) => 10 / Math.log((10 * at + 5) / (10 * at - 15))
    expect(closedFormHz(iNa)).toBeCloseTo(hz, 3)
    expect(Math.abs(steady!.iNa - iNa)).toBeLessThan(0.001)
    expect(Math.abs(steady!.rateHz / closedFormHz(steady!.iNa) - 1)).toBeLessThan(1e-3)
    expect(Math.abs(errorPercent(neuron.sources.params().params, steady!)!)).toBeLessThan(0.1)
  })

  it('of intervals in which the current moved lies on the curve all the same', async () => {
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 100 })
    for (let k = 0; k < 200; k++) {
      neuron.turnKnob(0.7 + 0.05 * Math.sin(k / 5))
      await pass(40)
    }
    const { params } = neuron.sources.params()
    const { points } = meter.read()
    expect(points.length).toBeGreaterThan(30)
    for (const { iNa, rateHz: hz } of points) expect(hz / rateHz(params, iNa)).toBeCloseTo(1, 2)
  })

  it('is silence just below the rheobase, of which theory says the same, although it fired just above it before', async () => {
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 100 })
    neuron.turnKnob(1.508 / 3)
    await pass(4000)
    expect(meter.read().steady!.intervals).toBeGreaterThan(3)
    neuron.turnKnob(1.494 / 3)
    await pass(3000)
    const { silence } = meter.read()
    expect(silence).toMatchObject({ theoryHz: 0, verdict: 'expected' })
    expect(silence!.iNa).toBeCloseTo(1.494, 4)
  })

  it('just above the rheobase a long interval is no silence', async () => {
    // 100 ln(20.0001/0.0001) = 1220.6 ms: longer than 10 tau.
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 100 })
    neuron.turnKnob(1.50001 / 3)
    await pass(1160)
    expect(meter.read().silence).toMatchObject({ verdict: 'tooShort', theoryHz: expect.closeTo(0.819, 2) })
    await pass(4000)
    expect(meter.read().steady).toMatchObject({ intervals: 3 })
    expect(meter.read().steady!.rateHz).toBeCloseTo(0.819, 2)
  })

  it('a neuron that ought to fire and does not is silent against theory', async () => {
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 20 })
    const { params } = neuron.sources.params()
    const rows = Array.from({ length: 3000 }, (_, ms) => [1.8e15 + 1000 * ms, -70, 2, 0.6]).flat()
    meter.add({ rows: Float64Array.from(rows), spikes: [] }, params)
    expect(meter.read().silence).toMatchObject({ verdict: 'contradicts', iNa: expect.closeTo(2, 6) })
    await pass(0)
  })

  it('a slowed neuron without spikes is not silent before its own time has passed', async () => {
    const { neuron, meter } = framesOfFakeNeuron({ tauMs: 20 })
    const params = { ...neuron.sources.params().params, speed: 0.1 }
    const rows = Array.from({ length: 1900 }, (_, ms) => [1.8e15 + 1000 * ms, -70, 1, 0.3])
    meter.add({ rows: Float64Array.from(rows.flat()), spikes: [] }, params)
    expect(meter.read().silence).toBeUndefined()
    const later = rows.map(([tUs, ...rest]) => [tUs! + 1.9e6, ...rest])
    meter.add({ rows: Float64Array.from(later.flat()), spikes: [] }, params)
    expect(meter.read().silence).toMatchObject({ verdict: 'expected' })
  })

  it('with noise is compared with Siegert at the mean current, and a long interval is no silence', async () => {
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 20 })
    neuron.sources.control.patch({ noiseMv: 3, seed: 5 })
    neuron.turnKnob(1.4 / 3)
    await pass(20_000)
    const { steady } = meter.read()
    expect(steady!.iNa).toBeCloseTo(1.4, 6)
    const percent = errorPercent(neuron.sources.params().params, steady!)!
    expect(Math.abs(percent)).toBeLessThan(400 * steady!.uncertainty)
  })

  it('counts nothing from before a change, whatever is still on its way', async () => {
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 20 })
    neuron.turnKnob(0.8)
    await pass(1000)
    const changeUs = neuron.spikes.at(-1)!.tUs + 30_000
    meter.restart({ fromUs: changeUs })
    await pass(200)
    const whole = neuron.spikes.filter(({ tUs, isiMs }) => tUs - isiMs * 1000 >= changeUs)
    expect(meter.read().steady!.intervals).toBe(whole.length)
  })
})

describe('the current on a busy machine, whose steps come late', () => {
  const neuron = { ...neuronFrom({ tauMs: 10 }), minNa: 0, maxNa: 3, speed: 1 }
  /** There frames come late too. */
  const FRAME_MS = 600

  /** Frames of a neuron at 1.8 nA until `changeMs`, and then at 1.6 nA; no sample is taken from `fromMs` to `toMs`. */
  function measured({ changeMs, fromMs, toMs }: { changeMs: number; fromMs: number; toMs: number }) {
    const meter = createFiMeter()
    const iNaAt = (ms: number) => (ms < changeMs ? 1.8 : 1.6)
    let seq = 0
    let spikeMs = 0
    for (let ms = 0; ms < 2400; ms += FRAME_MS) {
      const rows = Array.from({ length: FRAME_MS }, (_, k) => ms + k)
        .filter(at => at < fromMs || at >= toMs)
        .flatMap(at => [START_US + 1000 * at, -60, iNaAt(at), iNaAt(at) / 3])
      const spikes = []
      while (spikeMs < ms + FRAME_MS) {
        const length = isiMs(neuron, iNaAt(spikeMs))
        spikes.push({ seq: ++seq, tUs: START_US + 1000 * spikeMs, isiMs: length, late: false, speed: 1 })
        // The interval in which it changes is of neither current.
        const next = spikeMs + length
        spikeMs = spikeMs < changeMs && next > changeMs ? changeMs + 5 : next
      }
      meter.add({ rows: Float64Array.from(rows), spikes }, neuron)
    }
    return meter.read()
  }

  it.each([
    ['that is obeyed at its end', { changeMs: 400, fromMs: 250, toMs: 400 }],
    ['that is obeyed before it', { changeMs: 230, fromMs: 250, toMs: 400 }],
    ['that is obeyed in time', { changeMs: 300, fromMs: 0, toMs: 0 }],
  ])('is the one that flowed before a change %s: every held point lies on the curve', (_, late) => {
    const { points, steady } = measured(late)
    const offs = points.filter(({ iNa }) => Math.abs(iNa - 1.8) < 1e-6 || Math.abs(iNa - 1.6) < 1e-6)
    expect(offs.length).toBeGreaterThan(20)
    const wrong = offs.filter(({ iNa, rateHz: hz }) => Math.abs(hz / rateHz(neuron, iNa) - 1) > 1e-3)
    // One at most: the interval of the change itself, if the current is told where it ends.
    expect(wrong.length).toBeLessThanOrEqual(1)
    expect(steady).toMatchObject({ iNa: expect.closeTo(1.6, 6), rateHz: expect.closeTo(rateHz(neuron, 1.6), 6) })
  })

  it('is not known over half a second without samples: the mean begins anew', () => {
    const { steady, points } = measured({ changeMs: 300, fromMs: 250, toMs: 1000 })
    expect(steady).toMatchObject({ iNa: expect.closeTo(1.6, 6), rateHz: expect.closeTo(rateHz(neuron, 1.6), 6) })
    expect(points.filter(({ iNa }) => iNa > 1.65).every(({ rateHz: hz }) => hz > 40)).toBe(true)
  })
})

describe('the points of an f-I curve that were kept', () => {
  it.each([20, 30])('are there again, as earlier ones where tau is now %d ms', async tauMs => {
    const { neuron, meter, pass } = framesOfFakeNeuron({ tauMs: 20 })
    neuron.turnKnob(0.8)
    await pass(1000)
    meter.addHeld({ iNa: 1, rateHz: 0, intervals: 0, uncertainty: 0 })
    const saved = structuredClone(meter.save()!)
    const next = framesOfFakeNeuron({ tauMs })
    next.meter.restore(saved, next.neuron.sources.params().params)
    const { points, heldPoints, earlierPoints } = next.meter.read()
    const isSame = tauMs === 20
    expect(points.length).toBe(isSame ? saved.points.length : 0)
    expect(heldPoints.length).toBe(isSame ? 1 : 0)
    expect(earlierPoints.length).toBe(isSame ? 0 : saved.points.length + 1)
    expect(saved.points.length).toBeGreaterThan(5)
  })

  it('a sweep replaces its point at the same current', () => {
    const { meter } = framesOfFakeNeuron({ tauMs: 20 })
    for (const rateHz of [1, 2]) meter.addHeld({ iNa: 2, rateHz, intervals: 4, uncertainty: 0 })
    expect(meter.read().heldPoints.map(({ rateHz }) => rateHz)).toEqual([2])
  })
})
