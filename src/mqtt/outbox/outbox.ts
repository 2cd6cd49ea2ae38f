/** Delivers the batches of spikes as fast as the broker acknowledges them, again on the next connection if need be. */

import type { Spike } from '../../loop/types.ts'
import { type Backlog, createBatches, type Delivery, type Gap } from './batches.ts'

interface DeliveryConnection {
  /** `onAnswer` is called with the broker's refusal, or undefined; never if the connection breaks before. */
  readonly send: (delivery: Delivery, onAnswer: (refusal: string | undefined) => void) => void
  /** Does the broker take a message as large as this? */
  readonly fits: (delivery: Delivery) => boolean
}

export interface Outbox {
  add(spike: Spike): void
  /** Spikes up to this number that were not added will never be. */
  settled(seq: number): void
  /** Deliver the spikes since the last call now. */
  flush(): void
  heartbeat(speed: number): void
  /** At the end: name the spikes that could not be delivered. */
  abandon(speed: number): void
  online(connection: DeliveryConnection): void
  offline(): void
  newGaps(): readonly Gap[]
  backlog(): Backlog
  /** Resolved when everything has been acknowledged. */
  drained(): Promise<void>
}

/** So many refusals in a row are no matter of one batch: the others wait, 1 s at first, then ever longer. */
const MOST_REFUSALS = 20
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000

export function openOutbox(nowMs: () => number): Outbox {
  const batches = createBatches()
  let connection: DeliveryConnection | undefined
  let onDrained = () => {}
  let refusals = 0
  let pauseMs = 0
  let pausedUntilMs = Number.NEGATIVE_INFINITY

  function endPause(): void {
    refusals = 0
    pauseMs = 0
    pausedUntilMs = Number.NEGATIVE_INFINITY
  }

  function deliver(delivery: Delivery): void {
    const own = connection
    own?.send(delivery, refusal => {
      if (refusal === undefined) {
        batches.acknowledged(delivery)
        endPause()
      } else if (own.fits(delivery) || !batches.tooLarge(delivery)) {
        batches.refused(delivery)
        pause()
      }
      drain()
    })
  }

  function pause(): void {
    refusals++
    if (refusals < MOST_REFUSALS || nowMs() < pausedUntilMs) return
    pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, 2 * pauseMs))
    pausedUntilMs = nowMs() + pauseMs
  }

  function drain(): void {
    if (!connection) return
    const { fits } = connection
    while (nowMs() >= pausedUntilMs) {
      const delivery = batches.next(fits)
      if (!delivery) break
      deliver(delivery)
    }
    if (batches.backlog().batches === 0) onDrained()
  }

  return {
    add: batches.add,
    settled: batches.settled,
    flush() {
      batches.seal()
      drain()
    },
    heartbeat(speed) {
      if (!connection || nowMs() < pausedUntilMs) return
      const delivery = batches.heartbeat(speed, connection.fits)
      if (delivery) deliver(delivery)
    },
    abandon(speed) {
      const delivery = connection && batches.abandon(speed)
      if (delivery) deliver(delivery)
    },
    online(newConnection) {
      connection = newConnection
      endPause()
      drain()
    },
    offline() {
      connection = undefined
      batches.disconnected()
    },
    newGaps: batches.newGaps,
    backlog: batches.backlog,
    drained() {
      return new Promise(resolve => {
        onDrained = resolve
        drain()
      })
    },
  }
}
