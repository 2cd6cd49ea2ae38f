import { describe, expect, it } from 'vitest'
import { createPlaybackClock } from '../../../../src/web/public/shared/playback-clock.ts'

describe('the scope’s clock', () => {
  it('moves evenly although frames come in jerks', () => {
    const clock = createPlaybackClock()
    const jitterMs = [0, 12, 3, 25, 1, 18, 9, 0, 30, 4]
    const heads = Array.from({ length: 200 }, (_, k) => {
      clock.onData(k * 0.04, 1000 + k * 40 + jitterMs[k % 10]!)
      return clock.headS(1000 + k * 40) - k * 0.04
    })
    const late = heads.slice(100)
    expect(Math.max(...late) - Math.min(...late)).toBeLessThan(0.004)
    // Never later than the data that is there.
    expect(Math.max(...late)).toBeLessThan(0)
  })
})
