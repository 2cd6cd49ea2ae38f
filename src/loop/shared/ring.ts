/**
 * A single-producer, single-consumer ring of number records in shared memory, from one thread to another.
 * Bounded: what it cannot hold is refused and counted, never overwritten.
 */
export interface Ring {
  readonly buffer: SharedArrayBuffer
  readonly fields: number
  readonly capacity: number
  /** [written, read, lost]; counters wrap around. `written` can be waited on. */
  readonly counters: Int32Array
  readonly records: Float64Array
}

const WRITTEN = 0
const READ = 1
const LOST = 2
const HEADER_BYTES = 16

/** @param capacity records, a power of two */
export function createRing(fields: number, capacity: number): Ring {
  return ringOver(new SharedArrayBuffer(HEADER_BYTES + fields * capacity * 8), fields)
}

/** The same ring, seen from the other thread. */
export function ringOver(buffer: SharedArrayBuffer, fields: number): Ring {
  const capacity = (buffer.byteLength - HEADER_BYTES) / (fields * 8)
  if (!Number.isInteger(Math.log2(capacity)))
    throw new RangeError(`ring of ${capacity} records, must be a power of two`)
  return {
    buffer,
    fields,
    capacity,
    counters: new Int32Array(buffer, 0, 3),
    records: new Float64Array(buffer, HEADER_BYTES),
  }
}

/** Would a record be refused now? For the producer alone: only it fills the ring. */
export function isFull({ counters, capacity }: Ring): boolean {
  return ((Atomics.load(counters, WRITTEN) - Atomics.load(counters, READ)) | 0) >= capacity
}

/** Append one record and wake the reader; false (and counted) when the ring is full. Allocates nothing. */
export function push(ring: Ring, record: Float64Array): boolean {
  if (isFull(ring)) {
    refuse(ring)
    return false
  }
  const written = Atomics.load(ring.counters, WRITTEN)
  const start = (written & (ring.capacity - 1)) * ring.fields
  for (let i = 0; i < ring.fields; i++) ring.records[start + i] = record[i] as number
  Atomics.store(ring.counters, WRITTEN, (written + 1) | 0)
  Atomics.notify(ring.counters, WRITTEN)
  return true
}

/** Count one record as refused. */
export function refuse(ring: Ring): void {
  Atomics.add(ring.counters, LOST, 1)
}

/** Take the oldest record into `record`; false when there is none. Allocates nothing. */
export function take(ring: Ring, record: Float64Array): boolean {
  const read = Atomics.load(ring.counters, READ)
  if (read === Atomics.load(ring.counters, WRITTEN)) return false
  const start = (read & (ring.capacity - 1)) * ring.fields
  for (let i = 0; i < ring.fields; i++) record[i] = ring.records[start + i] as number
  Atomics.store(ring.counters, READ, (read + 1) | 0)
  return true
}

/** Would `take` find a record now? */
export function hasRecord({ counters }: Ring): boolean {
  return Atomics.load(counters, READ) !== Atomics.load(counters, WRITTEN)
}

/**
 * Take up to `most` records, each into `record`: as many as the ring holds unless given. The producer may write faster
 * than the reader reads, so a reader that goes on until the ring is empty may go on for ever.
 */
export function takeSome(ring: Ring, record: Float64Array, onRecord: () => void, most = ring.capacity): void {
  for (let n = 0; n < most && take(ring, record); n++) onRecord()
}

/** Drop what is still in the ring: for a reader that has ended. */
export function empty(ring: Ring): void {
  Atomics.store(ring.counters, READ, Atomics.load(ring.counters, WRITTEN))
}

/** Records that were refused because the ring was full. */
export function lostRecords(ring: Ring): number {
  return Atomics.load(ring.counters, LOST)
}

/**
 * Calls `onRecords` while there are records, until the returned function is called. It need not take all of them at once:
 * between two calls the event loop turns. Does not keep the process alive while there are none.
 */
export function watchRing(ring: Ring, onRecords: () => void, nextTurn = nextEventLoopTurn): () => void {
  let watching = true
  const watch = async () => {
    while (watching) {
      const written = Atomics.load(ring.counters, WRITTEN)
      onRecords()
      const wait = hasRecord(ring) ? undefined : Atomics.waitAsync(ring.counters, WRITTEN, written)
      // A promise that is resolved already would not let the event loop turn.
      await (wait?.async ? wait.value : nextTurn())
    }
  }
  void watch()
  return () => {
    watching = false
    Atomics.notify(ring.counters, WRITTEN)
  }
}

function nextEventLoopTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
