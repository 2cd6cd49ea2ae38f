import type { Fields } from '../fields/field-types-and-checks.ts'

/** Settings of the real-time loop. */
export const LOOP_FIELDS = {
  tickMs: {
    type: 'number',
    unit: 'ms',
    min: 0.5,
    max: 20,
    default: 1,
    help: 'period of the loop',
  },
  speed: {
    type: 'number',
    unit: '',
    min: 0,
    max: 100,
    aboveMin: true,
    default: 1,
    help: 'model ms per wall ms: 0.1 is ten times slow motion',
  },
  realtime: {
    type: 'choice',
    choices: ['auto', 'off'],
    default: 'auto',
    help: 'auto takes real-time priority (SCHED_FIFO) for the neuron thread where the system permits it',
  },
  priority: {
    type: 'number',
    unit: '',
    min: 1,
    max: 99,
    integer: true,
    default: 50,
    help: 'SCHED_FIFO priority of the neuron thread',
  },
  spinUs: {
    type: 'number',
    unit: 'us',
    min: -1,
    max: 200,
    default: -1,
    help: 'busy wait just before a spike; -1 is automatic: 100 with real-time priority, else 0',
  },
} as const satisfies Fields
