import { describe, expect, it } from 'vitest'
import {
  countSpike,
  forgetSpikes,
  isiCv,
  lastIsiMs,
  meanRateHz,
  rateInWindowHz,
  rateMeter,
} from '../../src/neuron/rate-meter.ts'

function meterAfter(spikesMs: readonly number[], windowMs = 1000, capacity = 1024) {
  const meter = rateMeter(windowMs, capacity)
  for (const tMs of spikesMs) countSpike(meter, tMs)
  return meter
}

describe('a rate meter', () => {
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
      expect(isiCv(meter)).toBeNull()
    }
    const meter = meterAfter([1, 2, 3, 4, 5])
    forgetSpikes(meter)
    expect([meanRateHz(meter, 5), lastIsiMs(meter)]).toEqual([0, null])
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
    expect([meanRateHz(meter, 998), lastIsiMs(meter)]).toEqual([500, 2])
    expect(isiCv(meter)).toBe(0)
  })

  it('counts between two times, the later one included', () => {
    expect(rateInWindowHz([100, 150, 400, 400.1], 100, 400)).toBeCloseTo(6.667, 3)
    expect(rateInWindowHz([400.00000000000006], 100, 400)).toBeCloseTo(3.333, 3)
  })
})
