/** Firing rate and CV at a time in the past. Pure. */
import type { Spike } from '../../../../loop/types.ts'
import { cvOf } from './interval-statistics.ts'
import { intervalsBetween, type SpikeTrains } from './train-starts.ts'

interface Firing {
  /** Null where it is not known. */
  readonly rateHz: number | null
  /** Null where it is not known, or there are too few intervals. */
  readonly cv: number | null
}

const CV_INTERVALS = 20
/** Where no spike was seen for so long after the page was opened, the neuron is silent, model ms. */
const SILENT_MS = 3000
const UNKNOWN: Firing = { rateHz: null, cv: null }

/** Rate from the interval at that time, CV of the intervals before in the same train. */
export function firingAt(spikes: readonly Spike[], trains: SpikeTrains, atUs: number): Firing {
  const train = trains.at(atUs)
  // Before the page was opened.
  if (!train || !(atUs >= trains.firstUs())) return UNKNOWN
  if (!train.isRunning) return { rateHz: 0, cv: null }
  const next = firstAfter(spikes, atUs)
  const last = spikes[next - 1]
  if (!last) return { rateHz: rateBeforeFirst(spikes[next], trains.firstUs(), atUs), cv: null }
  const cv = cvOf(
    intervalsBetween(spikes.slice(Math.max(0, next - CV_INTERVALS - 1), next), train.fromUs, atUs, CV_INTERVALS),
  )
  const sinceMs = ((atUs - Math.max(last.tUs, train.fromUs)) / 1000) * last.speed
  // A first spike has no interval.
  const rateHz = Number.isNaN(last.isiMs) ? 0 : 1000 / Math.max(last.isiMs, sinceMs)
  return { rateHz, cv: Number.isNaN(cv) ? null : cv }
}

/** The first spike that the page has seen tells how long none had come before it. */
function rateBeforeFirst(first: Spike | undefined, openedUs: number, atUs: number): number | null {
  if (first) return Number.isNaN(first.isiMs) ? 0 : 1000 / first.isiMs
  return (atUs - openedUs) / 1000 > SILENT_MS ? 0 : null
}

function firstAfter(spikes: readonly Spike[], atUs: number): number {
  let next = spikes.length
  while (next > 0 && spikes[next - 1]!.tUs > atUs) next--
  return next
}
