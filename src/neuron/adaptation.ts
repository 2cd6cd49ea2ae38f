import { hasFloor, midwayMv, type NeuronParams } from './params.ts'

/** What spikes leave behind: two currents of the neuron's own, and where the threshold has moved to. */
export interface Adaptation {
  slowNa: number
  fastNa: number
  /** The threshold is at thresholdMv plus this. */
  thresholdShiftMv: number
}

/** Below this a current or a shift is nothing, nA and mV. */
const NOTHING = 1e-24

export function noAdaptation(): Adaptation {
  return { slowNa: 0, fastNa: 0, thresholdShiftMv: 0 }
}

export function copyAdaptation(from: Adaptation, to: Adaptation): void {
  to.slowNa = from.slowNa
  to.fastNa = from.fastNa
  to.thresholdShiftMv = from.thresholdShiftMv
}

/** Whether V or the threshold moves otherwise now than those of the plain neuron. */
export function isAdapting(params: NeuronParams, { slowNa, fastNa, thresholdShiftMv }: Adaptation): boolean {
  return slowNa !== 0 || fastNa !== 0 || thresholdShiftMv !== 0 || params.thresholdCoupling !== 0
}

/** Whether spikes or V leave anything behind: parameters of a plain neuron do not. */
export function canAdapt({ slowJumpNa, fastJumpNa, thresholdJumpMv, thresholdCoupling }: NeuronParams): boolean {
  return slowJumpNa !== 0 || fastJumpNa !== 0 || thresholdJumpMv !== 0 || thresholdCoupling !== 0
}

/** At a spike each current keeps its share and jumps, and the threshold jumps, but not below its floor. */
export function adaptAtSpike(params: NeuronParams, adaptation: Adaptation): void {
  if (!canAdapt(params) && !isAdapting(params, adaptation)) return
  adaptation.slowNa = params.slowKeep * adaptation.slowNa + params.slowJumpNa
  adaptation.fastNa = params.fastKeep * adaptation.fastNa + params.fastJumpNa
  const { thresholdJumpMv } = params
  if (thresholdJumpMv === 0 && params.thresholdCoupling === 0 && adaptation.thresholdShiftMv === 0) return
  // A shift may be left over from other parameters, where this floor was not looked at.
  const floorMv = hasFloor(params) ? params.thresholdFloorMv : Math.max(params.thresholdFloorMv, midwayMv(params))
  const leastMv = floorMv - params.thresholdMv
  adaptation.thresholdShiftMv = Math.max(leastMv, adaptation.thresholdShiftMv + thresholdJumpMv)
}

/** Lets `elapsedMs` pass for the two currents. */
export function decaySpikeCurrents(params: NeuronParams, adaptation: Adaptation, elapsedMs: number): void {
  const { slowNa, fastNa } = adaptation
  if (slowNa !== 0) adaptation.slowNa = orNothing(slowNa * Math.exp(-elapsedMs / params.slowTauMs))
  if (fastNa !== 0) adaptation.fastNa = orNothing(fastNa * Math.exp(-elapsedMs / params.fastTauMs))
}

/** Lets `elapsedMs` pass for the threshold while V is held at the reset. */
export function moveThresholdAtReset(params: NeuronParams, adaptation: Adaptation, elapsedMs: number): void {
  const goalMv = params.thresholdCoupling * (params.resetMv - params.restMv)
  const shiftMv = adaptation.thresholdShiftMv
  if (shiftMv === 0 && goalMv === 0) return
  const passed = -elapsedMs / params.thresholdTauMs
  adaptation.thresholdShiftMv = orNothing(shiftMv * Math.exp(passed) - goalMv * Math.expm1(passed))
}

/** A value that fades away ends, and with it the search for what it could still cause. */
export function orNothing(value: number): number {
  return Math.abs(value) < NOTHING ? 0 : value
}
