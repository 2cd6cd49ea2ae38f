/** The sheet of a lesson to be printed: its tasks, with the own numbers of the group or with blanks. Pure. */
import { type NeuronInput, type NeuronParams, neuronFrom, patchedNeuron } from '../neuron/params.ts'
import { rateWithNoiseHz } from '../neuron/siegert.ts'
import { rheobaseNa } from '../neuron/theory.ts'
import { askedBy } from './asked.ts'
import type { StudentReply } from './checks.ts'
import type { Lesson, LessonCheck, PointsCheck } from './format.ts'
import type { Measured } from './quantities.ts'
import type { AskedReply, Concealed, FiPoint, LessonWorksheet, WorksheetStep } from './report.ts'
import { measurementsTold } from './rules.ts'
import { type LessonSession, synapsesAt, wordsOf } from './session.ts'
import { filledIn, withBlanks } from './text.ts'
import { NOT_YET, type Verdict } from './verdict.ts'

/** Of the curve by theory. */
const POINTS = 100

/**
 * Nothing in it tells what is concealed, or the numbers of a step that was not reached.
 * @param setUp the neuron at the start of the lesson, before any step
 * @param shown the lesson in the language of the sheet
 */
export function worksheetOf(
  lesson: Lesson,
  session: LessonSession,
  setUp: NeuronParams,
  conceals: readonly Concealed[],
  shown: Lesson = lesson,
): LessonWorksheet {
  const { ask = [], table, lines = 0 } = lesson.worksheet ?? {}
  const steps = shown.steps.map((_, index) => stepOf(index, lesson, session, setUp, conceals, shown))
  const columns = shown.worksheet?.table?.columns ?? table?.columns ?? []
  return {
    id: lesson.id,
    title: shown.title,
    about: shown.about,
    ask: shown.worksheet?.ask ?? ask,
    steps,
    table: table ? { columns, rows: rowsOf(table.rows, lesson) } : null,
    points: pointsOf(lesson, session, setUp, conceals),
    lines,
    conceals,
  }
}

function stepOf(
  index: number,
  lesson: Lesson,
  session: LessonSession,
  setUp: NeuronParams,
  conceals: readonly Concealed[],
  shown: Lesson,
): WorksheetStep {
  const [{ id }, { text, check, done }] = [lesson.steps[index]!, shown.steps[index]!]
  const { states, measured, replies } = session.progress()
  const mark = states[index]!
  const own = measured.get(id)
  const reply = replies.get(id)
  // Later steps may tell what is asked for in the present one.
  const isReached = index <= session.index || own !== undefined
  const known = { ...session.known(), params: paramsAt(index, lesson, setUp), synapses: synapsesAt(lesson, index) }
  const verdict: Verdict = own === undefined ? NOT_YET : { state: 'done', measured: own }
  const filled = (one: string) => (isReached ? filledIn(one, known, verdict, shown.language) : withBlanks(one))
  return {
    ...{ id, mark, text: filled(text), asked: askedBy(check, filled) as AskedReply | null },
    measured: measurementsTold(own ?? {}, conceals),
    reply: reply === undefined ? null : replyText(reply, shown, index, filled),
    sketch: reply?.type === 'sketch' ? reply.points : null,
    // It may tell what is hidden: for steps that were done here.
    said: own !== undefined && done !== undefined && !session.takenUp.has(id) ? filled(done) : null,
  }
}

function replyText(reply: StudentReply, shown: Lesson, index: number, filled: (text: string) => string): string | null {
  if (reply.type === 'sketch') return null
  const words = wordsOf(reply, shown.steps[index], shown.language ?? 'en')
  // Numbers are put into the lesson's own texts only.
  return reply.type === 'options' ? filled(words) : words
}

/** The neuron as the steps up to this one have set it. */
export function paramsAt(index: number, { steps }: Lesson, setUp: NeuronParams): NeuronParams {
  const sets = steps.slice(0, index + 1).flatMap(({ set }) => (set?.params ? [set.params as NeuronInput] : []))
  return sets.reduce<NeuronParams>((params, set) => neuronFrom(patchedNeuron(params, set), params.seed), setUp)
}

/** Numbers of the steps, from 1; ids of no step are left out. */
function rowsOf(ids: readonly string[], { steps }: Lesson): number[] {
  return ids.map(id => steps.findIndex(step => step.id === id) + 1).filter(number => number > 0)
}

/** Of the first step that measures the rate at several currents. */
function pointsOf(
  lesson: Lesson,
  session: LessonSession,
  setUp: NeuronParams,
  conceals: readonly Concealed[],
): LessonWorksheet['points'] {
  const index = lesson.steps.findIndex(step => fiCheck(step.check) !== undefined)
  const check = fiCheck(lesson.steps[index]?.check)
  if (check === undefined || !lesson.worksheet?.plots?.includes('points')) return null
  const measured = takenPoints(session.progress().measured.get(lesson.steps[index]!.id) ?? {})
  const isTold = measured.length > 0 && !conceals.some(one => one === 'theoryCurve' || one === 'params')
  const theory = isTold ? theoryPoints(paramsAt(index, lesson, setUp), check) : null
  return { toNa: check.to, measured, theory }
}

function fiCheck(check: LessonCheck | undefined): PointsCheck | undefined {
  return pointsChecks(check).find(({ points, over }) => points === 'rateHz' && over === 'currentNa')
}

/** It rises steeply at the rheobase. */
function theoryPoints(params: NeuronParams, { to }: PointsCheck): FiPoint[] {
  const rheobase = rheobaseNa(params)
  const even = Array.from({ length: POINTS }, (_, k) => (to * k) / (POINTS - 1))
  const close = [0, 1e-4, 1e-3, 5e-3].map(part => rheobase * (1 + part)).filter(iNa => iNa < to)
  return [...even, ...close].sort((a, b) => a - b).map(iNa => ({ iNa, rateHz: rateWithNoiseHz(params, iNa) }))
}

function pointsChecks(check: LessonCheck | undefined): readonly PointsCheck[] {
  if (check === undefined) return []
  const parts = 'all' in check ? check.all : 'any' in check ? check.any : [check]
  return parts.flatMap(part => ('points' in part ? [part] : []))
}

/** They are measured as `currentNa1`, `rateHz1`, … */
function takenPoints(measured: Measured): FiPoint[] {
  return Object.entries(measured).flatMap(([name, rateHz]) => {
    const iNa = measured[name.replace('rateHz', 'currentNa')]
    return /^rateHz\d+$/.test(name) && iNa !== undefined ? [{ iNa, rateHz }] : []
  })
}
