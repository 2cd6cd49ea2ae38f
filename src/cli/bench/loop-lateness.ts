/** Lateness of the neuron thread with simulated hardware: beside cyclictest, under load, and with a blocked main thread. */
import type { Options } from '../../../drivers/contract.ts'
import { adcDriver } from '../../../drivers/registry.ts'
import { monotonicMs } from '../../loop/clock.ts'
import { type Host, type HostSettings, openHost } from '../../loop/host/host.ts'
import type { Lateness, Scheduling } from '../../loop/types.ts'
import { neuronFrom } from '../../neuron/params.ts'
import { presetNamed } from '../../neuron/presets.ts'
import { currentForRateHz } from '../../neuron/theory.ts'
import { pause } from '../interruption.ts'
import { startCyclictest } from './cyclictest.ts'
import {
  type BenchJob,
  type BlockedFigures,
  type Comparison,
  comparisonOf,
  median,
  type SkippedPart,
  type TickFigures,
  type WindowFigures,
} from './results-and-medians.ts'

const TICK_MS = 1
/** The first seconds of a thread are compilation; they are not counted. */
const WARM_UP_MS = 2000
/** Until cyclictest runs. */
const SETTLE_MS = 200
const CYCLICTEST_PRIORITY = 80
const NEURON_PRIORITY = 50
/** About the rate of the f-I curve's middle. */
const RATE_HZ = 47
const WINDOW_MS = 500
/** After a block the main thread handles what has waited. */
const RECOVERY_MS = 50
const BLOCKED_RATE_HZ = 100

/** Lateness of the ticks at 1 kHz beside cyclictest: without real-time priority, and with it under three loads. */
export async function measureTicks(job: BenchJob): Promise<TickFigures> {
  const run = (title: string, realtime: 'off' | 'required', load?: Load) => {
    job.progress(`ticks, ${title}`)
    return runBesideCyclictest({ of: 'ticks', realtime, spinUs: 0, rateHz: RATE_HZ, ...(load && { load }) }, job)
  }
  return {
    other: await run('SCHED_OTHER', 'off'),
    fifo: await run('SCHED_FIFO', 'required'),
    fifoBusy: await run('SCHED_FIFO, main thread busy', 'required', computeLoad),
    fifoGarbage: await run('SCHED_FIFO, main thread collecting garbage', 'required', garbageLoad),
  }
}

/** Lateness of the spike edges beside cyclictest, with the spin that the daemon would use here. */
export async function measureEdges(job: BenchJob): Promise<Comparison | SkippedPart> {
  job.progress('spike edges')
  return runBesideCyclictest({ of: 'edges', realtime: 'auto', spinUs: -1, rateHz: RATE_HZ }, job)
}

/** Lateness of spike edges while the main thread is blocked for half a second, and while it is not: by turns. */
export async function measureBlocked(job: BenchJob): Promise<BlockedFigures> {
  job.progress('main thread blocked')
  const neuron = await openNeuron({ realtime: 'auto', spinUs: -1, rateHz: BLOCKED_RATE_HZ })
  try {
    await pause(WARM_UP_MS, job.signal)
    return await alternate(neuron.host, job)
  } finally {
    await neuron.host.close()
  }
}

async function alternate(host: Host, { seconds, signal }: BenchJob): Promise<BlockedFigures> {
  const read = host.healthReader()
  const free: Lateness[] = []
  const blocked: Lateness[] = []
  const pairs = Math.max(1, Math.round((seconds * 1000) / (2 * WINDOW_MS + RECOVERY_MS)))
  for (let pair = 0; pair < pairs; pair++) {
    await pause(RECOVERY_MS, signal)
    read()
    await pause(WINDOW_MS, signal)
    free.push(read().edgeLateUs)
    blockThread(WINDOW_MS)
    blocked.push(read().edgeLateUs)
  }
  return { free: windowFigures(free), blocked: windowFigures(blocked) }
}

function windowFigures(windows: readonly Lateness[]): WindowFigures {
  const worsts = windows.map(({ max }) => max)
  return {
    p50: median(windows.map(({ p50 }) => p50)),
    typicalWorst: median(worsts),
    worst: Math.max(...worsts),
    windows: windows.length,
  }
}

interface NeuronPlan {
  /** off: SCHED_OTHER; required: no run without real-time priority. */
  readonly realtime: 'auto' | 'off' | 'required'
  /** -1 is automatic. */
  readonly spinUs: number
  /** How fast the neuron fires. */
  readonly rateHz: number
}

interface RunPlan extends NeuronPlan {
  /** Which lateness is measured. */
  readonly of: 'ticks' | 'edges'
  readonly load?: Load
}

interface RunningNeuron {
  readonly host: Host
  readonly scheduling: Scheduling
}

/** Opens the neuron thread; settles when it runs. @throws Error if it cannot run. */
async function openNeuron(plan: NeuronPlan): Promise<RunningNeuron> {
  const host = openHost(settingsFor(plan), { onSpike() {}, onEvent() {} })
  try {
    const { scheduling } = await host.ready
    return { host, scheduling }
  } catch (error) {
    await host.close()
    throw error
  }
}

/** Runs the neuron thread with cyclictest beside it in the same scheduling class; or says why that is not possible. */
async function runBesideCyclictest(plan: RunPlan, job: BenchJob): Promise<Comparison | SkippedPart> {
  const neuron = await openNeuron(plan)
  try {
    const { policy, reason } = neuron.scheduling
    if (plan.realtime === 'required' && policy !== 'fifo') return { skipped: `no real-time priority: ${reason}` }
    return await underLoad(plan.load ?? noLoad, () => observe(neuron, plan, job))
  } finally {
    await neuron.host.close()
  }
}

async function underLoad<T>(load: Load, run: () => Promise<T>): Promise<T> {
  const endLoad = load()
  try {
    return await run()
  } finally {
    endLoad()
  }
}

async function observe({ host, scheduling }: RunningNeuron, plan: RunPlan, job: BenchJob): Promise<Comparison> {
  const { policy, spinUs } = scheduling
  await pause(WARM_UP_MS, job.signal)
  const cyclictest = startCyclictest({
    periodUs: TICK_MS * 1000,
    longestS: job.seconds + 10,
    ...(policy === 'fifo' && { fifoPriority: CYCLICTEST_PRIORITY }),
  })
  try {
    await pause(SETTLE_MS, job.signal)
    const read = host.healthReader()
    const sample = () => ({
      ...read(),
      spikes: host.snapshot().count,
      cyclictestCpuMs: cyclictest.cpuMs(),
      atMs: monotonicMs(),
    })
    const before = sample()
    await pause(job.seconds * 1000, job.signal)
    const after = sample()
    const figures =
      plan.of === 'ticks'
        ? { ...after.tickLateUs, missed: after.missedTicks - before.missedTicks, count: after.ticks - before.ticks }
        : { ...after.edgeLateUs, missed: after.mergedEdges - before.mergedEdges, count: after.spikes - before.spikes }
    const report = await cyclictest.stop()
    const cpu = (after.cyclictestCpuMs - before.cyclictestCpuMs) / (after.atMs - before.atMs)
    const own = { ...figures, policy, spinUs, cpu: after.cpu }
    return comparisonOf(own, 'skipped' in report ? report : { ...report, cpu }, plan.of)
  } finally {
    await cyclictest.stop()
  }
}

function settingsFor({ realtime, spinUs, rateHz }: NeuronPlan): HostSettings {
  const neuron = neuronFrom(presetNamed('bio').neuron)
  const iNa = currentForRateHz(neuron, rateHz)
  return {
    loop: { neuron, minNa: 0, maxNa: iNa, sampleHz: 250, holdMs: 500, tickMs: TICK_MS, speed: 1 },
    scheduling: { realtime: realtime === 'off' ? 'off' : 'auto', priority: NEURON_PRIORITY, spinUs },
    input: { name: 'knob', driver: 'mock', options: { ...defaultsOf('mock'), shape: 'constant', level: 1 } },
    outputs: [{ name: 'led', driver: 'mock', pulseMs: 5, muted: false, options: {} }],
  }
}

function defaultsOf(driver: string): Options {
  const fields = Object.entries(adcDriver(driver).fields)
  return Object.fromEntries(fields.map(([name, field]) => [name, field.default]))
}

/** Keeps the main thread busy until the function that it returns is called. Timers and events run between two slices. */
type Load = () => () => void

const SLICE_MS = 5
const LIVE_OBJECTS = 300_000

const noLoad: Load = () => () => {}

/** Writes and parses JSON without a pause. */
const computeLoad: Load = () => {
  const table = Array.from({ length: 500 }, (_, i) => ({ seq: i, tUs: 1e15 + i, topic: `neuron/v1/pi-${i}/spike` }))
  let characters = 0
  return sliced(() => {
    characters += JSON.stringify(JSON.parse(JSON.stringify(table))).length
    return characters
  })
}

/** Allocates without a pause among many objects in use, so that garbage is collected all the time. */
const garbageLoad: Load = () => {
  const live: object[] = Array.from({ length: LIVE_OBJECTS }, (_, i) => ({ i, values: [i, i + 1] }))
  let next = 0
  return sliced(() => {
    for (let n = 0; n < 2000; n++) {
      next = (next + 7919) % LIVE_OBJECTS
      live[next] = { i: next, values: [next, n], text: `spike ${next}` }
    }
    return next
  })
}

/** Blocks the main thread completely. */
function blockThread(durationMs: number): void {
  const endMs = monotonicMs() + durationMs
  while (monotonicMs() < endMs);
}

function sliced(work: () => number): () => void {
  let running = true
  const slice = () => {
    const endMs = monotonicMs() + SLICE_MS
    while (running && monotonicMs() < endMs) work()
    if (running) setImmediate(slice)
  }
  setImmediate(slice)
  return () => {
    running = false
  }
}
