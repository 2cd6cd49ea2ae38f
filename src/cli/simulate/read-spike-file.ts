/** The times of spikes in a file: of others, and what simulate and record write themselves. Pure. */
import { readTable, type Table, type TableRow } from '../../fields/parse-table.ts'
import { numberIn, numberInCell } from '../../fields/parse-time-columns.ts'
import { faultsIn, type TimeColumns, timeColumns } from './read-and-write-csv.ts'

interface SpikeRules {
  /** Of each spike, where the file has no weights. */
  readonly weight: number | undefined
  /** The weight was given for this file alone. */
  readonly isOwnWeight: boolean
  /** Of a recording the spikes of this neuron alone. */
  readonly neuron: string | undefined
}

/** Spikes with their weights, in the order of their times. */
export function spikesInFile(file: string, text: string, rules: SpikeRules): TimeColumns {
  const { weight } = rules
  if (text.trimStart().startsWith('{')) return spikesInJson(file, text, rules)
  const table = readTable(text)
  const names = table?.names ?? []
  const has = (...wanted: readonly string[]) => wanted.every(name => names.includes(name))
  if (has('neuron', 't_us')) return recorded(file, recordOf(table as Table), rules)
  if (rules.neuron !== undefined) return refused(file, `is no recording of neurons: leave out neuron=${rules.neuron}`)
  if (has('weight')) {
    if (!rules.isOwnWeight) return timeColumns(file, text, 'weight', { isCurrent: false })
    return refused(file, 'has weights of its own: leave out the :weight= after its name')
  }
  if (!has('t_ms') || weight === undefined) {
    return timeColumns(file, text, 'weight', { isCurrent: false, value: weight })
  }
  if (has('spikes')) return traced(file, table as Table, weight)
  if (has('trial')) return pooled(file, text, weight)
  return timeColumns(file, text, 'weight', { isCurrent: false, value: weight })
}

function spikesInJson(file: string, text: string, rules: SpikeRules): TimeColumns {
  const whole = parsed(text) as { readonly spikesMs?: unknown } | undefined
  if (Array.isArray(whole?.spikesMs)) return ofRun(file, whole.spikesMs, rules.weight)
  const lines = text.split(/\r\n|\n|\r/).map((line, k) => ({ line, number: k + 1 }))
  const filled = lines.filter(({ line }) => line.trim() !== '')
  const rows: Recorded[] = []
  for (const { line, number } of filled) {
    const value = parsed(line)
    if (value === undefined) return refused(file, `line ${number}: is no JSON`)
    const { neuron, tUs, speed = 1, lost } = value as Readonly<Record<string, never>>
    if (lost !== undefined) continue
    if (typeof neuron !== 'string' || typeof tUs !== 'number') {
      return refused(file, `line ${number}: must be spikes of record, or the JSON of simulate with its spikesMs`)
    }
    rows.push({ neuron, tUs, speed })
  }
  return recorded(file, rows, rules)
}

function ofRun(file: string, spikesMs: readonly number[], weight: number | undefined): TimeColumns {
  return weight === undefined ? withoutWeight(file) : sorted(spikesMs, weight, [])
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) ?? undefined
  } catch {
    return undefined
  }
}

interface Recorded {
  readonly neuron: string
  /** µs since 1970; NaN in a broken line. */
  readonly tUs: number
  readonly speed: number
  readonly line?: number
}

function recordOf({ rows, names }: Table): Recorded[] {
  const [neuron, tUs, speed] = ['neuron', 't_us', 'speed'].map(name => names.indexOf(name)) as [number, number, number]
  const numberAt = ({ cells }: TableRow, place: number) => numberIn(cells[place]?.text ?? '') ?? Number.NaN
  return rows.map(row => ({
    neuron: row.cells[neuron]?.text ?? '',
    tUs: numberAt(row, tUs),
    speed: speed < 0 ? 1 : numberAt(row, speed),
    line: row.number,
  }))
}

/** A recording begins with its first spike, and its times are model times. */
function recorded(file: string, all: readonly Recorded[], { weight, neuron }: SpikeRules): TimeColumns {
  const broken = all.filter(({ tUs, speed }) => !(tUs > 0 && speed > 0))
  if (broken.length > 0) {
    return {
      ...NOTHING,
      faults: faultsIn(
        file,
        broken.map(({ line }) => `line ${line}: has no time, or no speed`),
      ),
    }
  }
  const counts = new Map<string, number>()
  for (const { neuron } of all) counts.set(neuron, (counts.get(neuron) ?? 0) + 1)
  const known = [...counts].map(([id, count]) => `${id} (${count})`).join(', ')
  const rows = neuron === undefined ? all : all.filter(one => one.neuron === neuron)
  const [first] = rows
  if (first === undefined)
    return refused(file, `has no spikes of ${neuron ?? 'any neuron'}, must have some${known && `: ${known}`}`)
  if (weight === undefined) return withoutWeight(file)
  if (rows.some(({ speed }) => speed !== first.speed)) {
    return refused(file, 'was recorded at more than one speed, so that its times are no model times: record it at one')
  }
  // Lost spikes that were requested again stand where they arrived.
  const startUs = rows.reduce((least, { tUs }) => Math.min(least, tUs), Infinity)
  const tMs = rows.map(({ tUs }) => ((tUs - startUs) * first.speed) / 1000)
  const whose = counts.size > 1 && neuron === undefined ? ` of all its neurons, ${known}` : ''
  return sorted(tMs, weight, [`${file}: the spikes${whose} count from the first one, which is at 0 ms`])
}

/** A trace counts the spikes in the row at or after them. */
function traced(file: string, { rows, names, separator }: Table, weight: number): TimeColumns {
  const [time, spikes] = ['t_ms', 'spikes'].map(name => names.indexOf(name)) as [number, number]
  const tMs: number[] = []
  for (const { cells, number: line } of rows) {
    const [t, count] = [time, spikes].map(place => cells[place] && numberInCell(cells[place], separator))
    if (typeof t !== 'number' || typeof count !== 'number' || t < 0 || count < 0) {
      return refused(file, `line ${line}: t_ms and spikes must be numbers from 0`)
    }
    for (let k = 0; k < count; k++) tMs.push(t)
  }
  return sorted(tMs, weight, [
    `${file}: is a trace, so that each spike is in the row after it: without --trace it is exact`,
  ])
}

function pooled(file: string, text: string, weight: number): TimeColumns {
  const order = (line: string) => line.split(',').at(-1) ?? ''
  const [header = '', ...lines] = text.split(/\r\n|\n|\r/).filter(line => line.trim() !== '' && !line.startsWith('#'))
  const inOrder = [header, ...lines.sort((a, b) => Number(order(a)) - Number(order(b)))].join('\n')
  const columns = timeColumns(file, inOrder, 'weight', { isCurrent: false, value: weight })
  return { ...columns, notes: [`${file}: the spikes of all its trials arrive`] }
}

function sorted(tMs: readonly number[], weight: number, notes: readonly string[]): TimeColumns {
  const inOrder = [...tMs].sort((a, b) => a - b)
  return { tMs: inOrder, values: inOrder.map(() => weight), faults: [], notes }
}

const NOTHING: TimeColumns = { tMs: [], values: [], faults: [], notes: [] }

function withoutWeight(file: string): TimeColumns {
  return refused(file, 'has no weights: say with --weight what each spike does, in mV, or in nA with --synapse exp:5')
}

function refused(file: string, message: string): TimeColumns {
  return { ...NOTHING, faults: faultsIn(file, [message]) }
}
