/**
 * Every spike in numbered batches, and the truth about those that could not be kept. Decides only: it touches no
 * network and is told the time. A batch leaves on acknowledgement alone; what a broken connection took with it is
 * delivered again; what had to be dropped is named in a gap that travels with a later batch.
 */
import type { Spike } from '../../loop/types.ts'

/** Spikes `seq0` to `seq0 + tUs.length - 1`; none of them is a heartbeat that tells the next seq to come. */
export interface Batch {
  readonly seq0: number
  /** Threshold crossings, µs since 1970. */
  readonly tUs: readonly number[]
  readonly speed: number
  /** Its spikes were noticed late. */
  readonly late: boolean
}

/** One message to be: acknowledged, refused or lost as a whole. */
export interface Delivery {
  readonly batch: Batch
  readonly gap: readonly Gap[]
}

export interface BatchLimits {
  readonly spikesPerBatch: number
  /** Unacknowledged deliveries at a time. */
  readonly inFlight: number
  /** Batches that wait; the oldest is dropped for a newer one. */
  readonly waiting: number
  readonly gaps: number
}

/**
 * 1200 full batches are 12 minutes at 100 Hz in less than 2 MB. A broker may take fault at more than 20 messages in
 * flight (mosquitto's default), and there are others than these.
 */
export const BATCH_LIMITS: BatchLimits = { spikesPerBatch: 64, inFlight: 12, waiting: 1200, gaps: 32 }

export interface Batches {
  add(spike: Spike): void
  /** Close the batch that is being filled, so that it can be delivered. */
  seal(): void
  /** The next delivery to send, if there is one and the window has room. */
  next(): Delivery | undefined
  /** A delivery that says which spike comes next; none while spikes wait, which would be taken for a gap. */
  heartbeat(speed: number): Delivery | undefined
  acknowledged(delivery: Delivery): void
  /** The broker does not want it: its spikes become a gap. */
  refused(delivery: Delivery): void
  /** The connection broke: everything unacknowledged waits again. */
  disconnected(): void
  /** Gaps that came up since this was last asked. */
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

  function send(batch: Batch): Delivery {
    const delivery = { batch, gap: gaps }
    gaps = []
    inFlight.push(delivery)
    return delivery
  }

  /** Takes it out of the window; false if it had left already, with a connection that broke. */
  function settle(delivery: Delivery): boolean {
    const at = inFlight.indexOf(delivery)
    if (at >= 0) inFlight.splice(at, 1)
    return at >= 0
  }

  return {
    add(spike) {
      if (spike.seq > nextSeq) addGap(nextSeq, spike.seq - 1, 'reportsLost')
      const alone: Filling = { seq0: spike.seq, tUs: [Math.round(spike.tUs)], speed: spike.speed, late: spike.late }
      if (filling && !fits(filling, alone, limits.spikesPerBatch)) seal()
      if (filling) filling.tUs.push(...alone.tUs)
      else filling = alone
      nextSeq = spike.seq + 1
    },
    seal,
    next() {
      if (inFlight.length >= limits.inFlight) return undefined
      const batch = waiting.shift()
      return batch && send(batch)
    },
    heartbeat(speed) {
      if (filling || waiting.length > 0 || inFlight.length >= limits.inFlight) return undefined
      return send({ seq0: nextSeq, tUs: [], speed, late: false })
    },
    acknowledged: settle,
    refused(delivery) {
      if (!settle(delivery)) return
      gaps = joinedGaps([...gaps, ...delivery.gap], limits.gaps)
      if (delivery.batch.tUs.length > 0) addGap(delivery.batch.seq0, lastSeq(delivery.batch), 'refused')
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

/** Ranges of spikes that a receiver will not get. Pure. */

/** Why: the outbox was full, reports of the neuron thread did not fit its ring, or the broker refused the batch. */
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
