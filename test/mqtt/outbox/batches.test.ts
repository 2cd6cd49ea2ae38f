import { describe, expect, it } from 'vitest'
import {
  BATCH_LIMITS,
  type Batches,
  createBatches,
  type Delivery,
  joinedGaps,
} from '../../../src/mqtt/outbox/batches.ts'
import { seqsOf, spike } from '../example-neuron.ts'

function addSpikes(ledger: Batches, from: number, to: number): void {
  for (let seq = from; seq <= to; seq++) ledger.add(spike(seq))
}

function deliverAll(ledger: Batches): Delivery[] {
  const all: Delivery[] = []
  for (let delivery = ledger.next(); delivery; delivery = ledger.next()) {
    all.push(delivery)
    ledger.acknowledged(delivery)
  }
  return all
}

describe('the batches of spikes', () => {
  it('delivers nothing before a batch is sealed, then all its spikes with their times', () => {
    const ledger = createBatches()
    addSpikes(ledger, 1, 3)
    expect(ledger.next()).toBeUndefined()
    ledger.seal()
    expect(ledger.next()).toEqual({
      batch: { seq0: 1, tUs: [1, 2, 3].map(seq => spike(seq).tUs), speed: 1, late: false },
      gap: [],
    })
  })

  it('closes a batch at 64 spikes', () => {
    const ledger = createBatches()
    addSpikes(ledger, 1, 130)
    ledger.seal()
    expect(deliverAll(ledger).map(({ batch }) => batch.tUs.length)).toEqual([64, 64, 2])
  })

  it('does not mix speeds, or late spikes with others, in one batch', () => {
    const ledger = createBatches()
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

  it('names at the end what could not be delivered, and nothing where all was', () => {
    const ledger = createBatches()
    addSpikes(ledger, 1, 64 * 20 + 1)
    ledger.seal()
    const sent = Array.from({ length: 12 }, () => ledger.next()!)
    expect(ledger.abandon(1)).toEqual({
      batch: { seq0: 1282, tUs: [], speed: 1, late: false },
      gap: [{ from: sent[11]!.batch.seq0 + 64, to: 1281, why: 'outboxFull' }],
    })
    expect(ledger.abandon(1)).toBeUndefined()
  })

  it('keeps no more than its window without acknowledgement, and goes on with the next one acknowledged', () => {
    const ledger = createBatches()
    addSpikes(ledger, 1, 64 * 20)
    ledger.seal()
    const sent = Array.from({ length: 20 }, () => ledger.next()).filter(delivery => delivery !== undefined)
    expect(sent).toHaveLength(BATCH_LIMITS.inFlight)
    ledger.acknowledged(sent[0]!)
    expect(ledger.next()?.batch.seq0).toBe(64 * BATCH_LIMITS.inFlight + 1)
    expect(ledger.next()).toBeUndefined()
  })

  it('delivers again, in order, what a broken connection left unacknowledged, and ignores its answers that come later', () => {
    const ledger = createBatches()
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
    const ledger = createBatches()
    for (let seq = 1; seq <= 72_000; seq++) {
      ledger.add(spike(seq))
      if (seq % 5 === 0) ledger.seal()
    }
    expect(ledger.backlog()).toEqual({ batches: 1200, spikes: 72_000, dropped: 0 })
  })

  it('drops the oldest when full, names them in the next delivery, and once more if that is lost', () => {
    const ledger = createBatches({ ...BATCH_LIMITS, waiting: 2 })
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
    const ledger = createBatches()
    addSpikes(ledger, 1, 2)
    addSpikes(ledger, 6, 7)
    ledger.seal()
    expect(deliverAll(ledger).map(delivery => [delivery.batch.seq0, delivery.gap])).toEqual([
      [1, [{ from: 3, to: 5, why: 'reportsLost' }]],
      [6, []],
    ])
  })

  it('names spikes that the broker refused', () => {
    const ledger = createBatches()
    addSpikes(ledger, 1, 2)
    ledger.seal()
    ledger.refused(ledger.next()!)
    expect(ledger.heartbeat(1)?.gap).toEqual([{ from: 1, to: 2, why: 'refused' }])
    expect(ledger.backlog().dropped).toBe(2)
  })

  it('has a heartbeat that tells the next seq, but none ahead of spikes that wait', () => {
    const ledger = createBatches()
    expect(ledger.heartbeat(1)?.batch).toEqual({ seq0: 1, tUs: [], speed: 1, late: false })
    addSpikes(ledger, 1, 2)
    expect(ledger.heartbeat(1)).toBeUndefined()
    ledger.seal()
    expect(ledger.heartbeat(1)).toBeUndefined()
    deliverAll(ledger)
    expect(ledger.heartbeat(0.1)?.batch).toMatchObject({ seq0: 3, speed: 0.1 })
  })

  it('does not deliver a lost heartbeat again', () => {
    const ledger = createBatches()
    ledger.heartbeat(1)
    ledger.disconnected()
    expect(ledger.next()).toBeUndefined()
  })
})

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
