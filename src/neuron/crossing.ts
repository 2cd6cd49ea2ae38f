import { leakPerMs, slopeMvPerMs, timeToThresholdMs, voltageAfterMs } from './closed-form.ts'
import type { NeuronParams } from './params.ts'
import { type SynapticCurrents, synapticSlope, synapticSteepness, synapticVoltageMv } from './synaptic-currents.ts'

/** A bound for a search that converges in about ten steps; past it the neuron grazes its threshold within rounding. */
const MAX_STEPS = 10_000

/**
 * The time in ms until V first reaches the threshold while `iNa` is held and the synaptic currents decay, 0 if it is
 * there already, Infinity if that is not within `limitMs`.
 *
 * With synapses V can rise over the threshold and fall back between two looks, so looking is not enough. The search
 * walks instead: from a point where V is below, V(s) <= V + V' s + M s^2/2 with M a bound on |V''| from there on, and
 * it goes as far as that parabola stays below the threshold. No crossing can be missed, and close to one the parabola
 * is nearly V itself, so the walk ends there quadratically, as Newton's method does, but never overshoots.
 */
export function firstCrossingMs(
  params: NeuronParams,
  currents: SynapticCurrents,
  vMv: number,
  iNa: number,
  limitMs: number,
): number {
  if (currents.count === 0) {
    const crossingMs = timeToThresholdMs(params, vMv, iNa)
    return crossingMs <= limitMs ? crossingMs : Infinity
  }
  let atMs = 0
  for (let i = 0; i < MAX_STEPS; i++) {
    const stepMs = safeStepMs(params, currents, vMv, iNa, atMs)
    const nextMs = atMs + stepMs
    if (nextMs === atMs) return atMs
    if (!(nextMs <= limitMs)) return Infinity
    atMs = nextMs
  }
  return atMs
}

/** V after `tMs` of held current and decaying synaptic currents, threshold or not. */
export function voltageWithSynapsesMv(
  params: NeuronParams,
  currents: SynapticCurrents,
  vMv: number,
  iNa: number,
  tMs: number,
): number {
  const aloneMv = voltageAfterMs(params, vMv, iNa, tMs)
  return currents.count === 0 ? aloneMv : aloneMv + synapticVoltageMv(params, currents, tMs)
}

/** For how long after `atMs` V certainly stays below the threshold; 0 if it is not below. */
function safeStepMs(params: NeuronParams, currents: SynapticCurrents, vMv: number, iNa: number, atMs: number): number {
  const hereMv = voltageWithSynapsesMv(params, currents, vMv, iNa, atMs)
  const missingMv = params.thresholdMv - hereMv
  if (missingMv <= 0) return 0
  const slope = slopeMvPerMs(params, hereMv, iNa) + synapticSlope(params, currents, atMs)
  // |V'| relaxes from its value here towards steepness/leak, so it never exceeds the larger of the two.
  const steepness = synapticSteepness(params, currents, atMs)
  const curvature = steepness + Math.max(leakPerMs(params) * Math.abs(slope), steepness)
  const root = Math.sqrt(slope * slope + 2 * curvature * missingMv)
  return slope > 0 ? (2 * missingMv) / (slope + root) : (root - slope) / curvature
}
