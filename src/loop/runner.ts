import { decodeCommand } from './command.ts'
import { liveUntil, nextSpikeAtMs, type SpikeSink } from './engine.ts'
import { count } from './histogram.ts'
import { currentNa, sampled, sampleFailed } from './knob.ts'
import { nextLineChangeMs, silenceLines, spikeLines, updateLines } from './line.ts'
import { obey } from './obey.ts'
import { push, take } from './ring.ts'
import { add, type Loop, type LoopParts, type LoopSettings, report, startLoop } from './state.ts'

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
  silenceLines(parts.lines, nowMs, parts.tell)
  report(loop, nowMs)
}

function step(loop: Loop, onSpike: SpikeSink): void {
  const { clock, engine, lines, shared, tell } = loop
  const ticket = Atomics.load(shared.wake, 0)
  while (take(shared.commands, loop.commandRecord)) {
    // The time until now belongs to what held until now.
    liveUntil(engine, clock.nowMs(), onSpike)
    obey(loop, decodeCommand(loop.commandRecord))
  }
  if (loop.stopped) return
  const nowMs = clock.nowMs()
  const tick = nowMs >= loop.nextTickMs
  if (tick) countTick(loop, nowMs)
  if (!liveUntil(engine, nowMs, onSpike)) tell({ type: 'skipped', skippedMs: engine.skippedMs })
  updateLines(lines, nowMs, tell)
  if (tick) {
    if (nowMs >= loop.knob.dueMs) sample(loop, nowMs)
    report(loop, nowMs)
  }
  const spikeAtMs = nextSpikeAtMs(engine, loop.nextTickMs)
  const changeAtMs = nextLineChangeMs(lines)
  const spins = spikeAtMs < loop.nextTickMs && spikeAtMs <= changeAtMs
  clock.sleepUntil(Math.min(spikeAtMs, changeAtMs), spins ? loop.settings.spinMs : 0, ticket)
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
  if (!loop.muted) spikeLines(lines, nowMs, loop.tell)
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
  const { knob, adc, tell } = loop
  try {
    if (sampled(knob, adc.read(), nowMs)) tell({ type: 'inputBack' })
  } catch (error) {
    if (sampleFailed(knob, nowMs)) tell({ type: 'inputLost', reason: (error as Error).message })
  }
  loop.engine.currentNa = currentNa(knob)
}
