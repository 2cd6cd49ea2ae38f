import { describe, expect, it } from 'vitest'
import { withoutNeuron } from '../../../../src/loop/control/live-params.ts'
import { neuronFrom } from '../../../../src/neuron/params.ts'
import { rateHz } from '../../../../src/neuron/theory.ts'
import { createFiMeter } from '../../../../src/web/public/neuron/data/fi-measurement.ts'
import { probeOf } from '../../../../src/web/public/neuron/data/fi-sweep.ts'
import { paramLines, paramsText } from '../../../../src/web/public/neuron/data/params-text.ts'
import {
  addToRecording,
  jsonLines,
  spikesCsv,
  startRecording,
  traceCsv,
} from '../../../../src/web/public/neuron/data/recording.ts'
import { sweepWindow } from '../../../../src/web/public/neuron/data/time-window.ts'
import { fiCsv, fiSvg, hiddenCurve } from '../../../../src/web/public/neuron/plots/fi-theory-and-export.ts'
import { spikeSpan, voltageRange } from '../../../../src/web/public/neuron/plots/scope-axes.ts'
import { scopeSvg } from '../../../../src/web/public/neuron/plots/scope-picture.ts'
import { HIDDEN_NEURON, toldBy } from '../../../fakes/hidden-neuron.ts'
import { framesOfFakeNeuron } from './data/frames-of-fake-neuron.ts'
import { frameOfSecond } from './fake-frames.ts'

const PARAMS = { ...neuronFrom(HIDDEN_NEURON, 7), minNa: 0, maxNa: 3, speed: 1 }
const TOLD = withoutNeuron(PARAMS)
const EXPORT = { name: 'pi-a', params: TOLD, hidesTheory: true, format: 'comma-point' } as const

it('numbers that would tell it are found', () => {
  expect(toldBy(JSON.stringify(PARAMS))).toHaveLength(8)
  expect(toldBy('rheobase 1.286 nA, 0.1373 s')).toEqual(['1.286', '0.1373'])
})

describe('a hidden neuron', () => {
  /** Measured as on the page: at 70 % of the knob. */
  async function measured(told: typeof TOLD | typeof PARAMS, level = 0.7) {
    const meter = createFiMeter()
    const recording = startRecording('a', { id: 'pi-a', boot: 'k3v9qa' })
    recording.params.push({ tUs: 0, params: told })
    const probe = probeOf(3 * level, { kind: 'hold', longestMs: 60_000 })
    const held: unknown[] = []
    const { neuron, pass } = framesOfFakeNeuron(HIDDEN_NEURON, frame => {
      meter.add(frame, told)
      held.push(probe.add(frame, told))
      addToRecording(recording, frame)
    })
    neuron.turnKnob(level)
    await pass(6000)
    return { meter, recording, held: held.find(one => one !== undefined) }
  }

  it('is measured without theory', async () => {
    const { meter, held } = await measured(TOLD)
    const { steady } = meter.read()
    expect(steady!.rateHz).toBeCloseTo(rateHz(PARAMS, 2.1), 2)
    expect(steady!.intervals).toBeGreaterThan(8)
    expect(held).toMatchObject({ iNa: expect.closeTo(2.1, 6), rateHz: expect.closeTo(rateHz(PARAMS, 2.1), 2) })
  })

  it('is silent below the rheobase, which is said without theory, and not before it could be known', async () => {
    const { meter, held } = await measured(TOLD, 0.3)
    expect(meter.read().silence).toMatchObject({ iNa: expect.closeTo(0.9, 6), theoryHz: Number.NaN })
    expect(held).toMatchObject({ rateHz: 0 })
  })

  it('is kept by no browser', async () => {
    expect((await measured(TOLD)).meter.save()).toBeUndefined()
    expect((await measured(PARAMS)).meter.save()).toMatchObject({ params: PARAMS })
  })

  it('is in no file that the page makes, beside the V that was measured', async () => {
    const { meter, recording } = await measured(TOLD)
    const points = meter.read()
    const lines = jsonLines(recording).split('\n')
    for (const text of [
      paramLines(TOLD).join(),
      paramsText(TOLD),
      spikesCsv(recording, 'comma-point'),
      lines.filter(line => line.includes('"params"')).join(),
      traceCsv(recording, 'comma-point')
        .split('\n')
        .slice(0, 20)
        .filter(line => line.startsWith('#'))
        .join(),
      fiCsv(TOLD, points, EXPORT),
      fiSvg(hiddenCurve(0, 3), points, EXPORT),
    ]) {
      expect(toldBy(text)).toEqual([])
    }
    expect(paramLines(TOLD)).toEqual(['minNa 0 nA', 'maxNa 3 nA', 'speed 1'])
  })

  it('has no lines on the scope, and a range that tells nothing of it', () => {
    expect(voltageRange(undefined, Float64Array.of(-66.9328, -48.3719, Number.NaN))).toEqual([-90, -30])
    expect(voltageRange(undefined, Float64Array.of(-95, -29))).toEqual([-110, -10])
    expect(spikeSpan(undefined, Float64Array.of(-60))).toEqual([-42, -30])
    const atS = Float64Array.from({ length: 300 }, (_, k) => k / 1000)
    const svg = scopeSvg(
      {
        window: sweepWindow({ startS: 0, lengthS: 0.3 }),
        trace: [atS, atS.map(() => -60), atS.map(() => 1.5)],
        spikes: [{ ...frameOfSecond(0).spikes[0]!, atS: 0.1 }],
        ...{ arrivals: [], params: TOLD, levels: undefined, previousRun: undefined },
      },
      'pi-a',
    )
    expect(toldBy(svg)).toEqual([])
    expect(svg).toContain('<path d="" stroke="#666"')
  })
})
