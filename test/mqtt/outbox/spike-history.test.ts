import { describe, expect, it } from 'vitest'
import { createSpikeHistory } from '../../../src/mqtt/outbox/spike-history.ts'
import { spike } from '../example-neuron.ts'

/** Asks until everything is accounted for, as a receiver does. */
function replayAll(history: ReturnType<typeof createSpikeHistory>, from: number, to: number) {
  const got: number[] = []
  const missing: number[] = []
  let at = from
  for (let turn = 0; at <= to && turn < 100; turn++) {
    const replay = history.replay({ from: at, to })
    replay.tUs.forEach((tUs, i) => {
      expect(tUs).toBe(spike(replay.seq0 + i).tUs)
      got.push(replay.seq0 + i)
    })
    for (const gap of replay.missing) for (let seq = gap.from; seq <= gap.to; seq++) missing.push(seq)
    if (replay.to < at) break
    at = replay.to + 1
  }
  return { got, missing }
}

describe('the history', () => {
  it('keeps the last spikes and names the others', () => {
    const history = createSpikeHistory(8, 3)
    for (let seq = 1; seq <= 20; seq++) history.add(spike(seq))
    expect(replayAll(history, 10, 25)).toEqual({ got: [13, 14, 15, 16, 17, 18, 19, 20], missing: [10, 11, 12] })
    expect(history.lastSeq()).toBe(20)
  })

  it('names spikes that never reached it, and does not tell old ones in their place', () => {
    const history = createSpikeHistory(8, 100)
    for (const seq of [1, 2, 3, 4, 5, 6, 9, 12]) history.add(spike(seq))
    expect(replayAll(history, 5, 12)).toEqual({ got: [5, 6, 9, 12], missing: [7, 8, 10, 11] })
    history.add(spike(1_000_000))
    expect(replayAll(history, 999_995, 1_000_000)).toEqual({
      got: [1_000_000],
      missing: [999_995, 999_996, 999_997, 999_998, 999_999],
    })
  })

  it('does not mix speeds in one answer', () => {
    const history = createSpikeHistory(8)
    history.add(spike(1))
    history.add(spike(2, { speed: 0.1 }))
    expect(history.replay({ from: 1, to: 2 })).toMatchObject({ seq0: 1, to: 1, speed: 1 })
    expect(history.replay({ from: 2, to: 2 })).toMatchObject({ seq0: 2, to: 2, speed: 0.1 })
  })

  it('says nothing about spikes that are still to come', () => {
    const history = createSpikeHistory(8)
    expect(history.replay({ from: 1, to: 3 })).toEqual({ seq0: 1, tUs: [], speed: 1, to: 0, missing: [] })
    history.add(spike(1))
    expect(history.replay({ from: 2, to: 9 })).toMatchObject({ tUs: [], to: 1, missing: [] })
    expect(history.replay({ from: 500, to: 900 })).toMatchObject({ tUs: [], to: 499, missing: [] })
  })

  it('answers a request for everything there might be at once', () => {
    const history = createSpikeHistory()
    for (let seq = 1; seq <= 70_000; seq++) history.add(spike(seq))
    expect(history.replay({ from: 1, to: Number.MAX_SAFE_INTEGER })).toMatchObject({ seq0: 4465, to: 8560 })
  })
})
