import type { NeuronParams } from '../neuron/params.ts'

/** Finer steps of brightness no eye can tell; a lamp is told only when it comes to another one. */
const STEPS = 255

/** How bright the membrane shines, 0…1: dark at rest or reset, whichever is lower, and full at the threshold. Pure. */
export function glowOf({ restMv, resetMv, thresholdMv }: NeuronParams, vMv: number): number {
  const darkMv = Math.min(restMv, resetMv)
  const share = (vMv - darkMv) / (thresholdMv - darkMv)
  return Math.round(Math.min(1, Math.max(0, share)) * STEPS) / STEPS
}
