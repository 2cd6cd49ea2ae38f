import type { Run } from '../neuron/run.ts'
import type { RunResult } from '../neuron/simulate.ts'
import { csvText } from './simulate/csv.ts'

const SPIKE = '|'.charCodeAt(0)

/** A simulated run as one line of JSON. */
export function jsonOf(run: Run, result: RunResult): string {
  const { neuron, durationMs, timing, method, dtMs, comparator, input, spikesIn, synapse } = run
  const { spikesMs, spikeSteps, stepCount, vEndMv, traceMs, traceMv } = result
  const recording = {
    ...{ spikesMs, count: spikesMs.length, vEndMv, durationMs, neuron, timing },
    ...(timing === 'grid' && { method, dtMs, comparator, stepCount, spikeSteps }),
    ...(input.tMs.length === 1 ? { currentNa: input.iNa[0] } : { input }),
    ...(spikesIn && { spikesIn, synapse }),
    ...(traceMs && { tMs: traceMs, vMv: traceMv }),
  }
  return `${JSON.stringify(recording)}\n`
}

/** A simulated run as CSV: a row for each spike, or for each point of the trace if there is one. */
export function csvOf(run: Run, result: RunResult): string {
  const { spikesMs, spikeSteps } = result
  if (result.traceMs !== undefined) return csvText(['t_ms', 'v_mv', 'i_na', 'spikes'], traceRows(run, result))
  const rows = spikesMs.map((tMs, k) => (spikeSteps === undefined ? [tMs] : [tMs, spikeSteps[k]!]))
  return csvText(spikeSteps === undefined ? ['t_ms'] : ['t_ms', 'step'], rows)
}

/** A simulated run as a line of characters, one for each dtMs, and how many spikes found their character taken. */
export function stripOf(
  run: Run,
  { spikesMs, spikeSteps, stepCount }: RunResult,
): { readonly strip: string; readonly hidden: number } {
  const length = stepCount ?? Math.ceil(run.durationMs / run.dtMs - 1e-6)
  // As on a grid, a step includes its end and not its start.
  const steps = spikeSteps ?? spikesMs.map(tMs => Math.min(length, Math.max(1, Math.ceil(tMs / run.dtMs - 1e-6))))
  const characters = Buffer.alloc(length, '_')
  for (const step of steps) characters[step - 1] = SPIKE
  return { strip: `${characters.toString('latin1')}\n`, hidden: steps.length - new Set(steps).size }
}

/** Spikes are counted in the row at or next after them, the current is the one that flows from the row on. */
function traceRows({ input }: Run, { spikesMs, traceMs = [], traceMv = [] }: RunResult): number[][] {
  let row = 0
  let spike = 0
  return traceMs.map((tMs, k) => {
    while ((input.tMs[row + 1] ?? Infinity) <= tMs + 1e-9) row++
    const before = spike
    while (spike < spikesMs.length && spikesMs[spike]! <= tMs + 1e-9) spike++
    return [tMs, traceMv[k]!, input.iNa[row]!, spike - before]
  })
}
