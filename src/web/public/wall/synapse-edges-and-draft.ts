/** Synapses as edges of the graph, and as the draft in the form. Pure. */
import type { Peer, Synapse } from '../../../mqtt/types.ts'
import { formatShort, formatTyped } from '../shared/number-format.ts'
import { parseNumber } from '../shared/parse-number.ts'
import { WALL_WORDS } from './words.ts'

type SynapseEffect = 'excites' | 'inhibits'
/** A jump of V in mV, or a current in nA. */
type SynapseKind = 'mv' | 'na'

export interface SynapseEdge {
  readonly from: string
  readonly to: string
  /** Its index in the synapses of `to`. */
  readonly position: number
  readonly effect: SynapseEffect
  readonly kind: SynapseKind
  /** Absolute value, mV or nA. */
  readonly weight: number
  /** Null for a jump of V. */
  readonly tauMs: number | null
  readonly delayMs: number
}

/** The content of the form, numbers as they were typed. */
export interface SynapseDraft {
  readonly from: string
  readonly to: string
  readonly effect: SynapseEffect
  readonly kind: SynapseKind
  readonly weight: string
  readonly tauMs: string
  readonly delayMs: string
  /** The synapse that it changes; undefined for a new one. */
  readonly changes: SynapseEdge | undefined
}

const DEFAULT_TAU_MS = 5
/** Large enough that one spike makes a resting neuron fire. */
const DEFAULT_WEIGHT_MV = 20

export function newDraft(): SynapseDraft {
  return {
    ...{ from: '', to: '', effect: 'excites', kind: 'mv', weight: String(DEFAULT_WEIGHT_MV) },
    ...{ tauMs: String(DEFAULT_TAU_MS), delayMs: '0', changes: undefined },
  }
}

export function draftOf(edge: SynapseEdge): SynapseDraft {
  const { from, to, effect, kind, weight, tauMs, delayMs } = edge
  const texts = {
    weight: formatTyped(weight),
    tauMs: formatTyped(tauMs ?? DEFAULT_TAU_MS),
    delayMs: formatTyped(delayMs),
  }
  return { from, to, effect, kind, ...texts, changes: edge }
}

export function synapseEdges(peers: readonly Peer[]): readonly SynapseEdge[] {
  return peers.flatMap(({ id, synapses }) => (synapses ?? []).map((synapse, position) => edgeOf(id, synapse, position)))
}

function edgeOf(to: string, { from, weightNa, weightMv, tauMs, delayMs = 0 }: Synapse, position: number): SynapseEdge {
  const signed = weightMv ?? weightNa ?? 0
  const effect = signed < 0 ? 'inhibits' : 'excites'
  const kind = weightMv === undefined ? 'na' : 'mv'
  const weight = Math.abs(signed)
  return { from, to, position, effect, kind, weight, tauMs: kind === 'na' ? (tauMs ?? DEFAULT_TAU_MS) : null, delayMs }
}

/** The synapses of `draft.to` with the draft; what is not a number is left to the neuron to refuse. */
export function withDraft(synapses: readonly Synapse[], draft: SynapseDraft): readonly Synapse[] {
  const { changes } = draft
  const wanted = synapseOf(draft)
  if (changes?.to !== draft.to) return [...synapses, wanted]
  return synapses.map((synapse, position) => {
    // One by chance keeps its rate, which the form does not have.
    const { rateHz } = synapse
    return position === changes.position ? { ...wanted, ...(rateHz !== undefined && { rateHz }) } : synapse
  })
}

/** The first number of the form that cannot be read: its name, and what was typed. */
export function unreadableIn({ kind, weight, tauMs, delayMs }: SynapseDraft): readonly [string, string] | undefined {
  const { form } = WALL_WORDS
  const typed = [[form.weight, weight], ...(kind === 'na' ? [[form.tau, tauMs]] : []), [form.delay, delayMs]] as const
  return typed.find(([, text]) => Number.isNaN(parseNumber(text!))) as readonly [string, string] | undefined
}

export function withoutEdge(synapses: readonly Synapse[], { position }: SynapseEdge): readonly Synapse[] {
  return synapses.filter((_, k) => k !== position)
}

function synapseOf({ from, to, effect, kind, weight, tauMs, delayMs }: SynapseDraft): Synapse {
  const signed = (effect === 'inhibits' ? -1 : 1) * Math.abs(parseNumber(weight))
  return {
    from,
    ...(kind === 'mv' ? { weightMv: signed } : { weightNa: signed, tauMs: parseNumber(tauMs) }),
    delayMs: parseNumber(delayMs),
    ...(from === to && { autapse: true }),
  }
}

export function edgeName({ from, to, effect }: Pick<SynapseEdge, 'from' | 'to' | 'effect'>): string {
  return `${from} ${WALL_WORDS.synapses.arrow[effect]} ${to}`
}

/** Screen readers do not read arrows. */
export function edgeNameForScreenReader({ from, to, effect }: SynapseEdge): string {
  return `${from} ${WALL_WORDS.synapses.verb[effect]} ${to}`
}

export function weightText({ effect, weight, kind }: SynapseEdge): string {
  return `${formatShort(effect === 'inhibits' ? -weight : weight)} ${kind === 'mv' ? 'mV' : 'nA'}`
}
