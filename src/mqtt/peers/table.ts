/** What is known of every neuron on the broker, from what they publish. Pure: it is told the time. Bounded, whatever comes. */
import { complaintsAboutSynapses, type Synapse } from '../options.ts'
import type { Peer } from '../types.ts'

export interface PeerTable {
  /** Something of `<base>/<id>/<name>`; an empty status takes the neuron off the table. */
  hear(id: string, name: string, text: string, retained: boolean, nowMs: number): void
  /** In natural order: pi-2 before pi-10. */
  peers(nowMs: number): readonly Peer[]
  indexOf(id: string): number | undefined
  /** Has it shown itself? What the broker has kept of it says nothing of whether it lives. */
  hasShown(id: string): boolean
  /** Neurons that did not fit. */
  overflow(): number
  forget(): void
}

interface Known extends Omit<Peer, 'life' | 'quietS' | 'isVeiled'> {
  readonly status: string | null
  /** When it came onto the table, and gave its last sign of life; what the broker has kept of it is none. */
  readonly firstMs: number
  readonly lastMs: number | undefined
}
type Contents = Readonly<Record<string, unknown>>

export const MOST_PEERS = 128
/** Every neuron says something every 5 s, if only that it has nothing to say. */
export const SILENT_MS = 12_000
const QUIET_STEP_S = 10
/** What is retained comes at once, if it comes at all. */
const VEILED_MS = 2000
const LONGEST_TEXT = 200

export function createPeerTable(): PeerTable {
  const known = new Map<string, Known>()
  const turnedAway = new Set<string>()
  let nextIndex = 0

  /** Undefined where there is no room for one more. */
  function place(id: string, nowMs: number): Known | undefined {
    const here = known.get(id)
    if (here) return here
    if (known.size >= MOST_PEERS) {
      if (turnedAway.size < MOST_PEERS) turnedAway.add(id)
      return undefined
    }
    turnedAway.delete(id)
    return { ...NOTHING, id, index: nextIndex++, firstMs: nowMs }
  }

  return {
    hear(id, name, text, retained, nowMs) {
      if (!/^[a-z0-9-]{1,32}$/.test(id) || id === 'all') return
      // Somebody clears what the broker has kept of it, which is no sign of life; the status goes last.
      if (text === '') {
        if (name === 'status') for (const ids of [known, turnedAway]) ids.delete(id)
        return
      }
      const before = place(id, nowMs)
      if (!before) return
      known.set(id, { ...before, ...learnt(id, name, text), ...(!retained && { lastMs: nowMs }) })
    },
    peers: nowMs => [...known.values()].map(one => peerOf(one, nowMs)).sort(byName),
    indexOf: id => known.get(id)?.index,
    hasShown: id => known.get(id)?.lastMs !== undefined,
    overflow: () => turnedAway.size,
    forget() {
      known.clear()
      turnedAway.clear()
    },
  }
}

const NOTHING = {
  ...{ status: null, rateHz: null, iNa: null, running: null, muted: null, speed: null },
  ...{ synapses: null, rev: null, board: null, mocked: null, url: null, lastMs: undefined },
} as const

function peerOf({ status, firstMs, lastMs, ...peer }: Known, nowMs: number): Peer {
  const quietMs = nowMs - (lastMs ?? firstMs)
  const life = status === 'offline' ? 'gone' : quietMs > SILENT_MS ? 'silent' : 'alive'
  const quietS = life === 'silent' ? QUIET_STEP_S * Math.floor(quietMs / (1000 * QUIET_STEP_S)) : null
  const isHidden = status === null || peer.rateHz === null
  const isVeiled = life === 'alive' && lastMs !== undefined && isHidden && nowMs - firstMs > VEILED_MS
  // The last state of a neuron that is gone is history.
  const past = life === 'gone' ? { rateHz: null, iNa: null } : {}
  return { ...peer, life, quietS, isVeiled, ...past }
}

function learnt(id: string, name: string, text: string): Partial<Known> {
  if (name === 'status') return { status: text === 'online' || text === 'offline' ? text : null }
  const contents = contentsOf(text)
  if (!contents) return {}
  if (name === 'state') return stateIn(contents)
  if (name === 'params') return paramsIn(id, contents)
  return name === 'info' ? infoIn(contents) : {}
}

function stateIn({ rateHz, iNa, running, muted, speed }: Contents): Partial<Known> {
  return {
    rateHz: numberOr(rateHz),
    iNa: numberOr(iNa),
    running: flagOr(running),
    muted: flagOr(muted),
    speed: numberOr(speed),
  }
}

function paramsIn(id: string, { rev, synapses }: Contents): Partial<Known> {
  const isSound = complaintsAboutSynapses(synapses, id).length === 0
  return { rev: numberOr(rev), synapses: isSound ? (synapses as readonly Synapse[]) : null }
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
