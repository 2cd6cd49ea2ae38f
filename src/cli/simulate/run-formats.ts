/** A run, or several trials of it, as JSON, CSV, strip and text. Pure. */
import type { RunSettings } from '../../neuron/run-settings.ts'
import { csvPieces, PIECE_LENGTH, seedComment } from './read-and-write-csv.ts'
import type { Numbers, RecordedRun } from './run-recording.ts'
import type { RunStatistics } from './run-statistics.ts'
import { neuronCaption, shortNumber, timingCaption } from './scales-and-captions.ts'

/** One run of several that differ by chance alone. */
export interface Trial {
  readonly run: RunSettings
  readonly result: RecordedRun
  readonly statistics: RunStatistics
}

/** What the formats show. */
export interface Simulated {
  /** For titles. */
  readonly name: string
  /** At least one. */
  readonly trials: readonly Trial[]
  /** --trials was given, even as 1. */
  readonly hasTrials: boolean
  /** Chance is in it: the seed repeats it. */
  readonly isRandom: boolean
}

/** One line of JSON: of several trials the first, and what differs in each. */
export function jsonPieces({ trials, hasTrials }: Simulated): Iterable<string> {
  const [{ run, result, statistics }] = trials as readonly [Trial]
  const { neuron, durationMs, timing, method, dtMs, comparator, input, spikesIn, synapse } = run
  const { spikesMs, spikeSteps, stepCount, vEndMv, traceMs, traceMv } = result
  const rates = trials.map(trial => trial.statistics.rateHz)
  return jsonObject({
    ...{ spikesMs, count: spikesMs.length, vEndMv, durationMs, neuron, timing },
    ...(timing === 'grid' && { method, dtMs, comparator, stepCount, spikeSteps }),
    ...(input.tMs.length === 1 ? { currentNa: input.iNa[0] } : { input }),
    ...(spikesIn && { spikesIn, ...(synapse && { synapse }) }),
    ...statistics,
    ...(traceMs && { tMs: traceMs, vMv: traceMv }),
    ...(hasTrials && {
      meanRateHz: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
      trials: trials.map(trial => ({
        seed: trial.run.neuron.seed,
        count: trial.result.spikesMs.length,
        rateHz: trial.statistics.rateHz,
        spikesMs: Array.from(trial.result.spikesMs),
      })),
    }),
  })
}

function* jsonObject(object: object): Generator<string> {
  yield* valuePieces(object)
  yield '\n'
}

function* valuePieces(value: unknown): Generator<string> {
  if (isNumbers(value)) {
    yield '['
    for (let at = 0; at < value.length; at += NUMBERS_IN_PIECE) {
      yield (at > 0 ? ',' : '') + value.slice(at, at + NUMBERS_IN_PIECE).join(',')
    }
    yield ']'
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
    for (const [k, [key, inner]] of entries.entries()) {
      yield `${k === 0 ? '{' : ','}${JSON.stringify(key)}:`
      yield* valuePieces(inner)
    }
    yield '}'
  } else yield JSON.stringify(value)
}

const NUMBERS_IN_PIECE = PIECE_LENGTH / 16

function isNumbers(value: unknown): value is Numbers {
  return value instanceof Float64Array || (Array.isArray(value) && value.every(one => typeof one === 'number'))
}

/** A row for each spike, of several trials with its number, or for each point of the trace if there is one. */
export function* csvOf({ trials, hasTrials, isRandom }: Simulated): Generator<string> {
  const [{ run, result }] = trials as readonly [Trial]
  const { spikeSteps } = result
  const hasSteps = spikeSteps !== undefined
  if (result.traceMs !== undefined) yield* csvPieces(['t_ms', 'v_mv', 'i_na', 'spikes'], traceRows(run, result))
  else {
    const header = [...(hasTrials ? ['trial'] : []), 't_ms', ...(hasSteps ? ['step'] : [])]
    yield* csvPieces(header, spikeRows(trials, hasTrials))
  }
  yield seedComment(run.neuron, isRandom)
}

function* spikeRows(trials: readonly Trial[], hasTrials: boolean): Generator<number[]> {
  for (const [k, { result }] of trials.entries()) {
    for (const [n, tMs] of result.spikesMs.entries()) {
      const step = result.spikeSteps?.[n]
      yield [...(hasTrials ? [k + 1] : []), tMs, ...(step === undefined ? [] : [step])]
    }
  }
}

/** Spikes are counted in the row at or next after them, the current is the one that flows from the row on. */
function* traceRows({ input }: RunSettings, { spikesMs, traceMs, traceMv }: RecordedRun): Generator<number[]> {
  let row = 0
  let spike = 0
  for (const [k, tMs] of (traceMs as Float64Array).entries()) {
    while ((input.tMs[row + 1] ?? Infinity) <= tMs + 1e-9) row++
    const before = spike
    while (spike < spikesMs.length && spikesMs[spike]! <= tMs + 1e-9) spike++
    yield [tMs, traceMv![k]!, input.iNa[row]!, spike - before]
  }
}

const SPIKE = '|'.charCodeAt(0)

/** A line of characters for each trial, one for each dtMs; `onHidden` is told how many spikes share one with another. */
export function* stripOf({ trials, isRandom }: Simulated, onHidden: (count: number) => void): Generator<string> {
  let hidden = 0
  for (const { run, result } of trials) {
    const { spikesMs, spikeSteps, stepCount } = result
    const length = stepCount ?? Math.ceil(run.durationMs / run.dtMs - 1e-6)
    const characters = Buffer.alloc(length, '_')
    for (const [k, tMs] of spikesMs.entries()) {
      // As on a grid, a step includes its end and not its start.
      const step = spikeSteps?.[k] ?? Math.min(length, Math.max(1, Math.ceil(tMs / run.dtMs - 1e-6)))
      if (characters[step - 1] === SPIKE) hidden++
      characters[step - 1] = SPIKE
    }
    for (let at = 0; at < length; at += PIECE_LENGTH)
      yield characters.toString('latin1', at, Math.min(length, at + PIECE_LENGTH))
    yield '\n'
  }
  yield seedComment((trials[0] as Trial).run.neuron, isRandom)
  onHidden(hidden)
}

/** Characters in a line of the raster. */
const RASTER_WIDTH = 80
/** So many spikes are listed. */
const MOST_LISTED = 1000

/** What a person wants to know of the run, in lines. */
export function textOf({ name, trials, hasTrials, isRandom }: Simulated): string {
  const [{ run, result, statistics }] = trials as readonly [Trial]
  const { neuron, durationMs } = run
  // With noise of the neuron its caption has the seed.
  const seed = isRandom && neuron.noiseMv === 0 ? [`seed ${neuron.seed}`] : []
  const title = [`${name}: ${neuronCaption(neuron)}`, [timingCaption(run), ...seed].join(' · ')]
  if (hasTrials) return [...title, ...rasterLines(trials), ''].join('\n')
  const { spikesMs } = result
  const times = Array.from(spikesMs.subarray(0, MOST_LISTED), tMs => String(Number(tMs.toPrecision(9))))
  const more = spikesMs.length - times.length
  return [
    ...title,
    `spikes: ${spikesMs.length} in ${shortNumber(durationMs, 7)} ms`,
    ...statisticsLines(run, statistics),
    `V at the end: ${shortNumber(result.vEndMv, 9)} mV`,
    ...(times.length > 0 ? [`spikes at (ms): ${times.join(' ')}${more > 0 ? ` and ${more} more` : ''}`] : []),
    '',
  ].join('\n')
}

function statisticsLines(run: RunSettings, statistics: RunStatistics): string[] {
  const { window, countInWindow, rateHz, isiMeanMs, cv, theoryHz, spikeToSpike } = statistics
  const n = (value: number) => shortNumber(value, 6)
  const ms = (value: number) => String(Number(value.toPrecision(12)))
  const theory = theoryHz === null ? '' : `; in theory ${n(theoryHz)} Hz`
  const lines = [
    `rate: ${n(rateHz)} Hz (${countInWindow} from ${n(window.fromMs)} to ${n(window.toMs)} ms)${theory}`,
    isiMeanMs === null
      ? 'intervals: none'
      : `intervals: mean ${n(isiMeanMs)} ms (${n(1000 / isiMeanMs)} Hz), CV ${cv === null ? 'not defined by so few' : n(cv)}`,
  ]
  // Elsewhere the count of spikes begins or ends within an interval.
  if (spikeToSpike && theoryHz && run.neuron.noiseMv === 0) {
    const { fromMs, toMs, count } = spikeToSpike
    const grid = run.timing === 'grid' ? ', and exactly with --timing event, without rounding to steps' : ''
    lines.push(
      `from just after one spike to just after another both rates agree${grid}: --count-from ${ms(fromMs)} --count-to ${ms(toMs)} counts ${count}, ${n(spikeToSpike.rateHz)} Hz`,
    )
  }
  return lines
}

/** A line for each trial: | where it spikes at least once. */
function rasterLines(trials: readonly Trial[]): string[] {
  const lines = trials.map(({ run, result, statistics }, k) => {
    const places = Array.from({ length: RASTER_WIDTH }, () => '·')
    for (const tMs of result.spikesMs) {
      places[Math.min(RASTER_WIDTH - 1, Math.floor((tMs / run.durationMs) * RASTER_WIDTH))] = '|'
    }
    return `${String(k + 1).padStart(4)} ${places.join('')} ${shortNumber(statistics.rateHz)} Hz`
  })
  const rates = trials.map(({ statistics }) => statistics.rateHz)
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length
  const [first] = trials as readonly [Trial]
  const { fromMs, toMs } = first.statistics.window
  return [
    ...lines,
    `     0 to ${shortNumber(first.run.durationMs, 7)} ms`,
    `mean rate ${shortNumber(mean)} Hz, counted from ${shortNumber(fromMs, 7)} to ${shortNumber(toMs, 7)} ms in each of ${trials.length} trials`,
  ]
}
