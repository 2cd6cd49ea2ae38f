/** What happens in a run, kept outside the heap of JavaScript: long runs have millions of numbers. */
import type { RunSettings } from '../../neuron/run-settings.ts'
import { type Recorder, type RunEnd, simulateInto } from '../../neuron/simulate.ts'

export type Numbers = readonly number[] | Float64Array

/** As the RunResult of the library. */
export interface RecordedRun extends RunEnd {
  readonly spikesMs: Float64Array
  readonly spikeSteps?: Float64Array
  readonly traceMs?: Float64Array
  readonly traceMv?: Float64Array
}

/** @throws NeuronError */
export function recordedRun(run: RunSettings, onProgress: (fraction: number) => void): RecordedRun {
  const [spikesMs, spikeSteps] = [createList(1024), createList(1024)]
  const points = run.trace === undefined ? 0 : Math.min(1e7, Math.ceil(run.durationMs / run.trace.everyMs)) + 2
  const [traceMs, traceMv] = [createList(points), createList(points)]
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
  const end = simulateInto(recorder, run, onProgress)
  return {
    spikesMs: spikesMs.numbers(),
    ...end,
    ...(end.stepCount !== undefined && { spikeSteps: spikeSteps.numbers() }),
    ...(run.trace !== undefined && { traceMs: traceMs.numbers(), traceMv: traceMv.numbers() }),
  }
}

/** A list of numbers that grows. */
function createList(capacity: number) {
  let all = new Float64Array(capacity)
  let count = 0
  return {
    push(value: number): void {
      if (count === all.length) {
        const larger = new Float64Array(2 * count + 1)
        larger.set(all)
        all = larger
      }
      all[count++] = value
    },
    numbers: () => all.subarray(0, count),
  }
}
