/** What the scope shows, on the screen, in a picture and under its cursors. */
import type { WebParams } from '../../../data-sources.ts'
import type { TimeWindow } from './time-window.ts'
import type { TimedArrival, TimedSpike, Trace } from './trace-buffer.ts'

export interface ScopeContent {
  readonly window: TimeWindow
  readonly trace: Trace
  readonly spikes: readonly TimedSpike[]
  readonly arrivals: readonly TimedArrival[]
  readonly params: WebParams
  /** V and I of the run before, moved to where the present one began. */
  readonly previousRun: Trace | undefined
}
