import { describe, expect, it } from 'vitest'
import { createBatches, type Delivery } from '../../../src/mqtt/outbox/batches.ts'
import { seqsOf, spike } from '../example-neuron.ts'

describe('over 300 random connection histories', () => {
  it('every spike is acknowledged or named in an acknowledged gap, memory stays bounded, order holds', () => {
    const dropped = Array.from({ length: 300 }, (_, i) => checkHistory(randomSource(i + 1), `history ${i + 1}`))
    expect(dropped.filter(count => count > 0).length, 'histories that overran the ledger').toBeGreaterThan(100)
  })
})

const SMALL = { spikesPerBatch: 4, inFlight: 3, waiting: 5, gaps: 4 }

/** Plays neuron, connection and broker at random; then lets everything arrive, and counts. Returns the spikes dropped. */
function checkHistory(random: () => number, label: string): number {
  const ledger = createBatches(SMALL)
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
