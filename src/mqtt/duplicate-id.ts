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
  const finder = createOtherRunFinder(boot)
  const eventRate = createRateLimit(1 / EVENT_EVERY_S, 1)
  const words = `another neuron on this broker has the id "${id}" too: give each its own, for example --set id=${id}-2`
  let previousRun: PreviousRun | undefined
  let duplicateUntilMs = Number.NEGATIVE_INFINITY

  const warning = () => (timers.nowMs() < duplicateUntilMs ? words : '')

  function handle({ payload, retain }: Incoming): void {
    const found = finder.onState(Buffer.from(payload).toString(), retain)
    if (found?.type === 'previousRun') {
      previousRun = found.run
      hooks.onChange()
    } else if (found) {
      if (warning() === '') log('warn', words)
      duplicateUntilMs = timers.nowMs() + WARNING_HOLDS_MS
      if (eventRate.take(timers.nowMs())) hooks.onEvent({ type: 'duplicateId', boot: found.boot })
    }
  }

  return {
    routes: [{ filter: topics.state, qos: 0, retained: true, handle, onAnswer: hooks.onAnswer }],
    online: () => finder.online(wallUs()),
    previousRun: () => previousRun,
    warning,
  }
}

type OtherRun =
  | { readonly type: 'previousRun'; readonly run: PreviousRun }
  | { readonly type: 'duplicateId'; readonly boot: string }

interface OtherRunFinder {
  /** A connection begins. */
  online(nowUs: number): void
  /** A message on our own `state` topic. */
  onState(payload: string, retain: boolean): OtherRun | undefined
}

function createOtherRunFinder(ownBoot: string): OtherRunFinder {
  let firstOnlineUs = 0
  let connects = 0
  let isReported = false
  let latest: PublishedRun | undefined
  return {
    online(nowUs) {
      connects++
      if (connects === 1) firstOnlineUs = nowUs
    },
    onState(payload, retain) {
      const state = runIn(payload)
      if (!state || state.boot === ownBoot) return undefined
      // By its own clock if it has published before: ours may have been slow at the start.
      const sinceUs = latest?.boot === state.boot ? latest.tUs : firstOnlineUs
      latest = state
      // It published while this neuron ran: the broker disconnects one client of an id when the other connects.
      if (!retain || (connects > 1 && state.tUs > sinceUs)) return { type: 'duplicateId', boot: state.boot }
      if (connects > 1 || isReported) return undefined
      isReported = true
      return { type: 'previousRun', run: { boot: state.boot, lastSeq: state.count } }
    },
  }
}

/** What a `state` message says of the run that published it. */
interface PublishedRun {
  readonly boot: string
  readonly tUs: number
  readonly count: number
}

function runIn(payload: string): PublishedRun | undefined {
  try {
    const state = JSON.parse(payload)
    return typeof state?.boot === 'string' && Number.isFinite(state.tUs) && Number.isSafeInteger(state.count)
      ? state
      : undefined
  } catch {
    return undefined
  }
}
