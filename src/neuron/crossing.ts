import { excessMv, leakPerMs, mvPerNaMs, ROUNDING, timeToThresholdMs, voltageAfterMs } from './closed-form.ts'
import type { NeuronParams } from './params.ts'
import {
  excitatoryNa,
  inhibitoryDecayNa,
  type SynapticCurrents,
  synapticNa,
  synapticTailMv,
  synapticVoltageMv,
} from './synaptic-currents.ts'

/** Steps that are certain to miss nothing. A search needs some ten of them; only currents that nearly cancel need more. */
const MAX_SAFE_STEPS = 10_000
/** After those every step takes at least this share of the time searched so far, and a crossing in it is bisected. */
const COARSE_STEP = 1e-3

/**
 * The time in ms until V first reaches the threshold while `iNa` is held and the synaptic currents decay, 0 if it is
 * there already, Infinity if that is not within `limitMs`. A V that only tends to the threshold never reaches it.
 *
 * With synapses V can rise over the threshold and fall back between two looks, so looking is not enough. The search
 * walks instead, from a point where V is below to one up to which V certainly stays below. Close to a crossing these
 * steps become Newton's, but never overshoot. What is still missing to the threshold is computed as such: as a
 * difference of two voltages it would round to 0 long before the threshold is reached.
 */
export function firstCrossingMs(
  params: NeuronParams,
  currents: SynapticCurrents,
  vMv: number,
  iNa: number,
  limitMs: number,
): number {
  if (params.thresholdMv === Infinity) return Infinity
  if (currents.count === 0) {
    const crossingMs = timeToThresholdMs(params, vMv, iNa)
    return crossingMs <= limitMs ? crossingMs : Infinity
  }
  if (vMv >= params.thresholdMv) return 0
  const isTied = endsAtThreshold(params, currents, vMv, iNa)
  let atMs = 0
  let missingMv = params.thresholdMv - vMv
  for (let i = 0; ; i++) {
    const isCoarse = i >= MAX_SAFE_STEPS
    const safeMs = safeStepMs(params, currents, missingMv, iNa, atMs)
    let nextMs = atMs + (isCoarse ? Math.max(safeMs, COARSE_STEP * atMs) : safeMs)
    if (isCoarse && safeMs < Infinity && atMs < limitMs) nextMs = Math.min(nextMs, limitMs)
    if (nextMs === atMs) return atMs
    if (!(nextMs <= limitMs)) return Infinity
    missingMv = missingAfterMs(params, currents, vMv, iNa, nextMs, isTied)
    if (missingMv <= 0) return isCoarse ? bisectedMs(params, currents, vMv, iNa, atMs, nextMs, isTied) : nextMs
    atMs = nextMs
  }
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

/** What V lacks to the threshold after `tMs`, mV. */
function missingAfterMs(
  params: NeuronParams,
  currents: SynapticCurrents,
  vMv: number,
  iNa: number,
  tMs: number,
  isTied: boolean,
): number {
  if (isTied) return synapticTailMv(params, currents, tMs)
  const missingMv = params.thresholdMv - vMv
  const synapticMv = synapticVoltageMv(params, currents, tMs)
  if (params.model === 'pif') return missingMv - (iNa * tMs) / params.capacitanceNf - synapticMv
  const passed = -tMs / params.tauMs
  return missingMv * Math.exp(passed) + excessMv(params, iNa) * Math.expm1(passed) - synapticMv
}

/**
 * Whether all that is missing is just what the synaptic currents will bring: then V tends to the threshold, and what is
 * missing at any time is what they have not yet brought. Only where the held current alone leads nowhere else.
 */
function endsAtThreshold(params: NeuronParams, currents: SynapticCurrents, vMv: number, iNa: number): boolean {
  if ((params.model === 'pif' ? iNa : excessMv(params, iNa)) !== 0) return false
  const leak = leakPerMs(params)
  for (let k = 0; k < currents.count; k++) if (1 / currents.tauMs[k] <= leak) return false
  const { thresholdMv } = params
  const tailMv = synapticTailMv(params, currents, 0)
  const roundingMv = ROUNDING * Math.max(Math.abs(thresholdMv), Math.abs(vMv), tailMv)
  return Math.abs(thresholdMv - vMv - tailMv) <= roundingMv
}

/**
 * For how long after `atMs`, where `missingMv` are missing, V certainly stays below the threshold; Infinity if for ever.
 * The larger of two bounds. One takes the inhibition away and holds the excitation: then V' <= leak (V_th - V) + lift,
 * and without a lift the threshold is never reached. The other holds the excitation and lets the inhibition fade as
 * fast as it does now: V(s) <= V + V' p(s) + fade (s - p(s))/leak with p(s) = (1 - e^(-leak s))/leak.
 */
function safeStepMs(
  params: NeuronParams,
  currents: SynapticCurrents,
  missingMv: number,
  iNa: number,
  atMs: number,
): number {
  const leak = leakPerMs(params)
  const perNaMs = mvPerNaMs(params)
  const heldLift = params.model === 'pif' ? perNaMs * iNa : leak * excessMv(params, iNa)
  const lift = heldLift + perNaMs * excitatoryNa(currents, atMs)
  // Turned round, so that a current that is no number has no crossing.
  if (!(lift > 0)) return Infinity
  const heldMs = leak > 0 ? Math.log1p((leak * missingMv) / lift) / leak : missingMv / lift
  const fade = perNaMs * inhibitoryDecayNa(currents, atMs)
  if (fade === 0) return heldMs
  const netLift = heldLift + perNaMs * synapticNa(currents, atMs)
  return Math.max(heldMs, fadingStepMs(leak, missingMv, netLift, fade))
}

function fadingStepMs(leak: number, missingMv: number, netLift: number, fade: number): number {
  const slope = leak * missingMv + netLift
  const curvature = fade - leak * slope
  // p(s) <= s and p(s) <= 1/leak.
  if (curvature < 0) return Math.max(missingMv / slope, 1 / leak - netLift / fade)
  // p(s) >= s - leak s^2/2 and p(s) >= s/(1 + leak s).
  return Math.max(positiveRoot(curvature / 2, slope, missingMv), leak > 0 ? positiveRoot(fade, netLift, missingMv) : 0)
}

/** The s above 0 at which a s^2 + b s = c; a >= 0, c > 0. */
function positiveRoot(a: number, b: number, c: number): number {
  const root = Math.sqrt(b * b + 4 * a * c)
  return b > 0 ? (2 * c) / (b + root) : (root - b) / (2 * a)
}

/** The crossing between a time when V is below the threshold and one when it is not. */
function bisectedMs(
  params: NeuronParams,
  currents: SynapticCurrents,
  vMv: number,
  iNa: number,
  belowMs: number,
  aboveMs: number,
  isTied: boolean,
): number {
  let low = belowMs
  let high = aboveMs
  for (;;) {
    const middle = (low + high) / 2
    if (!(middle > low && middle < high)) return high
    if (missingAfterMs(params, currents, vMv, iNa, middle, isTied) > 0) low = middle
    else high = middle
  }
}
