/** What was recorded, and the files that are made of it. Pure. */
import type { Spike } from '../../../../loop/types.ts'
import { SAMPLE_FIELDS, type WebParams } from '../../../data-sources.ts'
import type { Frame } from '../../../wire-format.ts'

export interface Recording {
  readonly name: string
  readonly id: string
  readonly boot: string
  /** Parameters at the start and after every change. */
  readonly params: { readonly tUs: number; readonly params: WebParams }[]
  readonly spikes: Spike[]
  readonly rows: Float64Array[]
  rowCount: number
}

/** Half an hour of trace, some 60 MB. */
export const MOST_ROWS = 1_800_000

export function startRecording(name: string, of: { readonly id: string; readonly boot: string }): Recording {
  return { name, ...of, params: [], spikes: [], rows: [], rowCount: 0 }
}

/** False when there is no room for more. */
export function record(recording: Recording, { rows, spikes }: Frame): boolean {
  recording.spikes.push(...spikes)
  if (rows.length > 0) recording.rows.push(rows)
  recording.rowCount += rows.length / SAMPLE_FIELDS
  return recording.rowCount < MOST_ROWS
}

/** Spikes whose numbers are missing between the first and the last. */
export function missingSpikes({ spikes }: Recording): number {
  const [first] = spikes
  const last = spikes.at(-1)
  return first && last ? last.seq - first.seq + 1 - spikes.length : 0
}

export function durationS({ rows }: Recording): number {
  const first = rows[0]?.[0]
  const last = rows.at(-1)?.at(-SAMPLE_FIELDS)
  return first === undefined || last === undefined ? 0 : (last - first) / 1e6
}

/** Model ms per wall ms, as it was at the start. */
export function speedOf({ params }: Recording): number {
  return params[0]?.params.speed ?? 1
}

export function spikesCsv({ boot, spikes }: Recording): string {
  const lines = spikes.map(({ seq, tUs, isiMs, late, speed }) => {
    return [boot, seq, Math.round(tUs), Number.isNaN(isiMs) ? '' : isiMs.toFixed(4), Number(late), speed].join(',')
  })
  return ['boot,seq,t_us,isi_ms,late,speed', ...lines, ''].join('\n')
}

export function traceCsv({ rows }: Recording): string {
  const lines = rows.flatMap(block => rowsOf(block).map(row => row.join(',')))
  return ['t_us,v_mv,i_na,level', ...lines, ''].join('\n')
}

/** One line a thing: what it is, the parameters, the spikes, the samples. */
export function jsonLines(recording: Recording): string {
  const { name, id, boot, params, spikes, rows } = recording
  const lines: object[] = [
    { type: 'recording', name, neuron: id, boot, missingSpikes: missingSpikes(recording) },
    ...params.map(one => ({ type: 'params', ...one })),
    ...spikes.map(spike => ({ type: 'spike', ...spike, tUs: Math.round(spike.tUs) })),
    ...rows.flatMap(block => rowsOf(block).map(([tUs, vMv, iNa, level]) => ({ type: 'sample', tUs, vMv, iNa, level }))),
  ]
  return `${lines.map(line => JSON.stringify(line)).join('\n')}\n`
}

/** A level 0…1 of the knob, held from a moment on. */
export interface Turn {
  readonly atMs: number
  readonly level: number
}

/** The recorded movement of the knob, a step wherever it moved. */
export function turnsOf({ rows }: Recording): Turn[] {
  const turns: Turn[] = []
  const firstUs = rows[0]?.[0] ?? 0
  for (const block of rows) {
    for (let at = 0; at < block.length; at += SAMPLE_FIELDS) {
      const level = block[at + 3] as number
      if (level !== turns.at(-1)?.level) turns.push({ atMs: (block[at]! - firstUs) / 1000, level })
    }
  }
  return turns
}

/** A name that every file system takes. */
export function fileName(name: string, what: string): string {
  return `${name.trim().replace(/[^\p{L}\p{N}_-]+/gu, '-') || 'neuron'}-${what}`
}

function rowsOf(block: Float64Array): number[][] {
  return Array.from({ length: block.length / SAMPLE_FIELDS }, (_, k) => {
    const [tUs = 0, vMv = 0, iNa = 0, level = 0] = block.subarray(k * SAMPLE_FIELDS)
    return [Math.round(tUs), Number(vMv.toFixed(4)), Number(iNa.toFixed(5)), Number(level.toFixed(5))]
  })
}
