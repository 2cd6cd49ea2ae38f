import { expect, it } from 'vitest'
import { createSpikeRows } from '../../../../src/web/public/wall/spike-rows.ts'

const START_US = 1.8e15

it('the wall remembers spikes by neuron, and not without end', () => {
  const rows = createSpikeRows()
  expect(rows.secondsOf(START_US)).toBe(0)
  for (let k = 0; k < 50_000; k++) rows.add([3, START_US + k * 1000])
  expect(rows.row(3).length).toBeLessThanOrEqual(8192)
  expect(rows.row(3).at(-1)).toBeCloseTo(49.999, 6)
  expect(rows.row(4)).toEqual([])
})
