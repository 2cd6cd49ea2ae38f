/** Random neurons whose numbers a page can show, and what is done to them while it is open. */
import { type NeuronInput, neuronFrom } from '../../src/neuron/params.ts'
import { PRESETS } from '../../src/neuron/presets.ts'
import { type Random, randomFrom, uniform } from '../../src/neuron/random.ts'
import { rheobaseNa } from '../../src/neuron/theory.ts'

const CHANGES = [
  'pause',
  'tau',
  'noise',
  'refractory',
  'level',
  'silence',
  'preset',
  'speed',
  'stimulus',
  'mute',
  'reset',
  'reload',
  'secondPage',
  'knob',
] as const

export type Change = (typeof CHANGES)[number]

export interface NeuronPlan {
  readonly seed: number
  readonly hasTouch: boolean
  readonly preset: keyof typeof PRESETS
  /** Values of one's own, to be typed. */
  readonly values: Readonly<Record<string, number>>
  /** Position of the slider. */
  readonly level: number
  /** What is done, each with a number from 0 to 1 that says how much. */
  readonly changes: readonly { readonly what: Change; readonly amount: number }[]
}

const KINDS = ['classroom', 'bio', 'epfl', 'neuromatch'] as const
const CHANGES_EACH = 3

/** The same for the same seed; over 14 neurons in a row every change comes three times. */
export function randomNeuron(seed: number): NeuronPlan {
  const random = randomFrom(seed)
  const preset = pick(random, KINDS)
  const values = randomValues(random, preset)
  const { minNa, maxNa } = PRESETS[preset].input
  const { neuron } = PRESETS[preset]
  const rheobase = rheobaseNa(neuronFrom({ ...(neuron as NeuronInput), ...values }))
  // Some just below and above the rheobase, where the curve is steepest.
  const factor = uniform(random) < 0.25 ? pick(random, [0.996, 1.01, 1.02]) : between(random, 1.05, 2)
  const level = Math.min(1, Math.max(0, (factor * rheobase - minNa) / (maxNa - minNa)))
  return {
    ...{ seed, hasTouch: seed % 2 === 1, preset, values, level: Number(level.toFixed(3)) },
    changes: Array.from({ length: CHANGES_EACH }, (_, k) => ({
      what: CHANGES[(CHANGES_EACH * seed + 5 * k) % CHANGES.length]!,
      amount: Number(uniform(random).toFixed(3)),
    })),
  }
}

/** Near-rheobase currents of the preset `bio`, which the page once averaged with others: 1.494 and 1.515 nA. */
export const NEAR_RHEOBASE: NeuronPlan = {
  ...{ seed: 0, hasTouch: false, preset: 'bio', values: {}, level: 0.505 },
  changes: [
    { what: 'silence', amount: 0.996 },
    { what: 'pause', amount: 0.5 },
  ],
}

function randomValues(random: Random, preset: (typeof KINDS)[number]): Record<string, number> {
  const isSlow = preset === 'classroom'
  const all: Record<string, () => number> = {
    tauMs: () => (isSlow ? between(random, 40, 120) : between(random, 6, 40)),
    refractoryMs: () => between(random, 0.5, 15),
    noiseMv: () => between(random, 0.5, 5),
    thresholdMv: () => between(random, -54, -49),
    resetMv: () => between(random, -80, -66),
    restMv: () => between(random, -72, -64),
  }
  const chosen = Object.entries(all).filter(() => uniform(random) < 0.4)
  return Object.fromEntries(chosen.map(([name, value]) => [name, Number(value().toFixed(1))]))
}

function between(random: Random, low: number, high: number): number {
  return low + (high - low) * uniform(random)
}

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(uniform(random) * choices.length)]!
}
