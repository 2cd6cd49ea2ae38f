/** The neuron's present state and counters, in shared memory: the neuron thread writes them, any thread reads them all at once. */

export const GAUGES = [
  'vMv',
  'iNa',
  'level',
  'reading',
  'count',
  'running',
  'muted',
  'speed',
  'modelMs',
  'lastTickMs',
  'inputLost',
  'taken',
  'stimulated',
  'clippedArrivals',
  'ticks',
  'missedTicks',
  'mergedEdges',
  'stalls',
  'skippedMs',
  'adcReads',
  'adcErrors',
  'outputErrors',
] as const

export type Gauge = (typeof GAUGES)[number]

export interface Gauges {
  readonly buffer: SharedArrayBuffer
  /** Odd while being written. */
  readonly version: Int32Array
  readonly values: Float64Array
}

export function createGauges(): Gauges {
  return gaugesOver(new SharedArrayBuffer(8 + GAUGES.length * 8))
}

export function gaugesOver(buffer: SharedArrayBuffer): Gauges {
  return {
    buffer,
    version: new Int32Array(buffer, 0, 1),
    values: new Float64Array(buffer, 8),
  }
}

/** Publish the writer's copy. Allocates nothing. */
export function writeGauges(gauges: Gauges, own: Float64Array): void {
  Atomics.add(gauges.version, 0, 1)
  gauges.values.set(own)
  Atomics.add(gauges.version, 0, 1)
}

/** A consistent copy of all of them. */
export function readGauges(gauges: Gauges): Readonly<Record<Gauge, number>> {
  for (;;) {
    const before = Atomics.load(gauges.version, 0)
    const copy = gauges.values.slice()
    if (before % 2 !== 0 || Atomics.load(gauges.version, 0) !== before) continue
    return Object.fromEntries(GAUGES.map((name, i) => [name, copy[i]])) as Record<Gauge, number>
  }
}

/** For a writer that was ended while it wrote: else every reader would wait for ever. */
export function unlockGauges({ version }: Gauges): void {
  if (Atomics.load(version, 0) % 2 !== 0) Atomics.add(version, 0, 1)
}
