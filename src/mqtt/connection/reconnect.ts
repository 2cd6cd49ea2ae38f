/** Connects to a broker again after every fault, with MQTT 3.1.1 if it must, and logs why it is not connected. */

import type { ConnectionStatus, LinkContext } from '../types.ts'
import type { Connect, Connection, ConnectionHooks, ConnectionRequest, ProtocolVersion } from './connection.ts'
import { type Ending, endingMessage, isVersionRefused, TAKEN_OVER, wasClosed } from './errors.ts'

export interface Reconnecting {
  status(): ConnectionStatus
  close(): Promise<void>
}

export interface ReconnectingHooks {
  readonly onOnline: (connection: Connection) => void
  readonly onMessage: ConnectionHooks['onMessage']
  readonly onOffline: () => void
  /** Asked when the broker closes the connection: that another client has the same id; empty if none has. */
  readonly duplicateId?: () => string
}

/** What a connection needs of files. */
export type Secrets = Pick<ConnectionRequest, 'password' | 'certificates'>

/** What stays the same from one attempt to the next. */
export interface ConnectionPlan extends Omit<ConnectionRequest, 'protocol' | keyof Secrets> {
  /** MQTT version to begin with: 5 is 5.0, 4 is 3.1.1. */
  readonly protocol: ProtocolVersion
  /** What happens without a connection; in the log it follows the reason. */
  readonly whileOffline: string
  /** Called before every attempt, so that a corrected file is noticed; it may throw. */
  readonly readSecrets: () => Secrets
}

/** After so long online the next fault is a new one, and the waits begin from the first. */
const STABLE_MS = 10_000
/** Of two clients that disconnect each other, each is back after 30 s: one that is online for so long is alone. */
const UNCONTESTED_MS = 60_000

export function openReconnecting(
  plan: ConnectionPlan,
  connect: Connect,
  context: LinkContext,
  hooks: ReconnectingHooks,
): Reconnecting {
  const { timers } = context
  let state: ConnectionStatus['state'] = 'connecting'
  let reason = ''
  let loggedReason = ''
  let protocol = plan.protocol
  let versionsRefused = 0
  let failures = 0
  let onlineSinceMs = 0
  let retryAtMs = 0
  let isContested = false
  let cancelRetry = () => {}
  let cancelLogOnline = () => {}
  let current: Connection | undefined
  let closed = false

  function connectNow(): void {
    state = 'connecting'
    try {
      const request: ConnectionRequest = { ...plan, protocol, ...plan.readSecrets() }
      current = connect(request, { onOnline, onMessage: hooks.onMessage, onEnd })
    } catch (error) {
      retryLater((error as Error).message)
    }
  }

  function onOnline(): void {
    state = 'online'
    reason = ''
    versionsRefused = 0
    onlineSinceMs = timers.nowMs()
    if (isContested) cancelLogOnline = timers.after(UNCONTESTED_MS, logOnline)
    else logOnline()
    hooks.onOnline(current!)
  }

  function logOnline(): void {
    loggedReason = ''
    context.log('info', `connected to ${plan.address.redacted} (MQTT ${protocol === 5 ? '5' : '3.1.1'})`)
  }

  function onEnd(ending: Ending): void {
    current = undefined
    cancelLogOnline()
    if (ending.wasOnline) hooks.onOffline()
    if (closed) return
    if (isVersionRefused(ending) && versionsRefused === 0) {
      versionsRefused++
      protocol = protocol === 5 ? 4 : 5
      connectNow()
      return
    }
    versionsRefused = 0
    const duplicate = wasClosed(ending) ? hooks.duplicateId?.() : undefined
    // Two clients that disconnect each other must wait ever longer, so their short connections do not count as stable.
    isContested = Boolean(duplicate) || ending.code === TAKEN_OVER
    if (ending.wasOnline && !isContested && timers.nowMs() - onlineSinceMs >= STABLE_MS) failures = 0
    retryLater(duplicate || endingMessage(ending, plan.address, plan.clientId))
  }

  function retryLater(why: string): void {
    state = 'offline'
    reason = why
    failures++
    const waitMs = waitBeforeRetryMs(failures, plan.address.loopback, context.random())
    retryAtMs = timers.nowMs() + waitMs
    cancelRetry = timers.after(waitMs, connectNow)
    if (why === loggedReason) return
    loggedReason = why
    context.log('warn', `no connection to ${plan.address.redacted}: ${why}; ${plan.whileOffline}`)
  }

  connectNow()
  return {
    status() {
      return { state, reason, retryInMs: state === 'offline' ? Math.max(0, retryAtMs - timers.nowMs()) : 0 }
    },
    async close() {
      closed = true
      cancelRetry()
      await current?.close()
    },
  }
}

const LONGEST_WAIT_MS = 30_000
const FIRST_WAIT_MS = 1000
/** An attempt on this machine costs nothing, and the broker is usually being restarted. */
const FIRST_WAIT_LOOPBACK_MS = 250

/**
 * Doubles with every failure up to 30 s; half of it is random, so that a class of boards does not connect all at once
 * to a broker that has restarted.
 * @param failures attempts that failed since the last good connection, from 1
 * @param random 0 to 1
 */
export function waitBeforeRetryMs(failures: number, loopback: boolean, random: number): number {
  const first = loopback ? FIRST_WAIT_LOOPBACK_MS : FIRST_WAIT_MS
  const longest = Math.min(first * 2 ** (failures - 1), LONGEST_WAIT_MS)
  return Math.round(longest * (0.5 + 0.5 * random))
}
