/** Trains: spikes that the neuron fired under the same conditions. Only their intervals have a common mean and CV. Pure. */
import type { Spike } from '../../../../loop/types.ts'
import { NUMBERS_PER_SAMPLE } from '../../../wire-format.ts'

/** The time since which the conditions are the same. */
export interface TrainStart {
  /** µs since 1970. */
  readonly fromUs: number
  readonly isRunning: boolean
}

export interface SpikeTrains {
  /** Begins a train where a held current changes, where one is held anew, and after a time without data. */
  addRows(rows: Float64Array, constantNa: number): void
  /** Other parameters or another speed hold, or the neuron was paused or runs again; without a change: as it was. */
  begin(fromUs: number, isRunning?: boolean): void
  /** The train at a time; undefined before the first. */
  at(tUs: number): TrainStart | undefined
  /** The time of the first and of the last row, µs since 1970; NaN without any. */
  firstUs(): number
  lastUs(): number
  clear(): void
}

/** A current that has been constant for so long is held, µs: faster stimuli do not cut their trains. */
const HELD_US = 1e6
/** A pause between rows that is this long is a time without data, µs. */
const GAP_US = 0.5e6
const MAX_STARTS = 1000

/** The time in which the current has been constant so far. */
interface Hold {
  sinceUs: number
  lowest: number
  highest: number
  isHeld: boolean
}

export function createSpikeTrains(): SpikeTrains {
  let starts: TrainStart[] = []
  let hold: Hold | undefined
  let firstUs = Number.NaN
  let lastUs = Number.NaN

  function begin(fromUs: number, isRunning = starts.at(-1)?.isRunning ?? true): void {
    const last = starts.at(-1)
    // What is found out later about an earlier time changes nothing.
    if (last && fromUs <= last.fromUs && isRunning === last.isRunning) return
    starts.push({ fromUs: Math.max(fromUs, last?.fromUs ?? fromUs), isRunning })
    if (starts.length > 2 * MAX_STARTS) starts = starts.slice(-MAX_STARTS)
  }

  function clear(): void {
    starts = starts.slice(-1).map(({ isRunning }) => ({ fromUs: Number.NEGATIVE_INFINITY, isRunning }))
    hold = undefined
    firstUs = Number.NaN
    lastUs = Number.NaN
  }

  function addRow(tUs: number, iNa: number, constantNa: number): void {
    if (tUs < lastUs - GAP_US) clear()
    const isAfterGap = !(tUs - lastUs <= GAP_US)
    if (Number.isNaN(firstUs)) firstUs = tUs
    lastUs = tUs
    const lowest = Math.min(iNa, hold?.lowest ?? iNa)
    const highest = Math.max(iNa, hold?.highest ?? iNa)
    if (!hold || isAfterGap || highest - lowest > constantNa) {
      if (isAfterGap || hold?.isHeld) begin(tUs)
      hold = { sinceUs: tUs, lowest: iNa, highest: iNa, isHeld: false }
      return
    }
    hold.lowest = lowest
    hold.highest = highest
    if (hold.isHeld || tUs - hold.sinceUs < HELD_US) return
    hold.isHeld = true
    begin(hold.sinceUs)
  }

  return {
    addRows(rows, constantNa) {
      for (let at = 0; at < rows.length; at += NUMBERS_PER_SAMPLE) addRow(rows[at]!, rows[at + 2]!, constantNa)
    },
    begin,
    at: tUs => starts.findLast(({ fromUs }) => fromUs <= tUs),
    firstUs: () => firstUs,
    lastUs: () => lastUs,
    clear,
  }
}

/** The last intervals, ms, that lie completely between two times; not beyond a reset or a spike that is missing. */
export function intervalsBetween(spikes: readonly Spike[], fromUs: number, toUs: number, most: number): number[] {
  const isisMs: number[] = []
  for (let k = spikes.length - 1; k > 0 && isisMs.length < most; k--) {
    const { tUs, seq, isiMs } = spikes[k]!
    if (tUs > toUs) continue
    const before = spikes[k - 1]!
    if (before.tUs < fromUs || before.seq !== seq - 1 || Number.isNaN(isiMs)) break
    isisMs.push(isiMs)
  }
  return isisMs.reverse()
}
