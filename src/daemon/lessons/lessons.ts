/** Lessons on the neuron that runs: loads one, sets the neuron up for each of its steps, and puts it back at the end. */
import { sameList } from '../../config/changes.ts'
import { askedBy, replyIn } from '../../lessons/asked.ts'
import type { Lesson } from '../../lessons/format.ts'
import { type ProgressFile, progressFile, progressIn } from '../../lessons/progress-file.ts'
import { readLesson } from '../../lessons/read-lesson.ts'
import type {
  LessonLanguage,
  LessonProgress,
  LessonReport,
  LessonRequest,
  LessonSummary,
  LessonWorksheet,
  RunningLesson,
} from '../../lessons/report.ts'
import { rulesOf } from '../../lessons/rules.ts'
import { startSession, synapsesAt } from '../../lessons/session.ts'
import { FIRST, knobSpan, setUpParams } from '../../lessons/set-up.ts'
import { paramsAt, worksheetOf } from '../../lessons/worksheet.ts'
import { epochUs, realTimers, type Timers } from '../../loop/clock.ts'
import type { LiveParams } from '../../loop/control/live-params.ts'
import type { ParameterStore } from '../../loop/control/parameter-store.ts'
import type { Control, Reply } from '../../loop/types.ts'
import type { Synapse } from '../../mqtt/types.ts'
import { type NeuronInput, type NeuronParams, neuronFrom, patchedNeuron } from '../../neuron/params.ts'
import type { GuardedNeuron } from '../guarded-neuron.ts'
import type { RunningNeuron } from '../neuron.ts'
import type { KnownLesson, LessonLibrary } from './lesson-folders.ts'
import { type Deed, LESSON_VERB, lessonRequestIn, OF_TEACHER, refused } from './lesson-request.ts'
import { type NeuronObserver, type ObservedNeuron, observeNeuron } from './observe-neuron.ts'
import {
  beginStep,
  countAnswer,
  helpMs,
  lastOpen,
  progressOf,
  type Run,
  rulesNow,
  runningLesson,
  solutionText,
} from './run.ts'

/** Which way a request came: who can send over MQTT teaches, and a page may be a student's. */
export type Door = 'page' | 'broker'

export interface Lessons {
  /** The neuron's requests and the verb `lesson`, as they are obeyed at a door. */
  control(door: Door): Control
  report(language: LessonLanguage): LessonReport
  running(language: LessonLanguage): RunningLesson | null
  /** Empty while there is no lesson. */
  progress(): LessonProgress
  worksheet(language: LessonLanguage): LessonWorksheet | null
  /** @param id of this neuron */
  progressFile(id: string): ProgressFile | null
  /** Goes on where a file of progress ends. */
  takeUp(file: unknown, id: string): Reply
  /** The neuron's parameters but for what a lesson has set. */
  ownParams(): LiveParams
  /** Replaces those: at once, or when the lesson ends. */
  replaceOwnParams(params: LiveParams): Reply
  /** The neuron's synapses but for those of a lesson, and how they are replaced. */
  ownSynapses(): readonly Synapse[]
  replaceOwnSynapses(synapses: readonly Synapse[]): Reply
  /** Until then no lesson can have synapses. */
  connect(synapses: NeuronSynapses): void
  /** The neuron stays as it is. */
  close(): void
}

/** The synapses of the neuron that runs. */
export interface NeuronSynapses {
  /** Of the neuron. */
  readonly id: string
  /** Without a broker there are none. */
  readonly isThere: boolean
  list(): readonly Synapse[]
  /** Other synapses from now on; or why not, and nothing changes. */
  replace(synapses: readonly Synapse[]): Reply
}

export interface LessonContext {
  readonly library: LessonLibrary
  readonly neuron: ObservedNeuron & {
    readonly parameters: Pick<ParameterStore, 'params' | 'replaceAll' | 'command'>
    readonly guarded: Pick<GuardedNeuron, 'control' | 'rules' | 'setRules'>
  }
  readonly timers: Timers
  wallUs(): number
  /** The chance that hidden parameters of a lesson are drawn with. @throws Error if its key cannot be read */
  chanceFor(lessonId: string): () => number
  hasRealKnob(): boolean
}

/** Lessons that were sent are held in memory, so many. */
const MOST_SENT = 10
/** Complaints in a refusal. */
const MOST_COMPLAINTS = 5

interface State extends LessonContext {
  run: Run | null
  observer: NeuronObserver | null
  synapses: NeuronSynapses | null
  /** Those that were sent, by their id. */
  readonly sent: Map<string, KnownLesson>
}

export function openLessons(context: LessonContext): Lessons {
  const state: State = { ...context, run: null, observer: null, synapses: null, sent: new Map() }
  const { neuron, timers } = context
  const { parameters, guarded } = neuron
  const cancel = neuron.onEvent(({ type }) => {
    if (type === 'paramsChanged' || type === 'reloaded') restartMeasuring(state)
  })
  const running = (language: LessonLanguage) => state.run && runningLesson(state.run, language, timers.nowMs())
  return {
    control: door => ({
      verbs: { ...guarded.control.verbs, lesson: LESSON_VERB },
      patch: guarded.control.patch,
      command: (verb, payload, sender) =>
        verb === 'lesson' ? request(state, payload, door) : guarded.control.command(verb, payload, sender),
    }),
    running,
    report(language) {
      const { lessons, broken } = knownLessons(state)
      return { lessons: lessons.map(known => summary(known, language, state)), broken, running: running(language) }
    },
    worksheet(language) {
      if (!state.run) return null
      const { known, session, setUp } = state.run
      const shown = known.texts.get(language)
      return worksheetOf(known.lesson, session, setUp, rulesNow(state.run).conceals, shown)
    },
    progressFile(id) {
      if (!state.run) return null
      const { known, session } = state.run
      return progressFile(known.lesson, id, { index: session.index, ...session.progress() })
    },
    takeUp: (file, id) => takeUp(state, file, id),
    progress: () => (state.run ? progressOf(state.run) : {}),
    ownParams: () => state.run?.before.params ?? parameters.params().params,
    replaceOwnParams(params) {
      if (!state.run) return parameters.replaceAll(params)
      state.run.before = { ...state.run.before, params }
      return { ok: true, result: {} }
    },
    ownSynapses: () => state.run?.before.synapses ?? state.synapses?.list() ?? [],
    replaceOwnSynapses(synapses) {
      if (!state.run) return wire(state, synapses)
      state.run.before = { ...state.run.before, synapses }
      return { ok: true, result: {} }
    },
    connect(synapses) {
      state.synapses = synapses
    },
    close() {
      cancel()
      state.observer?.close()
    },
  }
}

/** Lessons on the neuron in its thread. */
export function lessonsOn(
  neuron: RunningNeuron,
  library: LessonLibrary,
  chanceFor: LessonContext['chanceFor'],
): Lessons {
  const { host, parameters, guarded, spikes, events, parts } = neuron
  const { snapshot, onSamples, stimulus } = host
  return openLessons({
    library,
    neuron: { snapshot, onSamples, stimulus, parameters, guarded, onSpike: spikes.on, onEvent: events.on },
    timers: realTimers,
    wallUs: epochUs,
    chanceFor,
    hasRealKnob: () => !parts().input.mocked,
  })
}

function knownLessons({ library, sent }: State) {
  const { lessons, broken } = library.read()
  const others = lessons.filter(({ lesson }) => !sent.has(lesson.id))
  return { lessons: [...sent.values(), ...others], broken }
}

function summary({ lesson, texts }: KnownLesson, language: LessonLanguage, state: State): LessonSummary {
  const { id, minutes, level, steps } = lesson
  const { title, about } = texts.get(language) ?? lesson
  return { id, title, about, minutes, level, steps: steps.length, missing: missingFor(lesson, state) }
}

function missingFor({ needs, steps }: Lesson, { hasRealKnob, synapses }: State): string | null {
  if (steps.some(({ set }) => (set?.synapses?.length ?? 0) > 0) && !synapses?.isThere) {
    return 'it needs synapses, and without a broker there are none: set mqtt.url, or broker.enabled'
  }
  if (needs.knob !== 'real' || hasRealKnob()) return null
  return 'it needs a real knob, and the knob of this neuron is simulated'
}

/** @param run the lesson under way, for all but `load` */
type Handler = (state: State, run: Run, request: LessonRequest) => Reply

const HANDLERS: Readonly<Record<Exclude<Deed, 'load'>, Handler>> = {
  start(state, run) {
    setPaused(state, run, false)
    return done(run)
  },
  stop: state => stop(state),
  restart: (state, run) => begin(state, run.known, run.isLed, run.isPaused),
  pause(state, run, { on = true }) {
    setPaused(state, run, on)
    return done(run)
  },
  pace,
  reveal(_state, run) {
    run.isRevealed = true
    return done(run)
  },
  next(state, run) {
    const { session } = run
    if (session.step === null) return refused('unfinished', 'the lesson is over: there is no next step')
    if (!session.canGoOn()) {
      return refused('unfinished', `the step ${session.step.id} is not done yet: do it, or skip it`)
    }
    return goOn(state, run, session.next)
  },
  skip(state, run) {
    const { session } = run
    if (session.step === null) return refused('unfinished', 'the lesson is over: there is nothing to skip')
    return goOn(state, run, session.skip)
  },
  back(state, run) {
    const first = run.pace === null ? 0 : run.pace.from - 1
    const index = run.session.index - 1
    if (index < first) return refused('unfinished', `step ${first + 1} is the first that is open`)
    return goTo(state, run, index)
  },
  hint(state, run) {
    const { session } = run
    if (session.view().hintsLeft === 0) return refused('unfinished', 'this step has no further hint')
    const early = tooEarly(state, helpMs(run), 'the next hint')
    if (early) return early
    session.hint()
    run.hintMs = state.timers.nowMs()
    return done(run)
  },
  solution(state, run) {
    const { session } = run
    if (session.view().hintsLeft > 0) return refused('early', 'the hints come first: ask for one')
    if (solutionText(run) === null) return refused('unfinished', 'this step has no solution that could be told')
    const early = tooEarly(state, helpMs(run), 'the solution')
    if (early) return early
    session.solve()
    run.hasSolution = true
    return done(run)
  },
  answer(state, run, given) {
    const { session } = run
    const asked = askedBy(session.step?.check, session.filled)
    if (asked === null) return refused('unfinished', 'this step asks for no answer')
    const early = tooEarly(state, run.answerMs, 'the next answer')
    if (early) return early
    const reply = replyIn(given, asked)
    if ('fault' in reply) return refused('type', reply.fault)
    session.reply(reply)
    countAnswer(run, state.timers.nowMs())
    return done(run)
  },
  press({ neuron }, run, { button = 0 }) {
    const buttons = run.session.step?.buttons ?? []
    const pressed = buttons[button]
    if (pressed === undefined) {
      const has = buttons.length === 0 ? 'none' : buttons.map((_, index) => index).join(', ')
      return refused('range', `button is ${button}, this step has ${has}`, 'button')
    }
    const reply = neuron.parameters.command('stim', pressed.stim)
    return reply.ok ? done(run) : reply
  },
  hand(_state, run, { on = true }) {
    run.hasHandUp = on
    return done(run)
  },
}

function request(state: State, payload: unknown, door: Door): Reply {
  const wanted = lessonRequestIn(payload)
  if ('code' in wanted) return { ok: false, error: wanted }
  const { run } = state
  const isOfTeacher = (OF_TEACHER as readonly Deed[]).includes(wanted.do)
  if (run?.isLed && isOfTeacher && door === 'page') {
    return refused('locked', `the teacher leads this lesson: only the teacher can ${wanted.do} it`)
  }
  if (wanted.do === 'load') return load(state, wanted, door)
  if (run === null) return refused('idle', 'no lesson runs: load one first, like {"do":"load","id":"first-spike"}')
  if (run.isPaused && !isOfTeacher && wanted.do !== 'hand') {
    return refused('paused', 'the lesson is paused: it goes on when it is started again')
  }
  const reply = HANDLERS[wanted.do](state, run, wanted)
  if (state.run !== null) followRules(state)
  return reply
}

/** The answer to a request that was carried out. */
function done(run: Run): Reply {
  return { ok: true, result: progressOf(run) }
}

function tooEarly({ timers }: State, atMs: number, what: string): Reply | undefined {
  const leftMs = atMs - timers.nowMs()
  if (leftMs <= 0) return undefined
  return refused('early', `${what} comes in ${Math.ceil(leftMs / 1000)} s`)
}

function load(state: State, { id, lesson, yaml, on = true }: LessonRequest, door: Door): Reply {
  const found = yaml === undefined ? lessonOf(state, lesson ?? id) : sentLesson(state, yaml)
  if ('ok' in found) return found
  const missing = missingFor(found.lesson, state)
  if (missing !== null) return refused('missing', `the lesson ${found.lesson.id} cannot be done here: ${missing}`)
  return begin(state, found, door === 'broker', !on)
}

function lessonOf(state: State, id: string | undefined): KnownLesson | Reply {
  const { lessons, broken } = knownLessons(state)
  const known = lessons.find(({ lesson }) => lesson.id === id)
  if (known !== undefined) return known
  const ids = lessons.map(({ lesson }) => lesson.id).join(', ') || 'none'
  const besides = broken.length === 0 ? '' : `; ${broken.length} more are broken: GET /api/lesson says why`
  if (id === undefined) return refused('type', `id is missing, must be one of ${ids}`, 'id')
  return refused('unknown', `id is ${JSON.stringify(id.slice(0, 60))}, must be one of ${ids}${besides}`, 'id')
}

function sentLesson({ sent }: State, yaml: string): KnownLesson | Reply {
  const { lesson, complaints } = readLesson(yaml)
  if (lesson === null) {
    const more = complaints.length - MOST_COMPLAINTS
    const told = complaints.slice(0, MOST_COMPLAINTS).map(({ line, message }) => `line ${line}: ${message}`)
    return refused('lesson', [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; '), 'yaml')
  }
  const known = { lesson, texts: new Map() }
  sent.delete(lesson.id)
  sent.set(lesson.id, known)
  const [oldest] = sent.keys()
  if (sent.size > MOST_SENT) sent.delete(oldest!)
  return known
}

/** From its first step on; a lesson that runs already gives way to it. */
function begin(state: State, known: KnownLesson, isLed: boolean, isPaused: boolean): Reply {
  const { neuron, timers, wallUs } = state
  const { parameters, guarded } = neuron
  const before = state.run?.before ?? {
    ...{ params: parameters.params().params, running: neuron.snapshot().running, source: neuron.snapshot().source },
    synapses: state.synapses?.list() ?? [],
  }
  const { lesson } = known
  const { minNa, maxNa } = knobSpan(lesson)
  let setUp: NeuronParams
  try {
    const chance = lesson.setup?.hidden === undefined ? FIRST : state.chanceFor(lesson.id)
    setUp = { ...setUpParams(lesson, chance), seed: before.params.seed }
  } catch (error) {
    return refused('lesson', `the lesson ${lesson.id} makes no neuron: ${(error as Error).message}`)
  }
  const first = withSet(setUp, lesson, 0)
  const rules = rulesOf(lesson)
  // Neither this neuron nor the one of the lesson before is told while the one gives way to the other.
  guarded.setRules({ ...rules, conceals: [...rules.conceals, ...(guarded.rules()?.conceals ?? [])] })
  const replaced = parameters.replaceAll({ ...first, minNa, maxNa, speed: 1 })
  const reply = replaced.ok ? wire(state, synapsesOf(lesson, 0, state)) : replaced
  if (!reply.ok) {
    if (replaced.ok && state.run === null) parameters.replaceAll(before.params)
    followRules(state)
    return reply
  }
  guarded.setRules(rules)
  for (const [verb, payload] of [
    ['stim', {}],
    ['run', { on: true }],
    ['reset', {}],
  ] as const) {
    parameters.command(verb, payload)
  }
  const { source, level } = neuron.snapshot()
  // A simulated knob turns by itself: the slider stands in for it where it is now.
  if (source === 'knob' && !state.hasRealKnob()) parameters.command('take', { level })
  const start = { params: first, state: { running: true, speed: 1, source }, spanNa: maxNa - minNa }
  const run: Run = {
    ...{ known, session: startSession(lesson, start), setUp, before, isLed, isPaused },
    ...{ pace: null, hasHandUp: false, isRevealed: false },
    ...{ stepMs: 0, stepUs: 0, hintMs: Number.NaN, answerMs: 0, hasSolution: false },
  }
  beginStep(run, timers.nowMs(), wallUs())
  state.observer?.close()
  state.run = run
  state.observer = observeNeuron(neuron, observation => {
    // A paused lesson still follows what the neuron is, and judges nothing.
    if (run.isPaused && observation.type !== 'params' && observation.type !== 'state') return
    run.session.observe(observation)
    if (run.session.step?.reveal && run.session.canGoOn()) followRules(state)
  })
  return done(run)
}

/** The neuron with what the step of this index sets. */
function withSet(params: NeuronParams, lesson: Lesson, index: number): NeuronParams {
  const set = lesson.steps[index]?.set
  return set?.params === undefined ? params : neuronFrom(patchedNeuron(params, set.params as NeuronInput), params.seed)
}

/** The synapses at a step: those of the lesson alone, so that no other neuron disturbs it. */
function synapsesOf(lesson: Lesson, index: number, { synapses }: State): readonly Synapse[] {
  return synapsesAt(lesson, index).map(({ from, ...synapse }) =>
    from === 'self' ? { from: synapses?.id ?? from, ...synapse, autapse: true } : { from, ...synapse },
  )
}

function wire({ synapses }: State, wanted: readonly Synapse[]): Reply {
  if (sameList(synapses?.list() ?? [], wanted)) return { ok: true, result: {} }
  return synapses?.replace(wanted) ?? refused('off', 'the neuron is still starting: try again')
}

function stop(state: State): Reply {
  const { run, neuron } = state
  const { params, running, synapses, source } = run!.before
  const reply = neuron.parameters.replaceAll(params)
  if (!reply.ok) return reply
  wire(state, synapses)
  neuron.parameters.command('stim', {})
  neuron.parameters.command('run', { on: running })
  if (source === 'knob') neuron.parameters.command('take', {})
  state.observer?.close()
  state.observer = null
  state.run = null
  followRules(state)
  return { ok: true, result: {} }
}

/** What is hidden and locked follows from the step. */
function followRules({ run, neuron }: State): void {
  neuron.guarded.setRules(run && rulesNow(run))
}

function setPaused(state: State, run: Run, isPaused: boolean): void {
  if (run.isPaused && !isPaused) {
    run.isPaused = false
    restartMeasuring(state)
  }
  run.isPaused = isPaused
}

/** What was under way is measured anew: the neuron is another one, or was not watched. */
function restartMeasuring({ run, observer, neuron }: State): void {
  if (run === null) return
  observer?.restart()
  run.session.observe({ type: 'params', atMs: neuron.snapshot().modelMs, params: neuronOf(neuron.parameters) })
}

function neuronOf({ params }: Pick<ParameterStore, 'params'>): NeuronParams {
  const { minNa: _minNa, maxNa: _maxNa, speed: _speed, ...neuron } = params().params
  return neuron
}

/** Steps that are not open are left at once: forward by skipping, back to the last one that is open. */
function pace(state: State, run: Run, { from, to }: LessonRequest): Reply {
  const last = run.known.lesson.steps.length
  if (from === undefined && to === undefined) {
    run.pace = null
    return done(run)
  }
  const range = { from: from ?? 1, to: to ?? last }
  if (range.to > last) return refused('range', `to is ${range.to}, the lesson has ${last} steps`, 'to')
  if (range.from > range.to) return refused('range', `from is ${range.from}, must not be above to, ${range.to}`, 'from')
  run.pace = range
  const { session } = run
  if (session.index > lastOpen(run)) return goTo(state, run, lastOpen(run))
  while (session.index < range.from - 1) {
    const reply = goOn(state, run, session.skip)
    if (!reply.ok) return reply
  }
  return done(run)
}

/** To the next step, with the neuron as that one sets it. @param leave ends the present one */
function goOn(state: State, run: Run, leave: () => unknown): Reply {
  const next = run.session.index + 1
  if (next > lastOpen(run)) {
    return refused('locked', `the teacher has opened the steps ${run.pace!.from} to ${run.pace!.to}: wait for the next`)
  }
  const { lesson } = run.known
  return enter(state, run, next, withSet(neuronOf(state.neuron.parameters), lesson, next), leave)
}

/** To any step, with the neuron as the lesson has it there. */
function goTo(state: State, run: Run, index: number): Reply {
  const { lesson } = run.known
  return enter(state, run, index, paramsAt(index, lesson, run.setUp), () => run.session.goTo(index))
}

function takeUp(state: State, file: unknown, id: string): Reply {
  const { run } = state
  if (run === null) return refused('idle', 'no lesson runs: load the one that the file is of first')
  const progress = progressIn(file, run.known.lesson, id)
  if (typeof progress === 'string') return refused('file', progress)
  run.session.takeUp(progress)
  // What the steps before have revealed is hidden again.
  followRules(state)
  return goTo(state, run, Math.max((run.pace?.from ?? 1) - 1, Math.min(progress.index, lastOpen(run))))
}

function enter(state: State, run: Run, index: number, params: NeuronParams, leave: () => unknown): Reply {
  const { neuron, timers, wallUs } = state
  const { minNa, maxNa, speed } = neuron.parameters.params().params
  const replaced = neuron.parameters.replaceAll({ ...params, minNa, maxNa, speed })
  const reply = replaced.ok ? wire(state, synapsesOf(run.known.lesson, index, state)) : replaced
  if (!reply.ok) return reply
  neuron.parameters.command('stim', {})
  leave()
  restartMeasuring(state)
  beginStep(run, timers.nowMs(), wallUs())
  return done(run)
}
