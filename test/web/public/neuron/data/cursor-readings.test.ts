import { expect, it } from 'vitest'
import { nearest, nextOf, placesFor, readTrace } from '../../../../../src/web/public/neuron/data/cursor-readings.ts'

const TRACE = [
  Float64Array.from([0, 0.001, 0.002, 0.002, 0.003, 0.2]),
  Float64Array.from([-70, -68, -55, -75, -74, -70]),
  Float64Array.from([0, 1.5, 1.5, 1.5, 1.5, 0]),
] as const

it.each([
  [0, { vMv: -70, iNa: 0 }],
  [0.0005, { vMv: expect.closeTo(-69, 9), iNa: 0 }],
  [0.002, { vMv: -55, iNa: 1.5 }],
  [0.0025, { vMv: expect.closeTo(-74.5, 9), iNa: 1.5 }],
  [-0.001, undefined],
  [0.1, undefined],
  [0.3, undefined],
])('a cursor at %d s reads what is there, and nothing in a gap', (atS, reading) => {
  expect(readTrace(TRACE, atS)).toEqual(reading)
})

it('stands on what is near, and jumps from one to the next', () => {
  const spikes = [1, 2, 3]
  expect(nearest(spikes, 2.1, 0.2, one => one)).toBe(2)
  expect(nearest(spikes, 2.5, 0.2, one => one)).toBeUndefined()
  expect([nextOf(spikes, 2, 1), nextOf(spikes, 2, -1), nextOf(spikes, 3, 1)]).toEqual([3, 1, undefined])
})

it.each([
  [25, 2],
  [1.1, 3],
  [500, 1],
  [60_000, 1],
])('over a span of %d, %d places are shown', (span, places) => {
  expect(placesFor(span)).toBe(places)
})
