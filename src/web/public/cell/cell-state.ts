/** What the picture of the cell shows at a moment, from its voltage, spikes and synaptic events. Pure. */
import type { NeuronParams } from '../../../neuron/params.ts'

/** The parameters that the picture and the equation show. */
export type CellParams = Omit<NeuronParams, 'initialMv' | 'seed'>

/** Every share is 0…1. */
export interface CellFrame {
  /** How far V is between the lower of reset and rest, and the threshold. */
  readonly fill: number
  /** Brightness of the flash at a spike. */
  readonly flash: number
  /** V is held at the reset. */
  readonly isRefractory: boolean
  /** Where spikes are on the axon; no more than MOST_TRAVELLING. */
  readonly travelling: readonly number[]
  /** Brightness of the synapses that excite and that inhibit. */
  readonly excited: number
  readonly inhibited: number
}

interface CellMoment {
  readonly params: CellParams
  readonly vMv: number
  readonly speed: number
  /** Times of spikes, ascending, s. */
  readonly spikes: readonly { readonly atS: number }[]
  /** Ascending too; weights below 0 inhibit. */
  readonly arrivals: readonly { readonly atS: number; readonly weight: number }[]
  /** The moment, on the clock of the spikes. */
  readonly atS: number
}

/** An eye sees these, whatever the speed of the neuron: wall time. */
const FLASH_S = 0.25
const TRAVEL_S = 0.4
const SYNAPSE_S = 0.3
/** Of spikes that come closer than this, one travels: more would be one line. */
const LEAST_DISTANCE_S = 0.05
export const MOST_TRAVELLING = TRAVEL_S / LEAST_DISTANCE_S

export function cellFrameAt({ params, vMv, speed, spikes, arrivals, atS }: CellMoment): CellFrame {
  const past = indexAfter(spikes, atS)
  const sinceS = atS - (spikes[past - 1]?.atS ?? Number.NEGATIVE_INFINITY)
  return {
    fill: fillOf(params, vMv),
    flash: fading(sinceS, FLASH_S),
    isRefractory: sinceS * 1000 * speed < params.refractoryMs,
    travelling: travellingAt(spikes, past, atS),
    excited: fading(
      sinceLast(arrivals, atS, weight => weight >= 0),
      SYNAPSE_S,
    ),
    inhibited: fading(
      sinceLast(arrivals, atS, weight => weight < 0),
      SYNAPSE_S,
    ),
  }
}

/** The share of the way to the threshold; of a perfect integrator from the reset, since it has no rest. */
export function fillOf({ model, restMv, resetMv, thresholdMv }: CellParams, vMv: number): number {
  const lowMv = lowestMv({ model, restMv, resetMv, thresholdMv })
  const share = (vMv - lowMv) / (thresholdMv - lowMv)
  return Number.isFinite(share) ? Math.max(0, Math.min(1, share)) : 0
}

/** The voltage of an empty soma. A rest above the threshold, as pacemakers have, is none. */
function lowestMv({
  model,
  restMv,
  resetMv,
  thresholdMv,
}: Pick<CellParams, 'model' | 'restMv' | 'resetMv' | 'thresholdMv'>): number {
  return model === 'pif' || restMv >= thresholdMv ? resetMv : Math.min(restMv, resetMv)
}

function fading(sinceS: number, lengthS: number): number {
  return sinceS >= 0 && sinceS < lengthS ? 1 - sinceS / lengthS : 0
}

/** Of the spikes in each slot of time the first: the choice is the same in every frame. */
function travellingAt(spikes: CellMoment['spikes'], past: number, atS: number): number[] {
  const places: number[] = []
  const slotOf = (k: number) => Math.floor((spikes[k]?.atS ?? Number.NaN) / LEAST_DISTANCE_S)
  for (let k = past - 1; k >= 0 && atS - spikes[k]!.atS < TRAVEL_S && places.length < MOST_TRAVELLING; k--) {
    if (slotOf(k - 1) !== slotOf(k)) places.push((atS - spikes[k]!.atS) / TRAVEL_S)
  }
  return places
}

function sinceLast(arrivals: CellMoment['arrivals'], atS: number, isOf: (weight: number) => boolean): number {
  for (let k = indexAfter(arrivals, atS) - 1; k >= 0 && atS - arrivals[k]!.atS < SYNAPSE_S; k--) {
    if (isOf(arrivals[k]!.weight)) return atS - arrivals[k]!.atS
  }
  return Number.POSITIVE_INFINITY
}

/** Index of the first that is later; nearly all are past. */
function indexAfter(ascending: readonly { readonly atS: number }[], atS: number): number {
  let end = ascending.length
  while (end > 0 && ascending[end - 1]!.atS > atS) end--
  return end
}
