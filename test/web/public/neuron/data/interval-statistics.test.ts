import { describe, expect, it } from 'vitest'
import { cvOf, intervalHistogram } from '../../../../../src/web/public/neuron/data/interval-statistics.ts'

describe('interval statistics', () => {
  it('clockwork is one column with CV 0', () => {
    const { counts } = intervalHistogram(new Array(50).fill(203.7))
    expect(counts.filter(n => n > 0)).toEqual([50])
    expect(cvOf(new Array(50).fill(203.7))).toBeCloseTo(0, 12)
  })

  it('every interval is in the histogram, in a bin around it', () => {
    const isisMs = Array.from({ length: 300 }, (_, k) => 80 + ((k * 37) % 120))
    const { binsMs, counts, widthMs } = intervalHistogram(isisMs)
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(300)
    counts.forEach((n, k) => {
      const inside = isisMs.filter(isi => isi >= binsMs[k]! - widthMs / 2 && isi < binsMs[k]! + widthMs / 2)
      expect(n).toBe(inside.length)
    })
  })
})
