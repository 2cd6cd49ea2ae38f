import type { DriverError } from '../../../drivers/contract.ts'
import { type Command, decodeCommand } from '../shared/command.ts'
import { count } from '../shared/histogram.ts'
import { push, take } from '../shared/ring.ts'
import type { Stimulus } from '../stimulus.ts'
import { changeNeuron, liveUntil, nextSpikeAtMs, receive, resetEngine, type SpikeSink } from './engine.ts'
import { applyInput, mayTell, nextInputMs, sampled, sampleFailed, startStimulus } from './input.ts'
import { blinkLines, glowLines, glowOf, nextLineChangeMs, pulseLines, silenceLines, updateLines } from './outputs.ts'
import { add, type Loop, type LoopParts, type LoopSettings, report, startLoop, trace, traceArrival } from './state.ts'
import { expectArrival, nextArrivalMs, takeArrival } from './synaptic-queue.ts'

/** A spike whose edge comes this long after its exact time is marked late, ms. */
const LATE_MS = 10
/** A tick this late is told as a stall, ms. */
const STALL_MS = 50

/** Refused synaptic events are told this often at most, ms. */
const TELL_CLIPPED_MS = 10_000

/** The real-time loop: returns when it is told to stop. Everything it does, it does by the clock it is given. */
export function runLoop(parts: LoopParts, settings: LoopSettings): void {
  const loop = startLoop(parts, settings)
  const onSpike: SpikeSink = (seq, atMs, isiMs) => fire(loop, seq, atMs, isiMs)
  while (!loop.stopped) step(loop, onSpike)
  const nowMs = parts.clock.nowMs()
  silenceLines(loop.lines, nowMs, parts.tell)
  report(loop, nowMs)
}

function step(loop: Loop, onSpike: SpikeSink): void {
  const { clock, engine, input, shared, tell } = loop
  const ticket = Atomics.load(shared.wake, 0)
  while (take(shared.commands, loop.commandRecord)) {
    // The time until now belongs to what held until now.
    liveThrough(loop, clock.nowMs(), onSpike)
    applyCommand(loop, decodeCommand(loop.commandRecord))
    applyInput(input, engine)
  }
  if (loop.stopped) return
  const nowMs = clock.nowMs()
  const tick = nowMs >= loop.nextTickMs
  if (tick) countTick(loop, nowMs)
  if (!liveThrough(loop, nowMs, onSpike)) tell({ type: 'skipped', skippedMs: engine.skippedMs })
  showSpikes(loop, nowMs)
  if (tick) {
    if (nowMs >= input.knob.dueMs) sample(loop, nowMs)
    applyInput(input, engine)
    tellClipped(loop, nowMs)
    report(loop, nowMs)
    if (loop.tracing) trace(loop, nowMs)
  }
  sleep(loop, ticket)
}

function showSpikes(loop: Loop, nowMs: number): void {
  const { lines, engine, tell } = loop
  if (nowMs < loop.identifyUntilMs) {
    blinkLines(lines, nowMs, tell)
    return
  }
  if (loop.identifyUntilMs > 0) silenceLines(lines, nowMs, tell)
  loop.identifyUntilMs = Number.NEGATIVE_INFINITY
  updateLines(lines, nowMs, tell)
  if (!loop.muted) glowLines(lines, glowOf(engine.neuron, engine.state.voltageMv), nowMs, tell)
}

/** Until the earliest of: next tick, next spike, end of a pulse, jump of the stimulus, synaptic event. */
function sleep(loop: Loop, ticket: number): void {
  const { engine, lines, nextTickMs } = loop
  const changeAtMs = Math.min(nextTickMs, nextLineChangeMs(lines), nextChangeAtMs(loop))
  const spikeAtMs = nextSpikeAtMs(engine, changeAtMs)
  loop.clock.sleepUntil(spikeAtMs, spikeAtMs < changeAtMs ? loop.settings.spinMs : 0, ticket)
}

/** Live up to now, with every change of the input at its own time; false when time had to be skipped. */
function liveThrough(loop: Loop, nowMs: number, onSpike: SpikeSink): boolean {
  const { engine, input, arrivals } = loop
  let lived = true
  for (let atMs = nextChangeAtMs(loop); atMs <= nowMs; atMs = nextChangeAtMs(loop)) {
    lived = liveUntil(engine, atMs, onSpike) && lived
    while (nextArrivalMs(arrivals) <= engine.nowMs) {
      takeArrival(arrivals, (tauMs, weight) => {
        if (engine.running) flash(loop, 'synapse')
        if (engine.running && loop.tracing) traceArrival(loop, tauMs, weight)
        receive(engine, tauMs, weight, onSpike)
      })
    }
    applyInput(input, engine)
  }
  return liveUntil(engine, nowMs, onSpike) && lived
}

function nextChangeAtMs({ engine, input, arrivals }: Loop): number {
  return Math.min(nextInputMs(input, engine), nextArrivalMs(arrivals))
}

/** Ticks stay on the grid: those already past are skipped and counted. */
function countTick(loop: Loop, nowMs: number): void {
  const { tickMs } = loop.settings
  const lateMs = nowMs - loop.nextTickMs
  count(loop.shared.tickLate, lateMs * 1000)
  const missed = Math.floor(lateMs / tickMs)
  add(loop, 'ticks', 1)
  add(loop, 'missedTicks', missed)
  loop.nextTickMs += (missed + 1) * tickMs
  if (lateMs < STALL_MS) return
  add(loop, 'stalls', 1)
  loop.tell({ type: 'stall', stallMs: lateMs })
}

function fire(loop: Loop, seq: number, atMs: number, isiMs: number): void {
  const { clock, shared, spikeRecord } = loop
  flash(loop, 'spike')
  const lateMs = clock.nowMs() - atMs
  count(shared.edgeLate, lateMs * 1000)
  spikeRecord[0] = seq
  spikeRecord[1] = Math.round((loop.wallOriginMs + atMs) * 1000)
  spikeRecord[2] = isiMs
  spikeRecord[3] = lateMs > LATE_MS ? 1 : 0
  spikeRecord[4] = loop.engine.speed
  push(shared.spikes, spikeRecord)
}

function flash({ clock, lines, muted, identifyUntilMs, tell }: Loop, cause: 'spike' | 'synapse'): void {
  const nowMs = clock.nowMs()
  if (!muted && nowMs >= identifyUntilMs) pulseLines(lines, cause, nowMs, tell)
}

/** What did not fit among the arrivals, but not more often than every so many seconds. */
function tellClipped(loop: Loop, nowMs: number): void {
  const lost = loop.arrivals.clipped - loop.toldClipped
  if (lost === 0 || nowMs < loop.tellClippedMs) return
  loop.toldClipped = loop.arrivals.clipped
  loop.tellClippedMs = nowMs + TELL_CLIPPED_MS
  loop.tell({ type: 'synapseClipped', why: 'waiting', lost })
}

function sample(loop: Loop, nowMs: number): void {
  const { input, adc, tell } = loop
  const { knob } = input
  try {
    if (sampled(knob, adc.read(), nowMs)) tell({ type: 'inputBack' })
    if (knob.faltered === 0 || !mayTell(knob, nowMs)) return
    tell({ type: 'inputFaltered', errors: knob.faltered, reason: loop.inputFault })
    knob.faltered = 0
  } catch (error) {
    failed(loop, error as DriverError, nowMs)
  }
}

/** Nothing that happens to the knob is silent: it is lost, was switched off and on, or is lost for another reason now. */
function failed(loop: Loop, { fault, message: reason }: DriverError, nowMs: number): void {
  const { tell, inputFault } = loop
  const { knob } = loop.input
  loop.inputFault = reason
  const lost = sampleFailed(knob, nowMs)
  if (fault === 'reset') {
    knob.faltered--
    tell({ type: 'inputReset', reason })
  }
  if (lost || (knob.lost && reason !== inputFault && mayTell(knob, nowMs))) tell({ type: 'inputLost', reason })
}

/** Do what the main thread asks; it holds from now on. */
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
    case 'refit':
      loop.lines = loop.refit?.(loop.lines) ?? loop.lines
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
      expectArrival(loop.arrivals, Math.max(command.atMs, engine.nowMs), command.tauMs, command.weight)
      return
    case 'run':
      engine.running = command.on
      return
    case 'mute':
      loop.muted = command.on
      if (command.on) silenceLines(loop.lines, clock.nowMs(), loop.tell)
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
