/** Rate, intervals and theory of a run, counted in a window. Pure. */
import { canAdapt } from '../../neuron/adaptation.ts'
import type { PresetRun } from '../../neuron/presets.ts'
import { spikesInWindow } from '../../neuron/rate-meter.ts'
import type { RunSettings } from '../../neuron/run-settings.ts'
import { rateWithNoiseHz } from '../../neuron/siegert.ts'
import { type CommandFault, misuseFault, numberFlag } from '../option-parsers.ts'
import type { NeuronOptions } from './neuron-options.ts'

/** Where spikes are counted: later than fromMs, up to and including toMs. */
export type Window = PresetRun['window']

export interface RunStatistics {
  readonly window: Window
  readonly countInWindow: number
  readonly rateHz: number
  /** Of the intervals between the spikes in the window; null with fewer than two spikes. */
  readonly isiMeanMs: number | null
  /** Coefficient of variation of these intervals; null with fewer than three. */
  readonly cv: number | null
  /** The steady rate at the current of the window; null if that changes, spikes arrive, or the neuron adapts. */
  readonly theoryHz: number | null
  /** From the first spike in the window to the last: there the counted rate is that of the intervals. */
  readonly spikeToSpike: (Window & { readonly count: number; readonly rateHz: number }) | null
}

/** The coefficient of variation is not defined by fewer intervals. */
const LEAST_INTERVALS = 3

export function statisticsOf(run: RunSettings, spikesMs: Iterable<number>, window: Window): RunStatistics {
  const { fromMs, toMs } = window
  const inside = spikesInWindow(spikesMs, fromMs, toMs)
  const intervals = inside.length - 1
  const [first = 0, last = 0] = [inside[0], inside.at(-1)]
  const meanMs = intervals > 0 ? (last - first) / intervals : null
  const currentNa = canAdapt(run.neuron) ? undefined : steadyNa(run, window)
  return {
    window,
    countInWindow: inside.length,
    rateHz: (1000 * inside.length) / (toMs - fromMs),
    isiMeanMs: meanMs,
    cv: meanMs === null || intervals < LEAST_INTERVALS ? null : variationOf(inside, meanMs),
    theoryHz: currentNa === undefined ? null : rateWithNoiseHz(run.neuron, currentNa),
    spikeToSpike: meanMs ? { fromMs: first, toMs: last, count: intervals, rateHz: 1000 / meanMs } : null,
  }
}

function variationOf(tMs: readonly number[], meanMs: number): number {
  const squares = tMs.slice(1).reduce((sum, t, k) => sum + (t - tMs[k]! - meanMs) ** 2, 0)
  const cv = Math.sqrt(squares / (tMs.length - 1)) / meanMs
  // Sums of equal intervals round: clockwork has 0.
  return cv < 1e-9 ? 0 : cv
}

/** The current that flows throughout the window; undefined if there is no such, or spikes arrive. */
function steadyNa({ input, spikesIn, timing, dtMs }: RunSettings, { fromMs, toMs }: Window): number | undefined {
  if (spikesIn !== undefined && spikesIn.tMs.length > 0) return undefined
  const shortMs = timing === 'grid' ? 1.001 * dtMs : 1e-9
  const atStart = input.tMs.findLastIndex(tMs => tMs <= fromMs + 1e-9)
  const later = input.tMs.findIndex(
    (tMs, k) => k > atStart && tMs < toMs - shortMs && input.iNa[k] !== input.iNa[atStart],
  )
  return later < 0 ? input.iNa[atStart] : undefined
}

/** The window with the ends that --count-from and --count-to give it. */
export function flaggedWindow(options: NeuronOptions, window: Window, faults: CommandFault[]): Window {
  const range = { unit: 'ms', min: 0, max: 1e9 }
  const from = numberFlag('--count-from', options.countFrom, range, faults)
  const to = numberFlag('--count-to', options.countTo, range, faults)
  const [fromMs, toMs] = [from ?? window.fromMs, to ?? window.toMs]
  if (fromMs < toMs) return { fromMs, toMs }
  const name = to === undefined ? '--count-from' : '--count-to'
  const other =
    to === undefined
      ? `before the end of the window, ${toMs} ms: give --count-to as well`
      : `after the start of the window, ${fromMs} ms`
  faults.push(misuseFault(`${name} is ${to ?? fromMs}, must be ${other}`))
  return window
}
