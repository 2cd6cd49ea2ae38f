import { COMMAND_FIELDS } from './command.ts'
import { createHistogram, type Histogram } from './histogram.ts'
import { EDGE_FIELDS } from './main-thread-outputs.ts'
import { createGauges, type Gauges, gaugesOver, unlockGauges } from './neuron-gauges.ts'
import { createRing, empty, type Ring, ringOver } from './ring.ts'

/** All memory that the neuron thread and the main thread share. */
export interface Shared {
  /**
   * Cell 0: the neuron thread sleeps on it; changing and notifying it cuts the sleep short. Cell 1: 1 once the thread
   * has released its drivers.
   */
  readonly wake: Int32Array
  readonly spikes: Ring
  /** V and I at every tick, while tracing is on. */
  readonly samples: Ring
  /** Synaptic events when they take effect, while tracing is on. */
  readonly arrivals: Ring
  readonly commands: Ring
  /** Edges for the outputs that are open in the main thread. */
  readonly edges: Ring
  readonly gauges: Gauges
  readonly tickLate: Histogram
  readonly edgeLate: Histogram
}

/** What is passed to the other thread: the buffers alone. */
export interface SharedBuffers {
  readonly wake: SharedArrayBuffer
  readonly spikes: SharedArrayBuffer
  readonly samples: SharedArrayBuffer
  readonly arrivals: SharedArrayBuffer
  readonly commands: SharedArrayBuffer
  readonly edges: SharedArrayBuffer
  readonly gauges: SharedArrayBuffer
  readonly tickLate: Histogram
  readonly edgeLate: Histogram
}

/** A spike's record: seq, tUs, isiMs, late, speed. */
export const SPIKE_FIELDS = 5
/**
 * A sample's record: wall time (us since 1970), vMv, iNa, level; model ms, stimuli so far, model ms at which the last one
 * began, and 1 while it runs.
 */
export const SAMPLE_FIELDS = 8
/** A synaptic event's record: wall time (us since 1970), tauMs, weight, seq of the spike before, model ms since then. */
export const ARRIVAL_FIELDS = 5

export function createShared(): Shared {
  return {
    wake: new Int32Array(new SharedArrayBuffer(8)),
    spikes: createRing(SPIKE_FIELDS, 16384),
    samples: createRing(SAMPLE_FIELDS, 4096),
    arrivals: createRing(ARRIVAL_FIELDS, 1024),
    commands: createRing(COMMAND_FIELDS, 256),
    edges: createRing(EDGE_FIELDS, 1024),
    gauges: createGauges(),
    tickLate: createHistogram(),
    edgeLate: createHistogram(),
  }
}

export function buffersOf(shared: Shared): SharedBuffers {
  const { wake, spikes, samples, arrivals, commands, edges, gauges, tickLate, edgeLate } = shared
  return {
    wake: wake.buffer as SharedArrayBuffer,
    spikes: spikes.buffer,
    samples: samples.buffer,
    arrivals: arrivals.buffer,
    commands: commands.buffer,
    edges: edges.buffer,
    gauges: gauges.buffer,
    tickLate,
    edgeLate,
  }
}

export function sharedOver(buffers: SharedBuffers): Shared {
  return {
    wake: new Int32Array(buffers.wake),
    spikes: ringOver(buffers.spikes, SPIKE_FIELDS),
    samples: ringOver(buffers.samples, SAMPLE_FIELDS),
    arrivals: ringOver(buffers.arrivals, ARRIVAL_FIELDS),
    commands: ringOver(buffers.commands, COMMAND_FIELDS),
    edges: ringOver(buffers.edges, EDGE_FIELDS),
    gauges: gaugesOver(buffers.gauges),
    tickLate: buffers.tickLate,
    edgeLate: buffers.edgeLate,
  }
}

/** Make the memory sound after a thread that ended in the middle of a write. Commands that still waited are dropped. */
export function resetAfterCrash(shared: Shared): Shared {
  unlockGauges(shared.gauges)
  empty(shared.commands)
  Atomics.store(shared.wake, 1, 0)
  return shared
}
