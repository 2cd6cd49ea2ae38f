import { expect, it } from 'vitest'
import { withJumps } from '../../../../../src/web/public/neuron/data/synaptic-jumps.ts'
import type { Trace } from '../../../../../src/web/public/neuron/data/trace-buffer.ts'

/** V decays to rest with tau 100 ms, and jumps by 5 mV at 10.4 ms. */
const decay = (ms: number) => -60 - 10 * (1 - Math.exp(-ms / 100)) + (ms > 10.4 ? 5 * Math.exp(-(ms - 10.4) / 100) : 0)
const sampled = (v: (ms: number) => number): Trace => {
  const ms = Float64Array.from({ length: 20 }, (_, k) => k)
  return [ms.map(t => t / 1000), ms.map(v), ms.map(() => 1)]
}
const arrival = (ms: number, weight: number, tauMs = 0) => ({ atS: ms / 1000, from: 'pi-b', weight, tauMs, tUs: 0 })
const pointsAt = ([atS, vMv]: Trace, ms: number) => [...vMv].filter((_, k) => Math.abs(atS[k]! * 1000 - ms) < 1e-9)

it('V jumps where the event came, from the value before to the value after', () => {
  const [before, after] = pointsAt(withJumps(sampled(decay), [arrival(10.4, 5)]), 10.4)
  expect(before).toBeCloseTo(decay(10.4), 2)
  expect(after).toBeCloseTo(decay(10.4) + 5, 2)
})

it('two events in one sample are two jumps', () => {
  const twice = (ms: number) => -60 + (ms > 10.2 ? 3 : 0) + (ms > 10.7 ? -1 : 0)
  const trace = withJumps(sampled(twice), [arrival(10.2, 3), arrival(10.7, -1)])
  expect([pointsAt(trace, 10.2), pointsAt(trace, 10.7)]).toEqual([
    [-60, -57],
    [-57, -58],
  ])
})

it.each([
  ['an event that the neuron did not feel, being refractory', [arrival(10.4, 5)], () => -75],
  ['an event that is still to come', [arrival(50, 5)], () => -60],
  ['a current pulse', [arrival(10.4, 5, 20)], (ms: number) => -60 + ms / 10],
])('%s makes no jump', (_, arrivals, v) => {
  const [, drawn] = withJumps(sampled(v), arrivals)
  expect([...drawn].every((mv, k) => k === 0 || Math.abs(mv - drawn[k - 1]!) < 0.11)).toBe(true)
})

it('where the event makes it spike, V goes up to the threshold and down to the reset at that time', () => {
  const atS = Float64Array.from([0, 1, 2, 2.5, 2.5, 3, 4].map(ms => ms / 1000))
  const vMv = Float64Array.from([-60, -60, -60, -55, -75, -75, -75])
  const trace = withJumps([atS, vMv, atS.map(() => 1)], [arrival(2.5, 20)])
  expect(pointsAt(trace, 2.5)).toEqual([-60, -55, -55, -75])
})
