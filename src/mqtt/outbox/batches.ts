/**
 * Puts every spike into numbered batches. A batch is removed only when it is acknowledged; if the connection breaks
 * before, it is delivered again. Spikes that had to be dropped are named in a gap, which a later batch carries. Pure.
 */

import type { Spike } from '../../loop/types.ts'

/** Spikes `seq0` to `seq0 + tUs.length - 1`; an empty one is a heartbeat, which says that `seq0` comes next. */
interface Batch {
  readonly seq0: number
  /** Threshold crossings, µs since 1970. */
  readonly tUs: readonly number[]
  readonly speed: number
  /** Its spikes were noticed late. */
  readonly late: boolean
}

/** One message: acknowledged, refused or lost as a whole. */
export interface Delivery {
  readonly batch: Batch
  readonly gap: readonly Gap[]
}

interface BatchLimits {
  readonly spikesPerBatch: number
  /** Unacknowledged deliveries at a time. */
  readonly inFlight: number
  /** Batches that wait; the oldest is dropped for a newer one. */
  readonly waiting: number
  readonly gaps: number
}

/**
 * 1200 full batches are 12 minutes at 100 Hz in less than 2 MB. A broker may refuse more than 20 messages in flight
 * (mosquitto's default), and other messages are in flight too.
 */
export const BATCH_LIMITS: BatchLimits = { spikesPerBatch: 64, inFlight: 12, waiting: 1200, gaps: 32 }

export interface Batches {
  add(spike: Spike): void
  /** Spikes up to this number that were not added will never be. */
  settled(seq: number): void
  /** Close the batch that is being filled, so that it can be delivered. */
  seal(): void
  /**
   * The next delivery to send, if there is one and the window has room.
   * @param fits does the broker take a message as large as this?
   */
  next(fits?: Fits): Delivery | undefined
  /** An empty batch, which says which spike comes next; none while spikes wait, or they would look like a gap. */
  heartbeat(speed: number, fits?: Fits): Delivery | undefined
  /** At the end: all that waits becomes a gap, which the returned delivery names; undefined if there is nothing to name. */
  abandon(speed: number): Delivery | undefined
  acknowledged(delivery: Delivery): void
  /** The broker refused it: its spikes become a gap. */
  refused(delivery: Delivery): void
  /** The broker refused it as too large: it waits again, to be delivered in parts; false if it has no parts. */
  tooLarge(delivery: Delivery): boolean
  /** Everything unacknowledged waits again. */
  disconnected(): void
  /** Gaps since the last call. */
  newGaps(): readonly Gap[]
  backlog(): Backlog
}

export interface Backlog {
  /** Batches without acknowledgement. */
  readonly batches: number
  readonly spikes: number
  /** Spikes named in gaps since the start. */
  readonly dropped: number
}

type Fits = (delivery: Delivery) => boolean

interface Filling extends Batch {
  readonly tUs: number[]
}

export function createBatches(limits: BatchLimits = BATCH_LIMITS): Batches {
  let nextSeq = 1
  let filling: Filling | undefined
  let waiting: Filling[] = []
  let inFlight: Delivery[] = []
  let gaps: Gap[] = []
  let unreportedGaps: Gap[] = []
  let dropped = 0

  function addGap(from: number, to: number, why: GapReason): void {
    gaps = joinedGaps([...gaps, { from, to, why }], limits.gaps)
    unreportedGaps = joinedGaps([...unreportedGaps, { from, to, why }], limits.gaps)
    dropped += to - from + 1
  }

  function skipTo(seq: number): void {
    if (seq > nextSeq) addGap(nextSeq, seq - 1, 'reportsLost')
    nextSeq = Math.max(nextSeq, seq)
  }

  function seal(): void {
    if (!filling) return
    const last = waiting.at(-1)
    if (last && fits(last, filling, limits.spikesPerBatch)) last.tUs.push(...filling.tUs)
    else waiting.push(filling)
    filling = undefined
    keepBound()
  }

  function keepBound(): void {
    while (waiting.length > limits.waiting) {
      const oldest = waiting.shift()!
      addGap(oldest.seq0, lastSeq(oldest), 'outboxFull')
    }
  }

  function abandon(speed: number): Delivery | undefined {
    seal()
    for (const batch of waiting.splice(0)) addGap(batch.seq0, lastSeq(batch), 'outboxFull')
    return gaps.length > 0 ? send({ seq0: nextSeq, tUs: [], speed, late: false }) : undefined
  }

  /** What does not fit into the message waits for the next one. */
  function send(batch: Batch, fits: Fits = () => true): Delivery {
    let gap: readonly Gap[] = gaps
    while (gap.length > 0 && !fits({ batch: { ...batch, tUs: [] }, gap })) gap = gap.slice(0, gap.length >> 1)
    let { tUs } = batch
    while (tUs.length > 1 && !fits({ batch: { ...batch, tUs }, gap })) tUs = tUs.slice(0, tUs.length >> 1)
    if (tUs.length < batch.tUs.length) {
      waiting.unshift({ ...batch, seq0: batch.seq0 + tUs.length, tUs: batch.tUs.slice(tUs.length) })
    }
    gaps = gaps.slice(gap.length)
    const delivery = { batch: { ...batch, tUs }, gap }
    inFlight.push(delivery)
    return delivery
  }

  /** False if its connection has broken since: then it waits again. */
  function settle(delivery: Delivery): boolean {
    const at = inFlight.indexOf(delivery)
    if (at >= 0) inFlight.splice(at, 1)
    return at >= 0
  }

  return {
    add(spike) {
      skipTo(spike.seq)
      const alone: Filling = { seq0: spike.seq, tUs: [Math.round(spike.tUs)], speed: spike.speed, late: spike.late }
      if (filling && !fits(filling, alone, limits.spikesPerBatch)) seal()
      if (filling) filling.tUs.push(...alone.tUs)
      else filling = alone
      nextSeq = spike.seq + 1
    },
    settled: seq => skipTo(seq + 1),
    seal,
    next(fits) {
      if (inFlight.length >= limits.inFlight) return undefined
      const batch = waiting.shift()
      return batch && send(batch, fits)
    },
    heartbeat(speed, fits) {
      if (filling || waiting.length > 0 || inFlight.length >= limits.inFlight) return undefined
      return send({ seq0: nextSeq, tUs: [], speed, late: false }, fits)
    },
    abandon,
    acknowledged: settle,
    refused(delivery) {
      if (!settle(delivery)) return
      gaps = joinedGaps([...gaps, ...delivery.gap], limits.gaps)
      if (delivery.batch.tUs.length > 0) addGap(delivery.batch.seq0, lastSeq(delivery.batch), 'refused')
    },
    tooLarge(delivery) {
      const { batch, gap } = delivery
      if (batch.tUs.length <= 1 && gap.length === 0) return false
      if (!settle(delivery)) return true
      gaps = joinedGaps([...gaps, ...gap], limits.gaps)
      if (batch.tUs.length > 0) waiting.unshift({ ...batch, tUs: [...batch.tUs] })
      return true
    },
    disconnected() {
      gaps = joinedGaps([...gaps, ...inFlight.flatMap(delivery => delivery.gap)], limits.gaps)
      const again = inFlight.map(delivery => delivery.batch).filter(batch => batch.tUs.length > 0)
      waiting = [...again.map(batch => ({ ...batch, tUs: [...batch.tUs] })), ...waiting]
      inFlight = []
      keepBound()
    },
    newGaps() {
      const fresh = unreportedGaps
      unreportedGaps = []
      return fresh
    },
    backlog() {
      const batches = [...inFlight.map(delivery => delivery.batch), ...waiting, ...(filling ? [filling] : [])]
      const spikes = batches.reduce((sum, batch) => sum + batch.tUs.length, 0)
      return { batches: batches.length, spikes, dropped }
    },
  }
}

/** Can the spikes of `more` follow in the same batch? */
function fits(batch: Batch, more: Batch, most: number): boolean {
  if (batch.tUs.length + more.tUs.length > most) return false
  return more.seq0 === lastSeq(batch) + 1 && more.speed === batch.speed && more.late === batch.late
}

function lastSeq(batch: Batch): number {
  return batch.seq0 + batch.tUs.length - 1
}

/** Why: the outbox was full, or not empty at the end; reports of the neuron thread did not fit its ring, or the broker refused the batch. */
type GapReason = 'outboxFull' | 'reportsLost' | 'refused'

/** Spikes `from` to `to`, both included. */
export interface Gap {
  readonly from: number
  readonly to: number
  readonly why: GapReason
}

/** Sorted, neighbours joined, and no more than `most`: beyond that a range also covers spikes that did arrive. */
export function joinedGaps(gaps: readonly Gap[], most: number): Gap[] {
  const joined: Gap[] = []
  for (const gap of gaps.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last && last.why === gap.why && gap.from <= last.to + 1) joined[joined.length - 1] = spanning(last, gap)
    else joined.push(gap)
  }
  while (joined.length > most) joined.splice(0, 2, spanning(joined[0]!, joined[1]!))
  return joined
}

function spanning(a: Gap, b: Gap): Gap {
  return { from: a.from, to: Math.max(a.to, b.to), why: a.why }
}
