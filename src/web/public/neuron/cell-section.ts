/** The picture of the cell on the dashboard: what it shows of the model, at the moment that the scope's right edge shows. */
import { nothing, type TemplateResult } from 'lit-html'
import { type CellFrame, cellFrameAt } from '../cell/cell-state.ts'
import { cellView } from '../cell/cell-view.ts'
import { formatShort } from '../shared/number-format.ts'
import { type NeuronPageModel, scopeHeadS, shownParams } from './model.ts'
import { senderName } from './plots/scope.ts'

/** A sample this old no longer tells V, s. */
const MAX_SAMPLE_AGE_S = 0.2
/** The latest arrival is named for so long, s. */
const NAMED_S = 2

export function cellSection(model: NeuronPageModel): TemplateResult | typeof nothing {
  const { state, showsCell } = model
  const params = shownParams(model)
  const frame = cellFrame(model)
  if (!showsCell || !state || !params || !frame) return nothing
  const { running: isRunning, rateHz } = state
  const { vMv, iNa } = membraneNow(model)
  const { isRefractory } = frame
  const [excited, inhibited] = [latestArrival(model, 1), latestArrival(model, -1)]
  return cellView({ params, vMv, iNa, isRunning, rateHz: isRunning ? rateHz : 0, isRefractory, excited, inhibited })
}

/** Undefined while the neuron's parameters are not known. */
export function cellFrame(model: NeuronPageModel): CellFrame | undefined {
  const { traceBuffer } = model
  const params = shownParams(model)
  if (!params) return undefined
  const [spikes, arrivals] = [traceBuffer.spikes(), traceBuffer.arrivals()]
  const { vMv } = membraneNow(model)
  return cellFrameAt({ params, vMv, speed: params.speed, spikes, arrivals, atS: scopeHeadS(model) })
}

/** V and I at the scope's right edge; as the neuron said last, where there is no sample. */
function membraneNow(model: NeuronPageModel): { readonly vMv: number; readonly iNa: number } {
  const { traceBuffer, state } = model
  const headS = scopeHeadS(model)
  const [atS, vMv, iNa] = traceBuffer.trace(headS - MAX_SAMPLE_AGE_S, headS)
  let k = atS.length - 1
  while (k >= 0 && atS[k]! > headS) k--
  if (k >= 0 && headS - atS[k]! < MAX_SAMPLE_AGE_S) return { vMv: vMv[k]!, iNa: iNa[k]! }
  return { vMv: state?.vMv ?? Number.NaN, iNa: state?.iNa ?? Number.NaN }
}

/** Who sent the latest that excites or inhibits, and how much. @param sign 1 or -1 */
function latestArrival(model: NeuronPageModel, sign: 1 | -1): string | undefined {
  const headS = scopeHeadS(model)
  const isRecent = ({ atS, weight }: { atS: number; weight: number }) =>
    atS <= headS && atS > headS - NAMED_S && (sign < 0 ? weight < 0 : weight >= 0)
  const latest = model.traceBuffer.arrivals().findLast(isRecent)
  if (!latest) return undefined
  const { from, weight, tauMs } = latest
  return `${senderName(from)} ${sign < 0 ? '−' : '+'}${formatShort(Math.abs(weight))} ${tauMs > 0 ? 'nA' : 'mV'}`
}
