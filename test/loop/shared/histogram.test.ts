import { describe, expect, it } from 'vitest'
import { count, createHistogram, latenessOf, quantileUs, since } from '../../../src/loop/shared/histogram.ts'

describe('a histogram of durations', () => {
  it('tells quantiles within its bins of 2.2 %', () => {
    const histogram = createHistogram()
    for (let us = 1; us <= 1000; us++) count(histogram, us)
    expect(quantileUs(histogram, 0.5) / 500).toBeCloseTo(1, 1)
    expect(Math.abs(quantileUs(histogram, 0.99) / 990 - 1)).toBeLessThan(0.022)
    expect(Math.abs(latenessOf(histogram).max / 1000 - 1)).toBeLessThan(0.022)
  })

  it('tells only what came since an earlier copy', () => {
    const histogram = createHistogram()
    count(histogram, 100_000)
    const earlier = Uint32Array.from(histogram)
    count(histogram, 10)
    expect(Math.abs(latenessOf(since(histogram, earlier)).max / 10 - 1)).toBeLessThan(0.022)
  })

  it('knows nothing when nothing was counted, and loses nothing at its ends', () => {
    const histogram = createHistogram()
    expect(latenessOf(histogram).p50).toBeNaN()
    count(histogram, 0)
    count(histogram, 1e12)
    expect(histogram.reduce((sum, n) => sum + n)).toBe(2)
  })
})
