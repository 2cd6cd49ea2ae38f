/** The state of the class wall's page. */
import type { Fields } from '../../../fields/field-types-and-checks.ts'
import type { Peer, PeersStatus } from '../../../mqtt/types.ts'
import type { PageAccess } from '../../http/access.ts'
import type { AccessState } from '../shared/access-state.ts'
import type { Theme } from '../shared/common-words.ts'
import { createPlaybackClock, type PlaybackClock } from '../shared/playback-clock.ts'
import { createLessonPanel, type LessonPanel } from './lesson-progress.ts'
import { createSpikeRows, type SpikeRows } from './spike-rows.ts'
import { newDraft, type SynapseDraft } from './synapse-edges-and-draft.ts'

export interface WallModel {
  hello: WallHello | undefined
  broker: PeersStatus | undefined
  peers: readonly Peer[]
  /** Ids of the neurons that were alive at some time since the page was opened. */
  readonly seenAlive: Set<string>
  readonly spikes: SpikeRows
  readonly playbackClock: PlaybackClock
  /** The moment that is shown, on the clock of the spikes. */
  headS: number
  /** The connection to this page's server is lost. */
  isDisconnected: boolean
  draft: SynapseDraft
  /** Why the synapse in the form was refused. */
  refusal: string | undefined
  /** The neuron that was clicked in the graph as the source of a new synapse. */
  pickedSource: string | undefined
  /** The neuron in the dialog. */
  dialogPeer: string | undefined
  notice: { readonly text: string; readonly isBad: boolean } | undefined
  /** The preset to be given to a neuron or to all. */
  preset: string
  /** The picture of the cell in the dialog. */
  readonly showsCell: boolean
  readonly lessons: LessonPanel
  /** This page's server's clock at its last message, µs since 1970. */
  nowUs: number
  readonly access: AccessState
  /** The menu of a phone is open. */
  hasMenu: boolean
  windowS: number
  theme: Theme
}

/** The server's first message. */
interface WallHello extends PageAccess {
  /** The neuron whose daemon serves this page. */
  readonly id: string
  readonly synapseFields: Fields
}

export const WALL_WINDOWS_S = [5, 10, 30, 60]

export function createWallModel(theme: Theme = 'auto', showsCell = true): WallModel {
  return {
    hello: undefined,
    broker: undefined,
    peers: [],
    seenAlive: new Set(),
    spikes: createSpikeRows(),
    playbackClock: createPlaybackClock(),
    headS: Number.NaN,
    isDisconnected: false,
    draft: newDraft(),
    refusal: undefined,
    pickedSource: undefined,
    dialogPeer: undefined,
    notice: undefined,
    preset: 'classroom',
    showsCell,
    lessons: createLessonPanel(),
    nowUs: Number.NaN,
    access: { links: undefined, refusal: undefined },
    hasMenu: false,
    windowS: 10,
    theme,
  }
}

/** Unknown counts as yes: the server refuses if need be. */
export function mayControl({ hello }: Pick<WallModel, 'hello'>): boolean {
  return hello?.mayControl !== false
}

/** Unknown counts as yes here too. */
export function mayTeach({ hello }: Pick<WallModel, 'hello'>): boolean {
  return hello === undefined || hello.role === 'teach'
}

/** The neurons with a row on the wall: those seen alive. The others are old names that the broker retains. */
export function shownPeers({ peers, seenAlive }: WallModel): readonly Peer[] {
  return peers.filter(({ id }) => seenAlive.has(id))
}

/** @param all `news` are all neurons, not only those that have changed */
export function updatePeers(model: WallModel, all: boolean, news: readonly Peer[]): void {
  const known = new Map(all ? [] : model.peers.map(peer => [peer.id, peer]))
  for (const peer of news) known.set(peer.id, peer)
  model.peers = [...known.values()].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))
  for (const { id, life } of news) if (life === 'alive') model.seenAlive.add(id)
}
