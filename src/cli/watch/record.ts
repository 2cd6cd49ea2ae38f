/** `neurond record`, and the format of its files. */
import { closeSync, fstatSync, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { dirname, extname } from 'node:path'
import { Command } from 'commander'
import { realTimers } from '../../loop/clock.ts'
import { redacted } from '../../mqtt/connection/address.ts'
import { type LostSpikes, type ReceivedSpike, type ReceiverCounts, receive } from '../../mqtt/exactly-once-receiver.ts'
import type { Console } from '../console.ts'
import { type CommandFault, choiceFlag, misuseFault, numberFlag } from '../option-parsers.ts'
import {
  type BrokerFlags,
  brokerSettings,
  connectReceiver,
  untilStopped,
  withBrokerFlags,
} from './broker-connection.ts'
import { createDuplicateIdDetector, duplicateIdWarning } from './duplicate-ids.ts'
import { warnOfSilence } from './silence.ts'

const RECORD_FORMATS = ['csv', 'jsonl'] as const
type RecordFormat = (typeof RECORD_FORMATS)[number]
/** By the ending of the file's name. */
const FORMAT_OF: Readonly<Record<string, RecordFormat>> = { csv: 'csv', jsonl: 'jsonl', ndjson: 'jsonl', json: 'jsonl' }

const HELP = `
Columns, in .jsonl keys of each line (there t_us is called tUs, and late and healed are true or false):
  neuron  its id
  boot    drawn at each start of the neuron; with seq it names a spike for ever
  seq     number of the spike, from 1 at each start
  t_us    when V crossed the threshold: µs since 1970 on the clock of the neuron, exact inside the step
  speed   model ms per wall ms: 1 is real time, 0.1 is ten times slow motion
  late    1: history, because it flashed more than 10 ms after t_us (a stall), was published more than 1 s after it, or was
          requested again; t_us is exact nevertheless
  healed  1: it was lost and requested again; its line is where it arrived, so sort by neuron, boot and seq
Spikes that are lost for good are recorded too, as "# lost: neuron,boot,from-to,why", or {"lost":…}.

Examples:
  neurond record -o monday.csv                                  until Ctrl-C
  neurond record mqtt://raspberrypi.local -o class.jsonl -d 600 ten minutes of a class
  neurond record -o - | head                                    to look at
`

interface RecordFlags extends BrokerFlags {
  readonly output: string
  readonly format?: string
  readonly duration?: string
  readonly json?: true
}

/** How long to wait for missing spikes at the end. */
const MISSING_TIMEOUT_MS = 3000
const FLUSH_MS = 500
/** Some three weeks: Node's timers go no further than 2^31 ms. */
const LONGEST_S = 2e6

/** `neurond record`: the spikes of every neuron on a broker into a file, until Ctrl-C. */
export function recordCommand(console: Console): Command {
  return withBrokerFlags(new Command('record'))
    .description('record the spikes of every neuron on a broker, and say at the end what is missing')
    .requiredOption('-o, --output <file>', 'a new file, .csv or .jsonl; - is standard output')
    .option('--format <format>', `${RECORD_FORMATS.join(' or ')} (default: by the name of the file)`)
    .option('-d, --duration <seconds>', 'stop by itself after so long')
    .option('--json', 'the figures at the end as JSON')
    .addHelpText('after', HELP)
    .action((broker: string | undefined, flags: RecordFlags) => record(console, broker, flags))
}

async function record(console: Console, broker: string | undefined, flags: RecordFlags): Promise<void> {
  const faults: CommandFault[] = []
  const format = formatIn(flags, faults)
  const seconds = { unit: 's', min: 0, aboveMin: true, max: LONGEST_S }
  const durationS = numberFlag('--duration', flags.duration, seconds, faults)
  if (faults.length > 0) {
    for (const { text } of faults) console.printError(`neurond record: ${text}\n`)
    console.setExitCode(2)
    return
  }
  const mqtt = brokerSettings(console, broker, flags)
  const file = openRecord(flags.output)
  const warn = (text: string) => console.printError(`neurond record: ${text}\n`)
  const connection = await connectReceiver(mqtt, 'neurond-record', warn)
  const { stopped, stop } = untilStopped(durationS)
  file.write(headerOf(format))
  const duplicateIds: string[] = []
  const detectDuplicateId = createDuplicateIdDetector(neuron => {
    duplicateIds.push(neuron)
    warn(duplicateIdWarning(neuron))
  })
  const scope = { base: mqtt.base, ...(flags.neuron !== undefined && { neuron: flags.neuron }) }
  const receiver = receive(connection.client, {
    ...scope,
    onSpike(spike) {
      file.write(spikeLine(format, spike))
      detectDuplicateId(spike)
    },
    onLost: lost => file.write(lostLine(format, lost)),
  })
  const stopFlushing = realTimers.every(FLUSH_MS, () => file.flush(stop))
  const stopListening = warnOfSilence(connection.client, scope, realTimers, warn)
  await stopped
  stopListening()
  const { reason } = connection.status()
  await waitForMissing(() => totalOf(receiver.counts()).pending === 0)
  receiver.close()
  stopFlushing()
  await connection.close()
  if (!connection.wasOnline()) {
    file.discard()
    throw new Error(
      `nothing was recorded, and no file is left: ${reason || `the broker at ${redacted(mqtt.url)} did not answer in time`}`,
    )
  }
  file.close()
  const counts = receiver.counts()
  const figures = { ...totalOf(counts), neurons: counts, duplicateIds }
  console.printError(flags.json ? `${JSON.stringify(figures)}\n` : summaryOf(counts, duplicateIds))
}

/** Waits until the spikes that were requested again have come, or for MISSING_TIMEOUT_MS. */
async function waitForMissing(isComplete: () => boolean): Promise<void> {
  const endMs = realTimers.nowMs() + MISSING_TIMEOUT_MS
  while (!isComplete() && realTimers.nowMs() < endMs) {
    await new Promise<void>(resolve => realTimers.after(50, resolve))
  }
}

interface RecordFile {
  write(text: string): void
  /** Writes what has been collected to the disk; calls `onError` when that fails. */
  flush(onError: () => void): void
  /** Closes and removes the file. */
  discard(): void
  /** @throws Error if the last lines cannot be written */
  close(): void
}

/** @throws Error if the file exists already, or cannot be made */
function openRecord(path: string): RecordFile {
  const fd = path === '-' ? 1 : newFile(path)
  let waiting: string[] = []
  let fault: Error | undefined

  function flush(): void {
    if (waiting.length === 0 || fault) return
    const bytes = Buffer.from(waiting.join(''))
    const written = writeLines(fd, bytes)
    waiting = written.fault ? [bytes.toString('utf8', written.bytes)] : []
    if (written.fault) throw written.fault
  }

  return {
    write: text => void waiting.push(text),
    flush(onError) {
      try {
        flush()
      } catch (error) {
        fault = error as Error
        onError()
      }
    },
    discard() {
      if (path === '-') return
      closeSync(fd)
      unlinkSync(path)
    },
    close() {
      try {
        flush()
      } catch (error) {
        fault = error as Error
      }
      if (path !== '-') closeSync(fd)
      const isPipeClosed = (fault as NodeJS.ErrnoException | undefined)?.code === 'EPIPE'
      if (fault && !isPipeClosed) throw new Error(unwrittenWords(path, fault, waiting), { cause: fault })
    },
  }
}

/** Writes as many whole lines as there is room for: half a line would be read as a wrong one. */
function writeLines(fd: number, bytes: Buffer): { readonly bytes: number; readonly fault?: Error } {
  let at = 0
  try {
    while (at < bytes.length) at += writeSync(fd, bytes, at)
    return { bytes: at }
  } catch (error) {
    const whole = bytes.subarray(0, at).lastIndexOf('\n') + 1
    if (fstatSync(fd).isFile()) ftruncateSync(fd, fstatSync(fd).size - (at - whole))
    return { bytes: whole, fault: error as Error }
  }
}

function unwrittenWords(path: string, { code, message }: NodeJS.ErrnoException, waiting: readonly string[]): string {
  const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full: free some room, or record elsewhere' : message
  const missing = waiting.join('').split('\n').length - 1
  return `${path} cannot be written: ${why}; what was recorded until then is in it, ${missing} later lines are not`
}

function newFile(path: string): number {
  try {
    return openSync(path, 'wx')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new Error(`--output ${path}: ${adviceOn(code, path) ?? message}`, { cause })
  }
}

function adviceOn(code: string | undefined, path: string): string | undefined {
  const folder = dirname(path)
  switch (code) {
    case 'EEXIST':
      return 'is there already, must be a new file: recordings are never overwritten'
    case 'ENOENT':
      return `there is no folder ${folder}: make it with "mkdir -p ${folder}", or name a file elsewhere`
    case 'ENOTDIR':
      return `${folder} is not a folder, must be one: name a file elsewhere`
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `this user may not write in ${folder} (${code}): name a file elsewhere, for example in your home folder`
    case 'ENOSPC':
      return 'the disk is full: free some room, or name a file elsewhere'
    default:
      return undefined
  }
}

/** The format that the name of a file asks for, csv where it has no ending; undefined for another ending. */
export function formatOf(path: string): RecordFormat | undefined {
  const ending = extname(path).slice(1).toLowerCase()
  return ending === '' ? 'csv' : FORMAT_OF[ending]
}

function formatIn({ output, format }: RecordFlags, faults: CommandFault[]): RecordFormat {
  const chosen = choiceFlag('--format', format, RECORD_FORMATS, faults) ?? formatOf(output)
  if (chosen) return chosen
  const endings = Object.keys(FORMAT_OF).map(ending => `.${ending}`)
  const advice = `must end in ${endings.join(', ')}, or come with --format csv or --format jsonl`
  faults.push(misuseFault(`--output is ${JSON.stringify(output)}, ${advice}`))
  return 'csv'
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

/** Lost spikes are recorded too: in CSV as a comment. */
export function lostLine(format: RecordFormat, lost: LostSpikes): string {
  if (format === 'jsonl') return `${JSON.stringify({ lost })}\n`
  return `# lost: ${cell(lost.neuron)},${cell(lost.boot)},${lost.from}-${lost.to},${cell(lost.why)}\n`
}

/**
 * `pi-a: 6000 received, 0 missing, 220 healed`, and the sum of more than one neuron.
 * @param duplicateIds ids that two neurons share
 */
export function summaryOf(counts: readonly ReceiverCounts[], duplicateIds: readonly string[] = []): string {
  if (counts.length === 0) return 'no spikes: no neuron was heard\n'
  const words = (name: string, { received, missing, healed }: Omit<ReceiverCounts, 'neuron'>) =>
    `${name}: ${received} received, ${missing} missing, ${healed} healed\n`
  const named = (neuron: string) => (duplicateIds.includes(neuron) ? `${neuron} (two neurons with this id)` : neuron)
  const lines = counts.map(({ neuron, ...rest }) => words(named(neuron), rest))
  return lines.length === 1 ? lines[0]! : [...lines, words('all', totalOf(counts))].join('')
}

function totalOf(counts: readonly ReceiverCounts[]): Omit<ReceiverCounts, 'neuron'> {
  const sum = (key: Exclude<keyof ReceiverCounts, 'neuron'>) => counts.reduce((total, count) => total + count[key], 0)
  return {
    received: sum('received'),
    missing: sum('missing'),
    pending: sum('pending'),
    healed: sum('healed'),
    duplicates: sum('duplicates'),
  }
}

// Ids are plain, but anyone may publish under any name.
function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""').replace(/[\r\n]/g, ' ')}"` : text
}
