/** Received spikes as lines of a file. Pure. */
import type { LostSpikes, ReceivedSpike, ReceiverCounts } from '../mqtt/client.ts'

export const RECORD_FORMATS = ['csv', 'jsonl'] as const
export type RecordFormat = (typeof RECORD_FORMATS)[number]

/** The format that the name of a file asks for; csv unless it says otherwise. */
export function formatOf(path: string): RecordFormat {
  return /\.(jsonl|ndjson|json)$/i.test(path) ? 'jsonl' : 'csv'
}

export function headerOf(format: RecordFormat): string {
  return format === 'csv' ? 'neuron,boot,seq,t_us,speed,late,healed\n' : ''
}

/** Times are µs since 1970, on the clock of the neuron. */
export function spikeLine(format: RecordFormat, spike: ReceivedSpike): string {
  const { neuron, boot, seq, tUs, speed, late, healed } = spike
  if (format === 'jsonl') return `${JSON.stringify({ neuron, boot, seq, tUs, speed, late, healed })}\n`
  return `${[cell(neuron), cell(boot), seq, tUs, speed, Number(late), Number(healed)].join(',')}\n`
}

/** What is missing stands in the file too: in CSV as a comment. */
export function lostLine(format: RecordFormat, lost: LostSpikes): string {
  if (format === 'jsonl') return `${JSON.stringify({ lost })}\n`
  return `# lost: ${cell(lost.neuron)},${cell(lost.boot)},${lost.from}-${lost.to},${cell(lost.why)}\n`
}

/**
 * `pi-a: 6000 received, 0 missing, 220 healed`, and the sum of more than one neuron.
 * @param twins ids that two neurons share
 */
export function summaryOf(counts: readonly ReceiverCounts[], twins: readonly string[] = []): string {
  if (counts.length === 0) return 'no spikes: no neuron was heard\n'
  const words = (name: string, { received, missing, healed }: Omit<ReceiverCounts, 'neuron'>) =>
    `${name}: ${received} received, ${missing} missing, ${healed} healed\n`
  const named = (neuron: string) => (twins.includes(neuron) ? `${neuron} (two neurons with this id)` : neuron)
  const lines = counts.map(({ neuron, ...rest }) => words(named(neuron), rest))
  return lines.length === 1 ? lines[0]! : [...lines, words('all', totalOf(counts))].join('')
}

export function totalOf(counts: readonly ReceiverCounts[]): Omit<ReceiverCounts, 'neuron'> {
  const sum = (key: Exclude<keyof ReceiverCounts, 'neuron'>) => counts.reduce((total, count) => total + count[key], 0)
  return {
    received: sum('received'),
    missing: sum('missing'),
    pending: sum('pending'),
    healed: sum('healed'),
    duplicates: sum('duplicates'),
  }
}

// Ids are plain, but anybody may publish under any name.
function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""').replace(/[\r\n]/g, ' ')}"` : text
}
