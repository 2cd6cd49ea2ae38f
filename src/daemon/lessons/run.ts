/** One lesson under way on the neuron: which step, when what may be asked for, and what is told of it. */
import { askedBy, solutionOf } from '../../lessons/asked.ts'
import { CONCEALED, type Lesson, type LessonStep } from '../../lessons/format.ts'
import type { LessonLanguage, LessonProgress, RunningLesson } from '../../lessons/report.ts'
import { type LessonRules, rulesOf, toldVerdict } from '../../lessons/rules.ts'
import type { LessonSession } from '../../lessons/session.ts'
import type { LiveParams } from '../../loop/control/live-params.ts'
import type { Snapshot } from '../../loop/types.ts'
import type { Synapse } from '../../mqtt/types.ts'
import type { NeuronParams } from '../../neuron/params.ts'
import type { KnownLesson } from './lesson-folders.ts'

export interface Run {
  readonly known: KnownLesson
  readonly session: LessonSession
  /** The neuron at the start of the lesson, before any step. */
  readonly setUp: NeuronParams
  /** The neuron before the lesson. */
  before: {
    readonly params: LiveParams
    readonly running: boolean
    readonly synapses: readonly Synapse[]
    readonly source: Snapshot['source']
  }
  readonly isLed: boolean
  isPaused: boolean
  pace: { readonly from: number; readonly to: number } | null
  hasHandUp: boolean
  /** The teacher has ended what the lesson conceals. */
  isRevealed: boolean
  /** When the present step began: monotonic ms, and µs since 1970. */
  stepMs: number
  stepUs: number
  /** When the last hint was given, monotonic ms; NaN before the first. */
  hintMs: number
  /** Until then no answer is taken, monotonic ms. */
  answerMs: number
  hasSolution: boolean
}

/** A hint may be asked for after so long, or after one try; the next one, and at last the solution, so long after it. */
const HINT_MS = 20_000
/** After a wrong answer the next one has to wait so long; the last of them holds for all later ones. */
const WAITS_MS = [2000, 5000, 10_000] as const
export function beginStep(run: Run, nowMs: number, nowUs: number): void {
  Object.assign(run, { stepMs: nowMs, stepUs: nowUs, hintMs: Number.NaN, answerMs: nowMs, hasSolution: false })
}

/** An answer has been judged: is it wrong, the next one has to wait. */
export function countAnswer(run: Run, nowMs: number): void {
  const { verdict, attempts } = run.session.view()
  const isWrong = verdict.state === 'notYet' || verdict.state === 'nearly'
  if (isWrong) run.answerMs = nowMs + WAITS_MS[Math.min(attempts, WAITS_MS.length) - 1]!
}

/** When a hint may be asked for, or the solution once all hints are given; monotonic ms. */
export function helpMs(run: Run): number {
  if (!Number.isNaN(run.hintMs)) return run.hintMs + HINT_MS
  return run.session.view().attempts > 0 ? run.stepMs : run.stepMs + HINT_MS
}

/** The solution in words; null where the step has none. */
export function solutionText({ known, session }: Run, texts: Lesson = known.lesson): string | null {
  return solutionOf(texts.steps[session.index]?.check, session.known(), text => session.filled(text, texts.language))
}

/** The last step that the student may begin, from 0; the number of steps where the lesson may be ended. */
export function lastOpen({ pace, known }: Run): number {
  const { length } = known.lesson.steps
  return pace === null || pace.to === length ? length : pace.to - 1
}

/** What holds at this step: steps that are done have revealed some of what the lesson hides. */
export function rulesNow({ known, session, isRevealed }: Run): LessonRules {
  if (isRevealed) return rulesOf(known.lesson, CONCEALED)
  const { states } = session
  const isDone = ({ id }: LessonStep, index: number) =>
    !session.takenUp.has(id) && (states[index] === 'done' || states[index] === 'solved')
  return rulesOf(
    known.lesson,
    known.lesson.steps.filter(isDone).flatMap(({ reveal = [] }) => reveal),
  )
}

export function runningLesson(run: Run, language: LessonLanguage, nowMs: number): RunningLesson {
  const { known, session, pace, isPaused, isLed, hasHandUp } = run
  const texts = known.texts.get(language) ?? known.lesson
  const filled = (text: string) => session.filled(text, texts.language)
  const view = session.view(texts)
  const step = texts.steps[session.index]
  const isDone = view.verdict.state === 'done'
  const waitS = (atMs: number) => Math.max(0, Math.ceil((atMs - nowMs) / 1000))
  const helpIsDue = nowMs >= helpMs(run)
  const rules = rulesNow(run)
  const { conceals, locks } = rules
  return {
    ...view,
    verdict: toldVerdict(view.verdict, rules),
    steps: known.lesson.steps.map(({ id }) => id),
    index: session.index,
    asked: isDone ? null : askedBy(step?.check, filled),
    isPrediction: step?.check !== undefined && 'predict' in step.check,
    buttons: step?.buttons?.map(({ label }) => filled(label)) ?? [],
    canGoOn: session.canGoOn() && session.index < lastOpen(run) && !isPaused,
    hintInS: view.hintsLeft > 0 && !isDone ? waitS(helpMs(run)) : null,
    answerInS: waitS(run.answerMs),
    maySeeSolution: !isDone && view.hintsLeft === 0 && helpIsDue && solutionText(run, texts) !== null,
    solution: run.hasSolution ? solutionText(run, texts) : null,
    stepS: Math.max(0, Math.floor((nowMs - run.stepMs) / 1000)),
    ...{ isPaused, pace, isLed, hasHandUp },
    ...{ conceals, locks },
    show: known.lesson.setup?.show ?? {},
  }
}

export function progressOf({ known, session, stepUs, hasHandUp, isPaused, isLed }: Run): LessonProgress {
  const { states, attempts } = session.view()
  return {
    id: known.lesson.id,
    title: known.lesson.title,
    index: session.index,
    steps: known.lesson.steps.map(({ id }, index) => ({ id, mark: states[index]! })),
    attempts,
    sinceUs: Math.round(stepUs),
    ...{ handUp: hasHandUp, paused: isPaused, led: isLed },
  }
}
