import type { Comparator, GridMethod } from './fixed-step.ts'
import { NeuronError, type NeuronInput } from './params.ts'
import type { InputCurrent } from './run-settings.ts'

/** A neuron with the way it is run: a complete experiment under a name. */
export interface Preset {
  readonly name: PresetName
  /** What people call it. */
  readonly title: string
  readonly description: string
  readonly neuron: NeuronInput
  /** The span of the knob. */
  readonly input: { readonly minNa: number; readonly maxNa: number }
  readonly run: PresetRun
}

export interface PresetRun {
  readonly timing: 'event' | 'grid'
  readonly method: GridMethod
  readonly dtMs: number
  readonly comparator: Comparator
  readonly durationMs: number
  /** Height of the stimulus; `presetCurrent` has the whole. */
  readonly currentNa: number
  /** The current flows from here, and is 0 before and after. */
  readonly onMs: number
  readonly offMs: number
  /** On a grid it begins so many steps later: -1 where the sample at the end of a step drives it. 0 unless given. */
  readonly onAfterSteps?: number
  /** Where an f-I curve counts its spikes: later than fromMs, up to and including toMs. */
  readonly window: { readonly fromMs: number; readonly toMs: number }
}

const EXACT = { timing: 'event', method: 'exact', dtMs: 0.1, comparator: 'ge', onMs: 0, offMs: Infinity } as const

const PERFECT = { model: 'pif', restMv: 0, thresholdMv: 1, resetMv: 0, resistanceMohm: 1, capacitanceNf: 1 } as const

const PERFECT_RUN = {
  timing: 'grid',
  method: 'euler',
  dtMs: 0.01,
  comparator: 'gt',
  durationMs: 9.99,
  currentNa: 1,
  onMs: 0,
  offMs: Infinity,
  window: { fromMs: 0, toMs: 9.99 },
} as const

/** The neurons of firing patterns have the membrane of the classroom, and a current that steps up once all is at rest. */
const SLOW = { tauMs: 100 } as const
const PATTERN_RUN = {
  ...{ ...EXACT, durationMs: 10_000, currentNa: 2, onMs: 500 },
  window: { fromMs: 500, toMs: 10_000 },
} as const

export const PRESETS = {
  classroom: {
    name: 'classroom',
    title: 'Classroom, slow',
    description: 'Slow enough to see every flash: tau 100 ms, 0 to about 12 Hz over the knob',
    neuron: { tauMs: 100 },
    input: { minNa: 0, maxNa: 3 },
    run: { ...EXACT, durationMs: 10_000, currentNa: 1.8, window: { fromMs: 0, toMs: 10_000 } },
  },
  bio: {
    name: 'bio',
    title: 'Cortex',
    description: 'A cortical membrane: tau 10 ms, 0 to about 118 Hz over the knob',
    neuron: { tauMs: 10 },
    input: { minNa: 0, maxNa: 3 },
    run: { ...EXACT, durationMs: 1000, currentNa: 1.8, window: { fromMs: 0, toMs: 1000 } },
  },
  epfl: {
    name: 'epfl',
    title: 'EPFL exercises',
    description:
      'The neuron of the Neuronal Dynamics exercises (Gerstner et al., EPFL): rheobase 2 nA, refractory 2 ms',
    neuron: { restMv: -70, resetMv: -65, thresholdMv: -50, resistanceMohm: 10, tauMs: 8, refractoryMs: 2 },
    input: { minNa: 0, maxNa: 5 },
    run: { ...EXACT, durationMs: 1000, currentNa: 3, window: { fromMs: 0, toMs: 1000 } },
  },
  neuromatch: {
    name: 'neuromatch',
    title: 'Neuromatch Academy',
    description: 'The neuron of Neuromatch Academy, computational neuroscience W2D3: rheobase 0.2 nA, refractory 2 ms',
    neuron: { restMv: -75, resetMv: -75, thresholdMv: -55, resistanceMohm: 100, tauMs: 10, refractoryMs: 2 },
    input: { minNa: 0, maxNa: 0.5 },
    run: { ...EXACT, durationMs: 1000, currentNa: 0.25, window: { fromMs: 0, toMs: 1000 } },
  },
  adapting: {
    name: 'adapting',
    title: 'Adapting',
    description:
      'Gets used to it: turn the current up at once, and quick flashes slow down over two seconds; each spike adds to a current that brakes',
    neuron: { ...SLOW, slowJumpNa: -0.15, slowTauMs: 2000 },
    input: { minNa: 0, maxNa: 3 },
    run: { ...PATTERN_RUN, currentNa: 3 },
  },
  bursting: {
    name: 'bursting',
    title: 'Bursting',
    description:
      'Fires in groups: hold 2 nA and count three flashes every 1.7 s, then turn on and watch the groups grow and come closer; below 1.5 nA it is silent',
    neuron: { ...SLOW, fastJumpNa: 3.5, fastTauMs: 80, slowJumpNa: -0.3, slowTauMs: 1500 },
    input: { minNa: 0, maxNa: 3 },
    run: PATTERN_RUN,
  },
  phasic: {
    name: 'phasic',
    title: 'Phasic',
    description:
      'Answers changes only: one flash for each quick turn from 0 to above 2 nA and none after it; the same turn done slowly, in two seconds, gives no flash at all',
    neuron: { ...SLOW, thresholdJumpMv: 15, thresholdTauMs: 1000, thresholdCoupling: 1 },
    input: { minNa: 0, maxNa: 3 },
    run: PATTERN_RUN,
  },
  'phasic-bursting': {
    name: 'phasic-bursting',
    title: 'Phasic bursting',
    description:
      'One group of flashes for each quick turn up, then silence: two at 2 nA, five at 2.5, seven at 3; go back to 0 for some seconds before the next',
    neuron: {
      ...{ ...SLOW, thresholdTauMs: 1000, thresholdCoupling: 1 },
      ...{ fastJumpNa: 3, fastTauMs: 80, slowJumpNa: -0.3, slowTauMs: 1000 },
    },
    input: { minNa: 0, maxNa: 3 },
    run: { ...PATTERN_RUN, currentNa: 2.5 },
  },
  mixed: {
    name: 'mixed',
    title: 'Mixed mode',
    description:
      'Begins with a burst and goes on with single flashes: turn up at once to 2 nA or more, and compare the first three intervals with the later ones',
    neuron: { ...SLOW, fastJumpNa: 2, fastTauMs: 60, slowJumpNa: -0.2, slowTauMs: 1000 },
    input: { minNa: 0, maxNa: 3 },
    run: PATTERN_RUN,
  },
  rebound: {
    name: 'rebound',
    title: 'Rebound',
    description:
      'Fires when inhibition ends: hold -2 nA or less for a second, let go to 0, and three flashes follow, always the same three; after -1 nA there is none',
    neuron: {
      ...{ ...SLOW, thresholdTauMs: 700, thresholdCoupling: 1.4 },
      ...{ fastJumpNa: 2.5, fastTauMs: 300, slowJumpNa: -0.3, slowTauMs: 1000 },
    },
    input: { minNa: -3, maxNa: 3 },
    run: { ...PATTERN_RUN, durationMs: 5000, currentNa: -2, offMs: 2500, window: { fromMs: 500, toMs: 5000 } },
  },
  latency: {
    name: 'latency',
    title: 'Latency',
    description:
      'Hesitates: just above 0.5 nA it waits up to two seconds before the first flash, at 2 nA a tenth of one; V pulls the threshold down slowly',
    neuron: { ...SLOW, thresholdTauMs: 1000, thresholdCoupling: -2 },
    input: { minNa: 0, maxNa: 3 },
    run: { ...PATTERN_RUN, currentNa: 0.6 },
  },
  'class-two': {
    name: 'class-two',
    title: 'Class 2',
    description:
      'Knows no slow rate: turn up slowly, and at 2.1 nA it starts at once with 3 Hz; turn down slowly, and it goes on to below 2 nA before it stops',
    neuron: { ...SLOW, thresholdTauMs: 500, thresholdCoupling: 0.3 },
    input: { minNa: 0, maxNa: 3 },
    run: { ...PATTERN_RUN, currentNa: 2.2 },
  },
  seed000: {
    name: 'seed000',
    title: 'Text 000, as it runs',
    description:
      'Perfect integrator as its notebook runs it: V starts at 0, since step 1 throws the 0.2 away; 1 ms stands for 1 s',
    neuron: PERFECT,
    input: { minNa: 0, maxNa: 100 },
    run: { ...PERFECT_RUN, onAfterSteps: 1 },
  },
  'seed000-intended': {
    name: 'seed000-intended',
    title: 'Text 000, as it is meant',
    description: 'The same perfect integrator as its notebook means it: V starts at 0.2',
    neuron: { ...PERFECT, initialMv: 0.2 },
    input: { minNa: 0, maxNa: 100 },
    run: PERFECT_RUN,
  },
  seed001: {
    name: 'seed001',
    title: 'Text 001',
    description:
      'C dV/dt = I - V/R by Euler steps, without units; u_rest is only where V starts and is reset to; the sample at the end of a step drives it',
    neuron: { restMv: 0, initialMv: 0.4, resetMv: 0.4, thresholdMv: 5, resistanceMohm: 6.4, capacitanceNf: 0.9 },
    input: { minNa: 0, maxNa: 10 },
    run: {
      timing: 'grid',
      method: 'euler',
      dtMs: 0.01,
      comparator: 'ge',
      durationMs: 99.99,
      currentNa: 0.8,
      onMs: 0,
      offMs: Infinity,
      onAfterSteps: -1,
      window: { fromMs: 0, toMs: 99.99 },
    },
  },
  seed002: {
    name: 'seed002',
    title: 'Text 002',
    description: 'The strip printer: one character a step, | for a spike and _ for none; r_i = 10 x the current in nA',
    neuron: { restMv: -70, resetMv: -70, thresholdMv: -55, resistanceMohm: 10, tauMs: 10 },
    input: { minNa: 0, maxNa: 5 },
    run: {
      timing: 'grid',
      method: 'euler',
      dtMs: 0.1,
      comparator: 'ge',
      durationMs: 2000.1,
      currentNa: 2,
      onMs: 0,
      offMs: Infinity,
      window: { fromMs: 0, toMs: 2000.1 },
    },
  },
  seed003: {
    name: 'seed003',
    title: 'Text 003',
    description: 'Exact exponential steps, a pulse of 300 ms in 500 ms; the sample at the end of a step drives it',
    neuron: { restMv: -70, resetMv: -75, thresholdMv: -55, resistanceMohm: 10, tauMs: 10 },
    input: { minNa: 0, maxNa: 3 },
    run: {
      timing: 'grid',
      method: 'exact',
      dtMs: 0.1,
      comparator: 'gt',
      durationMs: 500,
      currentNa: 1.55,
      onMs: 100,
      offMs: 400,
      onAfterSteps: -1,
      window: { fromMs: 100, toMs: 400 },
    },
  },
} as const satisfies { readonly [name: string]: Omit<Preset, 'name'> & { readonly name: string } }

export type PresetName = keyof typeof PRESETS

/** The preset of that name. @throws NeuronError that lists the known names. */
export function presetNamed(name: string): Preset {
  if (Object.hasOwn(PRESETS, name)) return PRESETS[name as PresetName]
  const message = `is ${JSON.stringify(name)}, must be one of ${Object.keys(PRESETS).join(', ')}`
  throw new NeuronError([{ path: 'preset', message }])
}

/** The input current of a preset at its timing, with another height if given. */
export function presetCurrent(run: PresetRun, currentNa: number = run.currentNa): InputCurrent {
  const onMs = run.timing === 'grid' ? run.onMs + (run.onAfterSteps ?? 0) * run.dtMs : run.onMs
  const rows: [tMs: number, iNa: number][] = [[0, onMs > 0 ? 0 : currentNa]]
  if (onMs > 0) rows.push([onMs, currentNa])
  if (run.offMs < run.durationMs) rows.push([run.offMs, 0])
  return { tMs: rows.map(([tMs]) => tMs), iNa: rows.map(([, iNa]) => iNa) }
}
