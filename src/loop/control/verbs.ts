import { checkFields, type Field, type Fields, refusalFields } from '../../fields/fields.ts'
import { PRESETS } from '../../neuron/presets.ts'
import { LOOP_FIELDS } from '../options.ts'
import type { Command } from '../shared/command.ts'
import { faultOfSamples, STIMULUS_SHAPES, type Stimulus, sampleFields, samplesOf } from '../stimulus.ts'
import type { Refusal } from '../types.ts'

/** What a verb asks for, or why it is refused. Pure. */
export type Request = { readonly commands: readonly Command[] } | { readonly refusal: Refusal }

type NumberField = Extract<Field, { type: 'number' }>
type Payload = Readonly<Record<string, unknown>>

const number = (unit: string, min: number, max: number, byDefault: number, help: string): NumberField => ({
  type: 'number',
  unit,
  min,
  max,
  default: byDefault,
  help,
})

const ON = { on: { type: 'flag', default: true, help: 'true or false' } } as const satisfies Fields

/** Longest stimulus (ms) and largest current (nA) that anybody may ask for: ten minutes, and it ends by itself. */
const LONGEST_MS = 600_000
const LARGEST_NA = 1000

/** Every verb and its arguments as data: what validation and documents are made from. */
export const VERBS = {
  run: ON,
  mute: ON,
  reset: {},
  identify: { s: number('s', 0.1, 60, 5, 'how long the outputs blink') },
  take: {
    level: number('', 0, 1, Number.NaN, 'take over from the knob at this level; without it the knob is given back'),
  },
  speed: { speed: LOOP_FIELDS.speed },
  preset: {
    name: { type: 'choice', choices: Object.keys(PRESETS), default: 'classroom', help: 'a ready-made neuron' },
  },
  stim: {
    shape: {
      type: 'choice',
      choices: STIMULUS_SHAPES,
      default: 'step',
      help: 'without any argument: end the stimulus',
    },
    iNa: number(
      'nA',
      -LARGEST_NA,
      LARGEST_NA,
      1,
      'height, end of a ramp, amplitude of a sine, standard deviation of noise',
    ),
    offsetNa: number('nA', -LARGEST_NA, LARGEST_NA, 0, 'constant part of a sine or noise, start of a ramp'),
    ms: number('ms', 0.01, LONGEST_MS, 500, 'how long it lasts; samples as long as there are any, unless it is given'),
    periodMs: number('ms', 0.1, LONGEST_MS, 100, 'of a sine or train'),
    widthMs: number('ms', 0.01, LONGEST_MS, 10, 'of each pulse in a train'),
    ...sampleFields(LARGEST_NA, LONGEST_MS),
    replace: { type: 'flag', default: false, help: "in place of the knob's current instead of added to it" },
  },
} as const satisfies Record<string, Fields>

type Verb = keyof typeof VERBS

/** @param payload the JSON that came with the verb; nothing, null and {} are the same */
export function requestOf(verb: string, payload: unknown): Request {
  if (!Object.hasOwn(VERBS, verb)) {
    return refuse('unknown', `'${verb}' is not a command, must be one of ${Object.keys(VERBS).join(', ')}`)
  }
  const given = payload ?? {}
  if (typeof given !== 'object' || Array.isArray(given)) {
    return refuse('type', `the payload of ${verb} is ${JSON.stringify(given).slice(0, 40)}, must be an object like {}`)
  }
  return (
    absence(verb as Verb, given as Payload) ??
    complaintAbout(verb as Verb, given as Payload) ?? { commands: commandsOf(verb as Verb, given as Payload) }
  )
}

/** What would change the neuron for long is not done by an empty message. */
function absence(verb: Verb, given: Payload): Request | undefined {
  const needed = { preset: 'name', speed: 'speed' }[verb as string]
  if (needed === undefined || given[needed] !== undefined) return undefined
  return refuse('type', `${needed} is missing: ${verb} needs it`, needed)
}

function complaintAbout(verb: Verb, given: Payload): Request | undefined {
  // `id` names the request for its answer.
  const { id: _, ...args } = given
  const [complaint] = checkFields(VERBS[verb], args, `is not an argument of ${verb}; known are`)
  if (complaint) {
    const code = complaint.isUnknown ? 'unknown' : complaint.range ? 'range' : 'type'
    return { refusal: { code, ...refusalFields(complaint) } }
  }
  const odd = verb === 'stim' ? faultOfSamples(given, LONGEST_MS) : null
  return odd === null ? undefined : refuse('type', `${odd.path} ${odd.message}`, odd.path)
}

function refuse(code: string, message: string, path?: string): Request {
  return { refusal: { code, message, ...(path !== undefined && { path }) } }
}

function commandsOf(verb: Verb, given: Payload): Command[] {
  switch (verb) {
    case 'run':
    case 'mute':
      return [{ type: verb, on: (given.on as boolean | undefined) ?? true }]
    case 'reset':
      return [{ type: 'reset' }]
    case 'identify':
      return [{ type: 'identify', durationMs: 1000 * ((given.s as number | undefined) ?? VERBS.identify.s.default) }]
    case 'take':
      return [{ type: 'take', level: (given.level as number | undefined) ?? Number.NaN }]
    case 'speed':
      return [{ type: 'speed', speed: (given.speed as number | undefined) ?? LOOP_FIELDS.speed.default }]
    case 'stim':
      return [stimulusCommand(given)]
    // The neuron that a preset means is made by whoever knows the present one.
    case 'preset':
      return []
  }
}

function stimulusCommand({ id: _, ...given }: Payload): Command {
  if (Object.keys(given).length === 0) return { type: 'unstim' }
  const value = <K extends keyof (typeof VERBS)['stim']>(key: K) => given[key] ?? VERBS.stim[key].default
  const samples = given.shape === 'samples' ? samplesOf(given) : undefined
  const stimulus = {
    shape: value('shape'),
    iNa: value('iNa'),
    offsetNa: value('offsetNa'),
    durationMs: given.ms ?? samples?.lengthMs ?? value('ms'),
    periodMs: value('periodMs'),
    widthMs: value('widthMs'),
    replaces: value('replace'),
    ...(samples && { samples }),
  } as Stimulus
  return { type: 'stim', stimulus }
}
