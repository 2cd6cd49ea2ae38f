/** What is told of lessons to pages and programs. Nothing in it tells what a lesson conceals. */
import type { CONCEALED } from './format.ts'
import type { LessonView, StepState } from './session.ts'

export type { LessonLanguage } from './format.ts'

export type Concealed = (typeof CONCEALED)[number]

/** What a lesson locks: all, or these. */
export type Lock = 'params' | 'speed' | 'preset' | 'stim' | 'take' | 'run'

/** A lesson that can be loaded. */
export interface LessonSummary {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly minutes: number
  readonly level: string
  readonly steps: number
  /** Why it cannot be done here, as a sentence; null if it can. */
  readonly missing: string | null
}

/** A file that is no lesson. */
export interface BrokenLesson {
  readonly file: string
  readonly complaints: readonly { readonly line: number; readonly message: string }[]
}

/** What the present step asks the student for, beside what it measures. */
export type AskedReply =
  | { readonly type: 'number'; readonly unit: string }
  | { readonly type: 'options'; readonly options: readonly string[]; readonly several: boolean }
  | { readonly type: 'sketch'; readonly x: SketchAxis; readonly y: SketchAxis }
  | { readonly type: 'text'; readonly label: string }
  | { readonly type: 'confirm'; readonly label: string }

export interface SketchAxis {
  readonly from: number
  readonly to: number
  readonly unit: string
}

/** The lesson under way. */
export interface RunningLesson extends LessonView {
  readonly steps: readonly string[]
  /** Which step is the present one; the number of steps when the lesson is over. */
  readonly index: number
  readonly asked: AskedReply | null
  /** The step asks what will happen: any answer is taken, and none is wrong. */
  readonly isPrediction: boolean
  /** Labels of the buttons that the step offers. */
  readonly buttons: readonly string[]
  readonly canGoOn: boolean
  /** Seconds until the next hint may be asked for; 0 at once, null where there is none left. */
  readonly hintInS: number | null
  /** Seconds until the next answer is taken; 0 at once. */
  readonly answerInS: number
  /** Whether the solution may be asked for now. */
  readonly maySeeSolution: boolean
  readonly solution: string | null
  readonly stepS: number
  readonly isPaused: boolean
  /** First and last step, from 1, that the teacher has opened; null for all. */
  readonly pace: { readonly from: number; readonly to: number } | null
  /** A teacher loaded it: the page can neither stop it nor load another one. */
  readonly isLed: boolean
  readonly hasHandUp: boolean
  readonly conceals: readonly Concealed[]
  readonly locks: readonly Lock[]
  readonly show: { readonly windowS?: number | undefined; readonly plot?: 'fi' | 'isi' | 'rate' | undefined }
}

/** `GET /api/lesson`; the WebSocket tells `running` alone, as `{"type":"lesson","running":…}`. */
export interface LessonReport {
  readonly lessons: readonly LessonSummary[]
  readonly broken: readonly BrokenLesson[]
  readonly running: RunningLesson | null
}

/** The worksheet of the lesson under way: `GET /api/lesson/worksheet`, null while there is none. */
export interface LessonWorksheet {
  readonly id: string
  readonly title: string
  readonly about: string
  /** What is filled in by hand above the tasks, like names and date. */
  readonly ask: readonly string[]
  readonly steps: readonly WorksheetStep[]
  /** To be filled in by hand; the rows are numbers of steps, from 1. */
  readonly table: { readonly columns: readonly string[]; readonly rows: readonly number[] } | null
  /** The f-I curve up to a current. */
  readonly points: {
    readonly toNa: number
    readonly measured: readonly FiPoint[]
    /** The curve by theory; null while it is concealed, or nothing is measured. */
    readonly theory: readonly FiPoint[] | null
  } | null
  /** Lines to write on. */
  readonly lines: number
  readonly conceals: readonly Concealed[]
}

export interface FiPoint {
  readonly iNa: number
  readonly rateHz: number
}

export interface WorksheetStep {
  readonly id: string
  readonly mark: StepMark
  /** Of a step that was not reached, with blanks in place of numbers. */
  readonly text: string
  readonly asked: AskedReply | null
  /** What was measured, by names that carry the units; empty before. */
  readonly measured: Readonly<Record<string, number>>
  /** What was typed, chosen or written. */
  readonly reply: string | null
  readonly sketch: readonly (readonly [x: number, y: number])[] | null
  /** What the lesson said when the step was done. */
  readonly said: string | null
}

/** How far a step is, for the wall. */
export type StepMark = StepState

/** The retained message `neuron/v1/<id>/lesson`; `{}` while there is no lesson. */
export interface LessonProgress {
  readonly id?: string
  readonly title?: string
  /** Which step is the present one, from 0. */
  readonly index?: number
  readonly steps?: readonly { readonly id: string; readonly mark: StepMark }[]
  readonly attempts?: number
  /** When the present step began, in µs since 1970. */
  readonly sinceUs?: number
  readonly handUp?: boolean
  readonly paused?: boolean
  readonly led?: boolean
}

/** Payload of the verb `lesson`: the first row is for teachers and for who works alone, the second for students. */
export interface LessonRequest {
  readonly do:
    | ('load' | 'start' | 'stop' | 'restart' | 'pause' | 'pace' | 'reveal')
    | ('next' | 'skip' | 'back' | 'hint' | 'solution' | 'answer' | 'press' | 'hand')
  /** Of `load`: a known lesson. */
  readonly id?: string
  /** The same as `id`, for programs that name their MQTT requests by `id`. */
  readonly lesson?: string
  /** Of `load`: the lesson itself. */
  readonly yaml?: string
  /** Of `pause` and `hand`; of `load`: false loads it paused, and `start` begins it. */
  readonly on?: boolean
  /** Of `pace`. */
  readonly from?: number
  readonly to?: number
  /** Of `answer`: what was asked for. */
  readonly value?: number
  readonly options?: readonly number[]
  readonly points?: readonly (readonly [x: number, y: number])[]
  readonly text?: string
  /** Of `press`: which button, from 0. */
  readonly button?: number
}
