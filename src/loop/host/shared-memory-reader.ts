import { readFileSync } from 'node:fs'
import { monotonicMs } from '../clock.ts'
import type { HealthFigures } from '../health.ts'
import { latenessOf, since } from '../shared/histogram.ts'
import { type Shared, SPIKE_FIELDS } from '../shared/memory.ts'
import { readGauges } from '../shared/neuron-gauges.ts'
import { hasRecord, lostRecords, type Ring, takeSome, watchRing } from '../shared/ring.ts'
import type { Health, Snapshot, Spike } from '../types.ts'

/** The spike in a ring record. */
export function spikeOf(record: Float64Array): Spike {
  const [seq, tUs, isiMs, late, speed] = record as unknown as [number, number, number, number, number]
  return { seq, tUs, isiMs, late: late !== 0, speed }
}

/** The neuron now. */
export function snapshotOf(shared: Shared, fullScaleVolts: number): Snapshot {
  const gauges = readGauges(shared.gauges)
  return {
    vMv: gauges.vMv,
    iNa: gauges.iNa,
    level: gauges.level,
    knobV: gauges.reading * fullScaleVolts,
    count: gauges.count,
    running: gauges.running !== 0,
    muted: gauges.muted !== 0,
    inputLost: gauges.inputLost !== 0,
    source: gauges.taken !== 0 ? 'slider' : gauges.inputLost !== 0 ? 'lost' : 'knob',
    stimulated: gauges.stimulated !== 0,
    speed: gauges.speed,
    modelMs: gauges.modelMs,
  }
}

/** What the health status depends on. */
export function healthFiguresOf(shared: Shared): HealthFigures {
  const { ticks, missedTicks, lastTickMs, inputLost, skippedMs } = readGauges(shared.gauges)
  return {
    ...{ ticks, missedTicks, skippedMs },
    tickAgeMs: monotonicMs() - lastTickMs,
    inputLost: inputLost !== 0,
    lostReports: lostRecords(shared.spikes),
  }
}

/**
 * Reads the loop's health, each time the lateness and CPU share since the time before; every reader has its own.
 * @param tid the neuron thread's id, '' while it is not known
 */
export function healthReader(shared: Shared, tid: () => string): () => Health {
  let tickLate = new Uint32Array()
  let edgeLate = new Uint32Array()
  let cpuMs = 0
  let atMs = monotonicMs()
  return () => {
    const gauges = readGauges(shared.gauges)
    const nowMs = monotonicMs()
    const cpuNowMs = cpuMsOf(tid())
    const health: Health = {
      tickLateUs: latenessOf(since(shared.tickLate, tickLate)),
      edgeLateUs: latenessOf(since(shared.edgeLate, edgeLate)),
      ticks: gauges.ticks,
      missedTicks: gauges.missedTicks,
      mergedEdges: gauges.mergedEdges,
      stalls: gauges.stalls,
      skippedMs: gauges.skippedMs,
      adcReads: gauges.adcReads,
      adcErrors: gauges.adcErrors,
      outputErrors: gauges.outputErrors,
      clippedArrivals: gauges.clippedArrivals,
      tickAgeMs: nowMs - gauges.lastTickMs,
      lostReports: lostRecords(shared.spikes),
      cpu: (cpuNowMs - cpuMs) / (nowMs - atMs),
    }
    tickLate = Uint32Array.from(shared.tickLate)
    edgeLate = Uint32Array.from(shared.edgeLate)
    cpuMs = cpuNowMs
    atMs = nowMs
    return health
  }
}

/** CPU time of one thread so far, ms (proc(5), schedstat); NaN where the kernel does not tell. */
function cpuMsOf(tid: string): number {
  try {
    return Number(readFileSync(`/proc/self/task/${tid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    return Number.NaN
  }
}

/** Spikes that are passed on before the main thread does something else. */
const SPIKES_PER_TURN = 64

/** Reads the spikes out of the neuron thread's ring, as they come. */
export interface SpikeReader {
  /** Read what is there, now. */
  drain(): void
  /** The number of the last spike, whether it was read or lost. */
  lastSeq(): number
  /** All spikes up to this number have been read or are lost: those that nobody was told of are lost. */
  settledSeq(): number
  close(): void
}

export function openSpikeReader(
  spikes: Ring,
  onSpike: (spike: Spike) => void,
  nextTurn?: Parameters<typeof watchRing>[2],
): SpikeReader {
  const record = new Float64Array(SPIKE_FIELDS)
  let taken = 0
  let settled = 0
  const read = () => {
    const spike = spikeOf(record)
    taken++
    settled = spike.seq
    onSpike(spike)
  }
  const unwatch = watchRing(spikes, () => takeSome(spikes, record, read, SPIKES_PER_TURN), nextTurn)
  return {
    drain: () => takeSome(spikes, record, read),
    lastSeq: () => taken + lostRecords(spikes),
    settledSeq() {
      const lost = lostRecords(spikes)
      if (!hasRecord(spikes)) settled = Math.max(settled, taken + lost)
      return settled
    },
    close: unwatch,
  }
}
