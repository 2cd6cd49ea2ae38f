/** Synapses as the wall shows and edits them. Pure. */
import type { WallPeer, WallSynapse } from '../../data-sources.ts'
import { short } from '../shared/number-format.ts'
import { WALL_WORDS } from './words.ts'

export type Effect = 'excites' | 'inhibits'
/** A jump of V in mV, or a current in nA. */
export type Kind = 'mv' | 'na'

export interface Edge {
  readonly from: string
  readonly to: string
  /** Its place in the list of `to`. */
  readonly at: number
  readonly effect: Effect
  readonly kind: Kind
  /** Without its sign, mV or nA. */
  readonly weight: number
  /** None of a jump. */
  readonly tauMs: number | null
  readonly delayMs: number
}

/** What stands in the form: numbers as they were typed. */
export interface Draft {
  readonly from: string
  readonly to: string
  readonly effect: Effect
  readonly kind: Kind
  readonly weight: string
  readonly tauMs: string
  readonly delayMs: string
  /** The synapse that is changed by it; none makes a new one. */
  readonly changes: Edge | undefined
}

const DEFAULT_TAU_MS = 5
/** Enough to be seen: one spike makes a resting neuron fire. */
const FIRST_WEIGHT_MV = 20

export function newDraft(): Draft {
  return {
    ...{ from: '', to: '', effect: 'excites', kind: 'mv', weight: String(FIRST_WEIGHT_MV) },
    ...{ tauMs: String(DEFAULT_TAU_MS), delayMs: '0', changes: undefined },
  }
}

export function draftOf(edge: Edge): Draft {
  const { from, to, effect, kind, weight, tauMs, delayMs } = edge
  const texts = { weight: String(weight), tauMs: String(tauMs ?? DEFAULT_TAU_MS), delayMs: String(delayMs) }
  return { from, to, effect, kind, ...texts, changes: edge }
}

export function edgesOf(peers: readonly WallPeer[]): readonly Edge[] {
  return peers.flatMap(({ id, synapses }) => (synapses ?? []).map((synapse, at) => edgeOf(id, synapse, at)))
}

function edgeOf(to: string, { from, weightNa, weightMv, tauMs, delayMs = 0 }: WallSynapse, at: number): Edge {
  const signed = weightMv ?? weightNa ?? 0
  const effect = signed < 0 ? 'inhibits' : 'excites'
  const kind = weightMv === undefined ? 'na' : 'mv'
  const weight = Math.abs(signed)
  return { from, to, at, effect, kind, weight, tauMs: kind === 'na' ? (tauMs ?? DEFAULT_TAU_MS) : null, delayMs }
}

/** The synapses of `draft.to` as the draft wants them; what is no number is the neuron's to refuse. */
export function withDraft(synapses: readonly WallSynapse[], draft: Draft): readonly WallSynapse[] {
  const { changes } = draft
  const wanted = synapseOf(draft)
  if (changes?.to !== draft.to) return [...synapses, wanted]
  return synapses.map((synapse, at) => (at === changes.at ? wanted : synapse))
}

export function without(synapses: readonly WallSynapse[], { at }: Edge): readonly WallSynapse[] {
  return synapses.filter((_, k) => k !== at)
}

function synapseOf({ from, to, effect, kind, weight, tauMs, delayMs }: Draft): WallSynapse {
  const signed = (effect === 'inhibits' ? -1 : 1) * Math.abs(numberIn(weight))
  return {
    from,
    ...(kind === 'mv' ? { weightMv: signed } : { weightNa: signed, tauMs: numberIn(tauMs) }),
    delayMs: numberIn(delayMs),
    ...(from === to && { autapse: true }),
  }
}

// An empty field is no number, where Number('') would be 0.
function numberIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

export function nameOf({ from, to, effect }: Pick<Edge, 'from' | 'to' | 'effect'>): string {
  return `${from} ${WALL_WORDS.synapses.arrow[effect]} ${to}`
}

/** For those who hear it: arrows are not read aloud. */
export function spokenName({ from, to, effect }: Edge): string {
  return `${from} ${WALL_WORDS.synapses.verb[effect]} ${to}`
}

export function weightText({ effect, weight, kind }: Edge): string {
  return `${short(effect === 'inhibits' ? -weight : weight)} ${kind === 'mv' ? 'mV' : 'nA'}`
}
