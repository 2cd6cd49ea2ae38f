/** What is known of every neuron on the broker, from what it publishes. Bounded. Pure. */
import { complaintsAbout, NEURON_FIELDS, type NeuronParams } from '../../neuron/params.ts'
import { complaintsAboutSynapses } from '../link-and-synapse-options.ts'
import type { Peer, PeerLesson, Synapse } from '../types.ts'
import { lessonProgressIn } from './lesson-progress.ts'

export interface PeerTable {
  /** A message on `<base>/<id>/<name>`; an empty status removes the neuron. */
  onMessage(id: string, name: string, text: string, retained: boolean, nowMs: number): void
  /** In natural order: pi-2 before pi-10. */
  peers(nowMs: number): readonly Peer[]
  indexOf(id: string): number | undefined
  /** Has it published anything since it is in the table? Retained messages do not show that it is alive. */
  hasShown(id: string): boolean
  /** Neurons that did not fit. */
  overflow(): number
  /** Messages about lessons that were malformed, and dropped. */
  malformed(): number
  clear(): void
}

interface Known extends Omit<Peer, 'life' | 'quietS' | 'isVeiled'> {
  readonly status: string | null
  /** When it came into the table, and when it last published; retained messages do not count. */
  readonly firstMs: number
  readonly lastMs: number | undefined
}
type Contents = Readonly<Record<string, unknown>>

export const MOST_PEERS = 128
/** Every neuron publishes a heartbeat every 5 s. */
export const SILENT_MS = 12_000
const QUIET_STEP_S = 10
/** Retained messages come at once, or never. */
const HIDDEN_AFTER_MS = 2000
const LONGEST_TEXT = 200
const SOURCES = ['knob', 'slider', 'lost'] as const

export function createPeerTable(): PeerTable {
  const known = new Map<string, Known>()
  const overflowing = new Set<string>()
  let nextIndex = 0
  let hands = 0
  let malformed = 0

  /** Undefined if the table is full. */
  function entryFor(id: string, nowMs: number): Known | undefined {
    const here = known.get(id)
    if (here) return here
    if (known.size >= MOST_PEERS) {
      if (overflowing.size < MOST_PEERS) overflowing.add(id)
      return undefined
    }
    overflowing.delete(id)
    return { ...NOTHING, id, index: nextIndex++, firstMs: nowMs }
  }

  /** What it was before, if the message is malformed. */
  function lessonAfter({ lesson: before }: Known, text: string): PeerLesson | null {
    const progress = lessonProgressIn(contentsOf(text))
    if (progress === undefined) malformed++
    if (!progress) return progress === undefined ? before : null
    const { handUp, ...rest } = progress
    return { ...rest, hand: handUp ? (before?.hand ?? ++hands) : null }
  }

  return {
    onMessage(id, name, text, retained, nowMs) {
      if (!/^[a-z0-9-]{1,32}$/.test(id) || id === 'all') return
      // An empty payload clears a retained message: the neuron did not publish it. The status is cleared last.
      if (text === '') {
        if (name === 'status') for (const ids of [known, overflowing]) ids.delete(id)
        const here = known.get(id)
        if (name === 'lesson' && here) known.set(id, { ...here, lesson: null })
        return
      }
      const before = entryFor(id, nowMs)
      if (!before) return
      const fields = name === 'lesson' ? { lesson: lessonAfter(before, text) } : fieldsFrom(id, name, text)
      known.set(id, { ...before, ...fields, ...(!retained && { lastMs: nowMs }) })
    },
    peers: nowMs => [...known.values()].map(one => peerOf(one, nowMs)).sort(byName),
    indexOf: id => known.get(id)?.index,
    hasShown: id => known.get(id)?.lastMs !== undefined,
    overflow: () => overflowing.size,
    malformed: () => malformed,
    clear() {
      known.clear()
      overflowing.clear()
    },
  }
}

const NOTHING = {
  ...{ status: null, rateHz: null, iNa: null, running: null, muted: null, speed: null, source: null },
  ...{ neuron: null, synapses: null, rev: null, board: null, mocked: null, url: null, lesson: null, lastMs: undefined },
} as const

function peerOf({ status, firstMs, lastMs, ...peer }: Known, nowMs: number): Peer {
  const quietMs = nowMs - (lastMs ?? firstMs)
  const life = status === 'offline' ? 'gone' : quietMs > SILENT_MS ? 'silent' : 'alive'
  const quietS = life === 'silent' ? QUIET_STEP_S * Math.floor(quietMs / (1000 * QUIET_STEP_S)) : null
  const isHidden = status === null || peer.rateHz === null
  const isVeiled = life === 'alive' && lastMs !== undefined && isHidden && nowMs - firstMs > HIDDEN_AFTER_MS
  // The last state of a neuron that is gone no longer holds.
  const past = life === 'gone' ? { rateHz: null, iNa: null } : {}
  return { ...peer, life, quietS, isVeiled, ...past }
}

function fieldsFrom(id: string, name: string, text: string): Partial<Known> {
  if (name === 'status') return { status: text === 'online' || text === 'offline' ? text : null }
  const contents = contentsOf(text)
  if (!contents) return {}
  if (name === 'state') return stateIn(contents)
  if (name === 'params') return paramsIn(id, contents)
  return name === 'info' ? infoIn(contents) : {}
}

function stateIn({ rateHz, iNa, running, muted, speed, source }: Contents): Partial<Known> {
  return {
    rateHz: numberOr(rateHz),
    iNa: numberOr(iNa),
    running: flagOr(running),
    muted: flagOr(muted),
    speed: numberOr(speed),
    source: SOURCES.find(one => one === source) ?? null,
  }
}

function paramsIn(id: string, { rev, synapses, ...params }: Contents): Partial<Known> {
  const isSound = complaintsAboutSynapses(synapses, id).length === 0
  return { rev: numberOr(rev), neuron: neuronIn(params), synapses: isSound ? (synapses as readonly Synapse[]) : null }
}

/** Other parameters than those of the membrane are left out. */
function neuronIn(params: Contents): NeuronParams | null {
  const own = Object.fromEntries(Object.keys(NEURON_FIELDS).map(name => [name, params[name]]))
  const isWhole = Object.values(own).every(value => value !== undefined)
  return isWhole && complaintsAbout(own).length === 0 ? (own as NeuronParams) : null
}

function infoIn({ board, mocked, urls }: Contents): Partial<Known> {
  const { http } = { http: undefined, ...(urls as object | null | undefined) }
  const isPage = typeof http === 'string' && /^https?:\/\/[^\s]+$/.test(http)
  return { board: textOr(board), mocked: flagOr(mocked), url: isPage ? textOr(http) : null }
}

function contentsOf(text: string): Contents | undefined {
  try {
    const contents = JSON.parse(text)
    return typeof contents === 'object' && contents !== null ? contents : undefined
  } catch {
    return undefined
  }
}

function numberOr(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function flagOr(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' && value.length <= LONGEST_TEXT ? value : null
}

function byName(a: Peer, b: Peer): number {
  return a.id.localeCompare(b.id, 'en', { numeric: true })
}
