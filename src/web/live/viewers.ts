/** The rules for all browsers that watch: how many there may be, when they get a frame, and what happens to a slow one. */
import type { LessonLanguage } from '../../lessons/report.ts'
import type { Timers } from '../../loop/clock.ts'
import type { PageAccess } from '../http/access.ts'
import { toJson } from '../wire-format.ts'

export interface Viewers {
  /** Undefined, and the socket closed, if there are too many already. */
  add(socket: ViewerSocket, access: () => PageAccess, language?: LessonLanguage): Viewer | undefined
  count(): number
  /** Those that get fewer frames at the moment. */
  slowCount(): number
  /** Tells every viewer anew what it may do. */
  accessChanged(): void
  close(): void
}

interface Viewer {
  /** Frames go only to a page that is visible, or that records. */
  watch(on: boolean): void
  leave(): void
}

/** The part of a WebSocket that is needed here. */
export interface ViewerSocket {
  readonly bufferedAmount: number
  send(data: string | Uint8Array): void
  close(code: number, reason: string): void
  terminate(): void
}

export interface ViewerConnection {
  readonly socket: ViewerSocket
  isWatching: boolean
  isSlow: boolean
  /** Time for which the socket took nothing. */
  stalledMs: number
}

/** What a page of one kind gets. */
interface ViewerFeed<State extends ViewerConnection> {
  readonly viewers: Set<State>
  /** Sends a new viewer its first message. */
  greet(socket: ViewerSocket, access: PageAccess, language: LessonLanguage): State
  /** Called every FRAME_MS while there are viewers. */
  sendFrame(): void
  /** Starts or stops collecting data. */
  collect(on: boolean): void
  /** A viewer watches again: it does not get what it missed. */
  resume(viewer: State): void
}

export const MAX_VIEWERS = 50
export const FRAME_MS = 40
/** With more than this waiting in its socket, a viewer gets no frame. */
const MAX_WAITING_BYTES = 48 * 1024
/** A viewer that takes nothing for so long is gone. */
const MAX_STALL_MS = 30_000
const GOING_AWAY = 1001
const TRY_LATER = 1013

export function createViewers<State extends ViewerConnection>(timers: Timers, feed: ViewerFeed<State>): Viewers {
  const { viewers } = feed
  const accessOf = new Map<State, () => PageAccess>()
  let cancelTimer: (() => void) | undefined

  function onFrame(): void {
    feed.collect([...viewers].some(viewer => viewer.isWatching))
    feed.sendFrame()
    dropStalled(viewers)
  }

  function leave(viewer: State): void {
    viewers.delete(viewer)
    accessOf.delete(viewer)
    if (viewers.size > 0) return
    cancelTimer?.()
    cancelTimer = undefined
    feed.collect(false)
  }

  return {
    add(socket, access, language = 'en') {
      if (viewers.size >= MAX_VIEWERS) {
        socket.close(TRY_LATER, `${MAX_VIEWERS} browsers watch already: close one of them, and this one comes in`)
        return undefined
      }
      const viewer = feed.greet(socket, access(), language)
      viewers.add(viewer)
      accessOf.set(viewer, access)
      cancelTimer ??= timers.every(FRAME_MS, onFrame)
      feed.collect(true)
      return {
        watch(on) {
          if (on && !viewer.isWatching) feed.resume(viewer)
          viewer.isWatching = on
        },
        leave: () => leave(viewer),
      }
    },
    count: () => viewers.size,
    slowCount: () => [...viewers].filter(viewer => viewer.isSlow).length,
    accessChanged() {
      for (const [{ socket }, access] of accessOf) socket.send(toJson({ type: 'access', ...access() }))
    },
    close() {
      for (const viewer of [...viewers]) {
        viewer.socket.close(GOING_AWAY, 'the neuron stops')
        leave(viewer)
      }
    },
  }
}

/** Is so much waiting in its socket that it must be passed over? */
export function isBehind(viewer: ViewerConnection): boolean {
  viewer.isSlow = viewer.socket.bufferedAmount > MAX_WAITING_BYTES
  return viewer.isSlow
}

function dropStalled(viewers: Iterable<ViewerConnection>): void {
  for (const viewer of viewers) {
    viewer.stalledMs = isBehind(viewer) ? viewer.stalledMs + FRAME_MS : 0
    if (viewer.stalledMs > MAX_STALL_MS) viewer.socket.terminate()
  }
}
