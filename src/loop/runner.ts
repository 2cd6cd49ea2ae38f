import { nextArrivalMs, takeArrival } from './arrivals.ts'
import { decodeCommand } from './command.ts'
import { liveUntil, nextSpikeAtMs, receive, type SpikeSink } from './engine.ts'
import { count } from './histogram.ts'
import { applyInput, nextInputMs } from './input.ts'
import { sampled, sampleFailed } from './knob.ts'
import { blinkLines, nextLineChangeMs, silenceLines, spikeLines, updateLines } from './line.ts'
import { obey } from './obey.ts'
import { push, take } from './ring.ts'
import { add, type Loop, type LoopParts, type LoopSettings, report, startLoop, trace } from './state.ts'

/** A spike whose edge comes this long after its exact time is marked late, ms. */
const LATE_MS = 10
/** A tick this late is told as a stall, ms. */
const STALL_MS = 50

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
    obey(loop, decodeCommand(loop.commandRecord))
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
    report(loop, nowMs)
    if (loop.tracing) trace(loop, nowMs)
  }
  sleep(loop, ticket)
}

function showSpikes(loop: Loop, nowMs: number): void {
  const { lines, tell } = loop
  if (nowMs < loop.identifyUntilMs) {
    blinkLines(lines, nowMs, tell)
    return
  }
  if (loop.identifyUntilMs > 0) silenceLines(lines, nowMs, tell)
  loop.identifyUntilMs = Number.NEGATIVE_INFINITY
  updateLines(lines, nowMs, tell)
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
      takeArrival(arrivals, (tauMs, weight) => receive(engine, tauMs, weight, onSpike))
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
  const { clock, shared, lines, spikeRecord } = loop
  const nowMs = clock.nowMs()
  if (!loop.muted && nowMs >= loop.identifyUntilMs) spikeLines(lines, nowMs, loop.tell)
  const lateMs = clock.nowMs() - atMs
  count(shared.edgeLate, lateMs * 1000)
  spikeRecord[0] = seq
  spikeRecord[1] = Math.round((loop.wallOriginMs + atMs) * 1000)
  spikeRecord[2] = isiMs
  spikeRecord[3] = lateMs > LATE_MS ? 1 : 0
  spikeRecord[4] = loop.engine.speed
  push(shared.spikes, spikeRecord)
}

function sample(loop: Loop, nowMs: number): void {
  const { input, adc, tell } = loop
  try {
    if (sampled(input.knob, adc.read(), nowMs)) tell({ type: 'inputBack' })
  } catch (error) {
    if (sampleFailed(input.knob, nowMs)) tell({ type: 'inputLost', reason: (error as Error).message })
  }
}
