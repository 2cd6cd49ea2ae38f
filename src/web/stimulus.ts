import type { Fields } from '../neuron/field.ts'

/** What a stimulus is made of, as it is asked for over HTTP; the loop decides what it takes. */
export const STIMULUS_FIELDS = {
  shape: {
    type: 'choice',
    choices: ['step', 'pulse', 'ramp', 'sine', 'noise', 'train', 'samples'],
    default: 'pulse',
    help: 'how the current runs',
  },
  iNa: {
    type: 'number',
    unit: 'nA',
    min: -20,
    max: 20,
    default: 2,
    help: 'height; end of a ramp; amplitude of a sine; standard deviation of noise',
  },
  offsetNa: { type: 'number', unit: 'nA', min: -20, max: 20, default: 0, help: 'constant part; start of a ramp' },
  ms: { type: 'number', unit: 'ms', min: 0, aboveMin: true, max: 60_000, default: 500, help: 'how long it lasts' },
  periodMs: {
    type: 'number',
    unit: 'ms',
    min: 0,
    aboveMin: true,
    max: 60_000,
    default: 200,
    help: 'period of a sine or a train',
  },
  widthMs: {
    type: 'number',
    unit: 'ms',
    min: 0,
    aboveMin: true,
    max: 60_000,
    default: 20,
    help: 'length of each pulse of a train',
  },
  replace: { type: 'flag', default: false, help: "in place of the knob's current instead of added to it" },
} as const satisfies Fields
