import { gridStateFrom, stepGrid, stepsCovering } from './fixed-step.ts'
import { addCurrentPulse, addVoltageJump, advance, type NeuronState, restingState } from './integrate-and-fire.ts'
import { NeuronError } from './params.ts'
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
  const { neuron, durationMs, input } = run
  const arrivals = run.spikesIn ?? { tMs: [], weight: [] }
  const everyMs = run.trace?.everyMs ?? Infinity
  const state = restingState(neuron)
  const spikesMs: number[] = []
  const trace: TracePoint[] = []
  let row = 0
  let arrival = 0
  let tMs = 0
  for (;;) {
    while ((input.tMs[row + 1] ?? Infinity) <= tMs || input.iNa[row + 1] === input.iNa[row]) row++
    for (; (arrivals.tMs[arrival] ?? Infinity) <= tMs; arrival++) {
      receive(run, state, arrivals.weight[arrival])
      if (state.spiked) spikesMs.push(tMs)
    }
    if (trace.length * everyMs <= tMs) trace.push({ tMs, vMv: state.voltageMv })
    if (tMs >= durationMs) break
    const changeMs = Math.min(input.tMs[row + 1] ?? Infinity, arrivals.tMs[arrival] ?? Infinity)
    const stopMs = Math.min(durationMs, changeMs, everyMs === Infinity ? Infinity : trace.length * everyMs)
    runUntil(run, state, input.iNa[row], tMs, stopMs, spikesMs, report)
    tMs = stopMs
    report(tMs)
  }
  return { spikesMs, vEndMv: state.voltageMv, ...columnsOf(run, trace) }
}

/** Lets a held current act from `fromMs` to `toMs`. Time is counted from the start of the segment: it keeps digits. */
function runUntil(
  run: RunSettings,
  state: NeuronState,
  iNa: number,
  fromMs: number,
  toMs: number,
  spikesMs: number[],
  report: Report,
): void {
  const segmentMs = toMs - fromMs
  let passedMs = 0
  for (;;) {
    passedMs += advance(run.neuron, state, iNa, segmentMs - passedMs)
    if (!state.spiked) return
    spikesMs.push(fromMs + passedMs)
    report(fromMs + passedMs)
    if (spikesMs.length > MAX_SPIKES) throw tooManySpikes(fromMs + passedMs)
  }
}

function receive(run: RunSettings, state: NeuronState, weight: number): void {
  state.spiked = false
  if (run.synapse?.kind === 'exp') addCurrentPulse(state, run.synapse.tauMs, weight)
  else addVoltageJump(run.neuron, state, weight)
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
