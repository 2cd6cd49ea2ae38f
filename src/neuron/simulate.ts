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
  const spikesMs: number[] = []
  const spikeSteps: number[] = []
  const traceMs: number[] = []
  const traceMv: number[] = []
  const recorder: Recorder = {
    spike(tMs, step) {
      spikesMs.push(tMs)
      if (step !== undefined) spikeSteps.push(step)
    },
    tracePoint(tMs, vMv) {
      traceMs.push(tMs)
      traceMv.push(vMv)
    },
  }
  const { vEndMv, stepCount } = simulateInto(recorder, run, onProgress)
  return {
    spikesMs,
    ...(stepCount !== undefined && { spikeSteps, stepCount }),
    vEndMv,
    ...(run.trace !== undefined && { traceMs, traceMv }),
  }
}

/** Takes what happens in a run, in the order of time. */
export interface Recorder {
  /** @param step of the grid, if there is one */
  spike(tMs: number, step?: number): void
  /** V at every trace.everyMs, if a trace is asked for. */
  tracePoint(tMs: number, vMv: number): void
}

/** What is known at the end of a run. */
export type RunEnd = Pick<RunResult, 'vEndMv' | 'stepCount'>

/** As `simulate`, but keeps nothing: a run may have more spikes and points than an array should hold. */
export function simulateInto(recorder: Recorder, run: RunSettings, onProgress?: (fraction: number) => void): RunEnd {
  assertRun(run)
  const report = everyHundredth(run.durationMs, onProgress)
  return run.timing === 'grid' ? simulateGrid(recorder, run, report) : simulateEvents(recorder, run, report)
}

type Report = (tMs: number) => void

function simulateGrid(recorder: Recorder, run: RunSettings, report: Report): RunEnd {
  const { neuron, input, dtMs } = run
  const stepCount = stepCountOf(run)
  const state = gridStateFrom(neuron)
  const traceEvery = run.trace === undefined ? Infinity : Math.max(1, Math.round(run.trace.everyMs / dtMs))
  const pauseEvery = Math.ceil(stepCount / 100)
  if (run.trace !== undefined) recorder.tracePoint(0, state.voltageMv)
  let row = 0
  let count = 0
  while (state.step < stepCount) {
    while (stepOfRow(run, row + 1) <= state.step) row++
    const stops = [
      stepCount,
      stepOfRow(run, row + 1),
      stopAfter(state.step, traceEvery),
      stopAfter(state.step, pauseEvery),
    ]
    const spikeSteps: number[] = []
    stepGrid(neuron, run, state, input.iNa[row], Math.min(...stops), spikeSteps)
    for (const step of spikeSteps) recorder.spike(step * dtMs, step)
    if (state.step % traceEvery === 0) recorder.tracePoint(state.step * dtMs, state.voltageMv)
    count += spikeSteps.length
    if (count > MAX_SPIKES) throw tooManySpikes(state.step * dtMs)
    report(state.step * dtMs)
  }
  return { stepCount, vEndMv: state.voltageMv }
}

function stepOfRow(run: RunSettings, row: number): number {
  const tMs = run.input.tMs[row]
  return tMs === undefined ? Infinity : stepsCovering(tMs, run.dtMs)
}

function stopAfter(step: number, every: number): number {
  return every === Infinity ? Infinity : (Math.floor(step / every) + 1) * every
}

function simulateEvents(recorder: Recorder, run: RunSettings, report: Report): RunEnd {
  const { durationMs, input } = run
  const arrivals = run.spikesIn ?? { tMs: [], weight: [] }
  const state = restingState(run.neuron)
  const recording: Recording = { recorder, spikes: 0, points: 0, everyMs: run.trace?.everyMs ?? Infinity, seen: null }
  let row = 0
  let arrival = 0
  let tMs = 0
  for (;;) {
    while ((input.tMs[row + 1] ?? Infinity) <= tMs || input.iNa[row + 1] === input.iNa[row]) row++
    for (; (arrivals.tMs[arrival] ?? Infinity) <= tMs; arrival++) {
      receive(run, state, arrivals.weight[arrival], arrivals.tauMs?.[arrival], tMs)
      if (state.spiked) recordSpike(recording, tMs)
    }
    if (nextPointMs(recording) <= tMs) recordPoint(recording, tMs, state.voltageMv)
    if (tMs >= durationMs) break
    const stopMs = Math.min(durationMs, input.tMs[row + 1] ?? Infinity, arrivals.tMs[arrival] ?? Infinity)
    runUntil(run, state, input.iNa[row], tMs, stopMs, recording, report)
    tMs = stopMs
    report(tMs)
  }
  return { vEndMv: state.voltageMv }
}

interface Recording {
  readonly recorder: Recorder
  spikes: number
  points: number
  readonly everyMs: number
  /** A copy of the neuron that goes from point to point of the trace. */
  seen: NeuronState | null
}

function recordSpike(recording: Recording, tMs: number): void {
  recording.recorder.spike(tMs)
  recording.spikes++
}

function recordPoint(recording: Recording, tMs: number, vMv: number): void {
  recording.recorder.tracePoint(tMs, vMv)
  recording.points++
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
    recordSpike(recording, spikeMs)
    report(spikeMs)
    if (recording.spikes > MAX_SPIKES) throw tooManySpikes(spikeMs)
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
    recordPoint(recording, pointMs, seen.voltageMv)
  }
}

function nextPointMs({ points, everyMs }: Recording): number {
  return everyMs === Infinity ? Infinity : points * everyMs
}

function receive(
  { neuron, synapse }: RunSettings,
  state: NeuronState,
  weight: number,
  ownTauMs: number | undefined,
  tMs: number,
): void {
  state.spiked = false
  const tauMs = ownTauMs ?? (synapse?.kind === 'exp' ? synapse.tauMs : 0)
  if (tauMs > 0) addCurrentPulse(state, tauMs, weight)
  else addVoltageJump(neuron, state, weight, sameMomentMs(tMs))
}

/** Times as close as this are one: 10.1 + 2.2 is a bit more than 12.3, and 12.2 - 10 a bit less than 2.2. */
function sameMomentMs(tMs: number): number {
  return 8 * Number.EPSILON * tMs
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
