import { expect, it } from 'vitest'
import { monotonicMs, wallOriginMs } from '../../src/loop/clock.ts'

it('the system clock is read to some microseconds, although it only shows whole ms and the thread may be held up', () => {
  const origins = Array.from({ length: 30 }, wallOriginMs)
  expect(Math.max(...origins) - Math.min(...origins)).toBeLessThan(0.1)
  expect(Math.abs(origins[0]! + monotonicMs() - Date.now())).toBeLessThan(5000)
})

it('the monotonic clock is the one that all threads share', () => {
  const ahead = Array.from({ length: 100 }, () => monotonicMs() - Number(process.hrtime.bigint()) / 1e6)
  expect(Math.abs(Math.max(...ahead))).toBeLessThan(0.1)
})
