/** How long a membrane takes to settle. Pure. */
import type { ToldParams } from '../../../../loop/control/live-params.ts'

/** After the refractory period and so many tau the membrane has forgotten where it began. */
const SETTLED_TAUS = 10
/** Of a hidden neuron nobody knows, ms: longer than most take. */
const HIDDEN_MS = 5000

/** After so long, model ms, the membrane is at rest, and without a spike its current is below the rheobase. */
export function settlingMs(params: Pick<ToldParams, 'refractoryMs' | 'tauMs'>): number {
  const { refractoryMs, tauMs } = params
  return refractoryMs === null || tauMs === null ? HIDDEN_MS : refractoryMs + SETTLED_TAUS * tauMs
}
