import { describe, expect, it } from 'vitest'
import {
  decimate,
  domainOf,
  roundUp,
  shortNumber,
  spreadLabels,
  ticksIn,
  tickTexts,
} from '../../../src/cli/simulate/scales-and-captions.ts'

describe('ticks', () => {
  it.each<[number, number, number, string[]]>([
    [0, 1000, 5, ['0', '200', '400', '600', '800', '1000']],
    [-76.2, -53.8, 5, ['−75', '−70', '−65', '−60', '−55']],
    [0, 0.5, 6, ['0.0', '0.1', '0.2', '0.3', '0.4', '0.5']],
    [0, 10_000, 2, ['0', '5000', '10\u2009000']],
    [-20_000, 0, 2, ['−20\u2009000', '−10\u2009000', '0']],
    [0.0001, 0.00025, 3, ['0.00010', '0.00015', '0.00020', '0.00025']],
    [0, 2e-5, 2, ['0e+0', '1e−5', '2e−5']],
    [0, 3e6, 3, ['0e+0', '1e+6', '2e+6', '3e+6']],
  ])('from %d to %d are round and written alike', (from, to, most, texts) => {
    expect(tickTexts(ticksIn(from, to, most))).toEqual(texts)
  })

  it('are never more than asked for by more than one', () => {
    for (let to = 1; to < 1000; to += 7) expect(ticksIn(0, to, 5).length).toBeLessThanOrEqual(6)
  })

  it('step by 1, 2 or 5 times a power of ten', () => {
    expect([0.00030003, 1, 1.1, 3, 7].map(roundUp)).toEqual([0.0005, 1, 2, 5, 10])
  })
})

it('a domain is never empty', () => {
  expect(domainOf([0, 0], 0.1)).toEqual([-1, 1])
  expect(domainOf([50, 50], 0.1)).toEqual([45, 55])
  expect(domainOf([0, 10], 0.1)).toEqual([-1, 11])
})

it('numbers in a sentence are short and have a true minus', () => {
  expect([shortNumber(-70), shortNumber(33.333333), shortNumber(2000.1, 7)]).toEqual(['−70', '33.33', '2000.1'])
})

describe('a line with too many points', () => {
  const points = Array.from({ length: 100_000 }, (_, k) => ({ x: k / 1000, y: Math.sin(k) }))

  it('is drawn with a few in each column', () => {
    expect(decimate(points, 1).length).toBeLessThanOrEqual(400)
  })

  it('keeps its ends and every extreme, in order', () => {
    const outlier = { x: 50.5005, y: 99 }
    const kept = decimate([...points.slice(0, 50_501), outlier, ...points.slice(50_501)], 1)
    expect(kept).toContain(outlier)
    expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)])
    expect(kept.every((point, k) => k === 0 || point.x >= kept[k - 1]!.x)).toBe(true)
  })

  it('is left alone if it has few', () => {
    expect(decimate(points.slice(0, 3), 0.0001)).toEqual(points.slice(0, 3))
  })
})

describe('labels that want the same place', () => {
  it('are moved apart', () => {
    expect(spreadLabels([50, 50, 100], 20, 0, 200)).toEqual([50, 70, 100])
  })

  it('stay within their bounds', () => {
    expect(spreadLabels([195, 199], 20, 0, 200)).toEqual([180, 200])
  })
})
