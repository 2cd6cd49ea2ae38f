import type { Adaptation } from './adaptation.ts'
import { adaptAtSpike } from './adaptation.ts'
import { missingInTheEndMv } from './adaptive-course.ts'
import { belowThreshold, leakPerMs, mvPerNaMs } from './closed-form.ts'
import { firstDifference, secondDifference } from './divided-differences.ts'
import type { NeuronParams } from './params.ts'
import { gauss, type Random } from './random.ts'

/** What a step makes of u, of the threshold's q and of the currents, as they were at its start; all are linear. */
interface StepFactors {
  readonly uOfU: number
  readonly uOfSlow: number
  readonly uOfFast: number
  readonly uAdded: number
  readonly qOfQ: number
  readonly qOfU: number
  readonly qOfSlow: number
  readonly qOfFast: number
  readonly qAdded: number
  readonly slowLeft: number
  readonly fastLeft: number
}

interface AdaptiveGridState {
  voltageMv: number
  step: number
  heldUntilStep: number
  readonly adaptation: Adaptation
  readonly random: Random
}

/**
 * Grid steps of a neuron that spikes or V leave something behind in: as `stepGrid`, and in the coordinates of the exact
 * course. euler: all derivatives at the start of the step. While V is held, the currents and the threshold go on.
 */
export function stepAdaptiveGrid(
  params: NeuronParams,
  grid: { readonly method: 'exact' | 'euler'; readonly comparator: 'ge' | 'gt'; readonly dtMs: number },
  state: AdaptiveGridState,
  iNa: number,
  lastStep: number,
  spikeSteps: number[],
  heldSteps: number,
  noiseMv: number,
): void {
  const drivenMv = params.model === 'pif' ? 0 : params.resistanceMohm * iNa
  const originMv = params.restMv + drivenMv
  const goalMv = params.thresholdCoupling * drivenMv
  const restMissingMv = missingInTheEndMv(params, iNa, drivenMv)
  const factors = grid.method === 'exact' ? exactFactors(params, grid.dtMs, iNa) : eulerFactors(params, grid.dtMs, iNa)
  const spikesAtThreshold = grid.comparator === 'ge'
  const { adaptation } = state
  let u = state.voltageMv - originMv
  let q = adaptation.thresholdShiftMv - goalMv
  for (let step = state.step + 1; step <= lastStep; step++) {
    const { slowNa, fastNa } = adaptation
    const nextU = factors.uOfU * u + factors.uOfSlow * slowNa + factors.uOfFast * fastNa + factors.uAdded
    const isHeld = step <= state.heldUntilStep
    q = isHeld
      ? heldShiftMv(params, factors, q + goalMv) - goalMv
      : factors.qOfQ * q + factors.qOfU * u + factors.qOfSlow * slowNa + factors.qOfFast * fastNa + factors.qAdded
    adaptation.slowNa = factors.slowLeft * slowNa
    adaptation.fastNa = factors.fastLeft * fastNa
    if (isHeld) continue
    u = noiseMv > 0 ? nextU + noiseMv * gauss(state.random) : nextU
    const missingMv = restMissingMv + q - u
    if (!(spikesAtThreshold ? missingMv <= 0 : missingMv < 0)) continue
    adaptation.thresholdShiftMv = q + goalMv
    adaptAtSpike(params, adaptation)
    u = params.resetMv - originMv
    q = adaptation.thresholdShiftMv - goalMv
    spikeSteps.push(step)
    state.heldUntilStep = step + heldSteps
  }
  adaptation.thresholdShiftMv = q + goalMv
  state.voltageMv = belowThreshold(params, u + originMv, adaptation.thresholdShiftMv)
  state.step = lastStep
}

/** The threshold after a step in which V is held at the reset. */
function heldShiftMv({ thresholdCoupling, resetMv, restMv }: NeuronParams, { qOfQ }: StepFactors, shiftMv: number) {
  const heldMv = thresholdCoupling * (resetMv - restMv)
  return heldMv + (shiftMv - heldMv) * qOfQ
}

function exactFactors(params: NeuronParams, dtMs: number, iNa: number): StepFactors {
  const leak = leakPerMs(params)
  const perNaMs = mvPerNaMs(params)
  const follow = 1 / params.thresholdTauMs
  const followed = params.thresholdCoupling * follow
  const leakLeft = Math.exp(-leak * dtMs)
  const followLeft = Math.exp(-follow * dtMs)
  const [slow, fast] = [1 / params.slowTauMs, 1 / params.fastTauMs]
  const uOf = (rate: number) => perNaMs * firstDifference(leak, leakLeft, rate, Math.exp(-rate * dtMs), dtMs)
  const qOf = (rate: number) => {
    return followed * perNaMs * secondDifference(leak, leakLeft, rate, Math.exp(-rate * dtMs), follow, followLeft, dtMs)
  }
  const heldNa = params.model === 'pif' ? iNa : 0
  return {
    ...{ uOfU: leakLeft, uOfSlow: uOf(slow), uOfFast: uOf(fast), uAdded: heldNa * uOf(0) },
    qOfQ: followLeft,
    qOfU: followed * firstDifference(leak, leakLeft, follow, followLeft, dtMs),
    ...{ qOfSlow: qOf(slow), qOfFast: qOf(fast), qAdded: heldNa * qOf(0) },
    ...{ slowLeft: Math.exp(-slow * dtMs), fastLeft: Math.exp(-fast * dtMs) },
  }
}

function eulerFactors(params: NeuronParams, dtMs: number, iNa: number): StepFactors {
  const risePerNa = dtMs * mvPerNaMs(params)
  const followed = dtMs / params.thresholdTauMs
  return {
    ...{ uOfU: 1 - dtMs * leakPerMs(params), uOfSlow: risePerNa, uOfFast: risePerNa },
    uAdded: params.model === 'pif' ? risePerNa * iNa : 0,
    ...{ qOfQ: 1 - followed, qOfU: params.thresholdCoupling * followed, qOfSlow: 0, qOfFast: 0, qAdded: 0 },
    ...{ slowLeft: 1 - dtMs / params.slowTauMs, fastLeft: 1 - dtMs / params.fastTauMs },
  }
}
