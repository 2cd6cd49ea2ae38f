/** The spikes of many neurons over time, a row each, as text. Pure: spikes and the time in, lines out. */

export interface SpikeRaster {
  spike(neuron: string, atMs: number): void
  status(neuron: string, online: boolean): void
  rate(neuron: string, rateHz: number): void
  /** Scrolls down by so many rows, or up if negative. */
  scroll(rows: number): void
  /**
   * A heading with the axis of time and a row for each neuron, by name, as many as there is room for.
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
/** Names are cut to this, or to a quarter of a wide screen. */
const NAME_CELLS = 12
const SECOND_CELLS = 1000 / CELL_MS

export function createRaster(): SpikeRaster {
  const neurons = new Map<string, Row>()
  let first = 0

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
    scroll(rows) {
      first += rows
    },
    draw(nowMs, columns, rows) {
      const sorted = [...neurons].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
      const alive = sorted.filter(([, { online }]) => online).length
      const longest = sorted.reduce((most, [name]) => Math.max(most, name.length), NAME_CELLS)
      const nameCells = Math.min(longest, Math.max(NAME_CELLS, Math.floor(columns / 4)))
      const kind = sorted.length === 1 ? 'neuron' : 'neurons'
      const heading = `${alive} of ${sorted.length} ${kind} alive`.padEnd(nameCells + HEAD_CELLS)
      // The last column stays free: erasing the rest of a full line would take its last character.
      const cells = Math.max(0, columns - heading.length - 2)
      const room = Math.max(0, rows - 1)
      const places = sorted.length > room ? Math.max(0, room - 1) : sorted.length
      first = Math.max(0, Math.min(first, sorted.length - places))
      const shown = sorted.slice(first, first + places)
      const part = `${first + 1} to ${first + places} of ${sorted.length}: ↑ and ↓ show the others`
      const lines = [
        `${heading} ${axis(cells)}`,
        ...shown.map(([name, row]) => `${headOf(name, nameCells, row)} ${strip(row.spikes, nowMs, cells)}`),
        ...(places < sorted.length ? [part] : []),
      ]
      return lines.map(line => line.slice(0, columns))
    },
  }
}

/** Cells at the beginning of a row, without the name. */
const HEAD_CELLS = 13

function headOf(name: string, cells: number, { online, rateHz }: Row): string {
  const rate = Number.isFinite(rateHz) ? `${rateHz.toFixed(1)} Hz` : online ? '– Hz' : 'offline'
  const short = name.length > cells ? `${name.slice(0, cells - 1)}…` : name
  return `${online ? '●' : '○'} ${short.padEnd(cells)} ${rate.padStart(9)} `
}

/** How long ago, like `-2 s      -1 s    now`: each label ends at its moment. */
function axis(cells: number): string {
  let line = 'now'
  for (let s = 1; s * SECOND_CELLS < cells; s++) {
    const label = `-${s} s`
    line = label + line.padStart(s * SECOND_CELLS)
  }
  return line.length > cells ? line.slice(line.length - cells) : line.padStart(cells)
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
