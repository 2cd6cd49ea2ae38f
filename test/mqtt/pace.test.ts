import { describe, expect, it } from 'vitest'
import { waitBeforeRetryMs } from '../../src/mqtt/backoff.ts'
import { createBucket } from '../../src/mqtt/bucket.ts'
import { worthPublishing } from '../../src/mqtt/deadband.ts'
import { createEventQueue } from '../../src/mqtt/events.ts'
import { STATE } from './neuron.ts'

describe('the wait before another attempt', () => {
  const longest = (failures: number, loopback = false) => waitBeforeRetryMs(failures, loopback, 1)

  it('doubles from 1 s to 30 s', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 1000].map(failures => longest(failures))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
    ])
  })

  it('begins with 0.25 s on this machine', () => {
    expect(longest(1, true)).toBe(250)
  })

  it('leaves half of it to chance', () => {
    expect(waitBeforeRetryMs(2, false, 0)).toBe(1000)
    expect(waitBeforeRetryMs(2, false, 0.5)).toBe(1500)
  })
})

describe('the token bucket', () => {
  it('gives a burst at once, then its rate', () => {
    const bucket = createBucket(2, 3)
    const taken = [0, 0, 0, 0, 400, 500, 900, 1000].map(nowMs => bucket.take(nowMs))
    expect(taken).toEqual([true, true, true, false, false, true, false, true])
  })
})

describe('the state', () => {
  const last = { state: { ...STATE, rateHz: 50, iNa: 2 }, atMs: 0 }
  const worth = (change: object, nowMs = 1000) => worthPublishing(last, { ...last.state, ...change }, nowMs)

  it('is published first, and every 10 s', () => {
    expect(worthPublishing(undefined, STATE, 0)).toBe(true)
    expect(worth({}, 9999)).toBe(false)
    expect(worth({}, 10_000)).toBe(true)
  })

  it('is published when rate or current leaves the dead-band', () => {
    expect(worth({ rateHz: 50.9 })).toBe(false)
    expect(worth({ rateHz: 51.1 })).toBe(true)
    expect(worth({ iNa: 2.03 })).toBe(false)
    expect(worth({ iNa: 2.05 })).toBe(true)
    expect(worth({ vMv: -60, count: 99, cv: 1 })).toBe(false)
  })

  it('is published when something is switched', () => {
    expect(worth({ running: false })).toBe(true)
    expect(worth({ source: 'stim' })).toBe(true)
    expect(worth({ speed: 0.1 })).toBe(true)
  })
})

describe('events', () => {
  it('leave at 2 a second, in order, with the time they happened', () => {
    const queue = createEventQueue()
    for (const tUs of [1, 2, 3]) queue.add({ type: 'inputLost' }, tUs)
    expect([0, 0, 0, 499, 500].map(nowMs => queue.next(nowMs)?.tUs)).toEqual([1, 2, undefined, undefined, 3])
  })

  it('are dropped beyond 32, the oldest first, and counted once', () => {
    const queue = createEventQueue()
    for (let tUs = 1; tUs <= 40; tUs++) queue.add({ type: 'inputLost' }, tUs)
    expect(queue.next(0)).toEqual({ event: { type: 'inputLost' }, tUs: 9, heldBack: 8 })
    expect(queue.next(0)).toMatchObject({ tUs: 10, heldBack: 0 })
  })

  it('of a machine that stumbles all the time do not crowd out a fault', () => {
    const queue = createEventQueue()
    queue.add({ type: 'inputLost' }, 1)
    for (let tUs = 2; tUs <= 100; tUs++) queue.add({ type: 'stall', stallMs: tUs }, tUs)
    expect(queue.next(0)).toMatchObject({ event: { type: 'inputLost' }, heldBack: 98 })
    expect(queue.next(0)).toMatchObject({ event: { type: 'stall', stallMs: 100 }, heldBack: 0 })
    expect(queue.next(1000)).toBeUndefined()
  })
})
