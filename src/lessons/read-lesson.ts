/** A lesson from the text of its file: everything that is wrong with it at once, with lines. Pure. */
import type { z } from 'zod'
import {
  NEURON_FIELDS,
  NeuronError,
  type NeuronInput,
  type NeuronParams,
  neuronFrom,
  patchedNeuron,
} from '../neuron/params.ts'
import { CHECKS, type Lesson, type LessonCheck, type LessonStep, lessonSchema, type Value } from './format.ts'
import { namesSavedBy } from './session.ts'
import { FIRST, setUpParams } from './set-up.ts'
import { unknownPlaces } from './text.ts'
import { type Known, numberOf, widthOf } from './values.ts'
import { type LessonComplaint, type Path, readYaml } from './yaml-with-lines.ts'

export type ReadLesson =
  | { readonly lesson: Lesson; readonly complaints: readonly [] }
  | { readonly lesson: null; readonly complaints: readonly LessonComplaint[] }

/** Each kind of check has one of these keys; of `answer` with `predict` the first counts. */
const KINDS = ['answer', ...Object.keys(CHECKS).filter(kind => kind !== 'answer')] as (keyof typeof CHECKS)[]

export function readLesson(text: string): ReadLesson {
  const { data, lineAt, complaints: faults } = readYaml(text)
  if (faults.length > 0) return refused(faults)
  const complaints: LessonComplaint[] = []
  const complain: Complain = (path, message) =>
    complaints.push({ line: lineAt(path), message: `${nameOf(path, data)}${message}` })
  checkShape(data, complain)
  if (complaints.length > 0) return refused(complaints)
  const lesson = data as Lesson
  checkMeaning(lesson, complain)
  return complaints.length > 0 ? refused(complaints) : { lesson, complaints: [] }
}

type Complain = (path: Path, message: string) => void

function refused(complaints: readonly LessonComplaint[]): ReadLesson {
  return { lesson: null, complaints: [...complaints].sort((a, b) => a.line - b.line) }
}

/** `step edge, check.within: `; a step is told by its id. */
function nameOf(path: Path, data: unknown): string {
  if (path.length === 0) return ''
  const [first, index, ...rest] = path
  if (first !== 'steps' || typeof index !== 'number') return `${path.join('.')} `
  const { id } = ((data as { steps: readonly { id?: unknown }[] }).steps[index] ?? {}) as { id?: unknown }
  const step = typeof id === 'string' ? `step ${id}` : `step ${index + 1}`
  return rest.length === 0 ? `${step} ` : `${step}: ${rest.join('.')} `
}

function checkShape(data: unknown, complain: Complain): void {
  check(lessonSchema, data, [], complain)
  const steps = (data as { steps?: unknown } | null)?.steps
  if (!Array.isArray(steps)) return
  steps.forEach((step: unknown, index) => {
    const inner = (step as { check?: unknown } | null)?.check
    if (inner !== undefined) checkCheck(inner, ['steps', index, 'check'], complain)
  })
}

function checkCheck(data: unknown, path: Path, complain: Complain, isInner = false): void {
  const kinds = KINDS.filter(kind => !isInner || (kind !== 'all' && kind !== 'any'))
  const kind = kinds.find(one => typeof data === 'object' && data !== null && one in data)
  if (kind === undefined) {
    complain(path, `is no check: it must have one of ${kinds.join(', ')}`)
  } else if (kind === 'all' || kind === 'any') {
    const parts = (data as Record<string, unknown>)[kind]
    for (const key of Object.keys(data as object).filter(name => name !== kind))
      complain([...path, key], `does not belong beside ${kind}`)
    if (!Array.isArray(parts) || parts.length === 0) complain([...path, kind], 'must be a list of checks')
    else for (const [index, part] of parts.entries()) checkCheck(part, [...path, kind, index], complain, true)
  } else check(CHECKS[kind], data, path, complain)
}

function check(schema: z.ZodType, data: unknown, path: Path, complain: Complain): void {
  const result = schema.safeParse(data)
  if (result.success) return
  for (const issue of result.error.issues) {
    const at = [...path, ...(issue.path as (string | number)[])]
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) complain([...at, key], 'is not known here')
    } else complain(at, wordsOf(issue, valueAt(data, issue.path as Path)))
  }
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key as string], data)
}

function wordsOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return 'is missing'
  const shown = JSON.stringify(value)
  const quoted = shown.length > 60 ? `${shown.slice(0, 57)}...` : shown
  if (issue.code === 'invalid_value') return `is ${quoted}, must be one of ${issue.values.join(', ')}`
  if (issue.code === 'invalid_type') return `is ${quoted}, must be ${issue.expected}`
  if (issue.code === 'too_big') return `is ${quoted}, must have or be ${issue.maximum} at the most`
  if (issue.code === 'too_small') return `is ${quoted}, must have or be ${issue.minimum} at least`
  if (issue.code === 'invalid_union') return `is ${quoted}, which does not fit here`
  return `is ${quoted}, ${issue.message}`
}

/** What a schema cannot see: order, references, numbers that contradict each other. */
function checkMeaning(lesson: Lesson, complain: Complain): void {
  let params = setUpNeuron(lesson, complain)
  const saved = new Set<string>()
  const before = new Map<string, LessonStep>()
  lesson.steps.forEach((step, index) => {
    const path: Path = ['steps', index]
    if (before.has(step.id)) complain([...path, 'id'], 'is the id of a step before: each needs its own')
    if (step.recall !== undefined && !before.has(step.recall)) {
      complain([...path, 'recall'], `is ${step.recall}, must be the id of a step before this one`)
    }
    for (const key of ['text', 'done', 'nearly', 'live'] as const) {
      for (const place of unknownPlaces(step[key] ?? '', Object.keys(NEURON_FIELDS))) {
        complain([...path, key], `has ${place}, which names no number`)
      }
    }
    params = params && withStep(params, step, path, complain)
    if (step.check) {
      checkReferences(step.check, [...path, 'check'], { saved, before }, complain)
      if (params) checkNumbers(step.check, [...path, 'check'], params, complain)
      for (const name of namesSavedBy(step.check)) saved.add(name)
    }
    before.set(step.id, step)
  })
}

/** The neuron that the set-up makes; of what is hidden, each parameter has its first value. */
function setUpNeuron(lesson: Lesson, complain: Complain): NeuronParams | null {
  return neuronOr(complain, ['setup', 'params'], () => setUpParams(lesson, FIRST))
}

/** What a step sets stays for those after it. */
function withStep(params: NeuronParams, { set }: LessonStep, path: Path, complain: Complain): NeuronParams | null {
  if (set === undefined) return params
  const make = () => neuronFrom(patchedNeuron(params, set.params as NeuronInput))
  return neuronOr(complain, [...path, 'set', 'params'], make)
}

function neuronOr(complain: Complain, path: Path, make: () => NeuronParams): NeuronParams | null {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof NeuronError)) throw error
    for (const one of error.complaints) complain([...path, one.path], one.message)
    return null
  }
}

interface Before {
  readonly saved: ReadonlySet<string>
  readonly before: ReadonlyMap<string, LessonStep>
}

/** Saved values and answers must be of a step before: at any depth of a check. */
function checkReferences(node: unknown, path: Path, { saved, before }: Before, complain: Complain): void {
  if (typeof node !== 'object' || node === null) return
  for (const [key, inner] of Object.entries(node)) {
    const at = [...path, Array.isArray(node) ? Number(key) : key]
    const isSaved = key === 'saved' || ((key === 'plus' || key === 'minus') && typeof inner === 'string')
    if (isSaved && typeof inner === 'string' && !saved.has(inner.split('.')[0]!)) {
      complain(at, `is ${inner}, but no step before saves ${inner.split('.')[0]}`)
    } else if (key === 'answer' && typeof inner === 'string' && !before.has(inner)) {
      complain(at, `is ${inner}, must be the id of a step before this one`)
    } else checkReferences(inner, at, { saved, before }, complain)
  }
}

function checkNumbers(node: LessonCheck, path: Path, params: NeuronParams, complain: Complain): void {
  if ('all' in node || 'any' in node) {
    const [key, parts] = 'all' in node ? (['all', node.all] as const) : (['any', node.any] as const)
    for (const [index, part] of parts.entries()) checkNumbers(part, [...path, key, index], params, complain)
  } else if ('measure' in node && node.equals !== undefined && node.within === undefined) {
    complain([...path, 'within'], 'is missing: say how far from equals is still right, like 3%')
  } else if ('measure' in node && node.measure === 'cv' && params.noiseMv > 0 && (node.intervals ?? 0) < 200) {
    complain([...path, 'intervals'], `is ${node.intervals ?? 'missing'}: a CV with noise needs 200 at least`)
  } else if ('choose' in node && !node.choose.some(option => option.right)) {
    complain([...path, 'choose'], 'has no right option: add right: true to one')
  } else if ('answer' in node) {
    checkMistakes(node, path, { params, saved: new Map(), answers: new Map() }, complain)
  }
}

/** A named mistake whose range meets the right one would never be told, or would refuse what is right. */
function checkMistakes(
  node: Extract<LessonCheck, { answer: unknown }>,
  path: Path,
  known: Known,
  complain: Complain,
): void {
  const { equals, within } = node.answer
  const right = numberOf(equals, known)
  node.mistakes?.forEach((mistake, index) => {
    const wrong = numberOf(mistake.equals as Value, known)
    const reach = widthOf(mistake.within, wrong) + widthOf(within, right)
    if (Math.abs(wrong - right) <= reach) {
      const message = `is ${Number(wrong.toPrecision(4))}, which with its tolerance meets the right answer ${Number(right.toPrecision(4))}`
      complain([...path, 'mistakes', index, 'equals'], message)
    }
  })
}
