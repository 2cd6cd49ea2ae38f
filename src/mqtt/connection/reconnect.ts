/** Connects to a broker again after every fault, in the version that it speaks, and logs why it is not connected. */

import type { ConnectionStatus, LinkContext } from '../types.ts'
import { type BrokerLimits, NO_LIMITS } from './broker-limits.ts'
import type { Connect, Connection, ConnectionHooks, ConnectionRequest } from './connection.ts'
import {
  type Ending,
  endingMessage,
  PACKET_TOO_LARGE,
  QOS_NOT_SUPPORTED,
  RETAIN_NOT_SUPPORTED,
  TAKEN_OVER,
  wasClosed,
} from './errors.ts'
import type { ProtocolVersion, VersionChoice } from './protocol-version.ts'

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
export interface ConnectionPlan extends Omit<ConnectionRequest, 'protocol' | 'limits' | keyof Secrets> {
  readonly version: VersionChoice
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
  let protocol: ProtocolVersion = 5
  const limits = learnLimits()
  let failures = 0
  let onlineSinceMs = 0
  let retryAtMs = 0
  let isContested = false
  let cancelRetry = () => {}
  let cancelLogOnline = () => {}
  let current: Connection | undefined
  let closed = false

  function connectNow(): void {
    protocol = plan.version.next(timers.nowMs())
    attempt()
  }

  function attempt(): void {
    state = 'connecting'
    try {
      const request = { ...plan, protocol, limits: limits.now(timers.nowMs()), ...plan.readSecrets() }
      current = connect(request, { onOnline, onMessage: hooks.onMessage, onEnd })
    } catch (error) {
      retryLater((error as Error).message)
    }
  }

  function onOnline(): void {
    state = 'online'
    reason = ''
    plan.version.accepted()
    limits.accepted(current!.limits())
    onlineSinceMs = timers.nowMs()
    // While the broker closes one connection after the other, that it accepts them is no news.
    const logAfterMs = isContested ? UNCONTESTED_MS : limits.isClosedAgain() ? STABLE_MS : 0
    if (logAfterMs > 0) cancelLogOnline = timers.after(logAfterMs, logOnline)
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
    const alternative = plan.version.alternative(ending)
    if (alternative !== undefined) {
      protocol = alternative
      attempt()
      return
    }
    const duplicate = wasClosed(ending) ? hooks.duplicateId?.() : undefined
    // Two clients that disconnect each other must wait ever longer, so their short connections do not count as stable.
    isContested = Boolean(duplicate) || ending.code === TAKEN_OVER
    const isStable = ending.wasOnline && timers.nowMs() - onlineSinceMs >= STABLE_MS
    if (isStable && !isContested) failures = 0
    const isLearned = !isContested && limits.learn(ending, isStable, timers.nowMs())
    const words = endingMessage(limits.explained(ending), plan.address, plan.clientId)
    if (isLearned && !ending.wasOnline) attempt()
    else retryLater(duplicate || words)
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

/** A guess from closed connections never leaves out packets that are smaller: then the size is not the reason. */
const SMALLEST_SUSPECT_BYTES = 1024
/** Short connections in a row, closed without a reason, before one is guessed. */
const SUSPICIOUS_ENDINGS = 3
/** The broker may be set up anew. */
const FORGET_MS = 3_600_000

/**
 * Learns from the end of connections what the broker does not take. MQTT 5 names the reason; 3.1.1 has no words for
 * it, and a broker that is sent the same large packet after each connection would close one after the other.
 */
function learnLimits() {
  let limits: BrokerLimits = NO_LIMITS
  let learnedMs = 0
  let shortEndings = 0

  return {
    now(nowMs: number): BrokerLimits {
      if (nowMs - learnedMs >= FORGET_MS) limits = { ...limits, packetBytes: NO_LIMITS.packetBytes }
      return limits
    },
    /** The broker has accepted a connection, and said this. */
    accepted({ qos, retain }: BrokerLimits): void {
      limits = { ...limits, qos, retain }
    },
    /** Does the broker close one connection after the other? */
    isClosedAgain: () => shortEndings > 1,
    /** Is the next attempt another one? */
    learn(ending: Ending, isStable: boolean, nowMs: number): boolean {
      const { code, largestSent } = ending
      if (wasClosed(ending) && !isStable) shortEndings++
      else if (ending.wasOnline) shortEndings = 0
      const before = limits
      if (code === RETAIN_NOT_SUPPORTED) limits = { ...limits, retain: false }
      if (code === QOS_NOT_SUPPORTED) limits = { ...limits, qos: 0 }
      const isSuspect = shortEndings >= SUSPICIOUS_ENDINGS && largestSent && largestSent.bytes >= SMALLEST_SUSPECT_BYTES
      if (largestSent && (code === PACKET_TOO_LARGE || isSuspect)) {
        limits = { ...limits, packetBytes: largestSent.bytes - 1 }
        learnedMs = nowMs
        shortEndings = 0
      }
      return limits.retain !== before.retain || limits.qos !== before.qos
    },
    /** Names what was sent last only where it matters. */
    explained(ending: Ending): Ending {
      const matters = ending.code === PACKET_TOO_LARGE || shortEndings > 1
      return matters ? ending : { ...ending, largestSent: undefined }
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
