import { describe, expect, it } from 'vitest'
import { NEURON_FIELDS, neuronFrom } from '../../../../src/neuron/params.ts'
import { rateHz } from '../../../../src/neuron/theory.ts'
import { cvOf, histogramOf, withoutPauses } from '../../../../src/web/public/neuron/data/intervals.ts'
import { gapsIn, splitsFor, timeText, triggeredView } from '../../../../src/web/public/neuron/data/time-window.ts'
import { createTraceBuffer } from '../../../../src/web/public/neuron/data/trace-buffer.ts'
import { curveOf, errorPercent, fiCsv, fiSvg } from '../../../../src/web/public/neuron/plots/fi-curve.ts'
import { positionOf, spanOf, valueAt } from '../../../../src/web/public/neuron/sliders.ts'
import { counted, fixed, grouped, short, tick } from '../../../../src/web/public/shared/numbers.ts'
import { createPlaybackClock } from '../../../../src/web/public/shared/playback-clock.ts'

const NEURON = neuronFrom({ tauMs: 100 })
const START_US = 1.8e15

function second(k: number) {
  const rows = Array.from({ length: 1000 }, (_, ms) => [START_US + 1e6 * k + 1000 * ms, -70 + (ms % 50), 1.5, 0.5])
  const spikes = [{ seq: k + 1, tUs: START_US + 1e6 * k + 500, isiMs: 1000, late: false, speed: 1 }]
  return { rows: Float64Array.from(rows.flat()), spikes }
}

describe('the page’s memory', () => {
  it('gives the last seconds in full and a minute coarsely, extremes included', () => {
    const memory = createTraceBuffer()
    for (let k = 0; k < 70; k++) memory.add(second(k))
    expect(memory.trace(68, 70)[0].length).toBeGreaterThan(1990)
    const [atS, vMv] = memory.trace(10, 70)
    expect(atS[0]).toBeLessThanOrEqual(10)
    expect(atS.length).toBeLessThan(16_384)
    expect([Math.min(...vMv), Math.max(...vMv)]).toEqual([-70, -21])
  })

  it('keeps synaptic events in the order of their arrival, whatever their delays, and not for ever', () => {
    const memory = createTraceBuffer()
    const arrival = { from: 'pi-b', weight: 1, tauMs: 5 }
    memory.addArrivals([{ ...arrival, tUs: START_US }])
    expect(memory.arrivals()).toEqual([])
    memory.add(second(0))
    memory.addArrivals([{ ...arrival, tUs: START_US + 2e6 }])
    memory.addArrivals([{ ...arrival, weight: -1, tUs: START_US + 1e6 }])
    expect(memory.arrivals().map(({ atS, weight }) => [atS, weight])).toEqual([
      [1, -1],
      [2, 1],
    ])
    for (let k = 0; k < 500; k++) memory.addArrivals(Array(32).fill({ ...arrival, tUs: START_US + 1e6 * k }))
    expect(memory.arrivals().length).toBeLessThanOrEqual(10_000)
    expect(memory.arrivals().at(-1)?.atS).toBe(499)
  })

  it('does not grow in two hours of a neuron at 20 Hz', () => {
    const memory = createTraceBuffer()
    const { rows } = second(0)
    const spike = second(0).spikes[0]!
    for (let k = 0; k < 7200; k++) {
      const later = rows.subarray(0, 400).map((value, at) => (at % 4 === 0 ? value + 1e6 * k : value))
      memory.add({ rows: later, spikes: Array.from({ length: 20 }, (_, n) => ({ ...spike, seq: 20 * k + n })) })
    }
    expect(memory.spikes().length).toBeLessThanOrEqual(40_000)
    expect(memory.trace(0, 1e9)[0].length).toBeLessThanOrEqual(16_384)
  })
})

it('a system clock that is set back does not stop the scope', () => {
  const memory = createTraceBuffer()
  memory.add(second(3600))
  memory.add(second(0))
  expect(memory.lastS()).toBeCloseTo(0.999, 6)
})

describe('the scope’s clock', () => {
  it('moves evenly although frames come in jerks', () => {
    const pace = createPlaybackClock()
    const jitterMs = [0, 12, 3, 25, 1, 18, 9, 0, 30, 4]
    const heads = Array.from({ length: 200 }, (_, k) => {
      pace.arrived(k * 0.04, 1000 + k * 40 + jitterMs[k % 10]!)
      return pace.headS(1000 + k * 40) - k * 0.04
    })
    const late = heads.slice(100)
    expect(Math.max(...late) - Math.min(...late)).toBeLessThan(0.004)
    // Never later than the data that is there.
    expect(Math.max(...late)).toBeLessThan(0)
  })
})

describe('a sweep that starts at a spike', () => {
  const spikes = [0, 0.2, 0.4, 0.6, 0.8, 1].map((atS, k) => ({ ...second(k).spikes[0]!, atS }))

  it('shows the last spike that has a whole window behind it', () => {
    expect(triggeredView(spikes, 1, 0.5, null)).toMatchObject({ zeroS: 0.4, toS: 0.8500000000000001, mode: 'trigger' })
  })

  it('stays until a sweep is complete that began after it', () => {
    const shown = triggeredView(spikes, 1, 0.5, null)
    expect(triggeredView(spikes, 1.3, 0.5, shown)).toBe(shown)
    expect(triggeredView(spikes, 1.5, 0.5, shown).zeroS).toBe(1)
  })
})

describe('a stretch without samples', () => {
  const gapsMs = (atS: readonly number[] | Float64Array) =>
    gapsIn(atS).map(ends => ends.map(at => Math.round(at * 1000)))

  it('is a gap, in the fine memory and in the coarse one', () => {
    const memory = createTraceBuffer()
    for (const k of [...Array(30).keys(), 35, 36]) memory.add(second(k))
    expect(gapsMs(memory.trace(28, 37)[0])).toEqual([[29_999, 35_000]])
    expect(gapsMs(memory.trace(5, 37)[0])).toEqual([[expect.closeTo(29_999, -2), expect.closeTo(35_000, -2)]])
  })

  it('is none at the pace of the neuron, whatever that is', () => {
    expect(gapsMs(Array.from({ length: 100 }, (_, k) => k * 0.02))).toEqual([])
    expect(gapsMs([0, 0.1, 0.15, 0.3, 0.4])).toEqual([])
    expect(gapsMs([])).toEqual([])
  })
})

describe('the time axis', () => {
  it.each([
    [1, 2, ['−2', '−1.5', '−1', '−0.5', '0']],
    [0.1, 50, ['−5', '−4', '−3', '−2', '−1', '0']],
    [0.01, 20, ['−200', '−150', '−100', '−50', '0']],
  ])('has round steps of the neuron’s own time with 0 among them, at speed %d', (speed, lengthS, texts) => {
    const view = { fromS: 7.03, toS: 7.03 + lengthS, zeroS: 7.03 + lengthS, mode: 'live' } as const
    expect(splitsFor(view, speed).map(at => timeText(at, view, speed))).toEqual(texts)
  })
})

describe('the f-I curve', () => {
  it('is that of theory, with the rheobase', () => {
    const curve = curveOf(NEURON, 0, 3)
    expect(curve.rheobaseNa).toBe(1.5)
    expect(curve.rateHz.at(-1)).toBeCloseTo(rateHz(NEURON, 3), 9)
    expect(curve.rateHz[0]).toBe(0)
  })

  it('gives the error in per cent, and none where there should be silence', () => {
    const steady = { iNa: 2, rateHz: 1.02 * rateHz(NEURON, 2), intervals: 9, uncertainty: 0 }
    expect(errorPercent(NEURON, steady)).toBeCloseTo(2, 6)
    expect(errorPercent(NEURON, { ...steady, iNa: 1 })).toBeUndefined()
  })

  it('can be taken along as CSV and as SVG, whatever the neuron is called', () => {
    const measurement = { trail: [{ iNa: 2, rateHz: 6.5 }], earlier: [{ iNa: 2, rateHz: 60 }], steady: undefined }
    expect(fiCsv(NEURON, measurement).split('\n')[1]).toMatch(/^interval,2\.00000,6\.5000,6\.2133$/)
    expect(fiSvg(curveOf(NEURON, 0, 3), measurement, '<b>&')).toContain('&#60;b&#62;&#38;')
  })
})

describe('interval statistics', () => {
  it('clockwork is one column with CV 0', () => {
    const { counts } = histogramOf(new Array(50).fill(203.7))
    expect(counts.filter(n => n > 0)).toEqual([50])
    expect(cvOf(new Array(50).fill(203.7))).toBeCloseTo(0, 12)
  })

  it('every interval is in the histogram, in a bin around it', () => {
    const isisMs = Array.from({ length: 300 }, (_, k) => 80 + ((k * 37) % 120))
    const { binsMs, counts, widthMs } = histogramOf(isisMs)
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(300)
    counts.forEach((n, k) => {
      const inside = isisMs.filter(isi => isi >= binsMs[k]! - widthMs / 2 && isi < binsMs[k]! + widthMs / 2)
      expect(n).toBe(inside.length)
    })
  })
})

it('a pause is no interval of the histogram, and whatever chance makes is', () => {
  const regular = new Array(50).fill(120)
  expect(withoutPauses([...regular, 10_200, ...regular])).toEqual([...regular, ...regular])
  const chance = Array.from({ length: 500 }, (_, k) => -100 * Math.log((k + 0.5) / 500))
  expect(withoutPauses(chance)).toEqual(chance)
  expect(withoutPauses([])).toEqual([])
})

describe('sliders', () => {
  it.each(['tauMs', 'restMv', 'noiseMv'] as const)('%s goes there and back', name => {
    const field = NEURON_FIELDS[name]
    const span = spanOf(field, field.default)
    for (const position of [0, 0.25, 0.5, 1]) {
      expect(positionOf(valueAt(position, span), span)).toBeCloseTo(position, 2)
    }
  })

  it('reach whatever value was typed', () => {
    expect(spanOf(NEURON_FIELDS.tauMs, 5000).to).toBe(5000)
  })
})

it('numbers are written for people', () => {
  expect([fixed(-65.25, 1), fixed(null, 1), fixed(Number.NaN, 2)]).toEqual(['−65.3', '–', '–'])
  expect([grouped(1234567), grouped(12)]).toEqual(['1\u2009234\u2009567', '12'])
  expect([short(1 / 3), ...[-2.5, 7500, 75_000].map(tick)]).toEqual(['0.3333', '−2.5', '7500', '75k'])
  expect([0, 1, 2].map(n => counted(n, 'spike'))).toEqual(['0 spikes', '1 spike', '2 spikes'])
})
