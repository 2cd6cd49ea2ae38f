import { describe, expect, it } from 'vitest'
import { rateHz } from '../../../../../src/neuron/theory.ts'
import { createSampleHistory } from '../../../../../src/web/live/recent-data.ts'
import { createFiMeter } from '../../../../../src/web/public/neuron/data/fi-measurement.ts'
import {
  addToRecording,
  durationS,
  fileName,
  jsonLines,
  knobTurns,
  missingSpikes,
  spikesCsv,
  startRecording,
} from '../../../../../src/web/public/neuron/data/recording.ts'
import { fakeNeuron } from '../../../../fakes/fake-neuron.ts'
import { manualTimers } from '../../../../mqtt/manual-timers.ts'

const STILL_NA = 0.015

/** A neuron whose frames go to a meter, as they do on the page. */
function stage(preset: { tauMs: number }) {
  const timers = manualTimers()
  const neuron = fakeNeuron(timers, () => 1.8e15 + timers.nowMs() * 1000, preset)
  const history = createSampleHistory()
  neuron.sources.onSpike(history.addSpike)
  neuron.sources.onSamples(history.addRows)
  let place = history.end()
  const meter = createFiMeter()
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 40) {
      await timers.pass(40)
      const frame = history.since(place, 400)
      place = history.end()
      meter.add(frame, STILL_NA)
    }
  }
  return { neuron, meter, pass, frame: () => history.since({ row: 0, spike: 0 }, 8000) }
}

describe('the measured f-I point', () => {
  it.each([0.55, 0.7, 1])('lies on the curve within 0.1 %% where the knob is held at %d', async level => {
    const { neuron, meter, pass } = stage({ tauMs: 20 })
    neuron.turnKnob(level)
    await pass(3000)
    const { steady } = meter.read()
    expect(steady!.iNa).toBeCloseTo(3 * level, 6)
    expect(steady!.rateHz / rateHz(neuron.sources.params().params, 3 * level)).toBeCloseTo(1, 3)
  })

  it('begins anew when the knob moves, and leaves a points', async () => {
    const { neuron, meter, pass } = stage({ tauMs: 100 })
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
    const { neuron, meter, pass } = stage({ tauMs: 100 })
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
    const { neuron, meter, pass } = stage({ tauMs: 20 })
    neuron.turnKnob(0.4)
    await pass(2000)
    expect(meter.read().steady).toBeUndefined()
    await pass(2000)
    expect(meter.read().steady).toMatchObject({ rateHz: 0, intervals: 0 })
  })

  it('does not count the interval in which the neuron was changed', async () => {
    const { neuron, meter, pass } = stage({ tauMs: 20 })
    neuron.turnKnob(0.8)
    await pass(1010)
    neuron.sources.control.patch({ tauMs: 40 })
    meter.restart()
    await pass(2000)
    const theoryHz = rateHz(neuron.sources.params().params, 2.4)
    expect(meter.read().steady!.rateHz / theoryHz).toBeCloseTo(1, 3)
  })

  it('leaves what was measured of another neuron as an earlier one’s, and keeps it where only the page was away', async () => {
    const { neuron, meter, pass } = stage({ tauMs: 20 })
    neuron.turnKnob(0.8)
    await pass(1010)
    const { points } = meter.read()
    expect(points.length).toBeGreaterThan(5)
    meter.restart()
    expect(meter.read()).toEqual({ points, earlier: [], steady: undefined })
    meter.restart(true)
    expect(meter.read()).toEqual({ points: [], earlier: points, steady: undefined })
  })

  it('is forgotten when it is cleared', async () => {
    const { neuron, meter, pass } = stage({ tauMs: 20 })
    neuron.turnKnob(0.8)
    await pass(1000)
    meter.restart(true)
    meter.clear()
    expect(meter.read()).toEqual({ points: [], earlier: [], steady: undefined })
  })
})

describe('a recording', () => {
  it('holds every spike under its number, and says how long it is', async () => {
    const { neuron, pass, frame } = stage({ tauMs: 20 })
    neuron.turnKnob(0.8)
    await pass(2000)
    const recording = startRecording('a', { id: 'pi-a', boot: 'k3v9qa' })
    addToRecording(recording, frame())
    const lines = spikesCsv(recording).trim().split('\n')
    expect(lines[0]).toBe('boot,seq,t_us,isi_ms,late,speed')
    expect(lines.slice(1).map(line => Number(line.split(',')[1]))).toEqual(neuron.spikes.map(spike => spike.seq))
    expect([missingSpikes(recording), durationS(recording)]).toEqual([0, expect.closeTo(2, 1)])
  })

  it('names what is missing', () => {
    const recording = startRecording('a', { id: 'pi-a', boot: 'k3v9qa' })
    const spikes = [5, 6, 9].map(seq => ({ seq, tUs: seq, isiMs: 1, late: false, speed: 1 }))
    addToRecording(recording, { spikes, rows: new Float64Array() })
    expect(missingSpikes(recording)).toBe(2)
    expect(JSON.parse(jsonLines(recording).split('\n')[0] as string)).toMatchObject({ missingSpikes: 2 })
  })

  it('replays the knob: a step wherever it moved', () => {
    const recording = startRecording('a', { id: 'pi-a', boot: 'k3v9qa' })
    const rows = [0, 0, 0.2, 0.2, 0.6].flatMap((level, k) => [1e6 + 1000 * k, -70, 1, level])
    addToRecording(recording, { spikes: [], rows: Float64Array.from(rows) })
    expect(knobTurns(recording)).toEqual([
      { atMs: 0, level: 0 },
      { atMs: 2, level: 0.2 },
      { atMs: 4, level: 0.6 },
    ])
  })

  it('has a name that every file system takes', () => {
    expect(fileName(' Übung 1: a/b*?', 'spikes.csv')).toBe('Übung-1-a-b--spikes.csv')
    expect(fileName('///', 'x')).toBe('--x')
  })
})
