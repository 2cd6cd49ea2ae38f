/** Takes a neuron that is no more off the broker: whatever is kept of it there is cleared. */
import type { Timers } from '../loop/clock.ts'
import type { Refusal, Reply } from '../loop/types.ts'
import { discoveryTopic } from './homeassistant.ts'
import { lively, stranger, unforgotten } from './peer-refusals.ts'
import { PATIENCE_MS } from './peers/requests.ts'
import type { Visit } from './peers/subscription.ts'
import type { PeerTable } from './peers/table.ts'
import { topicsOf } from './topics.ts'

export interface Presence {
  readonly base: string
  readonly table: PeerTable
  readonly timers: Timers
  /** That this neuron has at the broker. */
  readonly username: string
  readonly send: Visit['send']
  /** Why nothing can be sent. */
  unreachable(): Refusal
}

const LOOK_MS = 20

/** Have the broker keep nothing more of the neuron `id`; refused if it lives, or if the broker does not allow it. */
export async function forgetPeer(id: string, presence: Presence): Promise<Reply> {
  const { base, table, timers, username, send, unreachable } = presence
  const lifeOf = () => table.peers(timers.nowMs()).find(one => one.id === id)?.life
  const look = () => new Promise<void>(resolve => void timers.after(LOOK_MS, resolve))
  // Where nobody has looked before, a living one still has to show itself.
  while (lifeOf() === 'alive' && !table.hasShown(id)) await look()
  const life = lifeOf()
  if (life === undefined) return { ok: false, error: stranger(id, table.peers(timers.nowMs())) }
  if (life === 'alive') return { ok: false, error: lively(id) }
  const { info, params, state, timing, status } = topicsOf(base, id)
  const discovery = discoveryTopic(id)
  let refusal: string | undefined
  let discoveryRefusal: string | undefined
  const clear = (topic: string) =>
    send({ topic, payload: '', retain: true }, why => {
      if (topic === discovery) discoveryRefusal = why
      else refusal ??= why
    })
  // The status comes last: with it, it is gone for whoever looks.
  if (![info, params, state, timing, discovery, status].every(clear)) return { ok: false, error: unreachable() }
  // The broker tells everybody who looks that it is cleared, this neuron too; MQTT 3.1.1 has no word for a refusal.
  const isForgotten = () => table.indexOf(id) === undefined
  const untilMs = timers.nowMs() + PATIENCE_MS
  while (!isForgotten() && refusal === undefined && timers.nowMs() < untilMs) await look()
  if (!isForgotten()) return { ok: false, error: unforgotten(id, refusal, username) }
  // Not everybody who may do the one may do the other, and not everybody has a Home Assistant.
  const homeAssistant = discoveryRefusal && unforgotten(`${id} for Home Assistant`, discoveryRefusal, username).message
  return { ok: true, result: { forgotten: id, ...(homeAssistant && { homeAssistant }) } }
}
