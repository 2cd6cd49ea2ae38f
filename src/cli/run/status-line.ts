import type { ReadStream } from 'node:tty'
import type { Daemon } from '../../daemon/daemon.ts'
import type { Log } from '../../log.ts'
import { realTimers } from '../../loop/clock.ts'
import type { Colours } from '../console.ts'
import type { PinnedLine } from './pinned-last-line.ts'

const FRAME_MS = 50
/** Shorter flashes are not seen. */
const SHORTEST_FLASH_MS = 100
/** Frames kept in the spike strip: more than any terminal is wide. */
const STRIP_FRAMES = 400

/** The living line and its keys; returns what ends it. `quit` is called when the user wants to leave. */
export function openStatusLine(
  daemon: Daemon,
  { line, keyboard, log, colours }: { line: PinnedLine; keyboard: ReadStream; log: Log; colours: Colours },
  quit: () => void,
): () => void {
  let strip = ''
  let spiked = false
  let lastSpikeMs = Number.NEGATIVE_INFINITY
  daemon.onSpike(() => {
    spiked = true
    lastSpikeMs = realTimers.nowMs()
  })
  const stopDrawing = realTimers.every(FRAME_MS, () => {
    strip = (strip + (spiked ? '|' : '_')).slice(-STRIP_FRAMES)
    spiked = false
    const snapshot = daemon.snapshot()
    const status = {
      ...snapshot,
      outputsLost: Object.keys(daemon.faults()).filter(name => name !== 'knob'),
      rateHz: daemon.firing().rateHz,
      lit: !snapshot.muted && realTimers.nowMs() - lastSpikeMs < SHORTEST_FLASH_MS,
      strip,
      mqtt: brokerStatus(daemon),
      web: daemon.web ? { text: `:${new URL(daemon.web.url).port}`, isOk: true } : { text: 'off', isOk: true },
    }
    line.draw(formatStatus(status, line.columns(), colours))
  })
  const onData = (typed: Buffer) => {
    for (const action of parseKeys(typed.toString())) applyAction(action, daemon, log, quit)
  }
  keyboard.setRawMode(true)
  keyboard.on('data', onData)
  keyboard.on('error', quit)
  log.info(KEYS_HELP)
  return () => {
    stopDrawing()
    keyboard.off('data', onData)
    keyboard.setRawMode(false)
    keyboard.pause()
    line.close()
  }
}

function applyAction(action: KeyAction, daemon: Daemon, log: Log, quit: () => void): void {
  const { running, muted, level } = daemon.snapshot()
  const turn = (wanted: number) => {
    if (daemon.input.mocked) daemon.turn(Math.min(1, Math.max(0, wanted)))
    else log.warn('this knob is real: it is turned by hand')
  }
  if (action.type === 'quit') quit()
  else if (action.type === 'pause') daemon.control.command('run', { on: !running })
  else if (action.type === 'mute') daemon.control.command('mute', { on: !muted })
  else if (action.type === 'reset') daemon.control.command('reset', {})
  else if (action.type === 'help') log.info(KEYS_HELP)
  else if (action.type === 'turn') turn(action.level)
  else if (action.type === 'nudge') turn(level + action.by)
}

function brokerStatus(daemon: Daemon): { text: string; isOk: boolean } {
  const { state } = daemon.link()
  const text = { off: 'off', connecting: '…', online: 'ok', offline: 'lost' }[state]
  return { text, isOk: state === 'online' || state === 'off' }
}

/** What the keys of the terminal do. Pure. */
type KeyAction =
  | { readonly type: 'quit' | 'pause' | 'mute' | 'reset' | 'help' }
  /** Turn the knob by so much. */
  | { readonly type: 'nudge'; readonly by: number }
  /** Turn the knob to a level, 0…1. */
  | { readonly type: 'turn'; readonly level: number }

const ESCAPE = '\u001b'

const TURN_KEYS: Readonly<Record<string, number>> = {
  [`${ESCAPE}[A`]: 0.02,
  [`${ESCAPE}[C`]: 0.02,
  '+': 0.02,
  [`${ESCAPE}[B`]: -0.02,
  [`${ESCAPE}[D`]: -0.02,
  '-': -0.02,
  [`${ESCAPE}[5~`]: 0.1,
  [`${ESCAPE}[6~`]: -0.1,
}

const LETTER_KEYS: Readonly<Record<string, KeyAction>> = {
  // In raw mode Ctrl-C is a key like any other.
  '\u0003': { type: 'quit' },
  q: { type: 'quit' },
  ' ': { type: 'pause' },
  p: { type: 'pause' },
  m: { type: 'mute' },
  r: { type: 'reset' },
  h: { type: 'help' },
  '?': { type: 'help' },
}

const KEYS_HELP = 'keys: arrows or + - turn the knob, 0 to 9 set it, space pauses, m mutes, r resets, q quits'

// Everything that a terminal may send as one key: an escape sequence or a character.
const KEY = new RegExp(`${ESCAPE}\\[[0-9;]*[A-Za-z~]|[^]`, 'gu')

/** The actions for what was typed, in order; other keys do nothing. */
export function parseKeys(typed: string): KeyAction[] {
  return (typed.match(KEY) ?? []).flatMap(key => actionForKey(key) ?? [])
}

function actionForKey(key: string): KeyAction | undefined {
  const by = TURN_KEYS[key]
  if (by !== undefined) return { type: 'nudge', by }
  // 0 is one end of the knob and 9 the other.
  if (/^[0-9]$/.test(key)) return { type: 'turn', level: Number(key) / 9 }
  return LETTER_KEYS[key.toLowerCase()]
}

/** The living line: the neuron at a glance. Pure: figures in, one line of text out. */
export interface Status {
  readonly level: number
  readonly iNa: number
  readonly vMv: number
  readonly rateHz: number
  readonly lit: boolean
  readonly running: boolean
  readonly muted: boolean
  readonly inputLost: boolean
  /** Outputs that do not work. */
  readonly outputsLost: readonly string[]
  readonly speed: number
  /** The last moments as `|` and `_`, newest last; as much of it is shown as there is room. */
  readonly strip: string
  /** Broker and dashboard in a word or two, and whether all is well with them. */
  readonly mqtt: PartStatus
  readonly web: PartStatus
}

interface PartStatus {
  readonly text: string
  readonly isOk: boolean
}

const KNOB_CELLS = 10

/** Fits into `columns`: the strip takes what is left, and what finds no room is left out from the right. */
export function formatStatus(status: Status, columns: number, colours: Colours): string {
  const parts = [
    [status.lit ? '●' : '○', status.lit ? colours.yellowBright('●') : colours.dim('○')],
    bothWays(formatKnob(status)),
    bothWays(`${fixed(status.iNa, 2, 5)} nA`),
    bothWays(`V ${fixed(status.vMv, 1, 6)} mV`),
    [`${fixed(status.rateHz, 1, 5)} Hz`, colours.bold(`${fixed(status.rateHz, 1, 5)} Hz`)],
    ...warningsOf(status).map(note => [note, colours.yellowBright(note)] as const),
    formatPart('mqtt', status.mqtt, colours),
    formatPart('web', status.web, colours),
  ] as const
  let used = 1
  const shown = parts.filter(([text]) => {
    const fits = used + text.length + 2 < columns
    if (fits) used += text.length + 2
    return fits
  })
  const room = columns - used - 1
  return ` ${[...shown.map(([, painted]) => painted), room < 8 ? '' : status.strip.slice(-room)].join('  ')}`
}

function formatKnob({ level, inputLost }: Status): string {
  if (inputLost) return 'knob lost'
  const full = Math.round(level * KNOB_CELLS)
  return `knob ${'█'.repeat(full)}${'░'.repeat(KNOB_CELLS - full)} ${String(Math.round(level * 100)).padStart(3)} %`
}

function warningsOf(status: Status): string[] {
  const speed = status.speed === 1 ? [] : [`${status.speed}x`]
  const lost = status.outputsLost.map(name => `${name} lost`)
  return [...lost, ...speed, ...(status.running ? [] : ['PAUSED']), ...(status.muted ? ['muted'] : [])]
}

function formatPart(name: string, { text, isOk }: PartStatus, colours: Colours): readonly [string, string] {
  return [`${name} ${text}`, `${name} ${colours[isOk ? 'green' : 'redBright'](text)}`]
}

function bothWays(text: string): readonly [string, string] {
  return [text, text]
}

function fixed(value: number, digits: number, width: number): string {
  return (Number.isFinite(value) ? value.toFixed(digits) : '–').replace('-', '−').padStart(width)
}
