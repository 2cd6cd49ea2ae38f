/** The page's buffer of spikes: the last minute and more of each neuron. Pure, bounded. */
import type { WallFrame } from '../../wire-format.ts'

export interface SpikeRows {
  add(spikes: WallFrame): void
  /** Seconds since the first spike or message, in about ascending order. */
  row(index: number): readonly number[]
  /** Converts µs since 1970. */
  secondsOf(tUs: number): number
}

const MAX_SPIKES_PER_ROW = 8192

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
        if (row.length > MAX_SPIKES_PER_ROW) row.splice(0, MAX_SPIKES_PER_ROW / 2)
      }
    },
    row: index => rows.get(index) ?? [],
    secondsOf,
  }
}
