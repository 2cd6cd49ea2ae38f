/** Synaptic events on their way, in order of arrival. Bounded, allocates nothing once made. */
export interface SynapticQueue {
  /** [at (monotonic ms), tauMs (0: a jump of V), weight (nA or mV)] each, sorted. */
  readonly records: Float64Array
  count: number
  /** Refused because too many were on their way. */
  clipped: number
}

const FIELDS = 3

export function createSynapticQueue(capacity = 1024): SynapticQueue {
  return { records: new Float64Array(capacity * FIELDS), count: 0, clipped: 0 }
}

/** One more, due at `atMs`; refused and counted when there is no room. */
export function enqueue(arrivals: SynapticQueue, atMs: number, tauMs: number, weight: number): void {
  const { records } = arrivals
  if (arrivals.count * FIELDS === records.length) {
    arrivals.clipped++
    return
  }
  let place = arrivals.count
  while (place > 0 && (records[(place - 1) * FIELDS] as number) > atMs) place--
  records.copyWithin((place + 1) * FIELDS, place * FIELDS, arrivals.count * FIELDS)
  records[place * FIELDS] = atMs
  records[place * FIELDS + 1] = tauMs
  records[place * FIELDS + 2] = weight
  arrivals.count++
}

/** When the next one is due, monotonic ms; Infinity if none is on its way. */
export function nextArrivalMs(arrivals: SynapticQueue): number {
  return arrivals.count === 0 ? Number.POSITIVE_INFINITY : (arrivals.records[0] as number)
}

/** Takes the next one out: its time constant and weight go to `receive`. */
export function dequeue(arrivals: SynapticQueue, receive: (tauMs: number, weight: number) => void): void {
  const { records } = arrivals
  const tauMs = records[1] as number
  const weight = records[2] as number
  records.copyWithin(0, FIELDS, arrivals.count * FIELDS)
  arrivals.count--
  receive(tauMs, weight)
}
