import { describe, expect, it } from 'vitest'
import { waitBeforeRetryMs } from '../../../src/mqtt/connection/reconnect.ts'
import { createEventQueue } from '../../../src/mqtt/outbox/event-queue.ts'
import { worthPublishing } from '../../../src/mqtt/publish/retained.ts'
import { createRateLimit } from '../../../src/mqtt/rate-limit.ts'
import { STATE } from '../example-neuron.ts'

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
    const bucket = createRateLimit(2, 3)
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
  it('leave at once while they are few, then at 2 a second, in order, with the time they happened', () => {
    const queue = createEventQueue()
    for (let tUs = 1; tUs <= 8; tUs++) queue.add({ type: 'warning' }, tUs)
    const at = (nowMs: number) => queue.next(nowMs)?.tUs
    expect([0, 0, 0, 0, 0, 0, 0, 499, 500, 500].map(at)).toEqual([1, 2, 3, 4, 5, 6, undefined, undefined, 7, undefined])
  })

  it('are dropped beyond 32, the oldest first, and counted once', () => {
    const queue = createEventQueue()
    for (let tUs = 1; tUs <= 40; tUs++) queue.add({ type: 'warning' }, tUs)
    expect(queue.next(0)).toEqual({ event: { type: 'warning' }, tUs: 9, heldBack: 8 })
    expect(queue.next(0)).toMatchObject({ tUs: 10, heldBack: 0 })
  })

  it('that nobody has acknowledged are told again, before the others and within the same bounds', () => {
    const queue = createEventQueue()
    for (let tUs = 1; tUs <= 34; tUs++) queue.add({ type: 'warning' }, tUs)
    const told = [queue.next(0)!, queue.next(0)!]
    queue.putBack(told)
    expect(queue.next(0)).toEqual({ ...told[0], heldBack: 2 })
    queue.putBack(told)
    queue.add({ type: 'warning' }, 35)
    expect(queue.next(0)).toMatchObject({ tUs: 4, heldBack: 4 })
  })

  it('a fault goes before any number of stalls and changes, which are summed up into one each', () => {
    const queue = createEventQueue()
    for (const [tUs, stallMs] of [60, 90, 50].entries()) queue.add({ type: 'stall', stallMs }, tUs)
    for (const changed of [['tauMs'], ['maxNa', 'tauMs']]) queue.add({ type: 'paramsChanged', changed }, 10)
    queue.add({ type: 'inputLost', reason: 'x' }, 20)
    expect([0, 0, 0, 1000, 2000].map(nowMs => queue.next(nowMs))).toEqual([
      { event: { type: 'inputLost', reason: 'x' }, tUs: 20, heldBack: 0 },
      { event: { type: 'stall', stallMs: 90, stalls: 3, sumMs: 200 }, tUs: 0, heldBack: 0 },
      undefined,
      { event: { type: 'paramsChanged', changed: ['tauMs', 'maxNa'] }, tUs: 10, heldBack: 0 },
      undefined,
    ])
  })

  it('of a part that flickers the last two changes are told, and how many were not', () => {
    const queue = createEventQueue()
    for (let tUs = 0; tUs < 101; tUs++) queue.add({ type: tUs % 2 ? 'outputBack' : 'outputLost', output: 'led' }, tUs)
    queue.add({ type: 'outputLost', output: 'buzzer' }, 200)
    const told = [0, 0, 0].map(nowMs => queue.next(nowMs))
    expect(told.map(dated => [dated?.event, dated?.tUs, dated?.heldBack])).toEqual([
      [{ type: 'outputLost', output: 'led' }, 100, 100],
      [{ type: 'outputLost', output: 'buzzer' }, 200, 0],
      [undefined, undefined, undefined],
    ])
  })
})
