/** The f-I curve as it is measured: what rate belongs to what current. Pure. */
import type { Spike } from '../../../../loop/types.ts'
import { SAMPLE_FIELDS } from '../../../data-sources.ts'
import type { Frame } from '../../../wire-format.ts'
import { cvOf } from './interval-statistics.ts'

export interface Point {
  readonly iNa: number
  readonly rateHz: number
}

/** A rate at a current that has been held still. */
export interface Steady extends Point {
  /** Intervals that it is the mean of; 0 for a neuron that is silent. */
  readonly intervals: number
  /** By how much chance alone may move this mean: its standard error, as a share of it. */
  readonly uncertainty: number
}

export interface Measurement {
  /** Every interval in which the current moved little, with the mean of it, oldest first. */
  readonly trail: readonly Point[]
  /** The same of the neuron as it was before its parameters were changed: another theory holds for them. */
  readonly earlier: readonly Point[]
  /** Undefined while the current moves. */
  readonly steady: Steady | undefined
}

export interface Meter {
  /** @param stillNa the current counts as held still while it moves no more than this */
  add(frame: Frame, stillNa: number): void
  read(): Measurement
  /** Forget the mean; and where the neuron is another from now on, keep the trail as an earlier one's. */
  restart(isOther?: boolean): void
  clear(): void
}

const MOST_POINTS = 600
const MOST_INTERVALS = 200
/** Over so many times what counts as still, the mean of a current tells nothing of the rate. */
const MOST_MOVED = 20
/** A neuron that has not spiked for so long at a held current is silent, model ms. */
const SILENT_MS = 3000

interface Stretch {
  sum: number
  rows: number
  lowest: number
  highest: number
}

export function openMeter(): Meter {
  let trail: Point[] = []
  let earlier: Point[] = []
  let stretch = emptyStretch()
  let held: { readonly stretch: Stretch; isis: number[]; silentMs: number } = emptyHold()
  let lastUs = Number.NaN
  // The interval under way began under other conditions.
  let isCut = true

  function addRow(tUs: number, iNa: number, stillNa: number, speed: number): void {
    extend(stretch, iNa)
    const still = { ...held.stretch }
    extend(still, iNa)
    if (still.highest - still.lowest > stillNa) held = emptyHold()
    extend(held.stretch, iNa)
    if (!Number.isNaN(lastUs)) held.silentMs += ((tUs - lastUs) / 1000) * speed
    lastUs = tUs
  }

  function addSpike({ isiMs }: Spike, stillNa: number): void {
    held.silentMs = 0
    const { sum, rows, lowest, highest } = stretch
    stretch = emptyStretch()
    const whole = !isCut
    isCut = false
    if (!whole || Number.isNaN(isiMs) || rows === 0) return
    const iNa = sum / rows
    if (highest - lowest <= MOST_MOVED * stillNa) trail.push({ iNa, rateHz: 1000 / isiMs })
    if (trail.length > MOST_POINTS) trail = trail.slice(-MOST_POINTS)
    // An interval counts if all of it lies in the time in which the current was held.
    if (highest - lowest > stillNa || rows > held.stretch.rows) return
    held.isis.push(isiMs)
    if (held.isis.length > MOST_INTERVALS) held.isis.shift()
  }

  function restart(isOther = false): void {
    if (isOther) {
      earlier = [...earlier, ...trail].slice(-MOST_POINTS)
      trail = []
    }
    isCut = true
    held = emptyHold()
    stretch = emptyStretch()
  }

  return {
    add({ rows, spikes }, stillNa) {
      let next = 0
      for (let at = 0; at < rows.length; at += SAMPLE_FIELDS) {
        while (next < spikes.length && spikes[next]!.tUs <= rows[at]!) addSpike(spikes[next++]!, stillNa)
        addRow(rows[at]!, rows[at + 2]!, stillNa, spikes.at(-1)?.speed ?? 1)
      }
      while (next < spikes.length) addSpike(spikes[next++]!, stillNa)
    },
    read: () => ({ trail, earlier, steady: steadyOf(held) }),
    restart,
    clear() {
      trail = []
      earlier = []
      restart()
    },
  }
}

function steadyOf(held: { readonly stretch: Stretch; readonly isis: readonly number[]; readonly silentMs: number }) {
  const iNa = held.stretch.sum / held.stretch.rows
  if (held.silentMs > SILENT_MS && held.silentMs > 3 * (held.isis.at(-1) ?? 0)) {
    return { iNa, rateHz: 0, intervals: 0, uncertainty: 0 }
  }
  const intervals = held.isis.length
  if (intervals < 2) return undefined
  const sumMs = held.isis.reduce((sum, isi) => sum + isi, 0)
  const cv = cvOf(held.isis)
  const uncertainty = Number.isNaN(cv) ? 1 : cv / Math.sqrt(intervals)
  return { iNa, rateHz: (1000 * intervals) / sumMs, intervals, uncertainty }
}

function emptyStretch(): Stretch {
  return { sum: 0, rows: 0, lowest: Number.POSITIVE_INFINITY, highest: Number.NEGATIVE_INFINITY }
}

function emptyHold() {
  return { stretch: emptyStretch(), isis: [] as number[], silentMs: 0 }
}

function extend(stretch: Stretch, iNa: number): void {
  stretch.sum += iNa
  stretch.rows++
  stretch.lowest = Math.min(stretch.lowest, iNa)
  stretch.highest = Math.max(stretch.highest, iNa)
}
