/** Compares all that a dashboard shows with the recorded spikes, the current that the page was sent, and theory. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { type NeuronParams, neuronFrom } from '../../src/neuron/params.ts'
import { rateWithNoiseHz } from '../../src/neuron/siegert.ts'
import { until } from '../web/page-interactions.ts'
import type { PageTraffic, ReportedState } from '../web/page-traffic.ts'
import { type Comparisons, cvOf, isRounded, meanOf, numberIn } from '../web/shown-numbers.ts'
import type { RecordedSpikes } from './recorded-spikes.ts'

export interface ComparedPage {
  readonly page: Page
  readonly traffic: PageTraffic
  readonly spikes: RecordedSpikes
  readonly compare: Comparisons
  /** When what is measured began to be another neuron, or another current: before and after it was done, µs since 1970. */
  changedUs: readonly [before: number, after: number]
}

/** A change becomes known to the page with the next state; data on its way counts for nothing. */
const KNOWN_US = 400_000
/** The page shows a state for no longer than this, µs. */
const SHOWN_US = 2e6
/** A state may be so much older than it says: the neuron's thread may wait for the machine, ms. */
const LATEST_MS = 500
/** So long a time without samples makes a new train, µs. */
const GAP_US = 450_000
const MOST_INTERVALS = 200
const MOST_HISTOGRAM_INTERVALS = 500

interface Shown {
  readonly current: string
  readonly rate: string
  readonly interval: string
  readonly voltage: string
  readonly count: string
  readonly summary: string
  readonly set: string
  readonly ends: readonly string[]
  readonly slider: string
  readonly step: string
  readonly levelText: string
  readonly badges: readonly string[]
  readonly fi: string
  readonly percent: string
  readonly intervals: string
  readonly atMs: number
}

/** All at one moment. */
function read(page: Page): Promise<Shown> {
  return page.evaluate(`(() => {
    const text = selector => document.querySelector(selector)?.textContent.trim() ?? ''
    const all = selector => [...document.querySelectorAll(selector)].map(e => e.textContent.trim())
    return {
      current: text('#readout-current'), rate: text('#readout-rate'), interval: text('#readout-interval'),
      voltage: text('#readout-voltage'), count: text('#readout-count'),
      summary: document.querySelector('#scope').getAttribute('aria-label'),
      set: document.querySelector('#current').value, ends: all('.ends > span'),
      slider: document.querySelector('#level').value, step: document.querySelector('#level').step,
      levelText: document.querySelector('#level').getAttribute('aria-valuetext'),
      badges: all('header .badge'), fi: text('#fi-said'), intervals: text('#intervals-said'),
      percent: document.querySelector('#fi-error')?.dataset.percent ?? '',
      atMs: Date.now(),
    }
  })()`)
}

/** The large figures, the slider and the summary: all of one of the last states that the page was sent. */
export async function compareReadouts(compared: ComparedPage): Promise<void> {
  const { page, traffic, compare } = compared
  const shown = await read(page)
  const { params } = traffic.params.at(-1)!
  const now = shown.atMs * 1000
  const recent = traffic.states.filter(({ tUs }, k) => now - tUs < SHOWN_US || k >= traffic.states.length - 3)
  const isShown = ({ state }: ReportedState) =>
    [
      [shown.current, state.iNa],
      [shown.rate, state.rateHz],
      [shown.voltage, state.vMv],
      [shown.count, state.count],
      [shown.interval, state.isiMs ?? Number.NaN],
    ].every(([text, value]) => Number.isNaN(value) || isRounded(String(text), Number(value)))
  const found = recent.filter(isShown)
  if (found.length === 0) throw new Error(`no state is ${JSON.stringify(shown)}: ${JSON.stringify(recent.slice(-3))}`)
  const { state } = found.at(-1)!
  compare.same('current, readout', shown.current, state.iNa)
  compare.same('V, readout', shown.voltage, state.vMv)
  const [, v = '', i = '', hz = ''] = /V (\S+) mV, I (\S+) nA, (\S+) Hz\.$/.exec(shown.summary) ?? []
  compare.same('V, text of the scope', v, state.vMv)
  compare.same('current, text of the scope', i, state.iNa)
  compare.same('rate, text of the scope', hz, state.rateHz)
  const levelNa = params.minNa! + state.level * (params.maxNa! - params.minNa!)
  compare.same('current of the slider', shown.set, levelNa)
  // The slider itself stands on the nearest of its steps.
  expect(Math.abs(Number(shown.slider) - levelNa)).toBeLessThanOrEqual(Number(shown.step) * 0.501)
  compare.same('current of the slider, spoken', shown.levelText.replace(' nA', ''), levelNa)
  compare.same('current at the left end', shown.ends[0]!.replace(' nA', ''), params.minNa!)
  compare.same('current at the right end', shown.ends.at(-1)!.replace(' nA', ''), params.maxNa!)
  // Where the slider holds the current, it is the one that flows.
  if (state.source === 'slider' && !state.stimulated) compare.same('current, slider', shown.current, levelNa, 1e-6)
}

/** What the states that the page was sent say of spikes: against the spikes themselves. */
export function compareStates({ traffic, spikes, compare }: ComparedPage): void {
  for (const { state, tUs } of traffic.states) {
    const { count, isiMs, rateHz, running, speed } = state
    // The figures are read one after the other: a spike may come in between, or its report wait for the next turn.
    const latest = [count + 1, count, count - 1, count - 2, count - 3].filter(seq => spikes.has(seq))
    if (latest.length === 0 || !spikes.has(count - 1)) continue
    if (isiMs !== null) {
      const nearest = nearestTo(
        isiMs,
        latest.map(seq => spikes.isiMs(seq)),
      )
      if (!Number.isNaN(nearest)) compare.same('last interval, ms', isiMs.toFixed(3), nearest, 0.002)
    }
    if (!running) {
      compare.same('rate of a paused neuron', String(rateHz), 0)
      continue
    }
    const rates = latest.map(seq => meanRates(spikes, seq, tUs, speed)).filter(one => one !== undefined)
    if (rates.length === 0 || rateHz === 0) continue
    const nearest = nearestTo(
      rateHz,
      rates.map(([low, high]) => Math.min(Math.max(rateHz, low), high)),
    )
    compare.same('mean rate of the last second', rateHz.toFixed(3), nearest, 1e-4 * rateHz)
  }
}

/** The least and the greatest rate at that time: the mean of the intervals in the last second, or fewer if silent since. */
function meanRates(spikes: RecordedSpikes, seq: number, tUs: number, speed: number): [number, number] | undefined {
  let sumMs = spikes.isiMs(seq)
  let n = 1
  while (spikes.has(seq - n - 1) && sumMs + spikes.isiMs(seq - n) <= 1000) {
    sumMs += spikes.isiMs(seq - n)
    n++
  }
  if (Number.isNaN(sumMs)) return undefined
  const sinceMs = ((tUs - spikes.spike(seq).tUs) / 1000) * speed
  const rate = (lateMs: number) => 1000 / Math.max(sumMs / n, sinceMs + lateMs)
  // While it was paused no model time passed.
  const isPaused = spikes.isInterrupted(spikes.spike(seq).tUs, tUs)
  return isPaused ? [0, (1000 * n) / sumMs] : [rate(20), rate(-LATEST_MS)]
}

export async function compareFi(compared: ComparedPage): Promise<void> {
  const { page, traffic, spikes, compare, changedUs } = compared
  const shown = await read(page)
  await until(() => spikes.lastSeq() >= (traffic.seqs.at(-1) ?? 0), 'the ledger')
  const params = neuronOf(traffic)
  if (traffic.states.at(-1)?.state.running === false) {
    compare.words('f–I, paused', shown.fi, 'Paused: nothing is measured')
    return
  }
  const silent = /^(Silent|No spike yet) at (\S+) nA(?:, as the theory says|; theory says (\S+) Hz)$/.exec(shown.fi)
  if (silent) {
    compareSilence(compared, params, silent, shown)
    return
  }
  if (shown.fi === 'To measure, hold the knob or take the slider') return
  const words = /^(\S+) Hz at (\S+) nA (\S+) % from theory \(n = (\d+)\)(?:, chance alone makes ±(\S+) %)?$/
  const found = words.exec(shown.fi)
  if (!found) throw new Error(`f–I says "${shown.fi}"`)
  const [, hz = '', iNa = '', percent = '', nText = '', chance] = found
  const n = Number(nText)
  /** Several trains may have the same rate to two digits: then the difference tells which it is. */
  const facts = lastSpikesOf(n, hz, chance, compared, shown.atMs).map(end => {
    const isisMs = intervals(spikes, end, n)
    const rateHz = (1000 * n) / sum(isisMs)
    const { currentNa, errorNa } = meanCurrent(traffic, spikes.spike(end - n).tUs, spikes.spike(end).tUs)
    const theoryHz = rateWithNoiseHz(params, currentNa)
    const percentPerNa = (100 * Math.abs(rateWithNoiseHz(params, currentNa + 1e-7) / theoryHz - 1)) / 1e-7
    const error = 1e-3 + errorNa * percentPerNa
    return { end, isisMs, rateHz, currentNa, errorNa, error, expected: 100 * (rateHz / theoryHz - 1) }
  })
  const offBy = (one: (typeof facts)[number]) => Math.abs(Number(shown.percent) - one.expected)
  const { end, isisMs, rateHz, currentNa, errorNa, error, expected } = facts.sort((a, b) => offBy(a) - offBy(b))[0]!
  compare.same('rate, f–I text', hz, rateHz, 0.002 * rateHz * (rateHz / 1000 / n))
  compare.same('current, f–I text', iNa, currentNa, errorNa)
  compare.same('difference from theory, %', percent.replace('+', ''), expected, error)
  compare.same('difference from theory, data', shown.percent, expected, error)
  if (!(params.noiseMv > 0)) compare.same('difference without noise, %', percent.replace('+', ''), 0, 0.01)
  if (chance !== undefined) compare.same('chance, %', chance, (100 * cvOf(isisMs)) / Math.sqrt(n), 1e-3)
  compareCount('n, f–I text', n, end, MOST_INTERVALS, compared, changedUs)
}

/** The intervals plot: mean, CV and count. */
export async function compareIntervals(compared: ComparedPage): Promise<void> {
  const { page, spikes, traffic, compare, changedUs } = compared
  const shown = await read(page)
  await until(() => spikes.lastSeq() >= (traffic.seqs.at(-1) ?? 0), 'the ledger')
  if (shown.intervals.startsWith('No intervals')) {
    if (traffic.states.at(-1)?.state.running === false) {
      compare.words('intervals, paused', shown.intervals, /^No intervals since the last change yet/)
      return
    }
    const first = firstAfter(spikes, changedUs[1] + KNOWN_US)
    if (spikes.has(first + 1) && spikes.spike(first + 1).tUs < shown.atMs * 1000 - KNOWN_US)
      throw new Error(`no intervals are shown, but there is spike ${first + 1}`)
    return
  }
  const found = /^mean (\S+) ms, CV (\S+), (?:(\d+) intervals?|the last (\d+) intervals)$/.exec(shown.intervals)
  if (!found) throw new Error(`intervals say "${shown.intervals}"`)
  const [, mean = '', cv = '', count, last] = found
  const n = Number(count ?? last)
  const end = recentSeqs(compared, shown.atMs).find(seq => {
    const isisMs = intervals(spikes, seq, n)
    return isRounded(mean, meanOf(isisMs), 0.002) && (n < 3 || isRounded(cv, cvOf(isisMs), 1e-4))
  })
  if (end === undefined) throw new Error(`no train has "${shown.intervals}": ${near(spikes, n)}`)
  const isisMs = intervals(spikes, end, n)
  compare.same('mean interval, ms', mean, meanOf(isisMs), 0.002)
  if (n < 3) compare.words('CV of few intervals', cv, '–')
  else compare.same('CV', cv, cvOf(isisMs), 1e-4)
  compareCount('n, intervals', n, end, MOST_HISTOGRAM_INTERVALS, compared, changedUs)
}

/** No interval from before the change may count, and all from after it must, once the page knows of it. */
function compareCount(
  name: string,
  n: number,
  end: number,
  most: number,
  { spikes, compare, traffic }: ComparedPage,
  [beforeUs, changedUs]: readonly [number, number],
): void {
  const afterUs = Math.max(changedUs, lastGapUs(traffic))
  const highest = Math.min(most, Math.max(0, end - firstAfter(spikes, beforeUs)))
  const lowest = Math.min(most, Math.max(0, end - firstAfter(spikes, afterUs + KNOWN_US)))
  compare.same(name, String(n), Math.min(Math.max(n, lowest), highest))
}

/** The end of the last time without samples, as on a busy machine: what flowed then is not known. */
function lastGapUs({ rows }: PageTraffic): number {
  const after = rows.findLastIndex(({ tUs }, k) => k > 0 && tUs - rows[k - 1]!.tUs > GAP_US)
  return rows[Math.max(0, after)]?.tUs ?? 0
}

function compareSilence(
  { traffic, spikes, compare }: ComparedPage,
  params: NeuronParams,
  [, words, iNa = '', hz]: RegExpExecArray | (string | undefined)[],
  { atMs }: Shown,
): void {
  const lastUs = traffic.rows.at(-1)!.tUs
  const speed = traffic.states.at(-1)!.state.speed
  const settledUs = ((params.refractoryMs + 10 * params.tauMs) * 1000) / speed
  const { currentNa, errorNa } = meanCurrent(traffic, lastUs - settledUs, lastUs)
  compare.same('current of a silent neuron', iNa, currentNa, errorNa)
  const theoryHz = rateWithNoiseHz(params, currentNa)
  const silentS = ((lastUs - spikes.spike(spikes.seqAt(lastUs))?.tUs || Number.POSITIVE_INFINITY) / 1e6) * speed
  if (hz === undefined && theoryHz >= 0.005)
    throw new Error(`it is called silent at ${iNa} nA, theory says ${theoryHz}`)
  if (hz !== undefined) {
    compare.same('theory of a silent neuron, Hz', hz, theoryHz, 1e-3 * theoryHz)
    if (words === 'Silent' && silentS * theoryHz < 5)
      throw new Error(`called silent after ${silentS} s at ${theoryHz} Hz`)
    if (!(params.noiseMv > 0) && silentS * theoryHz > 3) throw new Error(`silent for ${silentS} s at ${theoryHz} Hz`)
  }
  if (!(silentS * 1000 >= settledUs / 1000)) throw new Error(`called silent ${silentS} s after a spike, at ${atMs}`)
}

/** The last of the spikes that the text may be about. */
function lastSpikesOf(
  n: number,
  hz: string,
  chance: string | undefined,
  compared: ComparedPage,
  atMs: number,
): number[] {
  const { spikes } = compared
  const ends = recentSeqs(compared, atMs).filter(seq => {
    const isisMs = intervals(spikes, seq, n)
    const rateHz = (1000 * n) / sum(isisMs)
    if (!isRounded(hz, rateHz, 1e-5 * rateHz)) return false
    return chance === undefined || isRounded(chance, (100 * cvOf(isisMs)) / Math.sqrt(n), 1e-3)
  })
  if (ends.length === 0) throw new Error(`no ${n} intervals have ${hz} Hz: ${near(spikes, n)}`)
  return ends
}

/** Spikes that may be the last that the page had seen at that time, the newest first. */
function recentSeqs({ spikes }: ComparedPage, atMs: number): number[] {
  const last = spikes.seqAt(atMs * 1000)
  const oldest = spikes.seqAt(atMs * 1000 - SHOWN_US) - 2
  return Array.from({ length: last - oldest }, (_, k) => last - k).filter(seq => spikes.has(seq))
}

function near(spikes: RecordedSpikes, n: number): string {
  const last = spikes.lastSeq()
  return [0, 1, 2, 3]
    .map(k => `${(1000 * n) / sum(intervals(spikes, last - k, n))} Hz, mean ${meanOf(intervals(spikes, last - k, n))}`)
    .join('; ')
}

/** NaN where one of them is not known. */
function intervals(spikes: RecordedSpikes, end: number, n: number): number[] {
  return Array.from({ length: n }, (_, k) => (spikes.has(end - k) ? spikes.isiMs(end - k) : Number.NaN))
}

function firstAfter(spikes: RecordedSpikes, tUs: number): number {
  return spikes.seqAt(tUs) + 1
}

/**
 * Mean over the time between, as the page was told of it: each sample holds until the next. The membrane weights what
 * came late more, so while the current moves a mean is uncertain by half of the movement.
 */
function meanCurrent({ rows }: PageTraffic, fromUs: number, toUs: number): { currentNa: number; errorNa: number } {
  let charge = 0
  let time = 0
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let k = 0; k < rows.length; k++) {
    const { tUs, iNa } = rows[k]!
    const dtUs = Math.min(rows[k + 1]?.tUs ?? toUs, toUs) - Math.max(tUs, fromUs)
    if (dtUs <= 0) continue
    charge += dtUs * iNa
    time += dtUs
    lowest = Math.min(lowest, iNa)
    highest = Math.max(highest, iNa)
  }
  return { currentNa: charge / time, errorNa: FLOAT_SHARE * highest + (highest - lowest) / 2 }
}

/** Currents come in single precision. */
const FLOAT_SHARE = 1e-7

export function neuronOf({ params }: PageTraffic): NeuronParams {
  const { minNa: _min, maxNa: _max, speed: _speed, capacitanceNf: _c, ...neuron } = params.at(-1)!.params
  return neuronFrom(neuron as never)
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

function nearestTo(value: number, others: readonly number[]): number {
  const known = others.filter(one => !Number.isNaN(one))
  return known.reduce(
    (best, one) => (Math.abs(one - value) < Math.abs(best - value) ? one : best),
    known[0] ?? Number.NaN,
  )
}

export { numberIn }
