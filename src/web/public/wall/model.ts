/** All that the wall knows at a moment. */
import type { Fields } from '../../../fields/fields.ts'
import type { WallBroker, WallPeer } from '../../data-sources.ts'
import { createPlaybackClock } from '../shared/playback-clock.ts'
import type { WORDS } from '../shared/words.ts'
import { createSpikeRows } from './spike-rows.ts'
import { type Draft, newDraft } from './synapse-edges.ts'

export type Theme = keyof typeof WORDS.header.theme

export interface WallHello {
  /** The neuron whose daemon serves this page. */
  readonly id: string
  readonly mayControl: boolean
  readonly synapseFields: Fields
}

export interface WallModel {
  hello: WallHello | undefined
  broker: WallBroker | undefined
  peers: readonly WallPeer[]
  /** Those that were alive since the page was opened. */
  readonly seen: Set<string>
  readonly spikes: ReturnType<typeof createSpikeRows>
  readonly pace: ReturnType<typeof createPlaybackClock>
  /** The connection to this page's server is lost. */
  isGone: boolean
  draft: Draft
  /** Why the synapse in the form was refused. */
  refusal: string | undefined
  /** The first of two neurons that are clicked in the graph. */
  picked: string | undefined
  /** The neuron in the dialog. */
  shown: string | undefined
  notice: { readonly text: string; readonly isBad: boolean } | undefined
  windowS: number
  theme: Theme
}

export const WALL_WINDOWS_S = [5, 10, 30, 60]

export function createWallModel(): WallModel {
  return {
    hello: undefined,
    broker: undefined,
    peers: [],
    seen: new Set(),
    spikes: createSpikeRows(),
    pace: createPlaybackClock(),
    isGone: false,
    draft: newDraft(),
    refusal: undefined,
    picked: undefined,
    shown: undefined,
    notice: undefined,
    windowS: 10,
    theme: 'auto',
  }
}

/** Those with a row on the wall: whoever was alive while it was open. The others are old names that the broker keeps. */
export function rowsOf({ peers, seen }: WallModel): readonly WallPeer[] {
  return peers.filter(({ id }) => seen.has(id))
}

/** What has come from the server: all neurons, or those that have changed. */
export function learn(model: WallModel, all: boolean, news: readonly WallPeer[]): void {
  const known = new Map(all ? [] : model.peers.map(peer => [peer.id, peer]))
  for (const peer of news) known.set(peer.id, peer)
  model.peers = [...known.values()].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
  for (const { id, life } of news) if (life === 'alive') model.seen.add(id)
}
