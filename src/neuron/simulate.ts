import { gridStateFrom, stepGrid, stepsCovering } from './fixed-step.ts'
import {
  addCurrentPulse,
  addVoltageJump,
  advance,
  advanceSilently,
  copyState,
  crossesInThisMoment,
  type NeuronState,
  restingState,
} from './integrate-and-fire.ts'
import { NeuronError, type NeuronParams } from './params.ts'
import { assertRun, MAX_SPIKES, type RunSettings, stepCountOf } from './run-settings.ts'

export interface RunResult {
  /** In ms. A V that starts at or above the threshold spikes at 0 (on a grid: in step 1, if it is still there). */
  readonly spikesMs: readonly number[]
  /** V at the end. */
  readonly vEndMv: number
  /** Grid only: the step of each spike, which is at step x dtMs. */
  readonly spikeSteps?: readonly number[]
  /** Grid only: the number of steps, which is the length of a strip. */
  readonly stepCount?: number
  /** The trace, if asked for: V at each time, after whatever happened at it. */
  readonly traceMs?: readonly number[]
  readonly traceMv?: readonly number[]
}

/**
 * Runs a neuron from 0 to durationMs, offline.
 *
 * event timing: spikes at their exact times. grid timing: step i goes from (i-1) dt to i dt with the current that holds
 * at its start; a spike found there is at i dt. A change of current within 1e-6 of a step beside a step's start belongs
 * to that start.
 *
 * What happens in one moment: first V reaches the threshold, then the current changes, then arrivals take effect, one
 * after the other. The refractory period is [spike, spike + refractoryMs), so an arrival at its end counts. Times that
 * differ by a few units of the last digit are one moment. A V that only tends to the threshold never reaches it. Spikes
 * are the same to the last digit with and without a trace.
 * @param onProgress told the fraction done, about 100 times at most.
 * @throws NeuronError with every complaint about the run at once, or when it spikes more than MAX_SPIKES times.
 */
export function simulate(run: RunSettings, onProgress?: (fraction: number) => void): RunResult {
  assertRun(run)
  const report = everyHundredth(run.durationMs, onProgress)
  return run.timing === 'grid' ? simulateGrid(run, report) : simulateEvents(run, report)
}

type Report = (tMs: number) => void

function simulateGrid(run: RunSettings, report: Report): RunResult {
  const { neuron, input, dtMs } = run
  const stepCount = stepCountOf(run)
  const state = gridStateFrom(neuron)
  const spikeSteps: number[] = []
  const traceEvery = run.trace === undefined ? Infinity : Math.max(1, Math.round(run.trace.everyMs / dtMs))
  const pauseEvery = Math.ceil(stepCount / 100)
  const trace = [{ tMs: 0, vMv: state.voltageMv }]
  let row = 0
  while (state.step < stepCount) {
    while (stepOfRow(run, row + 1) <= state.step) row++
    const stops = [
      stepCount,
      stepOfRow(run, row + 1),
      stopAfter(state.step, traceEvery),
      stopAfter(state.step, pauseEvery),
    ]
    stepGrid(neuron, run, state, input.iNa[row], Math.min(...stops), spikeSteps)
    if (state.step % traceEvery === 0) trace.push({ tMs: state.step * dtMs, vMv: state.voltageMv })
    if (spikeSteps.length > MAX_SPIKES) throw tooManySpikes(state.step * dtMs)
    report(state.step * dtMs)
  }
  const spikesMs = spikeSteps.map(step => step * dtMs)
  return { spikesMs, spikeSteps, stepCount, vEndMv: state.voltageMv, ...columnsOf(run, trace) }
}

function stepOfRow(run: RunSettings, row: number): number {
  const tMs = run.input.tMs[row]
  return tMs === undefined ? Infinity : stepsCovering(tMs, run.dtMs)
}

function stopAfter(step: number, every: number): number {
  return every === Infinity ? Infinity : (Math.floor(step / every) + 1) * every
}

function simulateEvents(run: RunSettings, report: Report): RunResult {
  const { durationMs, input } = run
  const arrivals = run.spikesIn ?? { tMs: [], weight: [] }
  const state = restingState(run.neuron)
  const recording: Recording = { spikesMs: [], trace: [], everyMs: run.trace?.everyMs ?? Infinity, seen: null }
  const { spikesMs, trace } = recording
  let row = 0
  let arrival = 0
  let tMs = 0
  for (;;) {
    while ((input.tMs[row + 1] ?? Infinity) <= tMs || input.iNa[row + 1] === input.iNa[row]) row++
    for (; (arrivals.tMs[arrival] ?? Infinity) <= tMs; arrival++) {
      receive(run, state, arrivals.weight[arrival], tMs)
      if (state.spiked) spikesMs.push(tMs)
    }
    if (nextPointMs(recording) <= tMs) trace.push({ tMs, vMv: state.voltageMv })
    if (tMs >= durationMs) break
    const stopMs = Math.min(durationMs, input.tMs[row + 1] ?? Infinity, arrivals.tMs[arrival] ?? Infinity)
    runUntil(run, state, input.iNa[row], tMs, stopMs, recording, report)
    tMs = stopMs
    report(tMs)
  }
  return { spikesMs, vEndMv: state.voltageMv, ...columnsOf(run, trace) }
}

interface Recording {
  readonly spikesMs: number[]
  readonly trace: TracePoint[]
  readonly everyMs: number
  /** A copy of the neuron that goes from point to point of the trace. */
  seen: NeuronState | null
}

/**
 * Lets a held current act from `fromMs` to `toMs`. Time is counted from the start of the segment: it keeps digits. A
 * crossing at the very end counts: what happens there comes after it.
 */
function runUntil(
  run: RunSettings,
  state: NeuronState,
  iNa: number,
  fromMs: number,
  toMs: number,
  recording: Recording,
  report: Report,
): void {
  const { neuron } = run
  const segmentMs = toMs - fromMs
  let passedMs = 0
  // What rounding has put into passedMs: thousands of intervals sum up as exactly as one (Kahan).
  let surplusMs = 0
  for (;;) {
    const startMs = fromMs + passedMs
    const before = copyForTrace(run, state, recording, toMs)
    const ranMs = advance(neuron, state, iNa, segmentMs - passedMs + surplusMs) - surplusMs
    surplusMs = passedMs + ranMs - passedMs - ranMs
    passedMs += ranMs
    let spikeMs = fromMs + passedMs
    if (!state.spiked && crossesInThisMoment(neuron, state, iNa, sameMomentMs(toMs))) spikeMs = toMs
    const isLast = !state.spiked
    if (before !== null) tracePoints(neuron, before, iNa, startMs, isLast ? toMs : spikeMs, recording)
    if (isLast) return
    recording.spikesMs.push(spikeMs)
    report(spikeMs)
    if (recording.spikesMs.length > MAX_SPIKES) throw tooManySpikes(spikeMs)
  }
}

/** The neuron as it is now, if a point of the trace lies before `toMs`; so the trace does not disturb the neuron. */
function copyForTrace(
  { neuron }: RunSettings,
  state: NeuronState,
  recording: Recording,
  toMs: number,
): NeuronState | null {
  if (!(nextPointMs(recording) < toMs)) return null
  recording.seen ??= restingState(neuron)
  copyState(state, recording.seen)
  return recording.seen
}

/** The points of the trace before `toMs`, seen by a copy of the neuron at `fromMs` that does not spike until then. */
function tracePoints(
  neuron: NeuronParams,
  seen: NeuronState,
  iNa: number,
  fromMs: number,
  toMs: number,
  recording: Recording,
): void {
  let atMs = fromMs
  for (let pointMs = nextPointMs(recording); pointMs < toMs; pointMs = nextPointMs(recording)) {
    advanceSilently(neuron, seen, iNa, pointMs - atMs)
    atMs = Math.max(atMs, pointMs)
    recording.trace.push({ tMs: pointMs, vMv: seen.voltageMv })
  }
}

function nextPointMs({ trace, everyMs }: Recording): number {
  return everyMs === Infinity ? Infinity : trace.length * everyMs
}

function receive(run: RunSettings, state: NeuronState, weight: number, tMs: number): void {
  state.spiked = false
  if (run.synapse?.kind === 'exp') addCurrentPulse(state, run.synapse.tauMs, weight)
  else addVoltageJump(run.neuron, state, weight, sameMomentMs(tMs))
}

/** Times as close as this are one: 10.1 + 2.2 is a bit more than 12.3, and 12.2 - 10 a bit less than 2.2. */
function sameMomentMs(tMs: number): number {
  return 8 * Number.EPSILON * tMs
}

interface TracePoint {
  readonly tMs: number
  readonly vMv: number
}

function columnsOf(run: RunSettings, trace: readonly TracePoint[]): { traceMs?: number[]; traceMv?: number[] } {
  return run.trace === undefined ? {} : { traceMs: trace.map(p => p.tMs), traceMv: trace.map(p => p.vMv) }
}

function everyHundredth(durationMs: number, onProgress?: (fraction: number) => void): Report {
  let nextMs = 0
  return tMs => {
    if (onProgress === undefined || tMs < nextMs) return
    onProgress(tMs / durationMs)
    nextMs = tMs + durationMs / 100
  }
}

function tooManySpikes(tMs: number): NeuronError {
  const message = `spikes more than ${MAX_SPIKES} times before ${Number(tMs.toPrecision(6))} ms; choose a shorter duration, a smaller current or a refractory period`
  return new NeuronError([{ path: '', message: `the neuron ${message}` }])
}
