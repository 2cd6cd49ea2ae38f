/** Why another neuron could not be asked, or did not answer, in words. Pure. */
import type { Refusal } from '../loop/types.ts'
import { PATIENCE_MS } from './peers/requests.ts'
import { type Peer, SILENT_MS } from './peers/table.ts'
import { ALL } from './topics.ts'

export function busy(): Refusal {
  return { code: 'busy', message: 'too many requests to other neurons are under way: try again in a moment' }
}

export function nobody(): Refusal {
  return { code: 'unknown', message: 'there is no neuron on the broker to ask' }
}

export function stranger(id: string, peers: readonly Peer[]): Refusal {
  const known = peers.map(peer => peer.id).join(', ') || 'none'
  return { code: 'unknown', message: `there is no neuron "${id}" on the broker; known are ${known}` }
}

/** @param username that this neuron has at the broker */
export function denied(id: string, reason: string, username: string): Refusal {
  return notAllowed(`order ${id === ALL ? 'all neurons' : id} about`, reason, username)
}

export function lively(id: string): Refusal {
  const message = `${id} is alive: it can be forgotten once it is gone, or has given no sign of life for ${SILENT_MS / 1000} s`
  return { code: 'alive', message }
}

/** @param reason the broker's; without one, it has not said anything and kept all the same, as MQTT 3.1.1 has it */
export function unforgotten(id: string, reason: string | undefined, username: string): Refusal {
  return notAllowed(`clear what it keeps of ${id}`, reason ?? 'it keeps it all the same', username)
}

function notAllowed(deed: string, reason: string, username: string): Refusal {
  const who = username === '' ? 'whoever gives no user name' : `the user ${username}`
  const message = `the broker does not let ${who} ${deed} (${reason}): its access rules may let another user, by mqtt.username of this neuron`
  return { code: 'denied', message }
}

export function silence(id: string): Refusal {
  const message = `${id} has not answered within ${PATIENCE_MS / 1000} s: it may be gone, or the broker's access rules keep back the request or the answer`
  return { code: 'silent', message }
}

interface Broker {
  readonly state: string
  readonly url: string
  readonly reason: string
}

export function unreachable({ state, url, reason }: Broker): Refusal {
  if (state === 'off') return { code: 'off', message: 'there is no broker to reach other neurons by: set mqtt.url' }
  const why = reason === '' ? 'it has not answered yet' : reason
  return { code: 'offline', message: `the broker ${url} cannot be reached (${why}): nobody can be asked` }
}
