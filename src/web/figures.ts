import type { HealthStatus } from '../loop/health.ts'
import type { HealthReport } from '../mqtt/types.ts'
import type { WebContext, WebLink, WebSources, WebState } from './data-sources.ts'

/** How the neuron and what is around it are at one moment: the page, /healthz and /metrics each show a part of it. */
export interface Figures {
  readonly state: WebState
  readonly verdict: HealthStatus
  readonly health: HealthReport
  readonly link: WebLink
  /** Browsers that watch, on all pages. */
  readonly viewers: number
}

/** Lateness is counted since the last reading: over this time, ms, at the least. */
const HEALTH_AGE_MS = 1000

/** A reader of the figures, the same for all who ask within a second; only a neuron that does not tick is looked at anew. */
export function openFigures(sources: WebSources, { timers }: WebContext, countViewers: () => number): () => Figures {
  let health = sources.health()
  let readMs = timers.nowMs()

  function isFresh(verdict: HealthStatus): boolean {
    return timers.nowMs() - readMs < HEALTH_AGE_MS && verdict.state !== 'dead' && health.tickAgeMs < HEALTH_AGE_MS
  }

  return () => {
    const verdict = sources.verdict()
    if (!isFresh(verdict)) {
      readMs = timers.nowMs()
      health = sources.health()
    }
    return { state: sources.state(), verdict, health, link: sources.link(), viewers: countViewers() }
  }
}
