/** The progress in a lesson as a file: written at the end of one hour, read at the beginning of the next. Pure. */
import { z } from 'zod'
import type { Lesson } from './format.ts'
import type { Concealed } from './report.ts'
import { measurementsTold } from './rules.ts'
import { namesSavedBy, type SessionProgress } from './session.ts'

export interface KeptProgress extends SessionProgress {
  /** The present step, from 0. */
  readonly index: number
}

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
const quantity = z.string().regex(/^[A-Za-z0-9]{1,40}$/)
const number = z.number().refine(Number.isFinite)
const measured = z.record(quantity, number)
const reply = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('number'), value: number }),
  z.strictObject({ type: z.literal('options'), indices: z.array(z.int().nonnegative().max(100)).max(8) }),
  z.strictObject({ type: z.literal('sketch'), points: z.array(z.tuple([number, number])).max(500) }),
  z.strictObject({ type: z.literal('text'), text: z.string().max(2000) }),
  z.strictObject({ type: z.literal('confirmed') }),
])
const FORMAT = 'neurond lesson progress'
const schema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(1),
  lesson: id,
  /** Hidden parameters differ from neuron to neuron. */
  neuron: z.string().max(32),
  index: z.int().nonnegative(),
  steps: z.array(z.strictObject({ id, state: z.enum(['todo', 'nearly', 'done', 'skipped', 'solved']) })).max(60),
  saved: z.record(id, measured),
  answers: z.record(id, number),
  measured: z.record(id, measured),
  replies: z.record(id, reply),
})
export type ProgressFile = z.infer<typeof schema>

/** @param neuron the id of the neuron */
export function progressFile(lesson: Lesson, neuron: string, { index, ...progress }: KeptProgress): ProgressFile {
  const { states, saved, answers, measured, replies } = progress
  const conceals = lesson.setup?.conceal ?? []
  return {
    ...{ format: FORMAT, version: 1, lesson: lesson.id, neuron, index },
    steps: lesson.steps.map(({ id }, k) => ({ id, state: states[k]! })),
    ...{ saved: toldEntries(saved, conceals), answers: Object.fromEntries(answers) },
    ...{ measured: toldEntries(measured, conceals), replies: Object.fromEntries(replies) as ProgressFile['replies'] },
  }
}

/** @returns the progress, or as a sentence why the file cannot be taken up in this lesson on this neuron */
export function progressIn(file: unknown, lesson: Lesson, neuron: string): KeptProgress | string {
  const { success, data, error } = schema.safeParse(file)
  if (!success) {
    const [issue] = error.issues
    const where = issue!.path.join('.')
    return `this is not a file of a lesson's progress: ${where === '' ? '' : `${where}: `}${issue!.message}`
  }
  if (data.lesson !== lesson.id) {
    return `the file is of the lesson ${data.lesson}, and ${lesson.id} runs: load ${data.lesson} first`
  }
  const ids = lesson.steps.map(step => step.id)
  const areSame = data.steps.length === ids.length && data.steps.every((step, k) => step.id === ids[k])
  if (!areSame) return `the lesson ${lesson.id} has other steps now: the file cannot be taken up`
  if (lesson.setup?.hidden !== undefined && data.neuron !== neuron) {
    return `the file is of the neuron ${data.neuron}, and what this lesson hides is another on ${neuron}`
  }
  const names = new Set(lesson.steps.flatMap(({ check }) => (check === undefined ? [] : namesSavedBy(check))))
  return {
    index: Math.min(data.index, ids.length),
    states: data.steps.map(({ state }) => state),
    saved: entriesOf(data.saved, names),
    answers: entriesOf(data.answers, new Set(ids)),
    measured: entriesOf(data.measured, new Set(ids)),
    replies: entriesOf(data.replies, new Set(ids)),
  }
}

function toldEntries(values: SessionProgress['saved'], conceals: readonly Concealed[]): ProgressFile['saved'] {
  return Object.fromEntries(
    [...values].map(([name, quantities]) => [name, { ...measurementsTold(quantities, conceals) }]),
  )
}

function entriesOf<T>(values: Readonly<Record<string, T>>, known: ReadonlySet<string>): ReadonlyMap<string, T> {
  return new Map(Object.entries(values).filter(([name]) => known.has(name)))
}
