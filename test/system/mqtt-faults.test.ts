import { afterAll, expect, it } from 'vitest'
import { faultPlan, throughFaults } from '../mqtt/broker-faults.ts'
import { closeAll } from '../mqtt/link-on-real-broker.ts'
import { needs } from './programs.ts'

// Not after each: they run side by side.
afterAll(closeAll)

needs('mosquitto')('200 spikes a second through a broker that is killed three times and frozen twice', () => {
  it.concurrent.each([1, 2, 3, 4])('arrive each once, or are named as lost (faults of seed %i)', async seed => {
    const { produced, seqs, repeated, lost, counts } = await throughFaults(faultPlan(seed, 9000, [3000, 1000]))
    const named = new Set(lost.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i)))
    const unaccounted = Array.from({ length: produced }, (_, i) => i + 1).filter(
      seq => !seqs.has(seq) && !named.has(seq),
    )
    expect(produced).toBeGreaterThan(1700)
    expect(unaccounted).toEqual([])
    expect(repeated).toBe(0)
    expect(counts?.pending).toBe(0)
    // The history holds far more than these faults can hide.
    expect(lost).toEqual([])
  })
})
