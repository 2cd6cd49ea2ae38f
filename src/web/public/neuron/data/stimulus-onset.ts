/** When the current of a stimulus began: between two samples, as V tells. Pure. */
import type { NeuronParams } from '../../../../neuron/params.ts'

/** One sample; the current is the one that flows from its change on. */
export interface OnsetSample {
  readonly atS: number
  readonly vMv: number
  readonly iNa: number
}

/** Samples come as 32-bit floats: a change right at one of them may seem to lie outside by this share of the step. */
const ROUNDING = 0.02

/**
 * The time between the samples at which the current changed from that of the first to that of the second: the one from
 * which V reaches its second sample. The second sample's time where noise or a spike hides it.
 * @param speed model s per s
 */
export function onsetBetween(neuron: NeuronParams, speed: number, before: OnsetSample, after: OnsetSample): number {
  const stepMs = (after.atS - before.atS) * speed * 1000
  const sinceMs = neuron.noiseMv > 0 ? 0 : sinceChangeMs(neuron, stepMs, before, after)
  const isBetween = sinceMs >= -ROUNDING * stepMs && sinceMs <= (1 + ROUNDING) * stepMs
  return isBetween ? after.atS - Math.min(stepMs, Math.max(0, sinceMs)) / 1000 / speed : after.atS
}

/** Model time from the change until the second sample, ms; NaN if V does not tell. */
function sinceChangeMs(
  { model, restMv, resistanceMohm, tauMs, capacitanceNf }: NeuronParams,
  stepMs: number,
  before: OnsetSample,
  after: OnsetSample,
): number {
  const changeNa = after.iNa - before.iNa
  if (model === 'pif') return ((after.vMv - before.vMv) * capacitanceNf - before.iNa * stepMs) / changeNa
  // V as it would be without the change; the change adds R dI (1 - e^(-t/tau)) to it.
  const targetMv = restMv + resistanceMohm * before.iNa
  const unchangedMv = targetMv + (before.vMv - targetMv) * Math.exp(-stepMs / tauMs)
  return -tauMs * Math.log(1 - (after.vMv - unchangedMv) / (resistanceMohm * changeNa))
}
