/** The status line of a terminal, and the keys that control the neuron. */
import type { ReadStream } from 'node:tty'
import type { Daemon } from '../../daemon/daemon.ts'
import type { Log } from '../../log.ts'
import { realTimers } from '../../loop/clock.ts'
import type { Colours } from '../console.ts'
import type { PinnedLine } from './pinned-last-line.ts'

const FRAME_MS = 50
/** Shorter flashes are not seen. */
const SHORTEST_FLASH_MS = 100
/** Frames kept in the strip of spikes: more than any terminal is wide. */
const STRIP_FRAMES = 400
const KNOB_CELLS = 10

const KEYS_HELP =
  'keys: arrows or + - turn the knob, 0 to 9 set it, a lets it turn by itself again, space pauses, m mutes, r resets, q quits'

interface Terminal {
  readonly line: PinnedLine
  readonly keyboard: ReadStream
  readonly log: Log
  readonly colours: Colours
}

/** Draws the status line and acts on keys until the function that it returns is called. */
export function openStatusLine(
  daemon: Daemon,
  { line, keyboard, log, colours }: Terminal,
  onQuit: () => void,
): () => void {
  let strip = ''
  let hasSpiked = false
  let lastSpikeMs = Number.NEGATIVE_INFINITY
  daemon.onSpike(() => {
    hasSpiked = true
    lastSpikeMs = realTimers.nowMs()
  })
  const stopDrawing = realTimers.every(FRAME_MS, () => {
    strip = (strip + (hasSpiked ? '|' : '_')).slice(-STRIP_FRAMES)
    hasSpiked = false
    const isFlashing = realTimers.nowMs() - lastSpikeMs < SHORTEST_FLASH_MS
    line.draw(formatStatus(statusOf(daemon, strip, isFlashing), line.columns(), colours))
  })
  const onData = (typed: Buffer) => {
    for (const action of parseKeys(typed.toString())) applyAction(action, daemon, log, onQuit)
  }
  // A process in the background may not read. The end of the terminal is noticed elsewhere (src/cli/terminal-gone.ts).
  keyboard.on('error', () => {})
  keyboard.on('end', onQuit)
  setRawMode(keyboard, true)
  keyboard.on('data', onData)
  log.info(KEYS_HELP)
  return () => {
    stopDrawing()
    keyboard.off('data', onData)
    keyboard.off('end', onQuit)
    setRawMode(keyboard, false)
    keyboard.pause()
    line.close()
  }
}

/** A terminal that was gone before anybody read from it is an ordinary stream. */
function setRawMode(keyboard: ReadStream, isRaw: boolean): void {
  if (keyboard.isTTY) keyboard.setRawMode(isRaw)
}

function statusOf(daemon: Daemon, strip: string, isFlashing: boolean): Status {
  const snapshot = daemon.snapshot()
  return {
    ...snapshot,
    outputsLost: Object.keys(daemon.faults()).filter(name => name !== 'knob'),
    rateHz: daemon.firing().rateHz,
    lit: !snapshot.muted && isFlashing,
    strip,
    mqtt: brokerStatus(daemon),
    web: { text: daemon.web ? `:${new URL(daemon.web.url).port}` : 'off', isOk: true },
  }
}

function brokerStatus(daemon: Daemon): PartStatus {
  const { state } = daemon.link()
  const text = { off: 'off', connecting: '…', online: 'ok', offline: 'lost' }[state]
  return { text, isOk: state === 'online' || state === 'off' }
}

/** What a key does. */
type KeyAction =
  | { readonly type: 'quit' | 'pause' | 'mute' | 'reset' | 'help' | 'automatic' }
  /** Turns the knob by so much. */
  | { readonly type: 'nudge'; readonly by: number }
  /** Turns the knob to a level, 0…1. */
  | { readonly type: 'turn'; readonly level: number }

function applyAction(action: KeyAction, daemon: Daemon, log: Log, onQuit: () => void): void {
  const { running, muted, level } = daemon.snapshot()
  const turn = (target: number) => {
    if (daemon.input.mocked) daemon.turn(Number.isNaN(target) ? target : Math.min(1, Math.max(0, target)))
    else log.warn('this knob is real: it is turned by hand')
  }
  const command = (verb: string, payload: object) => {
    const reply = daemon.control.command(verb, payload)
    if (!reply.ok) log.warn(reply.error.message)
  }
  if (action.type === 'quit') onQuit()
  else if (action.type === 'pause') command('run', { on: !running })
  else if (action.type === 'mute') command('mute', { on: !muted })
  else if (action.type === 'reset') command('reset', {})
  else if (action.type === 'help') log.info(KEYS_HELP)
  else if (action.type === 'automatic') turn(Number.NaN)
  else if (action.type === 'turn') turn(action.level)
  else if (action.type === 'nudge') turn(level + action.by)
}

const ESCAPE = '\u001b'
/** What a terminal sends for one key: an escape sequence or a character. */
const KEY = new RegExp(`${ESCAPE}\\[[0-9;]*[A-Za-z~]|[^]`, 'gu')

/** Arrows, page up and page down, and what they turn the knob by. */
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
  // In raw mode Ctrl-C and Ctrl-D, the end of the input, are keys like any other.
  '\u0003': { type: 'quit' },
  '\u0004': { type: 'quit' },
  q: { type: 'quit' },
  a: { type: 'automatic' },
  ' ': { type: 'pause' },
  p: { type: 'pause' },
  m: { type: 'mute' },
  r: { type: 'reset' },
  h: { type: 'help' },
  '?': { type: 'help' },
}

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

/** What the status line shows. */
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
  readonly mqtt: PartStatus
  readonly web: PartStatus
}

/** Broker or dashboard in a word or two. */
interface PartStatus {
  readonly text: string
  readonly isOk: boolean
}

/** Fits into `columns`: parts without room are left out from the right, and the strip takes what is left. Pure. */
export function formatStatus(status: Status, columns: number, colours: Colours): string {
  const parts = [
    [status.lit ? '●' : '○', status.lit ? colours.yellowBright('●') : colours.dim('○')],
    uncoloured(formatKnob(status)),
    uncoloured(`${fixed(status.iNa, 2, 5)} nA`),
    uncoloured(`V ${fixed(status.vMv, 1, 6)} mV`),
    [`${fixed(status.rateHz, 1, 5)} Hz`, colours.bold(`${fixed(status.rateHz, 1, 5)} Hz`)],
    ...warningsOf(status).map(warning => [warning, colours.yellowBright(warning)] as const),
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
  return ` ${[...shown.map(([, coloured]) => coloured), room < 8 ? '' : status.strip.slice(-room)].join('  ')}`
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

/** A part of the line without and with its colours. */
type Part = readonly [plain: string, coloured: string]

function formatPart(name: string, { text, isOk }: PartStatus, colours: Colours): Part {
  return [`${name} ${text}`, `${name} ${colours[isOk ? 'green' : 'redBright'](text)}`]
}

function uncoloured(text: string): Part {
  return [text, text]
}

function fixed(value: number, digits: number, width: number): string {
  return (Number.isFinite(value) ? value.toFixed(digits) : '–').replace('-', '−').padStart(width)
}
