/** The spikes of many neurons over time, a row each, as text. Pure: spikes and the time in, lines out. */

export interface Raster {
  spike(neuron: string, atMs: number): void
  status(neuron: string, online: boolean): void
  rate(neuron: string, rateHz: number): void
  /**
   * A heading and a row for each neuron, by name, as many as there is room for.
   * @param nowMs the right edge, on the clock of `spike`
   */
  draw(nowMs: number, columns: number, rows: number): string[]
}

interface Row {
  online: boolean
  rateHz: number
  /** Spike times, oldest first. */
  readonly spikes: number[]
}

const CELL_MS = 50
const MOST_SPIKES = 4096
const MOST_NEURONS = 1000
const NAME_CELLS = 12
const HEAD_CELLS = NAME_CELLS + 14

export function createRaster(): Raster {
  const neurons = new Map<string, Row>()

  function rowOf(neuron: string): Row {
    const known = neurons.get(neuron)
    if (known) return known
    const row: Row = { online: true, rateHz: Number.NaN, spikes: [] }
    if (neurons.size < MOST_NEURONS) neurons.set(neuron, row)
    return row
  }

  return {
    spike(neuron, atMs) {
      const { spikes } = rowOf(neuron)
      spikes.push(atMs)
      if (spikes.length > MOST_SPIKES) spikes.splice(0, MOST_SPIKES / 2)
    },
    status(neuron, online) {
      const row = rowOf(neuron)
      row.online = online
      if (!online) row.rateHz = Number.NaN
    },
    rate(neuron, rateHz) {
      rowOf(neuron).rateHz = rateHz
    },
    draw(nowMs, columns, rows) {
      const sorted = [...neurons].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
      const alive = sorted.filter(([, { online }]) => online).length
      const cells = Math.max(0, columns - HEAD_CELLS - 1)
      const seconds = ((cells * CELL_MS) / 1000).toFixed(1)
      const room = Math.max(0, rows - 1)
      const shown = sorted.length > room ? sorted.slice(0, Math.max(0, room - 1)) : sorted
      const heading = `${alive} of ${sorted.length} neurons alive; the last ${seconds} s`
      const hidden = sorted.length - shown.length
      return [
        heading.slice(0, columns),
        ...shown.map(([name, row]) => `${headOf(name, row)} ${strip(row.spikes, nowMs, cells)}`.slice(0, columns)),
        ...(hidden > 0 ? [`and ${hidden} more`] : []),
      ]
    },
  }
}

function headOf(name: string, { online, rateHz }: Row): string {
  const rate = Number.isFinite(rateHz) ? `${rateHz.toFixed(1)} Hz` : online ? '– Hz' : 'offline'
  const short = name.length > NAME_CELLS ? `${name.slice(0, NAME_CELLS - 1)}…` : name
  return `${online ? '●' : '○'} ${short.padEnd(NAME_CELLS)} ${rate.padStart(9)} `
}

/** One character for 50 ms: a blank, | for a spike, ‖ for more. */
function strip(spikes: readonly number[], nowMs: number, cells: number): string {
  const counts = new Uint16Array(cells)
  // Cells stand still in time, so that a spike does not flicker from one to the next.
  const newest = Math.floor(nowMs / CELL_MS)
  for (let i = spikes.length - 1; i >= 0; i--) {
    const cell = cells - 1 - (newest - Math.floor((spikes[i] as number) / CELL_MS))
    if (cell >= 0 && cell < cells) counts[cell]!++
  }
  return Array.from(counts, count => (count === 0 ? ' ' : count === 1 ? '|' : '‖')).join('')
}
