import { leakPerMs, mvPerNaMs, ROUNDING } from './closed-form.ts'
import type { NeuronParams } from './params.ts'

/** Synaptic currents with different time constants that one neuron can carry at a time. */
export const MAX_SYNAPTIC_TIME_CONSTANTS = 32

/** Exponentially decaying synaptic currents, one entry for each time constant; the first `count` entries are live. */
export interface SynapticCurrents {
  readonly tauMs: Float64Array
  readonly currentNa: Float64Array
  count: number
}

/** Below this a current is nothing, nA: at the largest resistance, 1e6 MOhm, it moves V by 1e-18 mV. */
const NOTHING_NA = 1e-24

export function noSynapticCurrents(): SynapticCurrents {
  return {
    tauMs: new Float64Array(MAX_SYNAPTIC_TIME_CONSTANTS),
    currentNa: new Float64Array(MAX_SYNAPTIC_TIME_CONSTANTS),
    count: 0,
  }
}

export function copySynapticCurrents(from: SynapticCurrents, to: SynapticCurrents): void {
  to.tauMs.set(from.tauMs)
  to.currentNa.set(from.currentNa)
  to.count = from.count
}

/** Adds a pulse of `weightNa` that decays with `tauMs`; false if all places are taken by other time constants. */
export function addPulse(currents: SynapticCurrents, tauMs: number, weightNa: number): boolean {
  let place = 0
  while (place < currents.count && currents.tauMs[place] !== tauMs) place++
  if (place === MAX_SYNAPTIC_TIME_CONSTANTS) return false
  if (place === currents.count) {
    currents.tauMs[place] = tauMs
    currents.currentNa[place] = 0
    currents.count++
  }
  const beforeNa = currents.currentNa[place]
  const sumNa = beforeNa + weightNa
  // 0.1 + 0.2 - 0.3 is nothing, not 6e-17.
  const roundingNa = ROUNDING * Math.max(Math.abs(beforeNa), Math.abs(weightNa))
  currents.currentNa[place] = Math.abs(sumNa) <= roundingNa ? 0 : sumNa
  return true
}

/** Lets `elapsedMs` pass for the currents; one that has faded away gives its place back. */
export function decay(currents: SynapticCurrents, elapsedMs: number): void {
  for (let k = currents.count - 1; k >= 0; k--) {
    const currentNa = currents.currentNa[k] * Math.exp(-elapsedMs / currents.tauMs[k])
    currents.currentNa[k] = currentNa
    if (Math.abs(currentNa) < NOTHING_NA) removeAt(currents, k)
  }
}

/**
 * What the currents, decaying, have added to V after `tMs`, in mV: the convolution of the membrane's impulse response
 * with each current. Written with phi(x) = (1 - e^-x)/x, which stays finite where a synapse is as slow as the membrane
 * (the textbook form divides by tau_s - tau_m), and with the slower exponential outside, which cannot overflow.
 */
export function synapticVoltageMv(params: NeuronParams, currents: SynapticCurrents, tMs: number): number {
  const leak = leakPerMs(params)
  let sum = 0
  for (let k = 0; k < currents.count; k++) {
    const decayPerMs = 1 / currents.tauMs[k]
    const slower = Math.min(leak, decayPerMs)
    const x = Math.abs(decayPerMs - leak) * tMs
    const phi = x < 1e-300 ? 1 : -Math.expm1(-x) / x
    sum += currents.currentNa[k] * Math.exp(-slower * tMs) * phi
  }
  return sum * mvPerNaMs(params) * tMs
}

/**
 * What the currents will still add to V after `tMs`, in mV, where V forgets slower than each of them decays and the held
 * current leads nowhere: the sum of I_k/C / (1/tau_k - leak), forgotten as V forgets until then.
 */
export function synapticTailMv(params: NeuronParams, currents: SynapticCurrents, tMs: number): number {
  const leak = leakPerMs(params)
  let sum = 0
  for (let k = 0; k < currents.count; k++) {
    const tauMs = currents.tauMs[k]
    sum += (currents.currentNa[k] * Math.exp(-tMs / tauMs)) / (1 / tauMs - leak)
  }
  return sum * mvPerNaMs(params)
}

/** The sum of the currents after `tMs`, nA. */
export function synapticNa(currents: SynapticCurrents, tMs: number): number {
  let sumNa = 0
  for (let k = 0; k < currents.count; k++) {
    sumNa += currents.currentNa[k] * Math.exp(-tMs / currents.tauMs[k])
  }
  return sumNa
}

/** The sum of the excitatory currents after `tMs`, nA; without those that have faded away. */
export function excitatoryNa(currents: SynapticCurrents, tMs: number): number {
  let sumNa = 0
  for (let k = 0; k < currents.count; k++) {
    if (currents.currentNa[k] <= 0) continue
    const currentNa = currents.currentNa[k] * Math.exp(-tMs / currents.tauMs[k])
    if (currentNa >= NOTHING_NA) sumNa += currentNa
  }
  return sumNa
}

/** How fast the inhibitory currents together fade after `tMs`: the sum of |I_k|/tau_k in nA/ms. */
export function inhibitoryDecayNa(currents: SynapticCurrents, tMs: number): number {
  let sum = 0
  for (let k = 0; k < currents.count; k++) {
    const tauMs = currents.tauMs[k]
    if (currents.currentNa[k] < 0) sum -= (currents.currentNa[k] * Math.exp(-tMs / tauMs)) / tauMs
  }
  return sum
}

function removeAt(currents: SynapticCurrents, place: number): void {
  currents.count--
  currents.tauMs[place] = currents.tauMs[currents.count]
  currents.currentNa[place] = currents.currentNa[currents.count]
}
