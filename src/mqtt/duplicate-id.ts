/** Who else publishes under this neuron's id: its previous run, or a second neuron with the same id. */

import type { Incoming } from './connection/connection.ts'
import { createRateLimit } from './rate-limit.ts'
import type { Route } from './router.ts'
import type { Topics } from './topics.ts'
import type { LinkContext, LinkHooks, LinkNeuron, PreviousRun } from './types.ts'

export interface DuplicateIdDetector {
  readonly routes: readonly Route[]
  /** A connection begins. */
  online(): void
  /** Undefined if the broker has retained no state of an earlier run. */
  previousRun(): PreviousRun | undefined
  /** That another neuron has this id; empty while none shows itself. */
  warning(): string
}

interface DuplicateIdHooks extends LinkHooks {
  /** The broker has answered the subscription, and has sent the retained state if there is one. */
  readonly onAnswer: () => void
}

const EVENT_EVERY_S = 60
/** While two disconnect each other, each is back, and finds the other's state, after 30 s at the latest. */
const WARNING_HOLDS_MS = 120_000

export function detectDuplicateId(
  topics: Topics,
  { id, boot }: LinkNeuron,
  { timers, wallUs, log }: LinkContext,
  hooks: DuplicateIdHooks,
): DuplicateIdDetector {
  const words = `another neuron on this broker has the id "${id}" too: give each its own, for example --set id=${id}-2`
  const eventRate = createRateLimit(1 / EVENT_EVERY_S, 1)
  let firstOnlineUs = 0
  let connects = 0
  let latest: OtherRun | undefined
  let previousRun: PreviousRun | undefined
  let warningUntilMs = Number.NEGATIVE_INFINITY

  const warning = () => (timers.nowMs() < warningUntilMs ? words : '')

  function onState({ payload, retain }: Incoming): void {
    const run = runIn(Buffer.from(payload).toString())
    if (!run || run.boot === boot) return
    // By its own clock if it has published before: ours may have been slow at the start.
    const sinceUs = latest?.boot === run.boot ? latest.tUs : firstOnlineUs
    latest = run
    // It published while this neuron ran: the broker disconnects one client of an id when the other connects.
    if (!retain || (connects > 1 && run.tUs > sinceUs)) {
      warn(run)
    } else if (connects === 1 && !previousRun) {
      previousRun = { boot: run.boot, lastSeq: run.count }
      hooks.onChange()
    }
  }

  function warn(duplicate: OtherRun): void {
    if (warning() === '') log('warn', words)
    warningUntilMs = timers.nowMs() + WARNING_HOLDS_MS
    if (eventRate.take(timers.nowMs())) hooks.onEvent({ type: 'duplicateId', boot: duplicate.boot })
  }

  return {
    routes: [{ filter: topics.state, qos: 0, retained: true, handle: onState, onAnswer: hooks.onAnswer }],
    online() {
      connects++
      if (connects === 1) firstOnlineUs = wallUs()
    },
    previousRun: () => previousRun,
    warning,
  }
}

/** What a `state` message says of the run that published it. */
interface OtherRun {
  readonly boot: string
  readonly tUs: number
  readonly count: number
}

function runIn(payload: string): OtherRun | undefined {
  try {
    const state = JSON.parse(payload)
    return typeof state?.boot === 'string' && Number.isFinite(state.tUs) && Number.isSafeInteger(state.count)
      ? state
      : undefined
  } catch {
    return undefined
  }
}
