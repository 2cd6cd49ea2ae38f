/** The picture of one neuron of the class: its voltage is computed from its last spike and its current, between reports. Pure. */

import type { Peer } from '../../../mqtt/types.ts'
import { voltageAfterMs } from '../../../neuron/closed-form.ts'
import { type CellFrame, cellFrameAt } from '../cell/cell-state.ts'
import { formatShort } from '../shared/number-format.ts'
import type { SpikeRows } from './spike-rows.ts'

interface PeerCell {
  readonly vMv: number
  readonly frame: CellFrame
  /** The latest arrivals that excite and that inhibit, in words. */
  readonly excited: string | undefined
  readonly inhibited: string | undefined
}

interface Arrival {
  readonly atS: number
  readonly weight: number
  readonly text: string
}

/** The latest arrival is named for so long, s. */
const NAMED_S = 2
/** Of each source so many of its latest spikes are looked at. */
const MOST_PER_SOURCE = 40
/** Of its own spikes, which may be a little out of order. */
const MOST_OWN = 400

/** Undefined if its parameters are not known. @param atS the moment, on the clock of the spikes */
export function peerCellAt(peer: Peer, peers: readonly Peer[], rows: SpikeRows, atS: number): PeerCell | undefined {
  const { neuron, speed } = peer
  if (!neuron) return undefined
  const spikes = rows
    .row(peer.index)
    .slice(-MOST_OWN)
    .sort((a, b) => a - b)
    .map(spikeS => ({ atS: spikeS }))
  const arrivals = arrivalsAt(peer, peers, rows, atS)
  const latest = (isOf: (weight: number) => boolean) => {
    return arrivals.findLast(one => one.atS <= atS && one.atS > atS - NAMED_S && isOf(one.weight))?.text
  }
  const vMv = voltageAt(peer, spikes.findLast(spike => spike.atS <= atS)?.atS, atS)
  return {
    vMv,
    frame: cellFrameAt({ params: neuron, vMv, speed: speed ?? 1, spikes, arrivals, atS }),
    excited: latest(weight => weight >= 0),
    inhibited: latest(weight => weight < 0),
  }
}

/** As if its current had been the same since its last spike; without one, since long ago. */
function voltageAt({ neuron, iNa, speed }: Peer, lastSpikeS: number | undefined, atS: number): number {
  if (!neuron) return Number.NaN
  const { model, refractoryMs, resetMv, thresholdMv, restMv, tauMs } = neuron
  if (lastSpikeS === undefined && model === 'pif') return resetMv
  const sinceMs = lastSpikeS === undefined ? 100 * tauMs : (atS - lastSpikeS) * 1000 * (speed ?? 1) - refractoryMs
  const fromMv = lastSpikeS === undefined ? restMv : resetMv
  if (sinceMs <= 0) return resetMv
  return Math.min(thresholdMv, voltageAfterMs(neuron, fromMv, iNa ?? 0, sinceMs))
}

/** What the spikes of others make arrive here, as its synapses say. */
function arrivalsAt({ id, synapses }: Peer, peers: readonly Peer[], rows: SpikeRows, atS: number): Arrival[] {
  const arrivals = (synapses ?? []).flatMap(({ from, weightMv, weightNa, delayMs = 0 }) => {
    const source = peers.find(peer => peer.id === from)
    if (!source) return []
    const weight = weightMv ?? weightNa ?? 0
    const amount = `${weight < 0 ? '−' : '+'}${formatShort(Math.abs(weight))} ${weightMv === undefined ? 'nA' : 'mV'}`
    const text = `${from === id ? '↺' : from} ${amount}`
    const latest = rows.row(source.index).slice(-MOST_PER_SOURCE)
    return latest.map(spikeS => ({ atS: spikeS + delayMs / 1000, weight, text }))
  })
  return arrivals.filter(one => one.atS > atS - NAMED_S).sort((a, b) => a.atS - b.atS)
}
