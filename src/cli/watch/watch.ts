import type { WriteStream } from 'node:tty'
import { Command } from 'commander'
import { epochUs, realTimers } from '../../loop/clock.ts'
import type { ReceiverConnection } from '../../mqtt/connection/receiver-connection.ts'
import { type ReceivedSpike, receive } from '../../mqtt/receiver.ts'
import {
  type BrokerFlags,
  brokerSettings,
  createTwinWatch,
  listenTo,
  twinInWords,
  untilLeaving,
  withBrokerFlags,
} from './broker.ts'
import { createRaster } from './raster.ts'

interface WatchFlags extends BrokerFlags {
  readonly json?: true
}

const EXAMPLES = `
Examples:
  neurond watch                              the neurons on this machine's own broker
  neurond watch mqtt://raspberrypi.local     those of a class
  neurond watch --neuron pi-a | tee log.txt  a line for every spike
`

const CTRL_C = '\u0003'
/** Rows that a key scrolls: the arrows, and page up and down. */
const SCROLLS: Readonly<Record<string, number>> = {
  '\u001b[A': -1,
  '\u001b[B': 1,
  '\u001b[5~': -10,
  '\u001b[6~': 10,
}
const FRAME_MS = 100
/** A neuron whose clock is this far from ours is shown by the arrival of its spikes. */
const CLOCK_TOLERANCE_MS = 2000

/** `neurond watch`: every neuron on a broker, live, until q or Ctrl-C. */
export function watchCommand(): Command {
  return withBrokerFlags(new Command('watch'))
    .description('show the spikes of every neuron on a broker, live')
    .option('--json', 'a line of JSON for every spike')
    .addHelpText('after', EXAMPLES)
    .action((broker: string | undefined, flags: WatchFlags) => watch(broker, flags))
}

async function watch(broker: string | undefined, flags: WatchFlags): Promise<void> {
  const mqtt = brokerSettings(broker, flags)
  const { left, quit } = untilLeaving()
  const scope = { base: mqtt.base, ...(flags.neuron !== undefined && { neuron: flags.neuron }) }
  let trouble = ''
  const station = await listenTo(mqtt, 'neurond-watch', message => {
    trouble = message
    if (!process.stdout.isTTY || flags.json) process.stderr.write(`neurond watch: ${message}\n`)
  })
  const close =
    process.stdout.isTTY && !flags.json
      ? showRaster(station, scope, process.stdout, () => trouble, quit)
      : printLines(station, scope, flags.json === true, quit)
  await left
  close()
  await station.close()
}

type Scope = { readonly base: string; readonly neuron?: string }

function showRaster(
  station: ReceiverConnection,
  scope: Scope,
  out: WriteStream,
  trouble: () => string,
  quit: () => void,
): () => void {
  const raster = createRaster()
  const twins: string[] = []
  const watchForTwins = createTwinWatch(neuron => twins.push(twinInWords(neuron)))
  const receiver = receive(station.client, {
    ...scope,
    onSpike(spike) {
      raster.spike(spike.neuron, shownAtMs(spike))
      watchForTwins(spike)
    },
    onRetained(neuron, name, text) {
      if (name === 'status') raster.status(neuron, text === 'online')
      else raster.rate(neuron, rateIn(text))
    },
  })
  const draw = () => {
    const { columns = 80, rows = 24 } = out
    const lines = raster.draw(epochUs() / 1000, columns, rows - 2)
    const { state } = station.status()
    const foot = state === 'online' ? ['q leaves', ...twins].join('; ') : trouble() || 'connecting'
    out.write(`\u001b[H${[...lines, foot.slice(0, columns)].map(line => `${line}\u001b[K`).join('\r\n')}\u001b[J`)
  }
  const stop = realTimers.every(FRAME_MS, draw)
  const redraw = () => {
    out.write('\u001b[2J')
    draw()
  }
  out.on('resize', redraw)
  const onKey = (typed: Buffer) => {
    const keys = typed.toString()
    // A key that is held down comes several times in one go.
    for (const [key, rows] of Object.entries(SCROLLS)) raster.scroll(rows * (keys.split(key).length - 1))
    if (keys.includes('q') || keys.includes(CTRL_C)) quit()
  }
  const keyboard = process.stdin
  if (keyboard.isTTY) keyboard.setRawMode(true).on('data', onKey)
  // The other screen, without a cursor and without line breaks of its own; what stood there before comes back at the end.
  out.write('\u001b[?1049h\u001b[?25l\u001b[?7l')
  return () => {
    stop()
    out.off('resize', redraw)
    receiver.close()
    if (keyboard.isTTY) keyboard.setRawMode(false).off('data', onKey).pause()
    out.write('\u001b[?7h\u001b[?25h\u001b[?1049l')
  }
}

function printLines(station: ReceiverConnection, scope: Scope, json: boolean, quit: () => void): () => void {
  // The reader of a pipe may have seen enough (| head).
  process.stdout.once('error', quit)
  const print = (text: string) => process.stdout.write(`${text}\n`)
  const online = new Map<string, boolean>()
  const watchForTwins = createTwinWatch(neuron =>
    print(json ? JSON.stringify({ neuron, duplicateId: true }) : `${isoOf(epochUs())} ${twinInWords(neuron)}`),
  )
  const receiver = receive(station.client, {
    ...scope,
    onSpike(spike) {
      print(json ? JSON.stringify(spike) : lineOf(spike))
      watchForTwins(spike)
    },
    onRetained(neuron, name, text) {
      if (name !== 'status' || online.get(neuron) === (text === 'online')) return
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
