import type { ReadStream } from 'node:tty'
import type { Daemon } from '../../daemon.ts'
import type { Log } from '../../log.ts'
import { realTimers } from '../../loop/clock.ts'
import { drawFace, inColour, plain } from '../face.ts'
import { type Action, actionsOf, KEYS_HELP } from '../keys.ts'
import type { Screen } from './screen.ts'

const FRAME_MS = 50
/** Shorter flashes are not seen. */
const SHORTEST_FLASH_MS = 100
/** Frames kept in the spike strip: more than any terminal is wide. */
const STRIP_FRAMES = 400

/** The living line and its keys; returns what ends it. `quit` is called when the user wants to leave. */
export function openTerminal(
  daemon: Daemon,
  { screen, keyboard, log, colour }: { screen: Screen; keyboard: ReadStream; log: Log; colour: boolean },
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
    const face = {
      ...snapshot,
      outputsLost: Object.keys(daemon.faults()).filter(name => name !== 'knob'),
      rateHz: daemon.firing().rateHz,
      lit: !snapshot.muted && realTimers.nowMs() - lastSpikeMs < SHORTEST_FLASH_MS,
      strip,
      mqtt: brokerWords(daemon),
      web: daemon.web ? { words: `:${new URL(daemon.web.url).port}`, well: true } : { words: 'off', well: true },
    }
    screen.draw(drawFace(face, screen.columns(), colour ? inColour : plain))
  })
  const onData = (typed: Buffer) => {
    for (const action of actionsOf(typed.toString())) act(action, daemon, log, quit)
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
    screen.close()
  }
}

function act(action: Action, daemon: Daemon, log: Log, quit: () => void): void {
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

function brokerWords(daemon: Daemon): { words: string; well: boolean } {
  const { state } = daemon.link()
  const words = { off: 'off', connecting: '…', online: 'ok', offline: 'lost' }[state]
  return { words, well: state === 'online' || state === 'off' }
}
