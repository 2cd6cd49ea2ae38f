/** Puts the jumps of V by synaptic events where they were: samples alone would join them by a slope. Pure. */
import type { TimedArrival, Trace } from './trace-buffer.ts'

/** Samples further apart than this do not tell what happened between them, s. */
const MAX_STEP_S = 0.0025

/** The trace with two points at every event that makes V jump: V just before it, and just after. */
export function withJumps(trace: Trace, arrivals: readonly TimedArrival[]): Trace {
  const [atS, vMv, iNa] = trace
  const jumps = arrivals.filter(({ tauMs, atS: at }) => tauMs === 0 && at > atS[0]! && at < atS.at(-1)!)
  if (jumps.length === 0) return trace
  const times: number[] = []
  const voltages: number[] = []
  const currents: number[] = []
  let next = 0
  for (let k = 0; k < atS.length; k++) {
    const here = jumps.slice(next, jumpsUntil(jumps, next, atS[k]!))
    next += here.length
    if (k > 0 && atS[k]! - atS[k - 1]! <= MAX_STEP_S) {
      const after = extrapolated(atS, vMv, k, 1, here.at(-1)?.atS ?? 0)
      let v = extrapolated(atS, vMv, k - 1, -1, here[0]?.atS ?? 0)
      here.forEach(({ atS: at, weight }, n) => {
        times.push(at, at)
        voltages.push(v, n === here.length - 1 ? after : v + weight)
        currents.push(iNa[k - 1]!, iNa[k - 1]!)
        v += weight
      })
    }
    times.push(atS[k]!)
    voltages.push(vMv[k]!)
    currents.push(iNa[k]!)
  }
  return [Float64Array.from(times), Float64Array.from(voltages), Float64Array.from(currents)]
}

/** Index of the first jump that is later than `untilS`. */
function jumpsUntil(jumps: readonly TimedArrival[], from: number, untilS: number): number {
  let end = from
  while (end < jumps.length && jumps[end]!.atS <= untilS) end++
  return end
}

/** V at `toS`, a little before or after sample `k`, from that sample and the one beyond it. @param beyond 1 or -1 */
function extrapolated(atS: Float64Array, vMv: Float64Array, k: number, beyond: 1 | -1, toS: number): number {
  const other = k + beyond
  const v = vMv[k]!
  if (other < 0 || other >= atS.length) return v
  const stepS = atS[other]! - atS[k]!
  // Two points at the same time are a spike; over a gap nothing is known.
  if (stepS === 0 || Math.abs(stepS) > MAX_STEP_S) return v
  return v + ((vMv[other]! - v) / stepS) * (toS - atS[k]!)
}
