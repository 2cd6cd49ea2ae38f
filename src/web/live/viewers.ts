/** The browsers that watch. Each gets what it can take: a slow one fewer frames, and never at the neuron's expense. */

import type { WebContext, WebEvent, WebHealth, WebSources } from '../sources.ts'
import { encodeFrame, plain } from '../wire.ts'
import { createArrivals, createHistory, type Place } from './history.ts'

/** The part of a WebSocket that is needed here. */
export interface Socket {
  readonly bufferedAmount: number
  send(data: string | Uint8Array): void
  close(code: number, reason: string): void
  terminate(): void
}

export interface Viewers {
  /** Undefined, and the socket closed, when there are too many already. */
  add(socket: Socket, mayControl: boolean): Viewer | undefined
  count(): number
  /** Those that get fewer frames at the moment. */
  slowCount(): number
  close(): void
}

export interface Viewer {
  /** Frames go to a page that can be seen, or that records. */
  watch(on: boolean): void
  leave(): void
}

/** A viewer's connection, and how it keeps up. */
export interface Line {
  readonly socket: Socket
  silentMs: number
  slow: boolean
}

interface Watcher extends Line {
  watches: boolean
  place: Place
  rev: number
}

export const MOST_VIEWERS = 50
export const FRAME_MS = 40
const STATE_EVERY = 5
const HEALTH_EVERY = 50
/** What may wait in a socket before its viewer is passed over. */
const MOST_WAITING_BYTES = 48 * 1024
const MOST_ROWS = 400
/** A viewer that takes nothing for so long is gone. */
const LONGEST_SILENCE_MS = 30_000
export const GOING_AWAY = 1001
const TRY_LATER = 1013

export function openViewers(sources: WebSources, context: WebContext, readHealth: () => WebHealth): Viewers {
  const watchers = new Set<Watcher>()
  const live = openLive(sources)
  let cancelBeat: (() => void) | undefined
  let beats = 0

  const toAll = (message: object) => {
    const text = plain(message)
    for (const watcher of watchers) if (!isBehind(watcher)) watcher.socket.send(text)
  }
  const cancelEvents = sources.onEvent((event: WebEvent) => {
    if (watchers.size > 0) toAll({ type: 'event', tUs: context.wallUs(), event })
  })

  function beat(): void {
    beats++
    live.follow([...watchers].some(watcher => watcher.watches))
    sendFrames(watchers, live)
    sendArrivals(watchers, live)
    dropSilent(watchers)
    if (beats % STATE_EVERY === 0) {
      toAll({ type: 'state', state: sources.state(), tUs: context.wallUs() })
      sendParams(watchers, sources)
    }
    if (beats % HEALTH_EVERY === 1) {
      toAll({ type: 'health', health: readHealth(), link: sources.link(), viewers: watchers.size })
    }
  }

  function leave(watcher: Watcher): void {
    watchers.delete(watcher)
    if (watchers.size > 0) return
    cancelBeat?.()
    cancelBeat = undefined
    live.follow(false)
  }

  return {
    add(socket, mayControl) {
      if (watchers.size >= MOST_VIEWERS) return refuseOneMore(socket)
      const { id, boot, startedUs, control } = sources
      const verbs = Object.fromEntries(Object.entries(control.verbs).map(([name, { fields }]) => [name, fields]))
      const watcher = { socket, watches: true, place: live.end(), rev: -1, silentMs: 0, slow: false }
      watchers.add(watcher)
      socket.send(plain({ type: 'hello', id, boot, startedUs, mayControl, info: sources.info(), verbs }))
      cancelBeat ??= context.timers.every(FRAME_MS, beat)
      live.follow(true)
      beats = 0
      return {
        watch(on) {
          if (on && !watcher.watches) watcher.place = live.end()
          watcher.watches = on
        },
        leave: () => leave(watcher),
      }
    },
    count: () => watchers.size,
    slowCount: () => [...watchers].filter(watcher => watcher.slow).length,
    close() {
      cancelEvents()
      for (const watcher of [...watchers]) {
        watcher.socket.close(GOING_AWAY, 'the neuron stops')
        leave(watcher)
      }
      live.close()
    },
  }
}

/** Spikes and samples as they come in, while somebody wants them. */
function openLive(sources: WebSources) {
  const history = createHistory()
  const arrivals = createArrivals()
  let cancels: (() => void)[] = []

  function stop(): void {
    for (const cancel of cancels) cancel()
    cancels = []
  }
  return {
    end: history.end,
    since: history.since,
    arrivals: arrivals.take,
    follow(on: boolean): void {
      if (on && cancels.length === 0) {
        const { onSpike, onSamples, onArrival } = sources
        cancels = [onSpike(history.addSpike), onSamples(history.addRows), onArrival(arrivals.add)]
      } else if (!on && cancels.length > 0) stop()
    },
    close: stop,
  }
}

function sendFrames(watchers: ReadonlySet<Watcher>, live: ReturnType<typeof openLive>): void {
  // Most viewers stand at the same place: what is encoded for one serves all.
  const encoded = new Map<string, Uint8Array | null>()
  const end = live.end()
  for (const watcher of watchers) {
    if (!watcher.watches || isBehind(watcher)) continue
    const { place } = watcher
    const key = `${place.row} ${place.spike}`
    let bytes = encoded.get(key)
    if (bytes === undefined) {
      const frame = live.since(place, MOST_ROWS)
      bytes = frame.rows.length + frame.spikes.length > 0 ? encodeFrame(frame) : null
      encoded.set(key, bytes)
    }
    watcher.place = end
    if (bytes) watcher.socket.send(bytes)
  }
}

/** Marks on the scope, not a record: a viewer that is behind goes without. */
function sendArrivals(watchers: ReadonlySet<Watcher>, live: ReturnType<typeof openLive>): void {
  const fresh = live.arrivals()
  if (!fresh) return
  const text = plain({ type: 'arrivals', ...fresh })
  for (const watcher of watchers) if (watcher.watches && !isBehind(watcher)) watcher.socket.send(text)
}

function sendParams(watchers: ReadonlySet<Watcher>, sources: WebSources): void {
  const params = sources.params()
  const text = plain({ type: 'params', ...params })
  for (const watcher of watchers) {
    if (watcher.rev === params.rev || isBehind(watcher)) continue
    watcher.rev = params.rev
    watcher.socket.send(text)
  }
}

export function refuseOneMore(socket: Socket): undefined {
  socket.close(TRY_LATER, `${MOST_VIEWERS} browsers watch already: close one of them, and this one comes in`)
}

export function isBehind(line: Line): boolean {
  line.slow = line.socket.bufferedAmount > MOST_WAITING_BYTES
  return line.slow
}

/** To be called with every frame. */
export function dropSilent(lines: Iterable<Line>): void {
  for (const line of lines) {
    line.silentMs = isBehind(line) ? line.silentMs + FRAME_MS : 0
    if (line.silentMs > LONGEST_SILENCE_MS) line.socket.terminate()
  }
}
