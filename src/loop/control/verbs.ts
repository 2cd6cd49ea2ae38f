/** The verbs that clients may send to the neuron: each once, with its arguments and what it does. Pure. */
import {
  type Complaint,
  checkFields,
  defaultsOf,
  type Fields,
  refusalFields,
  type ValuesOf,
} from '../../fields/field-types-and-checks.ts'
import { neuronFrom } from '../../neuron/params.ts'
import { PRESETS, presetNamed } from '../../neuron/presets.ts'
import { checkSamples, SAMPLES_FIELDS, STIMULUS_FIELDS, samplesOf } from '../../neuron/stimulus.ts'
import { LOOP_FIELDS } from '../options.ts'
import type { Command } from '../shared/command.ts'
import type { Refusal, VerbHelp } from '../types.ts'
import type { LiveParams } from './live-params.ts'

interface Verb<F extends Fields = Fields> extends VerbHelp {
  readonly fields: F
  /** The arguments that must be given: an empty message does not change the neuron for long. */
  readonly required?: readonly (keyof F & string)[]
  /** What is wrong with the arguments together, or at the present parameters; null if nothing is. */
  check?(given: Partial<ValuesOf<F>>, params: LiveParams): (Complaint & Pick<Refusal, 'range'>) | null
  /** Commands for the neuron thread. @param args `given` and the defaults of all other arguments */
  commands?(args: ValuesOf<F>, given: Partial<ValuesOf<F>>, params: LiveParams): readonly Command[]
  /** The changed parameters. */
  params?(args: ValuesOf<F>, before: LiveParams): LiveParams
}

const ON = { on: { type: 'flag', default: true, help: 'true or false' } } as const satisfies Fields

const { shape, iNa, offsetNa, durationMs, periodMs, widthMs, replaces } = STIMULUS_FIELDS
const STIMULUS_ARGUMENTS = {
  ...{ shape, iNa, offsetNa, ms: durationMs, periodMs, widthMs },
  ...SAMPLES_FIELDS,
  replace: replaces,
} as const satisfies Fields

export const VERBS = {
  run: verb({
    help: 'Run or pause the neuron',
    fields: ON,
    commands: ({ on }) => [{ type: 'run', on }],
  }),
  mute: verb({
    help: 'Silence the LED and the buzzer, or let them work again',
    fields: ON,
    commands: ({ on }) => [{ type: 'mute', on }],
  }),
  reset: verb({
    help: 'Back to the initial voltage',
    fields: {},
    commands: () => [{ type: 'reset' }],
  }),
  identify: verb({
    help: 'Blink the LED, to find this neuron among many',
    fields: { s: { type: 'number', unit: 's', min: 0.1, max: 60, default: 5, help: 'how long the outputs blink' } },
    commands: ({ s }) => [{ type: 'identify', durationMs: 1000 * s }],
  }),
  take: verb({
    help: 'Take over from the knob at a level or a current; without one, give it back',
    fields: {
      level: {
        ...{ type: 'number', unit: '', min: 0, max: 1, default: Number.NaN },
        help: 'take over from the knob at this level; without it, and without iNa, the knob is given back',
      },
      iNa: {
        ...{ type: 'number', unit: 'nA', min: -1000, max: 1000, default: Number.NaN },
        help: 'in place of level: take over at this current, which is within the span of the knob, minNa to maxNa',
      },
    },
    check({ level, iNa }, { minNa, maxNa }) {
      if (iNa === undefined) return null
      if (level !== undefined) return { path: 'iNa', message: 'and level both say where to take over: leave out one' }
      if (iNa >= minNa && iNa <= maxNa) return null
      const advice = 'give the knob a wider one by the parameters minNa and maxNa'
      const message = `is ${iNa}, must be a number from ${minNa} to ${maxNa} nA, the span of the knob: ${advice}`
      return { path: 'iNa', message, range: [minNa, maxNa] }
    },
    commands: ({ level }, { iNa }, { minNa, maxNa }) => [
      { type: 'take', level: iNa === undefined ? level : (iNa - minNa) / (maxNa - minNa) },
    ],
  }),
  speed: verb({
    help: 'Slow motion: model ms per wall ms',
    fields: { speed: LOOP_FIELDS.speed },
    required: ['speed'],
    params: ({ speed }, before) => ({ ...before, speed }),
  }),
  preset: verb({
    help: 'Become a ready-made neuron',
    fields: {
      name: { type: 'choice', choices: Object.keys(PRESETS), default: 'classroom', help: 'a ready-made neuron' },
    },
    required: ['name'],
    params({ name }, before) {
      const { neuron, input } = presetNamed(name)
      return { ...before, ...neuronFrom(neuron, before.seed), ...input }
    },
  }),
  stim: verb({
    help: 'Start a stimulus; without any argument, end it',
    fields: STIMULUS_ARGUMENTS,
    check: checkSamples,
    commands: (args, given) => [Object.keys(given).length === 0 ? { type: 'unstim' } : stimulusCommand(args, given)],
  }),
} satisfies Record<string, Verb>

type Effect =
  | { readonly commands: readonly Command[] }
  | { readonly params: LiveParams }
  | { readonly refusal: Refusal }

/**
 * Checks a request and says what it does: commands for the neuron thread, or changed parameters.
 * @param payload the JSON that came with the verb; nothing, null and {} are the same
 * @param params the present ones
 */
export function effectOf(name: string, payload: unknown, params: LiveParams): Effect {
  if (!Object.hasOwn(VERBS, name)) {
    return refuse('unknown', `'${name}' is not a command, must be one of ${Object.keys(VERBS).join(', ')}`)
  }
  const verb = VERBS[name as keyof typeof VERBS]
  if (typeof (payload ?? {}) !== 'object' || Array.isArray(payload)) {
    return refuse(
      'type',
      `the payload of ${name} is ${JSON.stringify(payload).slice(0, 40)}, must be an object like {}`,
    )
  }
  // `id` names the request for its answer.
  const { id: _, ...given } = (payload ?? {}) as Readonly<Record<string, never>>
  const missing = verb.required?.find(argument => given[argument] === undefined)
  if (missing !== undefined) return refuse('type', `${missing} is missing: ${name} needs it`, missing)
  const [complaint, ...others] = checkFields(verb.fields, given, `is not an argument of ${name}; known are`)
  if (complaint) {
    const code = complaint.isUnknown ? 'unknown' : complaint.range ? 'range' : 'type'
    return { refusal: { code, ...refusalFields([complaint, ...others]) } }
  }
  const odd = verb.check?.(given, params)
  if (odd) {
    const { path, message, range } = odd
    return { refusal: { code: range ? 'range' : 'type', message: `${path} ${message}`, path, ...(range && { range }) } }
  }
  const args = { ...defaultsOf(verb.fields), ...given }
  return verb.params ? { params: verb.params(args, params) } : { commands: verb.commands?.(args, given, params) ?? [] }
}

/** Each knows the types of its own arguments; `effectOf` checks them before it hands them on. */
function verb<const F extends Fields>(declaration: Verb<F>): Verb {
  return declaration as unknown as Verb
}

type StimulusArguments = ValuesOf<typeof STIMULUS_ARGUMENTS>

function stimulusCommand(args: StimulusArguments, given: Partial<StimulusArguments>): Command {
  const { shape, iNa, offsetNa, ms, periodMs, widthMs, replace } = args
  const samples = shape === 'samples' ? samplesOf(given) : undefined
  const durationMs = given.ms ?? samples?.lengthMs ?? ms
  const stimulus = {
    shape,
    iNa,
    offsetNa,
    durationMs,
    periodMs,
    widthMs,
    replaces: replace,
    ...(samples && { samples }),
  }
  return { type: 'stim', stimulus }
}

function refuse(code: string, message: string, path?: string): Effect {
  return { refusal: { code, message, ...(path !== undefined && { path }) } }
}
