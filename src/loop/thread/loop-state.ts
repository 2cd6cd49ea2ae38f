import type { Adc } from '../../../drivers/contract.ts'
import type { NeuronParams } from '../../neuron/params.ts'
import type { Samples } from '../../neuron/stimulus.ts'
import type { Clock } from '../clock.ts'
import { COMMAND_FIELDS } from '../shared/command.ts'
import { ARRIVAL_FIELDS, SAMPLE_FIELDS, type Shared, SPIKE_FIELDS } from '../shared/memory.ts'
import { GAUGES, type Gauge, writeGauges } from '../shared/neuron-gauges.ts'
import { push } from '../shared/ring.ts'
import type { LoopEvent } from '../types.ts'
import { createInput, createKnob, type Input, type KnobOptions, levelOf } from './input-current.ts'
import { createEngine, type Engine } from './neuron-engine.ts'
import type { LoopOutput } from './outputs.ts'
import { createSynapticQueue, type SynapticQueue } from './synaptic-queue.ts'
import { createWorkBudget } from './work-budget.ts'

const AT = Object.fromEntries(GAUGES.map((name, i) => [name, i])) as Record<Gauge, number>

export interface LoopSettings extends KnobOptions {
  readonly neuron: NeuronParams
  readonly tickMs: number
  readonly speed: number
  readonly spinMs: number
  /** Epoch ms at monotonic 0. */
  readonly wallOriginMs: number
  /** The spike that was the last before this loop; 0 unless given. */
  readonly afterSeq?: number
}

export interface LoopParts {
  readonly clock: Clock
  readonly adc: Adc
  readonly outputs: readonly LoopOutput[]
  readonly shared: Shared
  readonly onEvent: (event: LoopEvent) => void
  /** The samples of the stimulus that is started just now: too long for the ring of commands. */
  readonly takeSamples: () => Samples | undefined
  /** Opens the outputs that the main thread has sent the settings of, and closes the others. */
  readonly reconfigureOutputs?: () => readonly LoopOutput[]
}

/** The state of the loop between two steps. */
export interface Loop extends LoopParts {
  outputs: readonly LoopOutput[]
  /** The gauges as the loop before this one left them: its counts go on. */
  readonly before: Float64Array
  readonly settings: LoopSettings
  readonly engine: Engine
  readonly input: Input
  readonly synapticQueue: SynapticQueue
  readonly gauges: Float64Array
  readonly spikeRecord: Float64Array
  readonly sampleRecord: Float64Array
  readonly arrivalRecord: Float64Array
  readonly commandRecord: Float64Array
  nextTickMs: number
  wallOriginMs: number
  muted: boolean
  tracing: boolean
  /** Why the knob failed last. */
  inputFault: string
  /** Refused synaptic events that have been reported, and when more may be, monotonic ms. */
  reportedClipped: number
  nextClippedReportMs: number
  /** Until then the outputs blink, monotonic ms. */
  identifyUntilMs: number
  /** When the present step began, monotonic ms. */
  stepMs: number
  /** Sleeps in the millisecond `sleepsMs`. */
  sleeps: number
  sleepsMs: number
  /** Spikes of the second `reportedS` that were passed on. */
  reported: number
  reportedS: number
  /** Skipped time that has been reported, and when more may be, monotonic ms. */
  reportedSkippedMs: number
  nextSkippedReportMs: number
  stopped: boolean
}

export function createLoop(parts: LoopParts, settings: LoopSettings): Loop {
  const nowMs = parts.clock.nowMs()
  const before = Float64Array.from(parts.shared.gauges.values)
  const engine = createEngine(settings.neuron, settings.speed, nowMs, createWorkBudget(parts.clock))
  engine.seq = settings.afterSeq ?? 0
  engine.modelMs = before[AT.modelMs] as number
  return {
    ...parts,
    before,
    settings,
    engine,
    input: createInput(createKnob(settings)),
    synapticQueue: createSynapticQueue(),
    gauges: before.slice(),
    spikeRecord: new Float64Array(SPIKE_FIELDS),
    sampleRecord: new Float64Array(SAMPLE_FIELDS),
    arrivalRecord: new Float64Array(ARRIVAL_FIELDS),
    commandRecord: new Float64Array(COMMAND_FIELDS),
    nextTickMs: nowMs,
    wallOriginMs: settings.wallOriginMs,
    muted: false,
    tracing: false,
    inputFault: '',
    reportedClipped: 0,
    nextClippedReportMs: Number.NEGATIVE_INFINITY,
    identifyUntilMs: Number.NEGATIVE_INFINITY,
    stepMs: nowMs,
    sleeps: 0,
    sleepsMs: Number.NaN,
    reported: 0,
    reportedS: Number.NaN,
    reportedSkippedMs: 0,
    nextSkippedReportMs: Number.NEGATIVE_INFINITY,
    stopped: false,
  }
}

/** Raise a counter among the gauges. */
export function addToGauge(loop: Loop, gauge: Gauge, n: number): void {
  loop.gauges[AT[gauge]] = (loop.gauges[AT[gauge]] as number) + n
}

/** Publish the gauges. Allocates nothing. */
export function publishGauges(loop: Loop, nowMs: number): void {
  const { gauges, before, engine, input, outputs } = loop
  const { knob } = input
  gauges[AT.vMv] = engine.state.voltageMv
  gauges[AT.iNa] = engine.currentNa
  gauges[AT.level] = levelOf(input)
  gauges[AT.reading] = knob.reading
  gauges[AT.count] = engine.seq
  gauges[AT.running] = Number(engine.running)
  gauges[AT.muted] = Number(loop.muted)
  gauges[AT.speed] = engine.speed
  gauges[AT.modelMs] = engine.modelMs
  gauges[AT.lastTickMs] = nowMs
  gauges[AT.inputLost] = Number(knob.lost)
  gauges[AT.taken] = Number(!Number.isNaN(input.takenLevel))
  gauges[AT.stimulated] = Number(input.stimulus !== null)
  gauges[AT.clippedArrivals] = before[AT.clippedArrivals]! + loop.synapticQueue.clipped
  gauges[AT.skippedMs] = before[AT.skippedMs]! + engine.skippedMs
  gauges[AT.adcReads] = before[AT.adcReads]! + knob.reads
  gauges[AT.adcErrors] = before[AT.adcErrors]! + knob.errors
  gauges[AT.mergedEdges] = before[AT.mergedEdges]!
  gauges[AT.outputErrors] = before[AT.outputErrors]!
  for (const output of outputs) {
    gauges[AT.mergedEdges] += output.pulse.merged
    gauges[AT.outputErrors] += output.errors
  }
  writeGauges(loop.shared.gauges, gauges)
}

/** Add V, I and the stimulus to the trace. Allocates nothing. */
export function traceSample(loop: Loop, nowMs: number): void {
  const { sampleRecord, engine } = loop
  sampleRecord[0] = (loop.wallOriginMs + nowMs) * 1000
  sampleRecord[1] = engine.state.voltageMv
  sampleRecord[2] = engine.currentNa
  sampleRecord[3] = levelOf(loop.input)
  sampleRecord[4] = engine.modelMs
  sampleRecord[5] = loop.input.stimuli
  sampleRecord[6] = loop.input.startMs
  sampleRecord[7] = Number(loop.input.stimulus !== null)
  push(loop.shared.samples, sampleRecord)
}

/** Add a synaptic event that acts now to the trace. Allocates nothing. */
export function traceArrival(
  { arrivalRecord, engine, wallOriginMs, shared }: Loop,
  tauMs: number,
  weight: number,
): void {
  arrivalRecord[0] = (wallOriginMs + engine.nowMs) * 1000
  arrivalRecord[1] = tauMs
  arrivalRecord[2] = weight
  arrivalRecord[3] = engine.seq
  arrivalRecord[4] = engine.sinceSpikeMs
  push(shared.arrivals, arrivalRecord)
}
