/** What the browsers that show this neuron's dashboard get: frames of spikes and samples, and messages. */
import type { LessonLanguage } from '../../lessons/report.ts'
import type { WebContext, WebSources } from '../data-sources.ts'
import type { Figures } from '../figures.ts'
import type { PageAccess } from '../http/access.ts'
import { encodeNeuronFrame, toJson } from '../wire-format.ts'
import {
  type ArrivalQueue,
  createArrivalQueue,
  createSampleHistory,
  type HistoryPosition,
  type SampleHistory,
} from './viewer-histories.ts'
import { createViewers, isBehind, type ViewerConnection, type ViewerSocket, type Viewers } from './viewers.ts'

interface NeuronViewer extends ViewerConnection {
  /** Up to here it has got samples and spikes. */
  position: HistoryPosition
  /** Revision of the parameters that it has. */
  rev: number
  /** The lesson as it was last sent, as JSON, and the language for it. */
  lesson: string
  readonly language: LessonLanguage
}

interface NeuronFeed {
  readonly sources: WebSources
  readonly context: WebContext
  readFigures(): Figures
  readonly viewers: Set<NeuronViewer>
  readonly history: SampleHistory
  readonly arrivals: ArrivalQueue
  /** Ends the listening to spikes, samples and arrivals; empty while there is none. */
  cancels: readonly (() => void)[]
  /** Frames since the last viewer came. */
  frames: number
}

const FRAMES_PER_STATE = 5
const FRAMES_PER_HEALTH = 50
const MAX_ROWS_PER_FRAME = 400

export function openNeuronViewers(sources: WebSources, context: WebContext, readFigures: () => Figures): Viewers {
  const feed: NeuronFeed = {
    ...{ sources, context, readFigures, viewers: new Set() },
    ...{ history: createSampleHistory(), arrivals: createArrivalQueue(), cancels: [], frames: 0 },
  }
  const viewers = createViewers(context.timers, {
    viewers: feed.viewers,
    greet: (socket, access, language) => greet(feed, socket, access, language),
    sendFrame: () => sendAll(feed),
    collect: on => collect(feed, on),
    resume(viewer) {
      viewer.position = feed.history.end()
    },
  })
  const cancelEvents = sources.onEvent(event => {
    if (feed.viewers.size > 0) broadcast(feed, { type: 'event', tUs: context.wallUs(), event })
  })
  return {
    ...viewers,
    close() {
      cancelEvents()
      viewers.close()
    },
  }
}

function greet(feed: NeuronFeed, socket: ViewerSocket, access: PageAccess, language: LessonLanguage): NeuronViewer {
  const { id, boot, startedUs, control } = feed.sources
  const verbs = Object.fromEntries(Object.entries(control.verbs).map(([name, { fields }]) => [name, fields]))
  socket.send(toJson({ type: 'hello', id, boot, startedUs, ...access, info: feed.sources.info(), verbs }))
  feed.frames = 0
  const viewer: NeuronViewer = {
    ...{ socket, isWatching: true, position: feed.history.end(), rev: -1, stalledMs: 0, isSlow: false },
    ...{ lesson: NO_LESSON, language },
  }
  sendLesson(viewer, lessonText(feed, language))
  return viewer
}

/** Listens to spikes, samples and arrivals while somebody watches. */
function collect(feed: NeuronFeed, on: boolean): void {
  if (on === feed.cancels.length > 0) return
  for (const cancel of feed.cancels) cancel()
  const { sources, history, arrivals } = feed
  feed.cancels = on
    ? [sources.onSpike(history.addSpike), sources.onSamples(history.addRows), sources.onArrival(arrivals.add)]
    : []
}

function sendAll(feed: NeuronFeed): void {
  const { sources, context } = feed
  feed.frames++
  sendFrames(feed)
  sendArrivals(feed)
  if (feed.frames % FRAMES_PER_STATE === 0) {
    broadcast(feed, { type: 'state', state: sources.state(), tUs: context.wallUs() })
    sendParams(feed)
    sendLessons(feed)
  }
  if (feed.frames % FRAMES_PER_HEALTH === 1) {
    const { health, link, viewers } = feed.readFigures()
    broadcast(feed, { type: 'health', health, link, viewers })
  }
}

function sendFrames({ viewers, history }: NeuronFeed): void {
  // Most viewers are at the same position: they share the encoded frame.
  const encoded = new Map<string, Uint8Array | null>()
  const end = history.end()
  for (const viewer of viewers) {
    if (!viewer.isWatching || isBehind(viewer)) continue
    const { position } = viewer
    const key = `${position.row} ${position.spike}`
    let bytes = encoded.get(key)
    if (bytes === undefined) {
      const frame = history.since(position, MAX_ROWS_PER_FRAME)
      bytes = frame.rows.length + frame.spikes.length > 0 ? encodeNeuronFrame(frame) : null
      encoded.set(key, bytes)
    }
    viewer.position = end
    if (bytes) viewer.socket.send(bytes)
  }
}

/** Arrivals are marks on the scope, not a record: a viewer that is behind does not get them later. */
function sendArrivals({ viewers, arrivals }: NeuronFeed): void {
  const taken = arrivals.take()
  if (!taken) return
  const text = toJson({ type: 'arrivals', ...taken })
  for (const viewer of viewers) if (viewer.isWatching && !isBehind(viewer)) viewer.socket.send(text)
}

function sendParams({ viewers, sources, context }: NeuronFeed): void {
  const params = sources.params()
  const text = toJson({ type: 'params', ...params, tUs: context.wallUs() })
  for (const viewer of viewers) {
    if (viewer.rev === params.rev || isBehind(viewer)) continue
    viewer.rev = params.rev
    viewer.socket.send(text)
  }
}

const NO_LESSON = toJson({ type: 'lesson', running: null })

function lessonText({ sources }: NeuronFeed, language: LessonLanguage): string {
  return toJson({ type: 'lesson', running: sources.lessons.running(language) })
}

function sendLessons(feed: NeuronFeed): void {
  const texts = new Map<LessonLanguage, string>()
  for (const viewer of feed.viewers) {
    if (isBehind(viewer)) continue
    const text = texts.get(viewer.language) ?? lessonText(feed, viewer.language)
    texts.set(viewer.language, text)
    sendLesson(viewer, text)
  }
}

function sendLesson(viewer: NeuronViewer, text: string): void {
  if (viewer.lesson === text) return
  viewer.lesson = text
  viewer.socket.send(text)
}

function broadcast({ viewers }: NeuronFeed, message: object): void {
  const text = toJson(message)
  for (const viewer of viewers) if (!isBehind(viewer)) viewer.socket.send(text)
}
