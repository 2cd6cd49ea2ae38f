import { expect, it } from 'vitest'
import { countSpikes } from '../../../../../src/web/public/neuron/data/spike-count.ts'
import { frameOfSecond } from '../fake-frames.ts'

const spikes = [1.0844, 1.1688, 1.2532, 1.3376].map((atS, k) => ({ ...frameOfSecond(k).spikes[0]!, atS }))

it('counts the spikes of a span in model time', () => {
  const { timesMs, rateHz } = countSpikes(spikes, { fromS: 1, toS: 1.3, zeroS: 1, speed: 1 })
  expect(timesMs.map(ms => Math.round(ms * 10) / 10)).toEqual([84.4, 168.8, 253.2])
  expect(rateHz).toBeCloseTo(10, 9)
  expect(countSpikes(spikes, { fromS: 1, toS: 1.3, zeroS: 1, speed: 0.1 }).rateHz).toBeCloseTo(100, 9)
})

it('from one spike to another there are whole intervals', () => {
  const { timesMs, rateHz } = countSpikes(spikes, { fromS: 1.0844, toS: 1.3376, zeroS: 1, speed: 1 })
  expect(timesMs.length).toBe(3)
  expect(rateHz).toBeCloseTo(1000 / 84.4, 6)
})
