/** Delivers the batches of spikes as fast as the broker acknowledges them, again on the next connection if need be. */

import type { Spike } from '../../loop/types.ts'
import { type Backlog, createBatches, type Delivery, type Gap } from './batches.ts'

/** `onAnswer` is called with the broker's refusal, or undefined; never if the connection breaks before. */
type SendDelivery = (delivery: Delivery, onAnswer: (refusal: string | undefined) => void) => void

export interface Outbox {
  add(spike: Spike): void
  /** Spikes up to this number that were not added will never be. */
  settled(seq: number): void
  /** Deliver the spikes since the last call now. */
  flush(): void
  heartbeat(speed: number): void
  /** At the end: name the spikes that could not be delivered. */
  abandon(speed: number): void
  online(send: SendDelivery): void
  offline(): void
  newGaps(): readonly Gap[]
  backlog(): Backlog
  /** Resolved when everything has been acknowledged. */
  drained(): Promise<void>
}

export function openOutbox(): Outbox {
  const batches = createBatches()
  let send: SendDelivery | undefined
  let onDrained = () => {}

  function deliver(delivery: Delivery): void {
    send?.(delivery, refusal => {
      if (refusal === undefined) batches.acknowledged(delivery)
      else batches.refused(delivery)
      drain()
    })
  }

  function drain(): void {
    if (!send) return
    for (let delivery = batches.next(); delivery; delivery = batches.next()) deliver(delivery)
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
      const delivery = send && batches.heartbeat(speed)
      if (delivery) deliver(delivery)
    },
    abandon(speed) {
      const delivery = send && batches.abandon(speed)
      if (delivery) deliver(delivery)
    },
    online(sendDelivery) {
      send = sendDelivery
      drain()
    },
    offline() {
      send = undefined
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
