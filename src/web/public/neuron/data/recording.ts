/** A recording made in the browser, and the files that it is exported to. Pure. */
import type { Spike } from '../../../../loop/types.ts'
import type { WebParams } from '../../../data-sources.ts'
import { type NeuronFrame, NUMBERS_PER_SAMPLE } from '../../../wire-format.ts'

export interface NeuronRecording {
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

export function spikesCsv({ boot, spikes }: NeuronRecording): string {
  const lines = spikes.map(({ seq, tUs, isiMs, late, speed }) => {
    return [boot, seq, Math.round(tUs), Number.isNaN(isiMs) ? '' : isiMs.toFixed(4), Number(late), speed].join(',')
  })
  return ['boot,seq,t_us,isi_ms,late,speed', ...lines, ''].join('\n')
}

export function traceCsv({ rows }: NeuronRecording): string {
  const lines = rows.flatMap(block => rowsOf(block).map(row => row.join(',')))
  return ['t_us,v_mv,i_na,level', ...lines, ''].join('\n')
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
