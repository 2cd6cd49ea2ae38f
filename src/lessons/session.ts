/** A lesson under way: which step, what is measured, what was saved. Fed with observations; knows no clock. Pure. */
import type { NeuronParams } from '../neuron/params.ts'
import { type CheckContext, type RunningCheck, runCheck, type StudentReply } from './checks.ts'
import type { Lesson, LessonCheck, LessonLanguage, LessonStep, LessonSynapse } from './format.ts'
import type { Observation, ObservedSpike, ObservedState } from './observations.ts'
import type { Answer, Measured, ObservedRow } from './quantities.ts'
import { numberIn, OVER, type Sentence, SKETCH, WHY, YES } from './sentences.ts'
import { filledIn } from './text.ts'
import type { Known } from './values.ts'
import type { Judgement, Verdict } from './verdict.ts'

/** `solved`: done after its solution was shown. */
export type StepState = 'todo' | 'nearly' | 'done' | 'skipped' | 'solved'

/** What a panel may show. Nothing in it tells what the lesson conceals, and no text of a later step. */
export interface LessonView {
  readonly id: string
  readonly title: string
  readonly stepId: string | null
  readonly text: string
  readonly live: string | null
  readonly verdict: Verdict
  /** What to say of the verdict: the text of `done` or `nearly`, or what a mistake means. */
  readonly say: string | null
  readonly hints: readonly string[]
  readonly hintsLeft: number
  readonly states: readonly StepState[]
  readonly attempts: number
  /** The prediction that this step recalls. */
  readonly recalled: string | null
}

export interface LessonSession {
  observe(observation: Observation): void
  reply(reply: StudentReply): void
  /** May the next step begin: is this one done, now or before, or has it no check? */
  canGoOn(): boolean
  /** The next step, where this one allows it. @returns false where it does not */
  next(): boolean
  /** Always possible. */
  skip(): void
  /** Begins the step of this index, from 0, anew; what was done stays so. */
  goTo(index: number): void
  hint(): void
  /** The solution of the present step has been shown. */
  solve(): void
  /** The present step; what it sets is applied by the host before it begins. */
  readonly step: LessonStep | null
  readonly states: readonly StepState[]
  /** Which step is the present one, from 0; the number of steps when the lesson is over. */
  readonly index: number
  /** @param shown the lesson in another language; the lesson itself unless given */
  view(shown?: Lesson): LessonView
  /** The text with its numbers. */
  filled(text: string, language?: LessonLanguage): string
  /** The neuron, and what was measured and answered. */
  known(): Known
  /** What was measured under a name, and typed in a step. */
  readonly saved: ReadonlyMap<string, Measured>
  readonly answers: ReadonlyMap<string, number>
  /** How far the steps are, and what was reached in them: it can be kept, and taken up in another session of the lesson. */
  progress(): SessionProgress
  /** In place of what was reached so far; `goTo` then begins the step. */
  takeUp(progress: SessionProgress): void
  /** Steps that were taken up as done: whoever made the file may not have done them, so they reveal nothing. */
  readonly takenUp: ReadonlySet<string>
}

export interface SessionProgress {
  readonly states: readonly StepState[]
  readonly saved: ReadonlyMap<string, Measured>
  readonly answers: ReadonlyMap<string, number>
  /** What was measured when a step was done, and what was last replied to it, by its id. */
  readonly measured: ReadonlyMap<string, Measured>
  readonly replies: ReadonlyMap<string, StudentReply>
}

export interface SessionStart {
  readonly params: NeuronParams
  readonly state: ObservedState
  /** Range of the knob, nA. */
  readonly spanNa: number
}

/** Why the measurement cannot be judged, and until when that is said. */
interface Doubt {
  readonly why: Sentence
  readonly untilMs: number
}

/** A disturbance that is over is named for so long, ms. */
const NAMED_MS = 2000

/** A hole in the count of spikes means that some were not seen. */
const NO_SEQ = -1

export function startSession(lesson: Lesson, start: SessionStart): LessonSession {
  const saved = new Map<string, Measured>()
  const answers = new Map<string, number>()
  const replies = new Map<string, StudentReply>()
  const measured = new Map<string, Measured>()
  const takenUp = new Set<string>()
  const states: StepState[] = lesson.steps.map(() => 'todo')
  let params = start.params
  let state = start.state
  let index = 0
  let hints = 0
  let attempts = 0
  let isSolved = false
  let lastSeq = NO_SEQ
  let doubt: Doubt | null = null
  let lastRow: ObservedRow | null = null
  let lastSpikeMs = Number.NEGATIVE_INFINITY
  let stimulus: Pick<Answer, 'onsetMs' | 'silentMs' | 'stimulus'> | null = null
  let rows: ObservedRow[] = []
  let spikes: ObservedSpike[] = []
  let ended: Judgement | null = null

  const known = (): Known => ({ params, saved, answers, synapses: synapsesAt(lesson, index) })
  const context: CheckContext = { known, state: () => state, spanNa: start.spanNa }
  let running = open(lesson.steps[0]?.check)

  function open(check: LessonCheck | undefined): RunningCheck | null {
    return check === undefined ? null : runCheck(check, context)
  }

  function begin(next: number): void {
    index = next
    hints = 0
    attempts = 0
    isSolved = false
    doubt = null
    ended = null
    stimulus = null
    lastSeq = NO_SEQ
    running = open(lesson.steps[index]?.check)
  }

  /** What is under way cannot be judged any more. */
  function restart(next: Doubt | null): void {
    doubt = next
    stimulus = null
    lastSeq = NO_SEQ
    running?.restart()
  }

  /** Nor does what was measured before. */
  function forget(): void {
    restart(null)
    running?.forget()
  }

  function settle(): void {
    const step = lesson.steps[index]
    if (running === null || step === undefined || ended !== null) return
    const verdict = running.verdict()
    if (verdict.state === 'nearly' && !isPassed()) states[index] = 'nearly'
    if (verdict.state !== 'done') return
    ended = verdict
    if (!isPassed()) states[index] = isSolved ? 'solved' : 'done'
    measured.set(step.id, verdict.measured)
    takenUp.delete(step.id)
    for (const name of namesSavedBy(step.check!)) saved.set(name, verdict.measured)
    if (verdict.measured.value !== undefined) answers.set(step.id, verdict.measured.value)
  }

  const isPassed = () => states[index] === 'done' || states[index] === 'solved'
  const canGoOn = () => index < lesson.steps.length && (running === null || ended !== null || isPassed())

  function endStimulus(atMs: number): void {
    if (stimulus === null || atMs < stimulus.onsetMs + stimulus.stimulus.durationMs) return
    const answer = { ...stimulus, rows, spikes }
    stimulus = null
    running?.answered(answer)
  }

  function observe(observation: Observation): void {
    if (ended !== null) {
      follow(observation)
      return
    }
    const { atMs } = observation
    endStimulus(atMs)
    follow(observation)
    switch (observation.type) {
      case 'sample':
        if (doubt !== null && atMs >= doubt.untilMs) doubt = null
        if (doubtOf(state) !== null) break
        if (stimulus !== null) rows.push(observation)
        // Its beginning was not seen, or something came in between.
        else if (observation.stimulated) restart({ why: WHY.stimulated, untilMs: atMs + NAMED_MS })
        else running?.row(observation)
        lastRow = observation
        break
      case 'spike':
        if (stimulus !== null) spikes.push(observation)
        else running?.spike(observation)
        lastSpikeMs = atMs
        break
      case 'arrival':
        running?.arrival()
        break
      case 'stimulus': {
        running?.restart()
        stimulus = { onsetMs: atMs, silentMs: atMs - lastSpikeMs, stimulus: observation.stimulus }
        rows = lastRow === null ? [] : [{ ...lastRow, atMs }]
        spikes = []
        break
      }
    }
    settle()
  }

  /** What holds from now on, and what the guards say of it. */
  function follow(observation: Observation): void {
    const disturbed = (why: Sentence) => restart({ why, untilMs: observation.atMs + NAMED_MS })
    switch (observation.type) {
      case 'params':
        params = observation.params
        forget()
        break
      case 'state': {
        state = observation
        const why = doubtOf(observation)
        restart(why === null ? null : { why, untilMs: Number.POSITIVE_INFINITY })
        break
      }
      case 'arrival':
        // Where the lesson has made synapses, spikes are to arrive.
        if (synapsesAt(lesson, index).length === 0) disturbed(WHY.arrival)
        break
      case 'disturbed':
        disturbed(observation.why)
        break
      case 'spike': {
        const isHole = lastSeq !== NO_SEQ && observation.seq !== lastSeq + 1
        lastSeq = observation.seq
        if (isHole) disturbed(WHY.unseen)
        else if (observation.late) disturbed(WHY.late)
        break
      }
    }
  }

  function doubtOf({ running: runs, source, speed }: ObservedState): Sentence | null {
    if (!runs) return WHY.paused
    if (source === 'lost') return WHY.lost
    if (speed !== start.state.speed) return WHY.speed(speed, start.state.speed)
    return null
  }

  function present(): Judgement {
    if (ended !== null) return ended
    if (doubt !== null) return { state: 'cannotTell', why: doubt.why }
    return running?.verdict() ?? { state: 'done', measured: {} }
  }

  return {
    ...{ saved, answers, states, takenUp },
    observe,
    reply(reply) {
      const step = lesson.steps[index]
      if (step === undefined || ended !== null) return
      replies.set(step.id, reply)
      running?.replied(reply)
      // One who was told to measure first has not tried.
      if (running?.verdict().state !== 'cannotTell') attempts++
      settle()
    },
    canGoOn,
    next() {
      if (!canGoOn()) return false
      if (!isPassed()) {
        states[index] = 'done'
        takenUp.delete(lesson.steps[index]!.id)
      }
      begin(index + 1)
      return true
    },
    skip() {
      if (index >= lesson.steps.length) return
      if (!isPassed()) states[index] = 'skipped'
      begin(index + 1)
    },
    goTo: begin,
    hint() {
      hints = Math.min(hints + 1, lesson.steps[index]?.hints?.length ?? 0)
    },
    solve() {
      isSolved = true
    },
    get step() {
      return lesson.steps[index] ?? null
    },
    get index() {
      return index
    },
    known,
    progress: () => ({ states: [...states], saved, answers, measured, replies }),
    takeUp(progress) {
      states.splice(0, states.length, ...progress.states)
      for (const { id } of lesson.steps) takenUp.add(id)
      takeOver(saved, progress.saved)
      takeOver(answers, progress.answers)
      takeOver(measured, progress.measured)
      takeOver(replies, progress.replies)
    },
    filled: (text, language) => filledIn(text, known(), present(), language),
    view(shown = lesson) {
      const language = shown.language ?? 'en'
      const step = shown.steps[index] ?? { id: 'ended', text: OVER[language] }
      const judgement = present()
      const verdict = shownVerdict(judgement, language, say => sayIn(lesson.steps[index]?.check, step.check, say))
      const fill = (text: string) => filledIn(text, known(), judgement, language)
      const recalled = step.recall === undefined ? undefined : replies.get(step.recall)
      const recalledStep = shown.steps.find(({ id }) => id === step.recall)
      return {
        id: lesson.id,
        title: shown.title,
        stepId: lesson.steps[index]?.id ?? null,
        text: fill(step.text),
        live: step.live === undefined ? null : fill(step.live),
        verdict: verdict.state === 'notYet' && verdict.say ? { ...verdict, say: fill(verdict.say) } : verdict,
        say: sayOf(step, verdict, fill),
        hints: (step.hints ?? []).slice(0, hints).map(fill),
        hintsLeft: (step.hints?.length ?? 0) - hints,
        states: [...states],
        attempts,
        recalled: recalled === undefined ? null : wordsOf(recalled, recalledStep, language),
      }
    },
  }
}

/** The synapses that the steps up to this one have made. */
export function synapsesAt({ steps }: Lesson, index: number): readonly LessonSynapse[] {
  return steps.slice(0, index + 1).findLast(({ set }) => set?.synapses !== undefined)?.set?.synapses ?? []
}

function takeOver<T>(entries: Map<string, T>, others: ReadonlyMap<string, T>): void {
  const taken = [...others]
  entries.clear()
  for (const [name, value] of taken) entries.set(name, value)
}

/** How far a near miss is off would tell the value that is asked for, so of a typed number it is not told. */
function shownVerdict(judgement: Judgement, language: LessonLanguage, inLanguage: (say: string) => string): Verdict {
  switch (judgement.state) {
    case 'cannotTell':
      return { ...judgement, why: judgement.why[language] }
    case 'nearly':
      return judgement.measured.value === undefined ? judgement : { ...judgement, off: Math.sign(judgement.off) }
    case 'notYet':
      return judgement.say === undefined ? judgement : { ...judgement, say: inLanguage(judgement.say) }
    default:
      return judgement
  }
}

/** What a check says, in another language: the text at the same place of the translated check. */
function sayIn(original: unknown, shown: unknown, say: string): string {
  if (original === say) return shown as string
  if (typeof original !== 'object' || original === null) return say
  for (const [key, inner] of Object.entries(original)) {
    const found = sayIn(inner, (shown as Record<string, unknown>)[key], say)
    if (found !== say) return found
  }
  return say
}

function sayOf(step: LessonStep, verdict: Verdict, fill: (text: string) => string): string | null {
  if (verdict.state === 'done') return step.done === undefined ? null : fill(step.done)
  if (verdict.state === 'nearly') return step.nearly === undefined ? null : fill(step.nearly)
  if (verdict.state === 'notYet') return verdict.say === undefined ? null : fill(verdict.say)
  return verdict.state === 'cannotTell' ? verdict.why : null
}

/** A reply in words. */
export function wordsOf(reply: StudentReply, step: LessonStep | undefined, language: LessonLanguage): string {
  if (reply.type === 'number') return numberIn(language, String(reply.value))
  if (reply.type === 'text') return reply.text
  if (reply.type === 'sketch') return SKETCH[language]
  if (reply.type === 'confirmed') return YES[language]
  const options = optionsOf(step?.check)
  return reply.indices.map(index => options[index]?.text ?? String(index)).join('; ')
}

function optionsOf(check: LessonCheck | undefined): readonly { readonly text: string }[] {
  if (check === undefined) return []
  if ('choose' in check) return check.choose
  return 'predict' in check && Array.isArray(check.predict) ? check.predict : []
}

/** Under which names a check saves what it measured. */
export function namesSavedBy(check: LessonCheck): readonly string[] {
  if ('all' in check) return check.all.flatMap(namesSavedBy)
  if ('any' in check) return check.any.flatMap(namesSavedBy)
  const own = 'save' in check && check.save !== undefined ? [check.save] : []
  return 'after' in check && check.after ? [...own, ...namesSavedBy(check.after)] : own
}
