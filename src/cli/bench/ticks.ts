/** A neuron thread with simulated hardware, and cyclictest beside it. */
import type { Options } from '../../../drivers/contract.ts'
import { adcDriver } from '../../../drivers/registry.ts'
import { monotonicMs } from '../../loop/clock.ts'
import { type Host, type HostSettings, openHost } from '../../loop/host.ts'
import type { Scheduling } from '../../loop/report.ts'
import { neuronFrom } from '../../neuron/params.ts'
import { presetNamed } from '../../neuron/presets.ts'
import { currentForRateHz } from '../../neuron/theory.ts'
import type { Job } from '../bench-job.ts'
import { idle, type Load } from '../bench-load.ts'
import { pause } from '../console.ts'
import { startCyclictest } from './cyclictest.ts'
import { type Comparison, comparisonOf, type Skipped } from './figures.ts'

export interface RigPlan {
  /** off: SCHED_OTHER; required: no run without real-time priority. */
  readonly realtime: 'auto' | 'off' | 'required'
  /** -1 is automatic. */
  readonly spinUs: number
  /** How fast the neuron fires. */
  readonly rateHz: number
}

export interface RunPlan extends RigPlan {
  /** Which lateness is looked at. */
  readonly of: 'ticks' | 'edges'
  readonly load?: Load
}

export interface Rig {
  readonly host: Host
  readonly scheduling: Scheduling
}

const TICK_MS = 1
/** The first seconds of a thread are compilation; they are not counted. */
export const WARM_UP_MS = 2000
/** Until cyclictest is up and running. */
const SETTLE_MS = 200
const PEER_PRIORITY = 80
const OWN_PRIORITY = 50

/** Opens the neuron thread; settles when it runs. @throws Error if it cannot run. */
export async function openRig(plan: RigPlan): Promise<Rig> {
  const host = openHost(settingsFor(plan), { onSpike() {}, onEvent() {} })
  try {
    const { scheduling } = await host.ready
    return { host, scheduling }
  } catch (error) {
    await host.close()
    throw error
  }
}

/** One run of the neuron thread with cyclictest at its side in the same scheduling class, or why it cannot be had. */
export async function runBeside(plan: RunPlan, job: Job): Promise<Comparison | Skipped> {
  const rig = await openRig(plan)
  try {
    const { policy, reason } = rig.scheduling
    if (plan.realtime === 'required' && policy !== 'fifo') return { skipped: `no real-time priority: ${reason}` }
    return await loaded(plan.load ?? idle, () => observed(rig, plan, job))
  } finally {
    await rig.host.close()
  }
}

async function loaded<T>(load: Load, run: () => Promise<T>): Promise<T> {
  const endLoad = load()
  try {
    return await run()
  } finally {
    endLoad()
  }
}

async function observed({ host, scheduling }: Rig, plan: RunPlan, job: Job): Promise<Comparison> {
  const { policy, spinUs } = scheduling
  await pause(WARM_UP_MS, job.signal)
  const peer = startCyclictest({
    periodUs: TICK_MS * 1000,
    longestS: job.seconds + 10,
    ...(policy === 'fifo' && { fifoPriority: PEER_PRIORITY }),
  })
  try {
    await pause(SETTLE_MS, job.signal)
    const read = host.healthReader()
    const look = () => ({ ...read(), spikes: host.snapshot().count, peerCpuMs: peer.cpuMs(), atMs: monotonicMs() })
    const before = look()
    await pause(job.seconds * 1000, job.signal)
    const after = look()
    const figures =
      plan.of === 'ticks'
        ? { ...after.tickLateUs, missed: after.missedTicks - before.missedTicks, count: after.ticks - before.ticks }
        : { ...after.edgeLateUs, missed: after.mergedEdges - before.mergedEdges, count: after.spikes - before.spikes }
    const report = await peer.stop()
    const cpu = (after.peerCpuMs - before.peerCpuMs) / (after.atMs - before.atMs)
    const cyclictest = 'skipped' in report ? report : { ...report, cpu }
    return comparisonOf({ ...figures, policy, spinUs, cpu: after.cpu }, cyclictest, plan.of)
  } finally {
    await peer.stop()
  }
}

function settingsFor({ realtime, spinUs, rateHz }: RigPlan): HostSettings {
  const neuron = neuronFrom(presetNamed('bio').neuron)
  const iNa = currentForRateHz(neuron, rateHz)
  return {
    loop: { neuron, minNa: 0, maxNa: iNa, sampleHz: 250, holdMs: 500, tickMs: TICK_MS, speed: 1 },
    scheduling: { realtime: realtime === 'off' ? 'off' : 'auto', priority: OWN_PRIORITY, spinUs },
    input: { name: 'knob', driver: 'mock', options: { ...defaultsOf('mock'), shape: 'constant', level: 1 } },
    outputs: [{ name: 'led', driver: 'mock', pulseMs: 5, muted: false, options: {} }],
  }
}

function defaultsOf(driver: string): Options {
  const fields = Object.entries(adcDriver(driver).fields)
  return Object.fromEntries(fields.map(([name, field]) => [name, field.default]))
}
