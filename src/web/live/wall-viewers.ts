/** What the browsers that show the class wall get. The broker is watched for them, and only while one of them is visible. */
import type { Peer } from '../../mqtt/types.ts'
import type { WebContext, WebSources } from '../data-sources.ts'
import type { PageAccess } from '../http/access.ts'
import { encodeWallFrame, toJson } from '../wire-format.ts'
import { createWallSpikeHistory, type WallSpikeHistory } from './viewer-histories.ts'
import { createViewers, isBehind, type ViewerConnection, type ViewerSocket, type Viewers } from './viewers.ts'

interface WallViewer extends ViewerConnection {
  /** Number of spikes that it has got. */
  position: number
  /** It missed changes of the neurons, and needs the whole list. */
  isStale: boolean
}

interface WallFeed {
  readonly sources: WebSources
  readonly context: WebContext
  readonly viewers: Set<WallViewer>
  readonly history: WallSpikeHistory
  /** The neurons as they were last sent, as JSON by id. */
  sentPeers: ReadonlyMap<string, string>
  /** Ends the watching of the broker; empty while it is not watched. */
  cancels: readonly (() => void)[]
  frames: number
}

const FRAMES_PER_PEERS = 5

export function openWallViewers(sources: WebSources, context: WebContext): Viewers {
  const feed: WallFeed = {
    ...{ sources, context, viewers: new Set(), history: createWallSpikeHistory() },
    ...{ sentPeers: new Map(), cancels: [], frames: 0 },
  }
  return createViewers(context.timers, {
    viewers: feed.viewers,
    greet: (socket, access) => greet(feed, socket, access),
    sendFrame() {
      feed.frames++
      sendSpikes(feed)
      if (feed.frames % FRAMES_PER_PEERS === 0) sendPeers(feed)
    },
    collect: on => collect(feed, on),
    resume: viewer => Object.assign(viewer, { position: feed.history.end(), isStale: true }),
  })
}

function greet({ sources, history }: WallFeed, socket: ViewerSocket, access: PageAccess): WallViewer {
  const { id, peers } = sources
  socket.send(toJson({ type: 'hello', id, ...access, synapseFields: peers.synapseFields }))
  return { socket, isWatching: true, position: history.end(), isStale: true, stalledMs: 0, isSlow: false }
}

function collect(feed: WallFeed, on: boolean): void {
  if (on === feed.cancels.length > 0) return
  for (const cancel of feed.cancels) cancel()
  const { peers } = feed.sources
  feed.cancels = on ? [peers.watch(), peers.onSpike(feed.history.add)] : []
}

function sendSpikes({ viewers, history }: WallFeed): void {
  // Most viewers are at the same position: they share the encoded frame.
  const encoded = new Map<number, Uint8Array>()
  const end = history.end()
  for (const viewer of viewers) {
    const { position, socket } = viewer
    if (!viewer.isWatching || position === end || isBehind(viewer)) continue
    const bytes = encoded.get(position) ?? encodeWallFrame(history.since(position))
    encoded.set(position, bytes)
    viewer.position = end
    socket.send(bytes)
  }
}

/** Sends the neurons that changed; the whole list to viewers that missed changes, and to all when a neuron was removed. */
function sendPeers(feed: WallFeed): void {
  const { sources, context, viewers } = feed
  const list = sources.peers.list()
  const texts = new Map(list.map(peer => [peer.id, toJson(peer)]))
  const isShorter = [...feed.sentPeers.keys()].some(id => !texts.has(id))
  const changed = list.filter(peer => feed.sentPeers.get(peer.id) !== texts.get(peer.id))
  feed.sentPeers = texts
  const message = (all: boolean, peers: readonly Peer[]) =>
    toJson({ type: 'peers', tUs: context.wallUs(), broker: sources.peers.status(), all, peers })
  const [whole, update] = [message(true, list), message(false, changed)]
  for (const viewer of viewers) {
    if (isShorter) viewer.isStale = true
    if (!viewer.isWatching || isBehind(viewer)) {
      viewer.isStale = true
      continue
    }
    viewer.socket.send(viewer.isStale ? whole : update)
    viewer.isStale = false
  }
}
