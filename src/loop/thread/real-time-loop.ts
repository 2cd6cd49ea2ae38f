import type { DriverError } from '../../../drivers/contract.ts'
import type { Stimulus } from '../../neuron/stimulus.ts'
import { type Command, decodeCommand } from '../shared/command.ts'
import { count } from '../shared/histogram.ts'
import { push, refuse, take } from '../shared/ring.ts'
import { applyInput, mayReport, nextInputMs, sampled, sampleFailed, startStimulus } from './input-current.ts'
import {
  addToGauge,
  createLoop,
  type Loop,
  type LoopParts,
  type LoopSettings,
  publishGauges,
  traceArrival,
  traceSample,
} from './loop-state.ts'
import {
  advanceTo,
  applySynapticEvent,
  changeNeuron,
  completeMoment,
  isTooLong,
  nextSpikeAtMs,
  resetEngine,
  type SpikeListener,
  skipTo,
} from './neuron-engine.ts'
import {
  blinkOutputs,
  brightnessOf,
  nextOutputChangeMs,
  pulseOutputs,
  showPotential,
  silenceOutputs,
  updateOutputs,
} from './outputs.ts'
import { dequeue, enqueue, nextArrivalMs } from './synaptic-queue.ts'

/** A spike whose edge comes this long after its exact time is marked late, ms. */
const LATE_MS = 10
/** A tick this late is reported as a stall, ms. */
const STALL_MS = 50

/** Refused synaptic events, and skipped time, are reported this often at most, ms. */
const CLIPPED_REPORT_MS = 10_000
const SKIPPED_REPORT_MS = 10_000
const LEAST_SKIPPED_MS = 1e-3

/** Spikes in a second that are passed on: the main thread can publish no more. The others are counted as lost. */
const MOST_REPORTED = 5000
/** Sleeps in a millisecond: spikes that come closer are computed together. No output shows more pulses. */
const MOST_SLEEPS = 4
/** After a step that took longer than a tick the thread sleeps half of that time, but not longer than this, ms. */
const LONGEST_REST_MS = 10

/** The real-time loop: returns when it is told to stop. It knows no time but that of the clock it is given. */
export function runLoop(parts: LoopParts, settings: LoopSettings): void {
  const loop = createLoop(parts, settings)
  const onSpike: SpikeListener = (seq, atMs, isiMs) => recordSpike(loop, seq, atMs, isiMs)
  while (!loop.stopped) step(loop, onSpike)
  const nowMs = parts.clock.nowMs()
  silenceOutputs(loop.outputs, nowMs, parts.onEvent)
  publishGauges(loop, nowMs)
}

function step(loop: Loop, onSpike: SpikeListener): void {
  const { clock, engine, input, shared } = loop
  const ticket = Atomics.load(shared.wake, 0)
  loop.stepMs = clock.nowMs()
  engine.budget.begin(loop.stepMs)
  while (take(shared.commands, loop.commandRecord)) {
    // The time until now belongs to what held until now.
    advanceThroughChanges(loop, clock.nowMs(), onSpike)
    applyCommand(loop, decodeCommand(loop.commandRecord))
    applyInput(input, engine)
  }
  if (loop.stopped) return
  const nowMs = clock.nowMs()
  const tick = nowMs >= loop.nextTickMs
  if (tick) countTick(loop, nowMs)
  advanceThroughChanges(loop, nowMs, onSpike)
  driveOutputs(loop, nowMs)
  if (tick) {
    if (nowMs >= input.knob.dueMs) readKnob(loop, nowMs)
    applyInput(input, engine)
    reportClipped(loop, nowMs)
    reportSkipped(loop, nowMs)
    publishGauges(loop, nowMs)
    if (loop.tracing) traceSample(loop, nowMs)
  }
  sleep(loop, ticket)
}

function driveOutputs(loop: Loop, nowMs: number): void {
  const { outputs, engine, onEvent } = loop
  if (nowMs < loop.identifyUntilMs) {
    blinkOutputs(outputs, nowMs, onEvent)
    return
  }
  if (loop.identifyUntilMs > 0) silenceOutputs(outputs, nowMs, onEvent)
  loop.identifyUntilMs = Number.NEGATIVE_INFINITY
  updateOutputs(outputs, nowMs, onEvent)
  if (!loop.muted) showPotential(outputs, brightnessOf(engine.neuron, engine.state.voltageMv), nowMs, onEvent)
}

/** Until the earliest of: next tick, next spike, end of a pulse, jump of the stimulus, synaptic event. */
function sleep(loop: Loop, ticket: number): void {
  const { engine, outputs, nextTickMs } = loop
  const changeAtMs = Math.min(nextTickMs, nextOutputChangeMs(outputs), nextChangeAtMs(loop))
  const spikeAtMs = nextSpikeAtMs(engine, changeAtMs)
  const earliestMs = restUntilMs(loop)
  if (spikeAtMs < earliestMs) loop.clock.sleepUntil(earliestMs, 0, ticket)
  else loop.clock.sleepUntil(spikeAtMs, spikeAtMs < changeAtMs ? loop.settings.spinMs : 0, ticket)
}

/** Until then the thread sleeps whatever comes: it must leave time for others, also where it has real-time priority. */
function restUntilMs(loop: Loop): number {
  const nowMs = loop.clock.nowMs()
  if (nowMs > loop.nextTickMs) return nowMs + Math.min((nowMs - loop.stepMs) / 2, LONGEST_REST_MS)
  const ms = Math.floor(nowMs)
  if (ms !== loop.sleepsMs) loop.sleeps = 0
  loop.sleepsMs = ms
  loop.sleeps++
  return loop.sleeps > MOST_SLEEPS ? Math.min(ms + 1, loop.nextTickMs) : nowMs
}

/** Advance the neuron to now, with every change of its input at its own time, or skip the time that is too much. */
function advanceThroughChanges(loop: Loop, nowMs: number, onSpike: SpikeListener): void {
  const { engine, input, synapticQueue } = loop
  if (isTooLong(engine, nowMs)) skipTo(engine, nowMs)
  for (let atMs = nextChangeAtMs(loop); atMs <= nowMs; atMs = nextChangeAtMs(loop)) {
    if (!engine.budget.spend()) {
      skipTo(engine, nowMs)
      return
    }
    advanceTo(engine, atMs, onSpike)
    if (nextArrivalMs(synapticQueue) <= engine.nowMs) completeMoment(engine, onSpike)
    while (nextArrivalMs(synapticQueue) <= engine.nowMs) {
      dequeue(synapticQueue, (tauMs, weight) => {
        if (engine.running) pulseUnlessMuted(loop, 'synapse')
        if (engine.running && loop.tracing) traceArrival(loop, tauMs, weight)
        applySynapticEvent(engine, tauMs, weight, onSpike)
      })
    }
    applyInput(input, engine)
  }
  advanceTo(engine, nowMs, onSpike)
}

function nextChangeAtMs({ engine, input, synapticQueue }: Loop): number {
  return Math.min(nextInputMs(input, engine), nextArrivalMs(synapticQueue))
}

/** Ticks stay on the grid: those already past are skipped and counted. */
function countTick(loop: Loop, nowMs: number): void {
  const { tickMs } = loop.settings
  const lateMs = nowMs - loop.nextTickMs
  count(loop.shared.tickLate, lateMs * 1000)
  const missed = Math.floor(lateMs / tickMs)
  addToGauge(loop, 'ticks', 1)
  addToGauge(loop, 'missedTicks', missed)
  loop.nextTickMs += (missed + 1) * tickMs
  if (lateMs < STALL_MS) return
  addToGauge(loop, 'stalls', 1)
  loop.onEvent({ type: 'stall', stallMs: lateMs })
}

function recordSpike(loop: Loop, seq: number, atMs: number, isiMs: number): void {
  const { clock, shared, spikeRecord } = loop
  pulseUnlessMuted(loop, 'spike')
  const lateMs = clock.nowMs() - atMs
  count(shared.edgeLate, lateMs * 1000)
  spikeRecord[0] = seq
  spikeRecord[1] = Math.round((loop.wallOriginMs + atMs) * 1000)
  spikeRecord[2] = isiMs
  spikeRecord[3] = lateMs > LATE_MS ? 1 : 0
  spikeRecord[4] = loop.engine.speed
  const second = Math.floor(atMs / 1000)
  if (second !== loop.reportedS) loop.reported = 0
  loop.reportedS = second
  loop.reported++
  if (loop.reported > MOST_REPORTED) refuse(shared.spikes)
  else push(shared.spikes, spikeRecord)
}

function pulseUnlessMuted({ clock, outputs, muted, identifyUntilMs, onEvent }: Loop, cause: 'spike' | 'synapse'): void {
  const nowMs = clock.nowMs()
  if (!muted && nowMs >= identifyUntilMs) pulseOutputs(outputs, cause, nowMs, onEvent)
}

/** Report the synaptic events that were refused, but not too often. */
function reportClipped(loop: Loop, nowMs: number): void {
  const lost = loop.synapticQueue.clipped - loop.reportedClipped
  if (lost === 0 || nowMs < loop.nextClippedReportMs) return
  loop.reportedClipped = loop.synapticQueue.clipped
  loop.nextClippedReportMs = nowMs + CLIPPED_REPORT_MS
  loop.onEvent({ type: 'synapseClipped', why: 'waiting', lost })
}

/** Report the time that was skipped, but not too often. */
function reportSkipped(loop: Loop, nowMs: number): void {
  const { skippedMs } = loop.engine
  // The clock's rounding is no skipped time.
  if (skippedMs - loop.reportedSkippedMs < LEAST_SKIPPED_MS || nowMs < loop.nextSkippedReportMs) return
  loop.reportedSkippedMs = skippedMs
  loop.nextSkippedReportMs = nowMs + SKIPPED_REPORT_MS
  loop.onEvent({ type: 'skipped', skippedMs })
}

function readKnob(loop: Loop, nowMs: number): void {
  const { input, adc, onEvent } = loop
  const { knob } = input
  try {
    if (sampled(knob, adc.read(), nowMs)) onEvent({ type: 'inputBack' })
    if (knob.unreportedErrors === 0 || !mayReport(knob, nowMs)) return
    onEvent({ type: 'inputFaltered', errors: knob.unreportedErrors, reason: loop.inputFault })
    knob.unreportedErrors = 0
  } catch (error) {
    onKnobFailed(loop, error as DriverError, nowMs)
  }
}

/** Report that the knob is lost, was switched off and on, or is lost for another reason now. */
function onKnobFailed(loop: Loop, { fault, message: reason }: DriverError, nowMs: number): void {
  const { onEvent, inputFault } = loop
  const { knob } = loop.input
  loop.inputFault = reason
  const lost = sampleFailed(knob, nowMs)
  if (fault === 'reset') {
    knob.unreportedErrors--
    onEvent({ type: 'inputReset', reason })
  }
  if (lost || (knob.lost && reason !== inputFault && mayReport(knob, nowMs))) onEvent({ type: 'inputLost', reason })
}

/** Commands of the main thread hold from now on. */
function applyCommand(loop: Loop, command: Command): void {
  const { engine, input, clock } = loop
  switch (command.type) {
    case 'neuron':
      changeNeuron(engine, command.neuron)
      return
    case 'range':
      input.knob.minNa = command.minNa
      input.knob.maxNa = command.maxNa
      return
    case 'knob':
      input.knob.periodMs = 1000 / command.sampleHz
      input.knob.holdMs = command.holdMs
      input.knob.fromLevel = command.fromLevel
      input.knob.toLevel = command.toLevel
      return
    case 'outputs':
      loop.outputs = loop.reconfigureOutputs?.() ?? loop.outputs
      return
    case 'turn':
      loop.adc.turn?.(command.level)
      input.knob.dueMs = Number.NEGATIVE_INFINITY
      return
    case 'take':
      input.takenLevel = command.level
      return
    case 'stim':
      startStimulus(input, withSamples(command.stimulus, loop), engine)
      return
    case 'unstim':
      input.stimulus = null
      return
    case 'synapse':
      enqueue(loop.synapticQueue, Math.max(command.atMs, engine.nowMs), command.tauMs, command.weight)
      return
    case 'run':
      engine.running = command.on
      return
    case 'mute':
      loop.muted = command.on
      if (command.on) silenceOutputs(loop.outputs, clock.nowMs(), loop.onEvent)
      return
    case 'identify':
      loop.identifyUntilMs = clock.nowMs() + command.durationMs
      return
    case 'trace':
      loop.tracing = command.on
      return
    case 'speed':
      engine.speed = command.speed
      return
    case 'reset':
      resetEngine(engine)
      return
    case 'wall':
      loop.wallOriginMs = command.originMs
      return
    case 'stop':
      loop.stopped = true
      return
  }
}

function withSamples(stimulus: Stimulus, { takeSamples }: Loop): Stimulus {
  const samples = stimulus.shape === 'samples' ? takeSamples() : undefined
  return samples ? { ...stimulus, samples } : stimulus
}
