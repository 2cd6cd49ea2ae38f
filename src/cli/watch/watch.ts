import type { WriteStream } from 'node:tty'
import { Command } from 'commander'
import { epochUs, realTimers } from '../../loop/clock.ts'
import type { ReceiverConnection } from '../../mqtt/connection/receiver-connection.ts'
import { type ReceivedSpike, receive } from '../../mqtt/exactly-once-receiver.ts'
import type { Console } from '../console.ts'
import { openStandardOutput } from '../standard-output.ts'
import {
  type BrokerFlags,
  brokerSettings,
  connectReceiver,
  untilStopped,
  withBrokerFlags,
} from './broker-connection.ts'
import { createDuplicateIdDetector, duplicateIdWarning } from './duplicate-ids.ts'
import { createRaster } from './raster.ts'
import { type ListeningScope, warnOfSilence } from './silence.ts'

interface WatchFlags extends BrokerFlags {
  readonly json?: true
}

const EXAMPLES = `
Examples:
  neurond watch                              the neurons on this machine's own broker
  neurond watch mqtt://raspberrypi.local     those of a class
  neurond watch --neuron pi-a | tee log.txt  a line for every spike
`

const CURSOR_HOME = '\u001b[H'
const ERASE_TO_END = '\u001b[K'
const ERASE_BELOW = '\u001b[J'
const ERASE_ALL = '\u001b[2J'
const ALTERNATE_SCREEN = '\u001b[?1049h'
const NORMAL_SCREEN = '\u001b[?1049l'
const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
const NO_WRAP = '\u001b[?7l'
const WRAP = '\u001b[?7h'

/** Also Ctrl-C, and Ctrl-D, the end of the input: in raw mode they are keys like any other. */
const QUIT_KEYS = ['q', '\u0003', '\u0004']
/** Rows that a key scrolls: the arrows, and page up and down. */
const SCROLLS: Readonly<Record<string, number>> = {
  '\u001b[A': -1,
  '\u001b[B': 1,
  '\u001b[5~': -10,
  '\u001b[6~': 10,
}
const FRAME_MS = 100
/** Spikes of a neuron whose clock is further from ours are shown when they arrive. */
const CLOCK_TOLERANCE_MS = 2000

/** `neurond watch`: every neuron on a broker, live, until q or Ctrl-C. */
export function watchCommand(console: Console): Command {
  return withBrokerFlags(new Command('watch'))
    .description('show the spikes of every neuron on a broker, live')
    .option('--json', 'a line of JSON for every spike')
    .addHelpText('after', EXAMPLES)
    .action((broker: string | undefined, flags: WatchFlags) => watch(console, broker, flags))
}

async function watch(console: Console, broker: string | undefined, flags: WatchFlags): Promise<void> {
  const mqtt = brokerSettings(console, broker, flags)
  const { stopped, stop } = untilStopped()
  const scope = { base: mqtt.base, ...(flags.neuron !== undefined && { neuron: flags.neuron }) }
  const showsRaster = console.isTerminal.output && !flags.json
  let fault = ''
  let silence = ''
  const connection = await connectReceiver(mqtt, 'neurond-watch', message => {
    fault = message
    if (!showsRaster) console.printError(`neurond watch: ${message}\n`)
  })
  const close = showsRaster
    ? showRaster(connection, scope, process.stdout, { fault: () => fault, silence: () => silence }, stop)
    : printLines(connection, scope, flags.json === true, console, stop)
  const stopListening = warnOfSilence(connection.client, scope, realTimers, sentence => {
    silence = sentence
    if (!showsRaster) console.printError(`neurond watch: ${sentence}\n`)
  })
  await stopped
  stopListening()
  close()
  await connection.close()
}

interface Troubles {
  readonly fault: () => string
  readonly silence: () => string
}

/** The retained messages of others come when it is asked which are there. */
const isIn = (scope: ListeningScope, neuron: string) => scope.neuron === undefined || scope.neuron === neuron

function showRaster(
  connection: ReceiverConnection,
  scope: ListeningScope,
  out: WriteStream,
  { fault, silence }: Troubles,
  onQuit: () => void,
): () => void {
  const output = openStandardOutput(onQuit)
  const { stream, isBlocked } = output ?? { stream: out, isBlocked: () => false }
  const raster = createRaster()
  const duplicateIds: string[] = []
  const detectDuplicateId = createDuplicateIdDetector(neuron => duplicateIds.push(duplicateIdWarning(neuron)))
  const receiver = receive(connection.client, {
    ...scope,
    onSpike(spike) {
      raster.spike(spike.neuron, shownAtMs(spike))
      detectDuplicateId(spike)
    },
    onRetained(neuron, name, text) {
      if (!isIn(scope, neuron)) return
      if (name === 'status') raster.status(neuron, text === 'online')
      else raster.rate(neuron, rateIn(text))
    },
  })
  const draw = () => {
    if (isBlocked()) return
    // A terminal that does not know its size says 0.
    const columns = out.columns || 80
    const rows = out.rows || 24
    const lines = raster.draw(epochUs() / 1000, columns, rows - 2)
    const { state } = connection.status()
    const isSilent = lines.length < 2
    const words = ['q leaves', ...(isSilent && silence() ? [silence()] : []), ...duplicateIds]
    const lastLine = state === 'online' ? words.join('; ') : fault() || 'connecting'
    const all = [...lines, lastLine.slice(0, columns)]
    stream.write(`${CURSOR_HOME}${all.map(line => `${line}${ERASE_TO_END}`).join('\r\n')}${ERASE_BELOW}`)
  }
  const stopDrawing = realTimers.every(FRAME_MS, draw)
  const redraw = () => {
    stream.write(ERASE_ALL)
    draw()
  }
  out.on('resize', redraw)
  const onKey = (typed: Buffer) => {
    const keys = typed.toString()
    // A key that is held down comes several times in one go.
    for (const [key, rows] of Object.entries(SCROLLS)) raster.scroll(rows * (keys.split(key).length - 1))
    if (QUIT_KEYS.some(key => keys.includes(key))) onQuit()
  }
  const keyboard = process.stdin
  if (keyboard.isTTY) {
    // A process in the background may not read. The end of the terminal is noticed elsewhere (untilStopped).
    keyboard.on('error', () => {})
    keyboard.on('end', onQuit)
    keyboard.setRawMode(true).on('data', onKey)
  }
  // On the alternate screen, so that the text from before comes back at the end.
  stream.write(`${ALTERNATE_SCREEN}${HIDE_CURSOR}${NO_WRAP}`)
  return () => {
    stopDrawing()
    out.off('resize', redraw)
    receiver.close()
    if (keyboard.isTTY) keyboard.setRawMode(false).off('data', onKey).off('end', onQuit).pause()
    stream.write(`${WRAP}${SHOW_CURSOR}${NORMAL_SCREEN}`)
    output?.close()
  }
}

function printLines(
  connection: ReceiverConnection,
  scope: ListeningScope,
  json: boolean,
  console: Console,
  stop: () => void,
): () => void {
  // The reader of a pipe may end early (| head).
  process.stdout.once('error', stop)
  const print = (text: string) => console.print(`${text}\n`)
  const online = new Map<string, boolean>()
  const detectDuplicateId = createDuplicateIdDetector(neuron =>
    print(json ? JSON.stringify({ neuron, duplicateId: true }) : `${isoOf(epochUs())} ${duplicateIdWarning(neuron)}`),
  )
  const receiver = receive(connection.client, {
    ...scope,
    onSpike(spike) {
      print(json ? JSON.stringify(spike) : lineOf(spike))
      detectDuplicateId(spike)
    },
    onRetained(neuron, name, text) {
      if (!isIn(scope, neuron) || name !== 'status' || online.get(neuron) === (text === 'online')) return
      online.set(neuron, text === 'online')
      print(json ? JSON.stringify({ neuron, status: text }) : `${isoOf(epochUs())} ${neuron} ${text}`)
    },
  })
  return receiver.close
}

function lineOf({ neuron, seq, tUs, healed, late }: ReceivedSpike): string {
  return `${isoOf(tUs)} ${neuron} spike ${seq}${healed ? ' healed' : late ? ' late' : ''}`
}

/** Like 2026-11-20T21:52:07.123456Z. */
function isoOf(tUs: number): string {
  const ms = Math.floor(tUs / 1000)
  return new Date(ms).toISOString().replace('Z', `${String(tUs - ms * 1000).padStart(3, '0')}Z`)
}

function shownAtMs({ tUs, late }: ReceivedSpike): number {
  const nowMs = epochUs() / 1000
  const atMs = tUs / 1000
  return late || Math.abs(nowMs - atMs) < CLOCK_TOLERANCE_MS ? atMs : nowMs
}

function rateIn(state: string): number {
  try {
    return Number(JSON.parse(state).rateHz ?? Number.NaN)
  } catch {
    return Number.NaN
  }
}
