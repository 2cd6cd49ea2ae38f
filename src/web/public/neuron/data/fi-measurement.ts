/** Measures the f-I curve: which rate belongs to which current. Pure. */
import type { Spike } from '../../../../loop/types.ts'
import { type NeuronFrame, NUMBERS_PER_SAMPLE } from '../../../wire-format.ts'
import { cvOf } from './interval-statistics.ts'

interface FiPoint {
  readonly iNa: number
  readonly rateHz: number
}

/** The rate at a constant current. */
export interface SteadyRate extends FiPoint {
  /** Number of intervals that it is the mean of; 0 for a silent neuron. */
  readonly intervals: number
  /** Standard error of the mean, as a share of it. */
  readonly uncertainty: number
}

export interface FiMeasurement {
  /** A point for every interval in which the current moved little, oldest first. */
  readonly points: readonly FiPoint[]
  /** The points from before the parameters were changed: another theoretical curve holds for them. */
  readonly earlierPoints: readonly FiPoint[]
  /** Undefined while the current moves. */
  readonly steady: SteadyRate | undefined
}

export interface FiMeter {
  /** @param constantNa a current that moves no more than this counts as constant */
  add(frame: NeuronFrame, constantNa: number): void
  read(): FiMeasurement
  /** Forgets the mean. If the parameters have changed, the points become earlier ones. */
  restart(paramsChanged?: boolean): void
  clear(): void
}

const MAX_POINTS = 600
const MAX_INTERVALS = 200
/** If a current moves more than so many times `constantNa`, its mean says nothing about the rate. */
const MAX_MOVEMENT = 20
/** A neuron that has not spiked for so long at a constant current is silent, model ms. */
const SILENT_MS = 3000

/** Statistics of the current over some rows. */
interface CurrentStats {
  sum: number
  rows: number
  lowest: number
  highest: number
}

/** The time since which the current is constant. */
interface SteadyPeriod {
  readonly current: CurrentStats
  /** The intervals that lie in it completely, ms. */
  readonly isisMs: number[]
  /** Model time without a spike. */
  silentMs: number
}

export function createFiMeter(): FiMeter {
  let points: FiPoint[] = []
  let earlier: FiPoint[] = []
  /** Since the last spike. */
  let interval = emptyStats()
  let steady = newSteadyPeriod()
  let lastUs = Number.NaN
  /** The present interval began under other conditions. */
  let isPartial = true

  function addRow(tUs: number, iNa: number, constantNa: number, speed: number): void {
    addCurrent(interval, iNa)
    const withThis = { ...steady.current }
    addCurrent(withThis, iNa)
    if (withThis.highest - withThis.lowest > constantNa) steady = newSteadyPeriod()
    addCurrent(steady.current, iNa)
    if (!Number.isNaN(lastUs)) steady.silentMs += ((tUs - lastUs) / 1000) * speed
    lastUs = tUs
  }

  function addSpike({ isiMs }: Spike, constantNa: number): void {
    steady.silentMs = 0
    const { sum, rows, lowest, highest } = interval
    interval = emptyStats()
    const isWhole = !isPartial
    isPartial = false
    if (!isWhole || Number.isNaN(isiMs) || rows === 0) return
    const iNa = sum / rows
    if (highest - lowest <= MAX_MOVEMENT * constantNa) points.push({ iNa, rateHz: 1000 / isiMs })
    if (points.length > MAX_POINTS) points = points.slice(-MAX_POINTS)
    // An interval counts if all of it lies in the steady period.
    if (highest - lowest > constantNa || rows > steady.current.rows) return
    steady.isisMs.push(isiMs)
    if (steady.isisMs.length > MAX_INTERVALS) steady.isisMs.shift()
  }

  function restart(paramsChanged = false): void {
    if (paramsChanged) {
      earlier = [...earlier, ...points].slice(-MAX_POINTS)
      points = []
    }
    isPartial = true
    steady = newSteadyPeriod()
    interval = emptyStats()
  }

  return {
    add({ rows, spikes }, constantNa) {
      let next = 0
      for (let at = 0; at < rows.length; at += NUMBERS_PER_SAMPLE) {
        while (next < spikes.length && spikes[next]!.tUs <= rows[at]!) addSpike(spikes[next++]!, constantNa)
        addRow(rows[at]!, rows[at + 2]!, constantNa, spikes.at(-1)?.speed ?? 1)
      }
      while (next < spikes.length) addSpike(spikes[next++]!, constantNa)
    },
    read: () => ({ points, earlierPoints: earlier, steady: steadyRate(steady) }),
    restart,
    clear() {
      points = []
      earlier = []
      restart()
    },
  }
}

function steadyRate({ current, isisMs, silentMs }: SteadyPeriod): SteadyRate | undefined {
  const iNa = current.sum / current.rows
  if (silentMs > SILENT_MS && silentMs > 3 * (isisMs.at(-1) ?? 0)) {
    return { iNa, rateHz: 0, intervals: 0, uncertainty: 0 }
  }
  const intervals = isisMs.length
  if (intervals < 2) return undefined
  const sumMs = isisMs.reduce((sum, isi) => sum + isi, 0)
  const cv = cvOf(isisMs)
  const uncertainty = Number.isNaN(cv) ? 1 : cv / Math.sqrt(intervals)
  return { iNa, rateHz: (1000 * intervals) / sumMs, intervals, uncertainty }
}

function newSteadyPeriod(): SteadyPeriod {
  return { current: emptyStats(), isisMs: [], silentMs: 0 }
}

function emptyStats(): CurrentStats {
  return { sum: 0, rows: 0, lowest: Number.POSITIVE_INFINITY, highest: Number.NEGATIVE_INFINITY }
}

function addCurrent(stats: CurrentStats, iNa: number): void {
  stats.sum += iNa
  stats.rows++
  stats.lowest = Math.min(stats.lowest, iNa)
  stats.highest = Math.max(stats.highest, iNa)
}
