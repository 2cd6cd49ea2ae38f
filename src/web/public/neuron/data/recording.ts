/** A recording made in the browser, and the files that it is exported to. Pure. */
import type { ToldParams } from '../../../../loop/control/live-params.ts'
import type { Spike } from '../../../../loop/types.ts'
import { type NeuronFrame, NUMBERS_PER_SAMPLE } from '../../../wire-format.ts'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { type CsvFormat, csvText } from './csv-format.ts'
import { paramLines } from './params-text.ts'

export interface NeuronRecording {
  readonly name: string
  readonly id: string
  readonly boot: string
  /** Parameters at the start and after every change. */
  readonly params: { readonly tUs: number; readonly params: ToldParams }[]
  readonly spikes: Spike[]
  readonly rows: Float64Array[]
  rowCount: number
}

/** Half an hour of trace, some 60 MB. */
const MAX_RECORDED_ROWS = 1_800_000

export function startRecording(name: string, neuron: { readonly id: string; readonly boot: string }): NeuronRecording {
  return { name, ...neuron, params: [], spikes: [], rows: [], rowCount: 0 }
}

/** Returns false if it is full. */
export function addToRecording(recording: NeuronRecording, { rows, spikes }: NeuronFrame): boolean {
  recording.spikes.push(...spikes)
  if (rows.length > 0) recording.rows.push(rows)
  recording.rowCount += rows.length / NUMBERS_PER_SAMPLE
  return recording.rowCount < MAX_RECORDED_ROWS
}

/** The number of spikes that are missing between the first and the last. */
export function missingSpikes({ spikes }: NeuronRecording): number {
  const [first] = spikes
  const last = spikes.at(-1)
  return first && last ? last.seq - first.seq + 1 - spikes.length : 0
}

export function durationS({ rows }: NeuronRecording): number {
  const first = rows[0]?.[0]
  const last = rows.at(-1)?.at(-NUMBERS_PER_SAMPLE)
  return first === undefined || last === undefined ? 0 : (last - first) / 1e6
}

/** Model ms per wall ms, as it was at the start. */
export function speedOf({ params }: NeuronRecording): number {
  return params[0]?.params.speed ?? 1
}

export function spikesCsv(recording: NeuronRecording, format: CsvFormat): string {
  const { boot, spikes } = recording
  const modelMs = modelClock(recording)
  const rows = spikes.map(({ seq, tUs, isiMs, late, speed }) => {
    const times = [modelMs(tUs).toFixed(4), Number.isNaN(isiMs) ? '' : isiMs.toFixed(4)]
    return [...times, seq, boot, Math.round(tUs), Number(late), speed]
  })
  const columns = ['t_ms', 'isi_ms', 'seq', 'boot', 'unix_us', 'late', 'speed']
  return csvText({ comments: commentsOn(recording), columns, rows }, format)
}

export function traceCsv(recording: NeuronRecording, format: CsvFormat): string {
  const modelMs = modelClock(recording)
  const rows = recording.rows.flatMap(block =>
    rowsOf(block).map(([tUs = 0, ...values]) => [modelMs(tUs).toFixed(3), ...values, tUs]),
  )
  const columns = ['t_ms', 'v_mv', 'i_na', 'level', 'unix_us']
  return csvText({ comments: commentsOn(recording), columns, rows }, format)
}

/** Model time since the start of the recording, ms. */
function modelClock({ params, rows, spikes }: NeuronRecording): (tUs: number) => number {
  const startUs = Math.min(rows[0]?.[0] ?? Number.POSITIVE_INFINITY, spikes[0]?.tUs ?? Number.POSITIVE_INFINITY)
  const changes = params.slice(1).map(({ tUs, params: { speed } }) => ({ tUs, speed }))
  const speeds = [{ tUs: startUs, speed: params[0]?.params.speed ?? 1 }, ...changes]
  return tUs => {
    const spans = speeds.map(({ tUs: fromUs, speed }, k) => {
      const toUs = Math.min(tUs, speeds[k + 1]?.tUs ?? Number.POSITIVE_INFINITY)
      return (Math.max(0, toUs - fromUs) / 1000) * speed
    })
    return spans.reduce((sum, ms) => sum + ms, 0)
  }
}

/** What was recorded when, and the parameters at the start and after each change. */
function commentsOn(recording: NeuronRecording): string[] {
  const { name, id, params, rows } = recording
  const modelMs = modelClock(recording)
  const startUs = rows[0]?.[0]
  const began = startUs === undefined ? '' : `, ${new Date(startUs / 1000).toISOString()}`
  return [
    WORDS.files.recording(name, id) + began,
    WORDS.files.times,
    ...params.flatMap((one, k) => {
      const before = params[k - 1]
      if (!before) return paramLines(one.params)
      const known = new Set(paramLines(before.params))
      return paramLines(one.params).flatMap(line =>
        known.has(line) ? [] : [WORDS.files.from(modelMs(one.tUs).toFixed(1), line)],
      )
    }),
  ]
}

/** One JSON object per line: the recording, the parameters, the spikes, the samples. */
export function jsonLines(recording: NeuronRecording): string {
  const { name, id, boot, params, spikes, rows } = recording
  const lines: object[] = [
    { type: 'recording', name, neuron: id, boot, missingSpikes: missingSpikes(recording) },
    ...params.map(one => ({ type: 'params', ...one })),
    ...spikes.map(spike => ({ type: 'spike', ...spike, tUs: Math.round(spike.tUs) })),
    ...rows.flatMap(block => rowsOf(block).map(([tUs, vMv, iNa, level]) => ({ type: 'sample', tUs, vMv, iNa, level }))),
  ]
  return `${lines.map(line => JSON.stringify(line)).join('\n')}\n`
}

/** The knob was turned to `level` (0…1). */
interface KnobTurn {
  readonly atMs: number
  readonly level: number
}

/** The recorded movement of the knob, one step per change. */
export function knobTurns({ rows }: NeuronRecording): KnobTurn[] {
  const turns: KnobTurn[] = []
  const firstUs = rows[0]?.[0] ?? 0
  for (const block of rows) {
    for (let at = 0; at < block.length; at += NUMBERS_PER_SAMPLE) {
      const level = block[at + 3] as number
      if (level !== turns.at(-1)?.level) turns.push({ atMs: (block[at]! - firstUs) / 1000, level })
    }
  }
  return turns
}

/** A name that is valid in every file system. */
export function fileName(name: string, what: string): string {
  return `${name.trim().replace(/[^\p{L}\p{N}_-]+/gu, '-') || 'neuron'}-${what}`
}

function rowsOf(block: Float64Array): number[][] {
  return Array.from({ length: block.length / NUMBERS_PER_SAMPLE }, (_, k) => {
    const [tUs = 0, vMv = 0, iNa = 0, level = 0] = block.subarray(k * NUMBERS_PER_SAMPLE)
    return [Math.round(tUs), Number(vMv.toFixed(4)), Number(iNa.toFixed(5)), Number(level.toFixed(5))]
  })
}
