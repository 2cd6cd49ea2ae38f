import { describe, expect, it } from 'vitest'
import { createRing, lostRecords, push, ringOver, take, takeSome, watchRing } from '../../../src/loop/shared/ring.ts'

const record = (...values: number[]) => Float64Array.from(values)

describe('a ring between two threads', () => {
  it('gives back what was put in, in order, also seen from the other side and past its end', () => {
    const ring = createRing(2, 4)
    const other = ringOver(ring.buffer, 2)
    const out = new Float64Array(2)
    for (let i = 0; i < 100; i++) {
      expect(push(ring, record(i, -i))).toBe(true)
      expect(take(other, out)).toBe(true)
      expect([...out]).toEqual([i, -i])
    }
    expect(take(other, out)).toBe(false)
  })

  it('refuses and counts what it cannot hold, and keeps what it has', () => {
    const ring = createRing(1, 4)
    expect([0, 1, 2, 3, 4, 5].map(i => push(ring, record(i)))).toEqual([true, true, true, true, false, false])
    expect(lostRecords(ring)).toBe(2)
    const out = new Float64Array(1)
    take(ring, out)
    expect(out[0]).toBe(0)
  })

  it('goes on when its counters wrap around', () => {
    const ring = createRing(1, 4)
    ring.counters.fill(0x7fffffff, 0, 2)
    const out = new Float64Array(1)
    for (let i = 0; i < 10; i++) {
      push(ring, record(i))
      expect(take(ring, out)).toBe(true)
      expect(out[0]).toBe(i)
    }
  })

  it('calls its watcher for every new record until it is told to stop', async () => {
    const ring = createRing(1, 4)
    const out = new Float64Array(1)
    const seen: number[] = []
    const stop = watchRing(ring, () => {
      while (take(ring, out)) seen.push(out[0] as number)
    })
    push(ring, record(7))
    await expect.poll(() => seen, { interval: 1 }).toEqual([7])
    stop()
  })

  it('lets the event loop turn between two calls of a watcher, however fast records come', async () => {
    const ring = createRing(1, 4)
    const out = new Float64Array(1)
    let calls = 0
    // Every record that is taken makes another one.
    const stop = watchRing(ring, () => {
      calls++
      takeSome(ring, out, () => push(ring, out), 2)
    })
    push(ring, record(1))
    for (let turn = 0; turn < 10; turn++) await new Promise(resolve => setImmediate(resolve))
    stop()
    const before = calls
    for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve))
    expect([before > 3, calls]).toEqual([true, before])
  })

  it('gives no more than it can hold at once, however fast records come', () => {
    const ring = createRing(1, 4)
    const out = new Float64Array(1)
    let taken = 0
    push(ring, record(1))
    takeSome(ring, out, () => {
      taken++
      push(ring, out)
    })
    expect(taken).toBe(4)
  })

  it('must have a capacity that is a power of two', () => {
    expect(() => createRing(1, 3)).toThrow('ring of 3 records, must be a power of two')
  })
})
