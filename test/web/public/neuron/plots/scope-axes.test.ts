import { describe, expect, it } from 'vitest'
import { createTraceBuffer } from '../../../../../src/web/public/neuron/data/trace-buffer.ts'
import { fittingTimeTicks, gapsIn, timeTicks } from '../../../../../src/web/public/neuron/plots/scope-axes.ts'
import { frameOfSecond } from '../fake-frames.ts'

describe('a stretch without samples', () => {
  const gapsMs = (atS: readonly number[] | Float64Array) =>
    gapsIn(atS).map(ends => ends.map(at => Math.round(at * 1000)))

  it('is a gap, in the fine memory and in the coarse one', () => {
    const buffer = createTraceBuffer()
    for (const k of [...Array(30).keys(), 35, 36]) buffer.add(frameOfSecond(k))
    expect(gapsMs(buffer.trace(28, 37)[0])).toEqual([[29_999, 35_000]])
    expect(gapsMs(buffer.trace(5, 37)[0])).toEqual([[expect.closeTo(29_999, -2), expect.closeTo(35_000, -2)]])
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
    const window = { fromS: 7.03, toS: 7.03 + lengthS, zeroS: 7.03 + lengthS, mode: 'live' } as const
    expect(timeTicks(window, speed).texts).toEqual(texts)
  })

  it('tells ticks of a narrow window apart, however far from 0 it is', () => {
    const window = { fromS: 5.764, toS: 5.776, zeroS: 7, mode: 'frozen' } as const
    expect(timeTicks(window, 1).texts).toEqual(['−1236', '−1234', '−1232', '−1230', '−1228', '−1226', '−1224'])
  })

  it.each([
    [300, ['−2', '−1.5', '−1', '−0.5', '0']],
    [150, ['−2', '−1', '0']],
    [70, ['−2', '0']],
  ])('has as many ticks as fit into %i pixels', (roomPx, texts) => {
    const window = { fromS: 0, toS: 2, zeroS: 2, mode: 'live' } as const
    expect(fittingTimeTicks(window, 1, roomPx, text => 12 * text.length + 12).texts).toEqual(texts)
  })
})
