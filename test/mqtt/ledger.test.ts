import { describe, expect, it } from 'vitest'
import { joinedGaps } from '../../src/mqtt/gaps.ts'
import { createLedger, type Delivery, LEDGER_LIMITS, type Ledger } from '../../src/mqtt/ledger.ts'
import { spike } from './neuron.ts'

function addSpikes(ledger: Ledger, from: number, to: number): void {
  for (let seq = from; seq <= to; seq++) ledger.add(spike(seq))
}

function seqsOf({ batch }: Delivery): number[] {
  return batch.tUs.map((_, i) => batch.seq0 + i)
}

function deliverAll(ledger: Ledger): Delivery[] {
  const all: Delivery[] = []
  for (let delivery = ledger.next(); delivery; delivery = ledger.next()) {
    all.push(delivery)
    ledger.acknowledged(delivery)
  }
  return all
}

describe('the ledger', () => {
  it('delivers nothing before a batch is sealed, then all its spikes with their times', () => {
    const ledger = createLedger()
    addSpikes(ledger, 1, 3)
    expect(ledger.next()).toBeUndefined()
    ledger.seal()
    expect(ledger.next()).toEqual({
      batch: { seq0: 1, tUs: [1, 2, 3].map(seq => spike(seq).tUs), speed: 1, late: false },
      gap: [],
    })
  })

  it('closes a batch at 64 spikes', () => {
    const ledger = createLedger()
    addSpikes(ledger, 1, 130)
    ledger.seal()
    expect(deliverAll(ledger).map(({ batch }) => batch.tUs.length)).toEqual([64, 64, 2])
  })

  it('does not mix speeds, or late spikes with others, in one batch', () => {
    const ledger = createLedger()
    ledger.add(spike(1))
    ledger.add(spike(2, { speed: 0.1 }))
    ledger.add(spike(3, { speed: 0.1, late: true }))
    ledger.seal()
    expect(deliverAll(ledger).map(({ batch }) => [batch.seq0, batch.speed, batch.late])).toEqual([
      [1, 1, false],
      [2, 0.1, false],
      [3, 0.1, true],
    ])
  })

  it('keeps no more than its window without acknowledgement, and goes on with the next one acknowledged', () => {
    const ledger = createLedger()
    addSpikes(ledger, 1, 64 * 20)
    ledger.seal()
    const sent = Array.from({ length: 20 }, () => ledger.next()).filter(delivery => delivery !== undefined)
    expect(sent).toHaveLength(LEDGER_LIMITS.inFlight)
    ledger.acknowledged(sent[0]!)
    expect(ledger.next()?.batch.seq0).toBe(64 * LEDGER_LIMITS.inFlight + 1)
    expect(ledger.next()).toBeUndefined()
  })

  it('delivers again, in order, what a broken connection left unacknowledged, and ignores its answers that come later', () => {
    const ledger = createLedger()
    for (const seq of [1, 2, 3]) {
      ledger.add(spike(seq))
      ledger.seal()
      if (seq === 1) deliverAll(ledger)
    }
    const lost = ledger.next()!
    ledger.disconnected()
    ledger.acknowledged(lost)
    expect(deliverAll(ledger).flatMap(seqsOf)).toEqual([2, 3])
  })

  it('packs what waits into full batches, so that 12 minutes at 100 Hz fit', () => {
    const ledger = createLedger()
    for (let seq = 1; seq <= 72_000; seq++) {
      ledger.add(spike(seq))
      if (seq % 5 === 0) ledger.seal()
    }
    expect(ledger.backlog()).toEqual({ batches: 1200, spikes: 72_000, dropped: 0 })
  })

  it('drops the oldest when full, names them in the next delivery, and once more if that is lost', () => {
    const ledger = createLedger({ ...LEDGER_LIMITS, waiting: 2 })
    addSpikes(ledger, 1, 64 * 3)
    ledger.seal()
    const gap = [{ from: 1, to: 64, why: 'outboxFull' }]
    expect(ledger.next()?.gap).toEqual(gap)
    expect(ledger.next()?.gap).toEqual([])
    ledger.disconnected()
    expect(deliverAll(ledger).flatMap(delivery => delivery.gap)).toEqual(gap)
    expect(ledger.newGaps()).toEqual(gap)
    expect(ledger.newGaps()).toEqual([])
  })

  it('names spikes that it was never told of', () => {
    const ledger = createLedger()
    addSpikes(ledger, 1, 2)
    addSpikes(ledger, 6, 7)
    ledger.seal()
    expect(deliverAll(ledger).map(delivery => [delivery.batch.seq0, delivery.gap])).toEqual([
      [1, [{ from: 3, to: 5, why: 'reportsLost' }]],
      [6, []],
    ])
  })

  it('names spikes that the broker refused', () => {
    const ledger = createLedger()
    addSpikes(ledger, 1, 2)
    ledger.seal()
    ledger.refused(ledger.next()!)
    expect(ledger.heartbeat(1)?.gap).toEqual([{ from: 1, to: 2, why: 'refused' }])
    expect(ledger.backlog().dropped).toBe(2)
  })

  it('has a heartbeat that tells the next seq, but none ahead of spikes that wait', () => {
    const ledger = createLedger()
    expect(ledger.heartbeat(1)?.batch).toEqual({ seq0: 1, tUs: [], speed: 1, late: false })
    addSpikes(ledger, 1, 2)
    expect(ledger.heartbeat(1)).toBeUndefined()
    ledger.seal()
    expect(ledger.heartbeat(1)).toBeUndefined()
    deliverAll(ledger)
    expect(ledger.heartbeat(0.1)?.batch).toMatchObject({ seq0: 3, speed: 0.1 })
  })

  it('does not deliver a lost heartbeat again', () => {
    const ledger = createLedger()
    ledger.heartbeat(1)
    ledger.disconnected()
    expect(ledger.next()).toBeUndefined()
  })
})

describe('over 300 random connection histories', () => {
  it('every spike is acknowledged or named in an acknowledged gap, memory stays bounded, order holds', () => {
    const dropped = Array.from({ length: 300 }, (_, i) => checkHistory(randomSource(i + 1), `history ${i + 1}`))
    expect(dropped.filter(count => count > 0).length, 'histories that overran the ledger').toBeGreaterThan(100)
  })
})

const SMALL = { spikesPerBatch: 4, inFlight: 3, waiting: 5, gaps: 4 }

/** Plays neuron, connection and broker at random; then lets everything arrive, and counts. Returns the spikes dropped. */
function checkHistory(random: () => number, label: string): number {
  const ledger = createLedger(SMALL)
  const told = new Set<number>()
  let unanswered: Delivery[] = []
  let seq = 0
  let most = 0
  let mostUnanswered = 0

  function receive(delivery: Delivery): void {
    for (const got of seqsOf(delivery)) told.add(got)
    for (const { from, to } of delivery.gap) for (let missing = from; missing <= to; missing++) told.add(missing)
    ledger.acknowledged(delivery)
  }

  const deeds: (() => void)[] = [
    () => ledger.add(spike(++seq, { late: random() < 0.1 })),
    () => {
      for (const _ of Array(Math.floor(random() * 8))) ledger.add(spike(++seq))
    },
    () => {
      seq += Math.floor(random() * 3)
    },
    ledger.seal,
    () => unanswered.push(...[ledger.next()].filter(delivery => delivery !== undefined)),
    () => unanswered.push(...[ledger.heartbeat(1)].filter(delivery => delivery !== undefined)),
    () => unanswered.splice(0, 1).forEach(receive),
    () => unanswered.splice(Math.floor(random() * unanswered.length), 1).forEach(ledger.refused),
    () => {
      if (random() < 0.5) return
      unanswered = []
      ledger.disconnected()
    },
  ]
  for (let step = 0; step < 400; step++) {
    deeds[Math.floor(random() * deeds.length)]!()
    most = Math.max(most, ledger.backlog().batches)
    mostUnanswered = Math.max(mostUnanswered, unanswered.length)
  }
  expect(most, label).toBeLessThanOrEqual(SMALL.inFlight + SMALL.waiting + 1)
  expect(mostUnanswered, label).toBeLessThanOrEqual(SMALL.inFlight)
  ledger.disconnected()
  ledger.add(spike(++seq))
  ledger.seal()
  let last = 0
  for (let delivery = ledger.next(); delivery; delivery = ledger.next()) {
    expect(delivery.batch.seq0, label).toBeGreaterThan(last)
    last = delivery.batch.seq0
    receive(delivery)
  }
  const untold = Array.from({ length: seq }, (_, i) => i + 1).filter(expected => !told.has(expected))
  expect(untold, label).toEqual([])
  return ledger.backlog().dropped
}

function randomSource(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

describe('joined gaps', () => {
  it('are sorted and joined where they touch for the same reason', () => {
    expect(
      joinedGaps(
        [
          { from: 8, to: 9, why: 'refused' },
          { from: 4, to: 5, why: 'outboxFull' },
          { from: 6, to: 7, why: 'outboxFull' },
        ],
        9,
      ),
    ).toEqual([
      { from: 4, to: 7, why: 'outboxFull' },
      { from: 8, to: 9, why: 'refused' },
    ])
  })

  it('beyond the most allowed cover what lies between the oldest', () => {
    const gaps = [1, 11, 21].map(from => ({ from, to: from + 1, why: 'refused' as const }))
    expect(joinedGaps(gaps, 2)).toEqual([
      { from: 1, to: 12, why: 'refused' },
      { from: 21, to: 22, why: 'refused' },
    ])
  })
})
