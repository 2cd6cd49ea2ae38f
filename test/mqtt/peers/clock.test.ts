import { describe, expect, it } from 'vitest'
import { createPeerClock } from '../../../src/mqtt/peers/clock.ts'

describe('the times of other machines', () => {
  const NOW_US = 1.8e15

  it('are left alone where the clocks agree', () => {
    const clock = createPeerClock()
    expect(clock.localUs('pi-a', NOW_US - 60_000, false, NOW_US)).toBe(NOW_US - 60_000)
  })

  it.each([-3600e6, 0.3e6, 3600e6])('are moved to this clock where they are off by %d us, intervals kept', offUs => {
    const clock = createPeerClock()
    const seen = [0, 50_000, 100_000].map(tUs => clock.localUs('pi-a', NOW_US + offUs + tUs, false, NOW_US + tUs))
    expect(seen).toEqual([NOW_US, NOW_US + 50_000, NOW_US + 100_000])
    expect([clock.shiftUs('pi-a'), clock.shiftUs('pi-b')]).toEqual([-offUs, 0])
  })

  it('of history say nothing about the clock', () => {
    const clock = createPeerClock()
    expect(clock.localUs('pi-a', NOW_US - 60e6, true, NOW_US)).toBe(NOW_US - 60e6)
    expect(clock.localUs('pi-a', NOW_US - 1000, false, NOW_US)).toBe(NOW_US - 1000)
  })
})
