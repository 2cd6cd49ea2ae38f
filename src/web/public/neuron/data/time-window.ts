/** The window of time that the scope shows: live, triggered by a spike, a single sweep over a stimulus, or frozen. Pure. */
import type { TimedArrival, TimedSpike, Trace, TraceBuffer } from './trace-buffer.ts'

export interface TimeWindow {
  readonly fromS: number
  readonly toS: number
  /** The time that the axis calls 0. */
  readonly zeroS: number
  readonly mode: 'live' | 'frozen' | 'trigger' | 'sweep'
}

/** What the scope shows while it is frozen. */
export interface FrozenScope {
  /** The part that is shown. */
  readonly window: TimeWindow
  /** All of it. */
  readonly whole: TimeWindow
  readonly trace: Trace
  readonly spikes: readonly TimedSpike[]
  readonly arrivals: readonly TimedArrival[]
}

/** Window lengths to choose from, model s. */
export const WINDOWS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60]

/** The share of a triggered window that lies before its spike. */
const SHARE_BEFORE_TRIGGER = 0.1

export function liveWindow(headS: number, lengthS: number): TimeWindow {
  return { fromS: headS - lengthS, toS: headS, zeroS: headS, mode: 'live' }
}

/** The latest complete window that begins at a spike. The window that is shown stays until a later one is complete. */
export function triggeredWindow(
  spikes: readonly TimedSpike[],
  headS: number,
  lengthS: number,
  shown: TimeWindow | null,
): TimeWindow {
  const afterS = lengthS * (1 - SHARE_BEFORE_TRIGGER)
  const shownS = shown?.mode === 'trigger' ? shown.zeroS : Number.NEGATIVE_INFINITY
  const isSameLength = shown !== null && Math.abs(shown.toS - shown.fromS - lengthS) < 1e-9
  for (let k = spikes.length - 1; k >= 0; k--) {
    const { atS } = spikes[k]!
    if (atS + afterS > headS) continue
    if (isSameLength && atS < shownS + afterS) break
    return { fromS: atS - lengthS * SHARE_BEFORE_TRIGGER, toS: atS + afterS, zeroS: atS, mode: 'trigger' }
  }
  return isSameLength && shown.mode === 'trigger' ? shown : { ...liveWindow(headS, lengthS), mode: 'trigger' }
}

/** Before and after its stimulus a single sweep shows so large a part of its length, and at most so long, s. */
const SWEEP_MARGIN = 1 / 3
const MAX_SWEEP_MARGIN_S = 5

/** The window of a single sweep. @param startS when the current of the stimulus began */
export function sweepWindow({ startS, lengthS }: { readonly startS: number; readonly lengthS: number }): TimeWindow {
  const marginS = Math.min(MAX_SWEEP_MARGIN_S, SWEEP_MARGIN * lengthS)
  return { fromS: startS - marginS, toS: startS + lengthS + marginS, zeroS: startS, mode: 'sweep' }
}

/** What the buffer holds of a window. */
export function freezeScope(traceBuffer: TraceBuffer, window: TimeWindow): FrozenScope {
  const { fromS, toS } = window
  const trace = traceBuffer.trace(fromS, toS).map(column => column.slice()) as unknown as Trace
  const isInside = ({ atS }: { readonly atS: number }) => atS >= fromS && atS <= toS
  const spikes = traceBuffer.spikes().filter(isInside)
  return { window, whole: window, trace, spikes, arrivals: traceBuffer.arrivals().filter(isInside) }
}

/** What is frozen already, but another part of it. */
export function zoomInto(frozen: FrozenScope, [fromS, toS]: readonly [number, number]): FrozenScope {
  return { ...frozen, window: { ...frozen.whole, fromS, toS } }
}
