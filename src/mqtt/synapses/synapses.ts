/** Makes synaptic events of the spikes of other neurons: when they arrive and how strongly. Pure. */

import { checkFields, quote, refusalFields } from '../../fields/field-types-and-checks.ts'
import type { Refusal } from '../../loop/types.ts'
import { SYNAPSE_FIELDS } from '../link-and-synapse-options.ts'
import { createRateLimit, type RateLimit } from '../rate-limit.ts'
import type { Synapse, SynapticEvent, Timing } from '../types.ts'

/** The moment of an arrival. */
export interface Arrival {
  readonly nowMs: number
  /** System clock, µs since 1970. */
  readonly wallUs: number
  /** Does it follow a time server? */
  readonly synced: boolean
  /** How long the message may have waited in this process. */
  readonly heldUpMs: number
}

export interface Synapses {
  /** The payload of `<base>/<from>/spike`. */
  spike(from: string, payload: string, arrival: Arrival): SynapticEvent[]
  /** The payload of `<base>/<from>/info`; true if `timing` may be another one now. */
  info(from: string, payload: string): boolean
  timing(from: string, synced: boolean): Timing
  /** Spikes over the rate limit since the last call, by sender. */
  clipped(): ReadonlyMap<string, number>
}

/** Older spikes have no effect. */
const OLDEST_MS = 250
/** A spike from further in the future means that the clocks do not agree after all. */
const MOST_AHEAD_MS = 50
const SPIKES_PER_S = 1000

interface Sender {
  readonly synapses: readonly Synapse[]
  readonly rate: RateLimit
  boot: string
  synced: boolean
  lastSeq: number
  lastUs: number
  clipped: number
}

export function createSynapses(synapses: readonly Synapse[]): Synapses {
  const senders = new Map<string, Sender>()
  for (const { from } of synapses) {
    const own = synapses.filter(synapse => synapse.from === from && synapse.rateHz === undefined)
    senders.set(from, { synapses: own, rate: createRateLimit(SPIKES_PER_S, 100), ...UNKNOWN, clipped: 0 })
  }

  return {
    spike(from, payload, arrival) {
      const sender = senders.get(from)
      const startMs = sender && startOf(sender, contentOf(payload), arrival)
      if (startMs === undefined || !sender) return []
      if (!sender.rate.take(arrival.nowMs)) {
        sender.clipped++
        return []
      }
      return sender.synapses.map(synapse => eventOf(synapse, startMs))
    },
    info(from, payload) {
      const sender = senders.get(from)
      const content = contentOf(payload)
      if (!sender || typeof content !== 'object' || content === null) return false
      const { boot, clock } = content as { boot?: unknown; clock?: { synced?: unknown } }
      const synced = clock?.synced === true
      const changed = synced !== sender.synced
      // A sender that has started again counts its spikes from 1, and its clock may have changed.
      if (boot !== sender.boot) Object.assign(sender, UNKNOWN, { boot })
      sender.synced = synced
      return changed
    },
    timing: (from, synced) => (synced && senders.get(from)?.synced ? 'spike' : 'arrival'),
    clipped() {
      const clipped = [...senders].filter(([, sender]) => sender.clipped > 0)
      const counts = new Map(clipped.map(([from, sender]) => [from, sender.clipped]))
      for (const [, sender] of clipped) sender.clipped = 0
      return counts
    },
  }
}

const UNKNOWN = { boot: '', synced: false, lastSeq: 0, lastUs: 0 }

/** What delays are counted from, monotonic ms; undefined if the spike is late, a repetition, or malformed. */
function startOf(sender: Sender, content: unknown, arrival: Arrival): number | undefined {
  // A payload that is no object is the spike of something simple, like a button.
  if (typeof content !== 'object') return arrival.heldUpMs > OLDEST_MS || isOff(content) ? undefined : arrival.nowMs
  const { seq, tUs, late } = (content ?? {}) as { seq?: unknown; tUs?: unknown; late?: unknown }
  if (late || !Number.isSafeInteger(seq) || !Number.isSafeInteger(tUs)) return undefined
  if ((seq as number) <= sender.lastSeq && (tUs as number) <= sender.lastUs) return undefined
  sender.lastSeq = seq as number
  sender.lastUs = tUs as number
  const ageMs = (arrival.wallUs - (tUs as number)) / 1000
  const agree = arrival.synced && sender.synced && ageMs > -MOST_AHEAD_MS
  if ((agree ? ageMs : arrival.heldUpMs) > OLDEST_MS) return undefined
  return agree ? arrival.nowMs - ageMs : arrival.nowMs
}

/** @param startMs what its delay is counted from, monotonic ms */
export function eventOf({ from, weightNa, weightMv, tauMs, delayMs }: Synapse, startMs: number): SynapticEvent {
  const atMs = startMs + (delayMs ?? 0)
  if (weightMv !== undefined) return { from, weight: weightMv, tauMs: 0, atMs }
  return { from, weight: weightNa ?? 0, tauMs: tauMs ?? SYNAPSE_FIELDS.tauMs.default, atMs }
}

function contentOf(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return payload
  }
}

/** Undefined if nothing should happen: a switch went off. */
type DirectResult = { readonly event: SynapticEvent | undefined } | { readonly refusal: Refusal }

/**
 * `{"weightNa":0.4,"tauMs":5}` or `{"weightMv":3}`, a number of mV, or anything else for 5 mV; what a switch sends when
 * it goes off has no effect, and an impossible weight is refused.
 */
export function directEvent(name: string, payload: unknown, atMs: number): DirectResult {
  const from = `syn/${name}`
  if (isOff(payload)) return { event: undefined }
  const given = givenIn(payload)
  const refusal = refusalOf(given)
  if (refusal) return { refusal }
  const {
    weightNa,
    weightMv = SYNAPSE_FIELDS.weightMv.default,
    tauMs = SYNAPSE_FIELDS.tauMs.default,
  } = given as DirectPayload
  if (weightNa === undefined) return { event: { from, weight: weightMv, tauMs: 0, atMs } }
  return { event: { from, weight: weightNa, tauMs, atMs } }
}

function isOff(payload: unknown): boolean {
  return (
    payload === false ||
    payload === 0 ||
    (typeof payload === 'string' && /^(off|false|released?)$/i.test(payload.trim()))
  )
}

type Unchecked = { readonly [K in keyof DirectPayload]: unknown }
interface DirectPayload {
  readonly weightNa?: number
  readonly weightMv?: number
  readonly tauMs?: number
}

function givenIn(payload: unknown): Unchecked {
  if (typeof payload === 'number') return { weightMv: payload }
  return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? payload : {}
}

function refusalOf(given: Unchecked): Refusal | undefined {
  const { weightNa, weightMv, tauMs } = given
  const [complaint, ...others] = checkFields(SYNAPSE_FIELDS, { weightNa, weightMv, tauMs }, '')
  if (complaint) return { code: 'range', ...refusalFields([complaint, ...others]) }
  if (given.weightNa === undefined || given.weightMv === undefined) return undefined
  const message = `the payload ${quote(given)} has both weightNa (a current) and weightMv (a jump of V), must have one`
  return { code: 'type', message }
}
