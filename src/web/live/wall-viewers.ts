/** The browsers that show the class wall. The broker is watched for them, and only while one of them is seen. */

import type { WallPeer, WebContext, WebSources } from '../data-sources.ts'
import { createWallHistory, encodeSpikes, plain } from '../wire-format.ts'
import {
  dropSilent,
  FRAME_MS,
  GOING_AWAY,
  isBehind,
  MOST_VIEWERS,
  refuseOneMore,
  type Socket,
  type Viewers,
} from './viewers.ts'

interface Watcher {
  readonly socket: Socket
  watches: boolean
  /** Spikes so far. */
  place: number
  /** It has missed news of the neurons, and is to be told of all. */
  isStale: boolean
  silentMs: number
  slow: boolean
}

const NEWS_EVERY = 5

export function openWallViewers(sources: WebSources, context: WebContext): Viewers {
  const { peers, id } = sources
  const watchers = new Set<Watcher>()
  const history = createWallHistory()
  let told = new Map<string, string>()
  let stop: (() => void) | undefined
  let cancelBeat: (() => void) | undefined
  let beats = 0

  function follow(on: boolean): void {
    if (on === (stop !== undefined)) return
    if (!on) {
      stop?.()
      stop = undefined
      return
    }
    const cancels = [peers.watch(), peers.onSpike(history.add)]
    stop = () => cancels.forEach(cancel => void cancel())
  }

  function beat(): void {
    beats++
    follow([...watchers].some(watcher => watcher.watches))
    sendSpikes()
    if (beats % NEWS_EVERY === 0) sendNews()
    dropSilent(watchers)
  }

  function sendSpikes(): void {
    // Most viewers stand at the same place: what is encoded for one serves all.
    const encoded = new Map<number, Uint8Array>()
    const end = history.end()
    for (const watcher of watchers) {
      const { place, socket } = watcher
      if (!watcher.watches || place === end || isBehind(watcher)) continue
      const bytes = encoded.get(place) ?? encodeSpikes(history.since(place))
      encoded.set(place, bytes)
      watcher.place = end
      socket.send(bytes)
    }
  }

  /** What has changed; all of it to those who have missed something, and to everybody when a neuron is no longer there. */
  function sendNews(): void {
    const list = peers.list()
    const texts = new Map(list.map(peer => [peer.id, plain(peer)]))
    const isShorter = [...told.keys()].some(known => !texts.has(known))
    const changed = list.filter(peer => told.get(peer.id) !== texts.get(peer.id))
    told = texts
    const news = (all: boolean, some: readonly WallPeer[]) =>
      plain({ type: 'peers', tUs: context.wallUs(), broker: peers.status(), all, peers: some })
    const [whole, fresh] = [news(true, list), news(false, changed)]
    for (const watcher of watchers) {
      if (isShorter) watcher.isStale = true
      if (!watcher.watches || isBehind(watcher)) {
        watcher.isStale = true
        continue
      }
      watcher.socket.send(watcher.isStale ? whole : fresh)
      watcher.isStale = false
    }
  }

  function leave(watcher: Watcher): void {
    watchers.delete(watcher)
    if (watchers.size > 0) return
    cancelBeat?.()
    cancelBeat = undefined
    follow(false)
  }

  return {
    add(socket, mayControl) {
      if (watchers.size >= MOST_VIEWERS) return refuseOneMore(socket)
      const watcher = { socket, watches: true, place: history.end(), isStale: true, silentMs: 0, slow: false }
      watchers.add(watcher)
      socket.send(plain({ type: 'hello', id, mayControl, synapseFields: peers.synapseFields }))
      cancelBeat ??= context.timers.every(FRAME_MS, beat)
      follow(true)
      return {
        watch(on) {
          if (on && !watcher.watches) Object.assign(watcher, { place: history.end(), isStale: true })
          watcher.watches = on
        },
        leave: () => leave(watcher),
      }
    },
    count: () => watchers.size,
    slowCount: () => [...watchers].filter(watcher => watcher.slow).length,
    close() {
      for (const watcher of [...watchers]) {
        watcher.socket.close(GOING_AWAY, 'the neuron stops')
        leave(watcher)
      }
    },
  }
}
