/** What the page says of health, in English; a part of `words.ts`. */
import { counted } from './shared/numbers.ts'

export const HEALTH_WORDS = {
  good: 'All is well',
  look: (n: number) => `Look: ${counted(n, 'thing')}`,
  title: 'Health',
  close: 'Close',
  late: (us: string) => `The flashes come on time (99 of 100 within ${us}).`,
  tooLate: (us: string) => `1 of 100 flashes comes ${us} late or more: other programs keep the computer busy.`,
  ticks: (missed: number, all: number) =>
    `${missed} of ${counted(all, 'step')} were missed; no model time was lost by it.`,
  stalls: (n: number, ms: string) =>
    `The computer stood still ${n === 1 ? 'once' : `${n} times`}; ${ms} ms of the neuron’s life were skipped.`,
  adc: (errors: number, reads: number) =>
    `${errors} of ${counted(reads, 'reading')} of the knob failed: check its wires.`,
  knobLost: (why: string) => `The knob does not answer. The current is 0 nA until it is back. ${why}`.trim(),
  outputLost: (name: string, why: string) => `${name} does not work. ${why}`,
  outputs: (n: number) => `The LED or the buzzer could not be switched ${n === 1 ? 'once' : `${n} times`}.`,
  lost: (n: number) =>
    `${n === 1 ? '1 report of the neuron was' : `${n} reports of the neuron were`} lost on the way to this program.`,
  merged: (n: number) =>
    `${n === 1 ? '1 spike came so fast that it' : `${n} spikes came so fast that they`} shared a flash.`,
  clipped: (n: number) =>
    `${n === 1 ? '1 incoming spike was' : `${n} incoming spikes were`} too many and did not arrive.`,
  warning: (why: string) => `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
  dead: 'The neuron has not moved for a second.',
  broker: {
    off: 'No broker is configured: spikes are not published.',
    online: (url: string) => `Connected to the broker ${url}.`,
    connecting: (url: string) => `Connecting to the broker ${url} …`,
  },
  brokerAway: (url: string, why: string) =>
    `The broker ${url} cannot be reached${why === '' ? '' : `: ${why}`}. The neuron runs on.`,
  mocked: (what: string) => `Simulated, not real: ${what}.`,
  figures: {
    tick: 'steps late (half / 99 % / most)',
    edge: 'flashes late (half / 99 % / most)',
    cpu: 'neuron thread, of one core',
    main: 'main thread delayed (99 %)',
    memory: 'memory',
    viewers: 'viewers',
  },
} as const
