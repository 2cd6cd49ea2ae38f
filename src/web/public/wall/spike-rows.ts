/** The spikes that the wall remembers: a minute, a row for each neuron. Pure, bounded. */
import type { WallSpikes } from '../../wire-format.ts'

export interface SpikeRows {
  add(spikes: WallSpikes): void
  /** Seconds since `originUs`, in about ascending order. */
  row(index: number): readonly number[]
  /** Seconds on the rows' clock of a moment in µs since 1970. */
  secondsOf(tUs: number): number
}

const MOST_A_ROW = 8192

export function createSpikeRows(): SpikeRows {
  const rows = new Map<number, number[]>()
  let originUs = Number.NaN

  function secondsOf(tUs: number): number {
    if (Number.isNaN(originUs)) originUs = tUs
    return (tUs - originUs) / 1e6
  }

  return {
    add(spikes) {
      for (let at = 0; at < spikes.length; at += 2) {
        const index = spikes[at]!
        let row = rows.get(index)
        if (!row) {
          row = []
          rows.set(index, row)
        }
        row.push(secondsOf(spikes[at + 1]!))
        if (row.length > MOST_A_ROW) row.splice(0, MOST_A_ROW / 2)
      }
    },
    row: index => rows.get(index) ?? [],
    secondsOf,
  }
}
