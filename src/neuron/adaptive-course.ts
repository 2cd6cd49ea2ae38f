import { type Adaptation, orNothing } from './adaptation.ts'
import { excessMv, leakPerMs, mvPerNaMs, ROUNDING } from './closed-form.ts'
import { firstDifference, secondDifference } from './divided-differences.ts'
import type { NeuronParams } from './params.ts'
import { MAX_SYNAPTIC_TIME_CONSTANTS, type SynapticCurrents } from './synaptic-currents.ts'

/**
 * How V and a moving threshold go on while the current is held, and where they are at the time that was looked at last.
 *
 * u = V - origin, q = the threshold's shift - its goal. The origin is where the held current leads V, so that of it only
 * the currents that decay are left (of a perfect integrator it is restMv, and the held current is one that never decays):
 *   u' = -leak u + C^-1 sum I_j        q' = (coupling u - q)/thresholdTauMs        spike when missing = rest + q - u <= 0
 * Source: Mihalas and Niebur, Neural Computation 21 (2009), 704.
 */
interface Course {
  leak: number
  perNaMs: number
  /** 1/thresholdTauMs. */
  follow: number
  coupling: number
  originMv: number
  goalMv: number
  /** What is missing in the end, mV: below 0 the held current alone leads V over the threshold. */
  restMissingMv: number
  startMv: number
  startShiftMv: number
  /** The currents: the slow one, the fast one, then synapses, and of a perfect integrator the held one. */
  count: number
  readonly startNa: Float64Array
  readonly ratePerMs: Float64Array
  readonly nowNa: Float64Array
  /** At the time looked at: u, q, what is missing, how fast that shrinks, and a bound of how fast it will do so faster. */
  uMv: number
  qMv: number
  missingMv: number
  slope: number
  bound: number
}

const MOST_CURRENTS = MAX_SYNAPTIC_TIME_CONSTANTS + 3

/** One for all, so that a real-time thread does not allocate: it is valid until the next `layCourse`. */
const course: Course = {
  ...{ leak: 0, perNaMs: 0, follow: 0, coupling: 0, originMv: 0, goalMv: 0, restMissingMv: 0 },
  ...{ startMv: 0, startShiftMv: 0, count: 0 },
  startNa: new Float64Array(MOST_CURRENTS),
  ratePerMs: new Float64Array(MOST_CURRENTS),
  nowNa: new Float64Array(MOST_CURRENTS),
  ...{ uMv: 0, qMv: 0, missingMv: 0, slope: 0, bound: 0 },
}

/** Lays the course of a neuron from where it is now. */
function layCourse(params: NeuronParams, { voltageMv, synapses, adaptation }: AdaptingNeuron, iNa: number): void {
  const { slowNa, fastNa, thresholdShiftMv } = adaptation
  const coupling = params.thresholdCoupling
  const isPerfect = params.model === 'pif'
  const drivenMv = isPerfect ? 0 : params.resistanceMohm * iNa
  course.leak = leakPerMs(params)
  course.perNaMs = mvPerNaMs(params)
  course.follow = 1 / params.thresholdTauMs
  course.coupling = coupling
  course.originMv = params.restMv + drivenMv
  course.goalMv = coupling * drivenMv
  course.restMissingMv = missingInTheEndMv(params, iNa, drivenMv)
  course.startMv = voltageMv - params.restMv - drivenMv
  course.startShiftMv = thresholdShiftMv - course.goalMv
  course.count = 0
  addCurrent(slowNa, 1 / params.slowTauMs)
  addCurrent(fastNa, 1 / params.fastTauMs)
  for (let k = 0; k < synapses.count; k++) addCurrent(synapses.currentNa[k], 1 / synapses.tauMs[k])
  if (isPerfect) addCurrent(iNa, 0)
}

function addCurrent(currentNa: number, ratePerMs: number): void {
  course.startNa[course.count] = currentNa
  course.ratePerMs[course.count] = ratePerMs
  course.count++
}

/** How far below the threshold `iNa` leads V in the end, mV; exactly 0 where it leads just to it, as `excessMv` is. */
export function missingInTheEndMv(params: NeuronParams, iNa: number, drivenMv: number): number {
  const { model, restMv, thresholdMv, thresholdCoupling } = params
  if (model === 'pif') return thresholdMv - restMv
  if (thresholdCoupling === 0) return -excessMv(params, iNa)
  const missingMv = thresholdMv - restMv - drivenMv * (1 - thresholdCoupling)
  const largestMv = Math.max(Math.abs(thresholdMv), Math.abs(restMv), Math.abs(drivenMv * thresholdCoupling))
  return Math.abs(missingMv) <= ROUNDING * largestMv ? 0 : missingMv
}

/** Goes to the start of the course, where nothing has to be computed but slopes. */
function goToStart(): void {
  let driveNa = 0
  let fade = 0
  let rising = 0
  let falling = 0
  for (let j = 0; j < course.count; j++) {
    const nowNa = course.startNa[j]
    const rate = course.ratePerMs[j]
    driveNa += nowNa
    fade += nowNa * rate
    const most = nowNa * rate * (rate < course.leak ? rate / course.leak : 1)
    if (most > 0) rising += most
    else falling -= most
  }
  arriveAt(course.startMv, course.startShiftMv, driveNa, fade, rising, falling)
}

function goTo(tMs: number): void {
  const { leak, perNaMs, follow, coupling } = course
  const isCoupled = coupling !== 0
  const leakLeft = Math.exp(-leak * tMs)
  const followLeft = isCoupled || course.startShiftMv !== 0 ? Math.exp(-follow * tMs) : 1
  let u = course.startMv * leakLeft
  let filtered = isCoupled ? course.startMv * firstDifference(leak, leakLeft, follow, followLeft, tMs) : 0
  let driveNa = 0
  let fade = 0
  let rising = 0
  let falling = 0
  for (let j = 0; j < course.count; j++) {
    const startNa = course.startNa[j]
    if (startNa === 0) continue
    const rate = course.ratePerMs[j]
    const left = Math.exp(-rate * tMs)
    const nowNa = startNa * left
    course.nowNa[j] = nowNa
    driveNa += nowNa
    fade += nowNa * rate
    const most = nowNa * rate * (rate < leak ? rate / leak : 1)
    if (most > 0) rising += most
    else falling -= most
    u += perNaMs * startNa * firstDifference(leak, leakLeft, rate, left, tMs)
    if (isCoupled) filtered += perNaMs * startNa * secondDifference(leak, leakLeft, rate, left, follow, followLeft, tMs)
  }
  const q = course.startShiftMv * followLeft + coupling * follow * filtered
  arriveAt(u, q, driveNa, fade, rising, falling)
}

/**
 * The bound holds from here on: V'' relaxes with the leak from what it is, driven by currents whose response never
 * exceeds amplitude/max(leak, rate); the threshold's is V'' times the coupling, filtered.
 */
function arriveAt(u: number, q: number, driveNa: number, fade: number, rising: number, falling: number): void {
  const { leak, perNaMs, follow, coupling } = course
  const slope = perNaMs * driveNa - leak * u
  const curve = -perNaMs * fade - leak * slope
  const thresholdSlope = follow * (coupling * u - q)
  const thresholdCurve = follow * (coupling * slope - thresholdSlope)
  const above = Math.max(curve, 0) + perNaMs * rising
  const below = Math.max(-curve, 0) + perNaMs * falling
  course.uMv = u
  course.qMv = q
  course.missingMv = course.restMissingMv + q - u
  course.slope = slope - thresholdSlope
  course.bound = above + Math.max(-thresholdCurve, 0) + (coupling > 0 ? coupling * below : -coupling * above)
}

/** A search needs 4 steps on average, and some ten near a crossing; no neuron is known that needs a hundred. */
const MAX_STEPS = 10_000

/** What moves together while spikes' traces act on V or on the threshold. */
export interface AdaptingNeuron {
  voltageMv: number
  readonly synapses: SynapticCurrents
  readonly adaptation: Adaptation
}

/**
 * The time in ms until V first reaches the threshold, both as they move by themselves; Infinity if that is not within
 * `limitMs`. A V that only tends to the threshold never reaches it.
 *
 * V may rise over the threshold and fall back between two looks, so the search walks from a point where V is below to one
 * up to which it certainly stays below: missing - slope s - bound s^2/2 >= 0. Close to a crossing these are Newton's steps.
 */
export function firstAdaptiveCrossingMs(
  params: NeuronParams,
  neuron: AdaptingNeuron,
  iNa: number,
  limitMs: number,
): number {
  if (params.thresholdMv === Infinity) return Infinity
  layCourse(params, neuron, iNa)
  goToStart()
  course.missingMv = params.thresholdMv + neuron.adaptation.thresholdShiftMv - neuron.voltageMv
  if (course.missingMv <= 0) return 0
  let atMs = 0
  for (let i = 0; i < MAX_STEPS; i++) {
    const nextMs = atMs + safeStepMs()
    if (nextMs === atMs) return atMs
    if (!(nextMs <= limitMs)) return Infinity
    atMs = nextMs
    goTo(atMs)
    const { missingMv, slope, bound } = course
    // A V that only tends to the threshold is in the end as near as doubles can tell, and rests.
    if (missingMv < 0 || (missingMv === 0 && (slope !== 0 || bound !== 0))) return atMs
  }
  return Infinity
}

function safeStepMs(): number {
  const { missingMv, slope, bound } = course
  const root = Math.sqrt(slope * slope + 2 * bound * missingMv)
  if (slope > 0) return (2 * missingMv) / (slope + root)
  return bound > 0 ? (root - slope) / bound : Infinity
}

/**
 * Moves V, the threshold and the spike currents to the first crossing, or by `limitMs` if there is none until then;
 * returns the time of the crossing, or Infinity. The synaptic currents stay as they are.
 */
export function moveToCrossing(params: NeuronParams, neuron: AdaptingNeuron, iNa: number, limitMs: number): number {
  const crossingMs = firstAdaptiveCrossingMs(params, neuron, iNa, limitMs)
  if (crossingMs < Infinity) leaveCourse(params, neuron)
  else moveAdapting(params, neuron, iNa, limitMs)
  return crossingMs
}

/** Moves V, the threshold and the spike currents by `tMs`, threshold or not. The synaptic currents stay as they are. */
export function moveAdapting(params: NeuronParams, neuron: AdaptingNeuron, iNa: number, tMs: number): void {
  layCourse(params, neuron, iNa)
  goTo(tMs)
  leaveCourse(params, neuron)
}

function leaveCourse(params: NeuronParams, neuron: AdaptingNeuron): void {
  const { adaptation } = neuron
  neuron.voltageMv = course.uMv + course.originMv
  if (adaptation.slowNa !== 0) adaptation.slowNa = orNothing(course.nowNa[0])
  if (adaptation.fastNa !== 0) adaptation.fastNa = orNothing(course.nowNa[1])
  const shiftMv = course.qMv + course.goalMv
  adaptation.thresholdShiftMv = params.thresholdCoupling === 0 ? orNothing(shiftMv) : shiftMv
}
