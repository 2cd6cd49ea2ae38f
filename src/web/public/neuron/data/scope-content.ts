/** What the scope shows, on the screen, in a picture and under its cursors. */
import type { ToldParams } from '../../../../loop/control/live-params.ts'
import type { NeuronParams } from '../../../../neuron/params.ts'
import type { TimeWindow } from './time-window.ts'
import type { TimedArrival, TimedSpike, Trace } from './trace-buffer.ts'

export type VoltageLevels = Pick<NeuronParams, 'restMv' | 'resetMv' | 'thresholdMv'>

export interface ScopeContent {
  readonly window: TimeWindow
  readonly trace: Trace
  readonly spikes: readonly TimedSpike[]
  readonly arrivals: readonly TimedArrival[]
  readonly params: ToldParams
  /** Drawn as lines; undefined while a lesson hides them. */
  readonly levels: VoltageLevels | undefined
  /** V and I of the run before, moved to where the present one began. */
  readonly previousRun: Trace | undefined
}
