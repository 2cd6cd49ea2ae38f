import type { HealthStatus } from '../../src/loop/health.ts'
import type { Spike } from '../../src/loop/types.ts'
import type { Delivery } from '../../src/mqtt/outbox/batches.ts'
import type { HealthReport, Info, LinkNeuron, ParamsReport, StateReport } from '../../src/mqtt/types.ts'
import { neuronFrom } from '../../src/neuron/params.ts'

/** Reports of a healthy neuron, to be altered. */

export const INFO: Info = {
  version: '1.2.3',
  startedUs: 1_795_198_454_000_000,
  board: 'Raspberry Pi 4',
  input: { name: 'input', driver: 'ads1115', description: 'ADS1115 at 0x48', mocked: false },
  outputs: [{ name: 'led', driver: 'mock', description: 'simulated LED', mocked: true }],
  clock: { synced: true },
  scheduling: { policy: 'other', priority: 0, timerSlackNs: 1, spinUs: 0, reason: 'no rights' },
  urls: { http: 'http://127.0.0.1:8080' },
  speed: 1,
}

export const STATE: StateReport = {
  rateHz: 12.34567,
  isiMs: null,
  cv: null,
  count: 7,
  vMv: -61.23456,
  iNa: 1.6,
  knobV: 1.65,
  running: true,
  muted: false,
  source: 'knob',
  speed: 1,
}

export const HEALTH: HealthReport = {
  tickLateUs: { p50: 60, p99: 200.04, max: 900 },
  edgeLateUs: { p50: 80, p99: 300, max: 1000 },
  ticks: 10_000,
  missedTicks: 0,
  mergedEdges: 0,
  stalls: 0,
  tickAgeMs: 0.5,
  skippedMs: 0,
  lostReports: 0,
  adcReads: 2500,
  adcErrors: 0,
  outputErrors: 0,
  clippedArrivals: 0,
  cpu: 0.031,
  tickTargetUs: 1000,
  loopP99Ms: 1.5,
  rssMb: 70,
  speed: 1,
}

export const READY: HealthStatus = { state: 'ready', why: [] }

export const PARAMS = {
  rev: 3,
  params: neuronFrom({ seed: 1 }),
} satisfies ParamsReport

export function exampleNeuron(): LinkNeuron {
  return {
    id: 'pi-a',
    boot: 'k3v9qa',
    info: () => INFO,
    state: () => STATE,
    health: () => HEALTH,
    verdict: () => READY,
    params: () => PARAMS,
  }
}

/** The spike `seq` of a regular train at 100 Hz. */
export function spike(seq: number, change: Partial<Spike> = {}): Spike {
  return { seq, tUs: 1_795_198_454_000_000 + seq * 10_000, isiMs: 10, late: false, speed: 1, ...change }
}

/** The spikes that a delivery brings. */
export function seqsOf({ batch }: Delivery): number[] {
  return batch.tUs.map((_, i) => batch.seq0 + i)
}
