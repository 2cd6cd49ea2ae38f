import type { NeuronParams } from '../neuron/params.ts'
import type { PresetRun } from '../neuron/presets.ts'
import { shortNumber } from './simulate/plot.ts'

/** What a neuron is, in one line: `τ 10 ms · R 10 MΩ · rest −70, threshold −55, reset −75 mV`. */
export function neuronCaption(neuron: NeuronParams): string {
  const { restMv, thresholdMv, resetMv, tauMs, resistanceMohm, capacitanceNf, refractoryMs, noiseMv } = neuron
  const n = shortNumber
  const isPerfect = neuron.model === 'pif'
  return [
    isPerfect ? `no leak · C ${n(capacitanceNf)} nF` : `τ ${n(tauMs)} ms · R ${n(resistanceMohm)} MΩ`,
    `${isPerfect ? '' : `rest ${n(restMv)}, `}threshold ${n(thresholdMv)}, reset ${n(resetMv)} mV`,
    ...(refractoryMs > 0 ? [`refractory ${n(refractoryMs)} ms`] : []),
    ...(noiseMv > 0 ? [`noise ${n(noiseMv)} mV`] : []),
  ].join(' · ')
}

/** How time passes: `exact spike times`, or `grid of 0.1 ms, euler, V ≥ threshold`. */
export function timingCaption({
  timing,
  dtMs,
  method,
  comparator,
}: Pick<PresetRun, 'timing' | 'dtMs' | 'method' | 'comparator'>): string {
  if (timing === 'event') return 'exact spike times'
  return `grid of ${shortNumber(dtMs)} ms, ${method}, V ${comparator === 'ge' ? '≥' : '>'} threshold`
}
