/** The state of the panel of lessons, and what the page does when the server tells of a lesson. Pure. */
import type { LessonReport, LessonSummary, RunningLesson, SketchAxis } from '../../../lessons/report.ts'
import { EMPTY_SKETCH, type PadPlace, type Sketch } from './sketch.ts'

const START: PadPlace = { x: 0, y: 0 }

/** A sketch that was handed in: it is shown over the measured points later. */
export interface KeptSketch {
  readonly lesson: string
  readonly sketch: Sketch
  readonly x: SketchAxis
  readonly y: SketchAxis
}

export interface LessonPanel {
  /** Undefined before the server has told. */
  report: LessonReport | undefined
  running: RunningLesson | null
  /** When the running lesson was told last, ms on the browser's clock. */
  toldMs: number
  isOpen: boolean
  /** The first lesson is offered to who comes for the first time. */
  isOffered: boolean
  /** What is typed, chosen and drawn in the present step. */
  typed: string
  readonly chosen: Set<number>
  sketch: Sketch
  /** Where the sketch is drawn on. */
  pen: PadPlace
  keptSketch: KeptSketch | undefined
  /** Why something was refused. */
  refusal: string | undefined
  /** The student asked for another step, which has not come yet. */
  expectsStep: boolean
  /** What the screen reader was told last, and when, ms on the browser's clock. */
  said: string
  saidMs: number
  /** The step that was drawn last, and what was said of it. */
  drawnStep: string
  drawnVerdict: string
  drawnHints: number
}

export function createLessonPanel(keptSketch?: KeptSketch): LessonPanel {
  return {
    report: undefined,
    running: null,
    toldMs: 0,
    isOpen: false,
    isOffered: false,
    typed: '',
    chosen: new Set(),
    sketch: EMPTY_SKETCH,
    pen: START,
    keptSketch,
    refusal: undefined,
    expectsStep: false,
    said: '',
    saidMs: 0,
    drawnStep: '',
    drawnVerdict: '',
    drawnHints: 0,
  }
}

export function tellRunning(panel: LessonPanel, running: RunningLesson | null, nowMs: number): void {
  const before = panel.running
  panel.running = running
  panel.toldMs = nowMs
  if (running !== null && running.id !== before?.id) panel.isOpen = true
  if (running?.id !== before?.id || running?.index !== before?.index) forgetDrafts(panel)
}

function forgetDrafts(panel: LessonPanel): void {
  panel.typed = ''
  panel.chosen.clear()
  panel.sketch = EMPTY_SKETCH
  panel.pen = START
  panel.refusal = undefined
}

/** Whole seconds that are left of those that the server told. */
export function secondsLeft({ toldMs }: Pick<LessonPanel, 'toldMs'>, seconds: number, nowMs: number): number {
  return Math.max(0, Math.ceil(seconds - (nowMs - toldMs) / 1000))
}

const LEVELS = ['beginner', 'school', 'university']

export function easiestFirst(lessons: readonly LessonSummary[]): readonly LessonSummary[] {
  return [...lessons].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || a.minutes - b.minutes)
}

/** The lesson for who has done none: the easiest that can be done here. */
export function firstLesson({ report }: Pick<LessonPanel, 'report'>): LessonSummary | undefined {
  return easiestFirst(report?.lessons ?? []).find(({ missing }) => missing === null)
}

/** Whether the verdict says something: of a step without a check, and of a question not yet answered, it does not. */
export function hasVerdict({ verdict, states, index, asked, attempts }: RunningLesson): boolean {
  if (verdict.state === 'done') return states[index] === 'done' || states[index] === 'solved'
  if (verdict.state !== 'notYet' || asked === null) return true
  return attempts > 0 || Object.keys(verdict.measured ?? {}).length > 0 || verdict.say !== undefined
}
