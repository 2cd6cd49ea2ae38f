/** Keeps one connection to a broker alive: tries, falls back to MQTT 3.1.1, waits, tries again; says why in words. */
import type { ConnectionStatus, LinkContext } from '../types.ts'
import type { Connect, Connection, ConnectionHooks, ConnectionRequest, ProtocolVersion } from './connection.ts'
import { type Ending, isVersionRefused, TAKEN_OVER, troubleInWords, wasClosed } from './errors.ts'

export interface Reconnecting {
  status(): ConnectionStatus
  close(): Promise<void>
}

export interface ReconnectingHooks {
  readonly onOnline: (connection: Connection) => void
  readonly onMessage: ConnectionHooks['onMessage']
  readonly onOffline: () => void
  /** Who else takes this connection, as often as it is made, in words; empty if nobody does. */
  readonly rival?: () => string
}

/** What a connection needs of files, read anew for each. */
export type Secrets = Pick<ConnectionRequest, 'password' | 'certificates'>

/** All but what may change from one attempt to the next. */
export interface ConnectionPlan extends Omit<ConnectionRequest, 'protocol' | keyof Secrets> {
  /** MQTT version to begin with: 5 is 5.0, 4 is 3.1.1. */
  readonly protocol: ProtocolVersion
  /** What goes on without a connection, in words that follow the reason. */
  readonly meanwhile: string
  /** Asked before every attempt, so that a corrected file is noticed; it may throw. */
  readonly secrets: () => Secrets
}

/** Longer than this online, and the next fault is a new one, not one more of the same. */
const STABLE_MS = 10_000
/** Of two that throw each other out, each is back after 30 s: whoever stays for so long has the connection for itself. */
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
  let notedReason = ''
  let protocol = plan.protocol
  let versionsRefused = 0
  let failures = 0
  let onlineSinceMs = 0
  let retryAtMs = 0
  let isContested = false
  let cancelRetry = () => {}
  let cancelNews = () => {}
  let current: Connection | undefined
  let closed = false

  function dial(): void {
    state = 'connecting'
    try {
      const request: ConnectionRequest = { ...plan, protocol, ...plan.secrets() }
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
    if (isContested) cancelNews = timers.after(UNCONTESTED_MS, tellOnline)
    else tellOnline()
    hooks.onOnline(current!)
  }

  function tellOnline(): void {
    notedReason = ''
    context.log('info', `connected to ${plan.address.redacted} (MQTT ${protocol === 5 ? '5' : '3.1.1'})`)
  }

  function onEnd(ending: Ending): void {
    current = undefined
    cancelNews()
    if (ending.wasOnline) hooks.onOffline()
    if (closed) return
    if (isVersionRefused(ending) && versionsRefused === 0) {
      versionsRefused++
      protocol = protocol === 5 ? 4 : 5
      dial()
      return
    }
    versionsRefused = 0
    const rival = wasClosed(ending) ? hooks.rival?.() : undefined
    // Two that throw each other out wait ever longer; if each counted its turn as good, they would never stop.
    isContested = Boolean(rival) || ending.code === TAKEN_OVER
    if (ending.wasOnline && !isContested && timers.nowMs() - onlineSinceMs >= STABLE_MS) failures = 0
    retryLater(rival || troubleInWords(ending, plan.address, plan.clientId))
  }

  function retryLater(why: string): void {
    state = 'offline'
    reason = why
    failures++
    const waitMs = waitBeforeRetryMs(failures, plan.address.loopback, context.random())
    retryAtMs = timers.nowMs() + waitMs
    cancelRetry = timers.after(waitMs, dial)
    if (why === notedReason) return
    notedReason = why
    context.log('warn', `no connection to ${plan.address.redacted}: ${why}; ${plan.meanwhile}`)
  }

  dial()
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

/** How long to wait before the next attempt to reach a broker. Pure. */

const LONGEST_WAIT_MS = 30_000
const FIRST_WAIT_MS = 1000
/** A broker on this machine costs nothing to ask, and usually is being restarted. */
const FIRST_WAIT_LOOPBACK_MS = 250

/**
 * Doubles with every failure up to 30 s; half of it is left to chance, so that a class of boards does not come back
 * to a restarted broker all at once.
 * @param failures attempts that failed since the last good connection, from 1
 * @param random 0 to 1
 */
export function waitBeforeRetryMs(failures: number, loopback: boolean, random: number): number {
  const first = loopback ? FIRST_WAIT_LOOPBACK_MS : FIRST_WAIT_MS
  const longest = Math.min(first * 2 ** (failures - 1), LONGEST_WAIT_MS)
  return Math.round(longest * (0.5 + 0.5 * random))
}
