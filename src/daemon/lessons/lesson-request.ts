/** The verb `lesson`: its arguments, and which of them are the teacher's. */
import { checkFields, type Fields, quote, refusalFields } from '../../fields/field-types-and-checks.ts'
import type { LessonRequest } from '../../lessons/report.ts'
import type { Refusal, Reply, VerbHelp } from '../../loop/types.ts'

export type Deed = LessonRequest['do']

/** What the teacher keeps to itself in a lesson that it leads. */
export const OF_TEACHER = ['load', 'start', 'stop', 'restart', 'pause', 'pace', 'reveal'] as const satisfies Deed[]
export const OF_STUDENT = [
  'next',
  'skip',
  'back',
  'hint',
  'solution',
  'answer',
  'press',
  'hand',
] as const satisfies Deed[]
const DEEDS: readonly string[] = [...OF_TEACHER, ...OF_STUDENT]

const ANY = { type: 'number', unit: '', min: -1e12, max: 1e12 } as const
const STEP = { ...ANY, min: 1, max: 60, integer: true, default: 1 } as const
const INDEX = { ...ANY, min: 0, max: 100, integer: true } as const

const LESSON_FIELDS = {
  do: {
    type: 'choice',
    choices: DEEDS,
    default: 'hint',
    help: `${OF_TEACHER.join(', ')}: who teaches, or works alone; ${OF_STUDENT.join(', ')}: students`,
  },
  id: { type: 'text', default: '', help: 'of load: a known lesson' },
  lesson: { type: 'text', default: '', help: 'the same as id, for programs that name their MQTT requests by id' },
  yaml: { type: 'text', default: '', help: 'of load, in place of id: the lesson itself, at most 64 kB' },
  on: {
    type: 'flag',
    default: true,
    help: 'of pause and hand: whether; of load: false loads the lesson paused, and start begins it',
  },
  from: { ...STEP, help: 'of pace: the first step that is open' },
  to: { ...STEP, help: 'of pace: the last step that is open; pace without from and to opens all' },
  value: { ...ANY, default: Number.NaN, help: 'of answer: the number that was asked for' },
  options: { ...INDEX, type: 'numbers', most: 8, default: [], help: 'of answer: the options that are chosen, from 0' },
  points: { ...ANY, type: 'numbers', pairs: true, most: 500, default: [], help: 'of answer: a sketch, as [x, y]' },
  text: { type: 'text', default: '', help: 'of answer: what is written' },
  button: { ...INDEX, default: 0, help: "of press: which of the step's buttons, from 0" },
} as const satisfies Fields

export const LESSON_VERB: VerbHelp = {
  help: 'Do a lesson whose steps the neuron checks: load it, answer, go on; for teachers: start, pause, pace, reveal',
  fields: LESSON_FIELDS,
}

const LONGEST_TEXT = 2000

/** @returns the request, or why it is none */
export function lessonRequestIn(payload: unknown): LessonRequest | Refusal {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    return { code: 'type', message: `the payload of lesson is ${quote(payload)}, must be an object like {"do":"hint"}` }
  }
  const given = withoutRequestId(payload as LessonRequest & { readonly do?: Deed })
  if (given.do === undefined) {
    return { code: 'type', message: `do is missing, must be one of ${DEEDS.join(', ')}`, path: 'do' }
  }
  const [complaint, ...others] = checkFields(LESSON_FIELDS, given, 'is not an argument of lesson; known are')
  if (complaint) {
    const code = complaint.isUnknown ? 'unknown' : complaint.range ? 'range' : 'type'
    return { code, ...refusalFields([complaint, ...others]) }
  }
  if ((given.text?.length ?? 0) > LONGEST_TEXT) {
    const message = `text has ${given.text!.length} characters, must have ${LONGEST_TEXT} at the most`
    return { code: 'range', message, path: 'text' }
  }
  return given
}

/** Where it names no lesson, `id` names the request for its answer, as in every other verb. */
function withoutRequestId({ id, ...rest }: LessonRequest): LessonRequest {
  const names = rest.do === 'load' && rest.lesson === undefined && rest.yaml === undefined
  return names && id !== undefined ? { ...rest, id } : rest
}

export function refused(code: string, message: string, path?: string): Reply {
  return { ok: false, error: { code, message, ...(path !== undefined && { path }) } }
}
