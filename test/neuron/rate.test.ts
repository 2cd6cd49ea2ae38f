import { describe, expect, it } from 'vitest'
import {
  countSpike,
  forgetSpikes,
  instantRateHz,
  isiCv,
  lastIsiMs,
  meanRateHz,
  rateInWindowHz,
  rateMeter,
  windowRateHz,
} from '../../src/neuron/rate.ts'

function meterAfter(spikesMs: readonly number[], windowMs = 1000, capacity = 1024) {
  const meter = rateMeter(windowMs, capacity)
  for (const tMs of spikesMs) countSpike(meter, tMs)
  return meter
}

describe('a rate meter', () => {
  it('counts the spikes of the last window', () => {
    const meter = meterAfter([100, 300, 1000, 1050])
    expect(windowRateHz(meter, 1050)).toBe(4)
    expect(windowRateHz(meter, 1100)).toBe(3)
    expect(windowRateHz(meter, 3000)).toBe(0)
  })

  it('gives the inverse of the last interval, which fades when the neuron falls silent', () => {
    const meter = meterAfter([0, 40, 60])
    expect(lastIsiMs(meter)).toBe(20)
    expect(instantRateHz(meter, 65)).toBe(50)
    expect(instantRateHz(meter, 80)).toBe(50)
    expect(instantRateHz(meter, 160)).toBe(10)
  })

  it('averages the intervals of the last window, one at least, and fades too', () => {
    expect(meanRateHz(meterAfter([0, 40, 60, 100]), 110)).toBeCloseTo(30, 9)
    expect(meanRateHz(meterAfter([0, 900, 1000, 1100], 200), 1110)).toBe(10)
    expect(meanRateHz(meterAfter([0, 5000]), 5001)).toBe(0.2)
    expect(meanRateHz(meterAfter([0, 40, 60, 100]), 1100)).toBe(1)
    expect(meanRateHz(meterAfter([5]), 9)).toBe(0)
  })

  it('knows nothing before the second spike, and again after forgetting', () => {
    for (const meter of [rateMeter(), meterAfter([5])]) {
      expect(lastIsiMs(meter)).toBeNull()
      expect(instantRateHz(meter, 9)).toBe(0)
      expect(isiCv(meter)).toBeNull()
    }
    const meter = meterAfter([1, 2, 3, 4, 5])
    forgetSpikes(meter)
    expect([windowRateHz(meter, 5), lastIsiMs(meter)]).toEqual([0, null])
  })

  it('finds clockwork regular and alternating intervals not', () => {
    expect(isiCv(meterAfter([0, 10, 20, 30, 40]))).toBe(0)
    expect(isiCv(meterAfter([0, 10, 40, 50, 80]))).toBeCloseTo(0.5, 12)
    expect(isiCv(meterAfter([0, 500, 510, 520, 530]), 3)).toBe(0)
  })

  it('stays right when more spikes come than it keeps', () => {
    const spikes = Array.from({ length: 500 }, (_, k) => 2 * k)
    const meter = meterAfter(spikes, 1000, 64)
    expect(meter.count).toBe(500)
    expect(windowRateHz(meter, 998)).toBeCloseTo(500, 9)
    expect(isiCv(meter)).toBe(0)
  })

  it('counts between two times, the later one included', () => {
    expect(rateInWindowHz([100, 150, 400, 400.1], 100, 400)).toBeCloseTo(6.667, 3)
    expect(rateInWindowHz([400.00000000000006], 100, 400)).toBeCloseTo(3.333, 3)
  })
})
