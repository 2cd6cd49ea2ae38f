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
import { currentsThatPass } from './attainable.ts'
import { durationMs } from './checks.ts'
import {
  CHECKS,
  type Lesson,
  type LessonCheck,
  type LessonStep,
  lessonSchema,
  type MeasureCheck,
  type Value,
} from './format.ts'
import { namesSavedBy } from './session.ts'
import { FIRST, knobSpan, setUpParams } from './set-up.ts'
import { isQuantity, unknownPlaces } from './text.ts'
import { compare, type Known, numberOf, widthOf } from './values.ts'
import { type LessonComplaint, type Path, readYaml } from './yaml-with-lines.ts'

export type ReadLesson =
  | { readonly lesson: Lesson; readonly complaints: readonly [] }
  | { readonly lesson: null; readonly complaints: readonly LessonComplaint[] }

/** Each kind of check has one of these keys; of `answer` with `predict` the first counts. */
const KINDS = ['answer', ...Object.keys(CHECKS).filter(kind => kind !== 'answer')] as (keyof typeof CHECKS)[]

export function readLesson(text: string): ReadLesson {
  const { data, lineAt, complaints: faults } = readYaml(text)
  if (faults.length > 0) return refused(faults)
  if (data === null || data === undefined)
    return refused([{ line: 0, message: 'it is empty: begin with a copy of a lesson' }])
  const complaints: LessonComplaint[] = []
  const broken = new Set<string | number>()
  const complain: Complain = (path, message) => {
    broken.add(path[0] === 'steps' && path.length > 1 ? (path[1] as number) : (path[0] ?? ''))
    complaints.push({ line: lineAt(path), message: `${nameOf(path, data)}${message}` })
  }
  checkShape(data, complain)
  if (hasSteps(data)) checkMeaning(data as unknown as Lesson, new Set(broken), complain)
  return complaints.length > 0 ? refused(complaints) : { lesson: data as Lesson, complaints: [] }
}

/** Whether it has steps whose meaning can be judged, however broken the rest is. */
function hasSteps(data: unknown): data is { readonly steps: readonly unknown[] } {
  return typeof data === 'object' && data !== null && Array.isArray((data as { steps?: unknown }).steps)
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
  for (const issue of result.error.issues.flatMap(inner)) {
    const at = [...path, ...(issue.path as (string | number)[])]
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) complain([...at, key], 'is not known here')
    } else complain(at, wordsOf(issue, valueAt(data, issue.path as Path)))
  }
}

/** Of a value that may be one of several kinds: what is wrong with it as the kind that it most likely is. */
function inner(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const likely = issue.errors.find(kind => kind.every(({ path, code }) => path.length > 0 || code !== 'invalid_type'))
  if (likely === undefined) return [issue]
  return likely.map(one => ({ ...one, path: [...issue.path, ...one.path] })).flatMap(inner)
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

/**
 * What a schema cannot see: order, references, numbers that contradict each other.
 * @param broken indices of steps and names of parts whose shape is wrong: nothing more is said of them
 */
function checkMeaning(lesson: Lesson, broken: ReadonlySet<string | number>, complain: Complain): void {
  let params = broken.has('setup') ? null : setUpNeuron(lesson, complain)
  let synapses: NonNullable<Known['synapses']> = []
  const saved = new Set<string>()
  const before = new Map<string, LessonStep | null>()
  lesson.steps.forEach((step, index) => {
    const path: Path = ['steps', index]
    const id: unknown = step?.id
    if (typeof id === 'string' && before.has(id)) {
      complain([...path, 'id'], 'is the id of a step before: each needs its own')
    }
    if (broken.has(index)) {
      for (const name of savedAnywhere(step)) saved.add(name)
      if (typeof id === 'string') before.set(id, null)
      return
    }
    if (step.recall !== undefined && !before.has(step.recall)) {
      complain([...path, 'recall'], `is ${step.recall}, must be the id of a step before this one`)
    }
    params = params && withStep(params, step, path, complain)
    synapses = step.set?.synapses ?? synapses
    const own = step.check ? namesSavedBy(step.check) : []
    checkTexts(step, path, new Set([...saved, ...own]), complain)
    if (step.check) {
      checkReferences(step.check, [...path, 'check'], { saved, before }, complain)
      if (params) {
        const known = { params, synapses, saved: new Map(), answers: new Map() }
        checkNumbers(step.check, [...path, 'check'], known, knobSpan(lesson).maxNa, complain)
      }
      checkTolerances(step.check, [...path, 'check'], complain)
    }
    for (const name of own) saved.add(name)
    before.set(step.id, step)
  })
  checkParts(lesson, broken, complain)
}

/** The names under which a step of the wrong shape would save something. */
function savedAnywhere(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'save' && typeof value === 'string' ? [value] : savedAnywhere(value),
  )
}

/** Every text of a step: its places must name something that there is by then. */
function checkTexts(node: unknown, path: Path, saved: ReadonlySet<string>, complain: Complain): void {
  if (typeof node === 'string') {
    for (const place of unknownPlaces(node, Object.keys(NEURON_FIELDS), saved)) {
      complain(path, `has ${place}, which names no number that there is here`)
    }
  } else if (typeof node === 'object' && node !== null) {
    for (const [key, inside] of Object.entries(node)) {
      checkTexts(inside, [...path, Array.isArray(node) ? Number(key) : key], saved, complain)
    }
  }
}

/** What refers to steps from outside of them. */
function checkParts({ steps, worksheet }: Lesson, broken: ReadonlySet<string | number>, complain: Complain): void {
  if (broken.has('worksheet')) return
  worksheet?.table?.rows.forEach((row, index) => {
    if (!steps.some(step => step?.id === row)) {
      complain(['worksheet', 'table', 'rows', index], `is ${row}, must be the id of a step`)
    }
  })
}

/** The neuron that the set-up makes; of what is hidden, each parameter has its first value. */
function setUpNeuron(lesson: Lesson, complain: Complain): NeuronParams | null {
  return neuronOr(complain, ['setup', 'params'], () => setUpParams(lesson, FIRST))
}

/** What a step sets stays for those after it. */
function withStep(params: NeuronParams, { set }: LessonStep, path: Path, complain: Complain): NeuronParams | null {
  if (set?.params === undefined) return params
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
  readonly before: ReadonlyMap<string, LessonStep | null>
}

/** Saved values and answers must be of a step before: at any depth of a check. */
function checkReferences(node: unknown, path: Path, { saved, before }: Before, complain: Complain): void {
  if (typeof node !== 'object' || node === null) return
  for (const [key, inner] of Object.entries(node)) {
    const at = [...path, Array.isArray(node) ? Number(key) : key]
    const isSaved = key === 'saved' || ((key === 'plus' || key === 'minus') && typeof inner === 'string')
    if (isSaved && typeof inner === 'string' && !saved.has(inner.split('.')[0]!)) {
      complain(at, `is ${inner}, but no step before saves ${inner.split('.')[0]}`)
    } else if (isSaved && typeof inner === 'string' && !isQuantity(inner.split('.')[1]!)) {
      complain(at, `is ${inner}, but ${inner.split('.')[1]} is no quantity`)
    } else if (key === 'answer' && typeof inner === 'string' && !before.has(inner)) {
      complain(at, `is ${inner}, must be the id of a step before this one`)
    } else checkReferences(inner, at, { saved, before }, complain)
  }
}

/** What is compared with a number needs a tolerance. */
function checkTolerances(node: unknown, path: Path, complain: Complain): void {
  if (typeof node !== 'object' || node === null) return
  if ('equals' in node && !('within' in node)) {
    complain([...path, 'within'], 'is missing: say how far from equals is still right, like 3%')
  }
  for (const [key, inside] of Object.entries(node)) {
    checkTolerances(inside, [...path, Array.isArray(node) ? Number(key) : key], complain)
  }
}

function checkNumbers(node: LessonCheck, path: Path, known: Known, maxNa: number, complain: Complain): void {
  if ('all' in node || 'any' in node) {
    const [key, parts] = 'all' in node ? (['all', node.all] as const) : (['any', node.any] as const)
    for (const [index, part] of parts.entries()) checkNumbers(part, [...path, key, index], known, maxNa, complain)
  } else if ('measure' in node) {
    checkMeasure(node, path, known, maxNa, complain)
  } else if ('points' in node && node.over === 'currentNa' && Math.max(node.from, node.to) > maxNa) {
    complain([...path, 'to'], `is ${node.to}: the knob reaches ${maxNa} nA`)
  } else if ('points' in node && Math.abs(node.to - node.from) < node.apart * (node.count - 1)) {
    complain([...path, 'apart'], `is ${node.apart}: ${node.count} such points do not fit between from and to`)
  } else if ('choose' in node && !node.choose.some(option => option.right)) {
    complain([...path, 'choose'], 'has no right option: add right: true to one')
  } else if ('answer' in node) {
    checkMistakes(node, path, known, complain)
    if (node.after) checkMeasure(node.after, [...path, 'after'], known, maxNa, complain)
  }
}

/** Silence shorter than this many time constants, beside the refractory period, proves nothing. */
const SILENT_TAU = 10

function checkMeasure(check: MeasureCheck, path: Path, known: Known, maxNa: number, complain: Complain): void {
  const { params } = known
  const isSilence = check.measure === 'spikes' && check.reply === undefined && compare(0, check, known) === 'right'
  if (check.measure === 'cv' && params.noiseMv > 0 && (check.intervals ?? 0) < 200) {
    complain([...path, 'intervals'], `is ${check.intervals ?? 'missing'}: a CV with noise needs 200 at least`)
  }
  if (isSilence) {
    const needMs = params.refractoryMs + SILENT_TAU * params.tauMs
    if (check.for === undefined) {
      complain([...path, 'for'], `is missing: without it no spike at all passes at once; add for: ${SILENT_TAU} tau`)
    } else if (durationMs(check.for, known) < needMs * (1 - 1e-9)) {
      complain([...path, 'for'], `is ${check.for}: silence proves something only after ${needMs} ms here`)
    }
  }
  if (check.measure === 'spikesPerArrival' && known.synapses?.length === 0) {
    complain([...path, 'measure'], 'is spikesPerArrival, but no spikes arrive here: give the step set: {synapses: …}')
  } else if (check.reply === undefined && !refersToResults(check) && known.synapses?.length === 0) {
    const passing = currentsThatPass(check, maxNa, known)
    if (passing === 'none') complain(path, `passes at no current of the knob, which reaches ${maxNa} nA`)
    if (passing === 'all') complain(path, 'passes wherever the knob stands, so that nothing need be done')
  }
}

/** Whether it depends on what is measured or typed in the course of the lesson. */
function refersToResults(node: unknown): boolean {
  if (typeof node !== 'object' || node === null)
    return typeof node === 'string' && /^[a-z0-9-]+\.[A-Za-z0-9]+$/.test(node)
  return Object.entries(node).some(([key, inside]) => key === 'answer' || refersToResults(inside))
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
