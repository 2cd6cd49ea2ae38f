/** Synaptic events that are still to take effect, in the order of their times. Bounded; allocates nothing once made. */
export interface SynapticQueue {
  /** [time (monotonic ms), tauMs (0: a jump of V), weight (nA or mV)] each, sorted. */
  readonly records: Float64Array
  count: number
  /** Refused because the queue was full. */
  clipped: number
}

const FIELDS = 3

export function createSynapticQueue(capacity = 1024): SynapticQueue {
  return { records: new Float64Array(capacity * FIELDS), count: 0, clipped: 0 }
}

/** One more event, due at `atMs`; refused and counted when the queue is full. */
export function enqueue(queue: SynapticQueue, atMs: number, tauMs: number, weight: number): void {
  const { records } = queue
  if (queue.count * FIELDS === records.length) {
    queue.clipped++
    return
  }
  let place = queue.count
  while (place > 0 && (records[(place - 1) * FIELDS] as number) > atMs) place--
  records.copyWithin((place + 1) * FIELDS, place * FIELDS, queue.count * FIELDS)
  records[place * FIELDS] = atMs
  records[place * FIELDS + 1] = tauMs
  records[place * FIELDS + 2] = weight
  queue.count++
}

/** When the next event is due, monotonic ms; Infinity if there is none. */
export function nextArrivalMs(queue: SynapticQueue): number {
  return queue.count === 0 ? Number.POSITIVE_INFINITY : (queue.records[0] as number)
}

/** Take the next event out. */
export function dequeue(queue: SynapticQueue, onEvent: (tauMs: number, weight: number) => void): void {
  const { records } = queue
  const tauMs = records[1] as number
  const weight = records[2] as number
  records.copyWithin(0, FIELDS, queue.count * FIELDS)
  queue.count--
  onEvent(tauMs, weight)
}
