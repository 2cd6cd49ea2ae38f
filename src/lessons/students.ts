/** Students of software who play a lesson on a simulated neuron, in model time: seconds for a lesson. */

import { defaultsOf } from '../fields/field-types-and-checks.ts'
import { addCurrentPulse, addVoltageJump, advance, restingState } from '../neuron/integrate-and-fire.ts'
import { type NeuronInput, neuronFrom, patchedNeuron } from '../neuron/params.ts'
import { randomFrom, uniform } from '../neuron/random.ts'
import { rateWithNoiseHz } from '../neuron/siegert.ts'
import { nextJumpMs, STIMULUS_FIELDS, type Stimulus, stimulusNa } from '../neuron/stimulus.ts'
import { rheobaseNa } from '../neuron/theory.ts'
import { passingCurrents } from './attainable.ts'
import { durationMs, type StudentReply } from './checks.ts'
import type {
  BracketCheck,
  Lesson,
  LessonCheck,
  LessonStep,
  LessonSynapse,
  MeasureCheck,
  PointsCheck,
  StimulusWords,
} from './format.ts'
import { type LessonSession, startSession, synapsesAt } from './session.ts'
import { knobSpan, setUpParams } from './set-up.ts'
import { type Known, numberOf } from './values.ts'
import type { Verdict } from './verdict.ts'

/** A row of the trace comes this often, model ms: where V is measured, and while a current is held. */
const ROW_MS = 1
const HELD_ROW_MS = 10
/** The student looks at the verdict now and then. */
const ROWS_PER_LOOK = 10
/** A student who has done what is asked waits no longer than this for the verdict, model ms. */
const LONGEST_HOLD_MS = 600_000
/** One who does nothing sits before each step for so long, model ms. */
const LAZY_MS = 20_000
/** Intervals to which a neuron needs to be held where a check does not say how many. */
const INTERVALS = 8
/** With noise more of them may be asked for than the check says. */
const NOISY_INTERVALS = 1500

export interface PlayedStep {
  readonly id: string
  readonly state: 'passed' | 'stuck'
  readonly verdict: Verdict
  /** Model time that it took, ms. */
  readonly tookMs: number
}

/** The neuron on which a student works, and the lesson that watches. */
interface PlayedNeuron {
  readonly lesson: Lesson
  readonly session: LessonSession
  readonly maxNa: number
  readonly known: () => Known
  readonly nowMs: () => number
  /** Spikes until now. */
  readonly spikes: () => number
  hold(iNa: number, ms: number): void
  stimulate(stimulus: Stimulus): void
  set(state: NonNullable<LessonStep['set']>): void
}

/** A student who knows the theory does every step. @param uniform draws the hidden parameters */
export function playIdeal(lesson: Lesson, uniform: () => number): readonly PlayedStep[] {
  const neuron = startPlay(lesson, uniform)
  return lesson.steps.map(step => playStep(neuron, step, () => carryOut(neuron, step, step.check)))
}

/**
 * A student who touches nothing and only skips: passes no step that has a check. A step counts as passed if it passes
 * wherever the knob happens to stand, at its left end and at firing.
 */
export function playLazy(lesson: Lesson, draw: () => () => number): readonly PlayedStep[] {
  const [left, firing] = LAZY_LEVELS.map(level => {
    const neuron = startPlay(lesson, draw())
    return lesson.steps.map(step => playStep(neuron, step, () => neuron.hold(level * neuron.maxNa, LAZY_MS)))
  }) as [PlayedStep[], PlayedStep[]]
  return left.map((played, index) => (firing[index]!.state === 'stuck' ? firing[index]! : played))
}

const LAZY_LEVELS = [0, 0.6] as const

function playStep(neuron: PlayedNeuron, step: LessonStep, act: () => void): PlayedStep {
  const { session } = neuron
  const startMs = neuron.nowMs()
  if (session.step?.set) neuron.set(session.step.set)
  act()
  const { verdict } = session.view()
  const state = step.check !== undefined && verdict.state !== 'done' ? 'stuck' : 'passed'
  if (!session.next()) session.skip()
  return { id: step.id, state, verdict, tookMs: neuron.nowMs() - startMs }
}

function startPlay(lesson: Lesson, uniform: () => number): PlayedNeuron {
  const { minNa, maxNa } = knobSpan(lesson)
  let params = setUpParams(lesson, uniform)
  const state = restingState(params)
  const running = { running: true, speed: 1, source: 'slider' } as const
  const session = startSession(lesson, { params, state: running, spanNa: maxNa - minNa })
  const synapses = openSynapses()
  let nowMs = 0
  let seq = 0
  let lastSpikeMs = Number.NaN
  /** The current `iNa` for so long, to the next row of the trace. */
  const live = (iNa: number, ms: number) => {
    const endMs = nowMs + ms
    while (nowMs < endMs) {
      const untilMs = Math.min(endMs, synapses.nextMs())
      const leftMs = untilMs - nowMs
      const passedMs = leftMs > 0 ? advance(params, state, iNa, leftMs) : 0
      nowMs = state.spiked && leftMs > 0 ? nowMs + passedMs : untilMs
      if (leftMs > 0 && state.spiked) {
        observeSpike()
        continue
      }
      for (const { weightMv, weightNa = 0, tauMs = 0 } of synapses.take(nowMs)) {
        session.observe({ type: 'arrival', atMs: nowMs })
        if (weightMv === undefined) addCurrentPulse(state, tauMs, weightNa)
        else {
          addVoltageJump(params, state, weightMv)
          if (state.spiked) observeSpike()
        }
      }
    }
    session.observe({ type: 'sample', atMs: nowMs, iNa, vMv: state.voltageMv })
  }
  const observeSpike = () => {
    session.observe({ type: 'spike', atMs: nowMs, seq: ++seq, isiMs: nowMs - lastSpikeMs, late: false })
    lastSpikeMs = nowMs
    synapses.ownSpike(nowMs)
  }
  return {
    lesson,
    session,
    maxNa,
    known: () => {
      const index = lesson.steps.findIndex(({ id }) => id === session.step?.id)
      const { saved, answers } = session
      return { params, saved, answers, synapses: synapsesAt(lesson, index) }
    },
    nowMs: () => nowMs,
    spikes: () => seq,
    hold(iNa, ms) {
      const endMs = nowMs + ms
      for (let row = 0; nowMs < endMs; row++) {
        if (row % ROWS_PER_LOOK === 0 && session.view().verdict.state === 'done') return
        live(iNa, HELD_ROW_MS)
      }
    },
    stimulate(stimulus) {
      const restMs = Math.max(10 * params.tauMs, 6 * synapses.longestMs())
      // A voltage that falls needs a current before it.
      const beforeNa = stimulus.iNa === 0 ? 0.9 * rheobaseNa(params) : 0
      for (let t = 0; t < restMs; t += HELD_ROW_MS) live(beforeNa, HELD_ROW_MS)
      session.observe({ type: 'stimulus', atMs: nowMs, stimulus })
      const onsetMs = nowMs
      for (let t = 0; t < stimulus.durationMs; ) {
        const untilMs = Math.min(t + ROW_MS, stimulus.durationMs, nextJumpMs(stimulus, t))
        live(stimulusNa(stimulus, (t + untilMs) / 2, 0), onsetMs + untilMs - nowMs)
        t = untilMs
      }
      live(0, ROW_MS)
    },
    set(wanted) {
      if (wanted.params) params = neuronFrom(patchedNeuron(params, wanted.params as NeuronInput), params.seed)
      if (wanted.synapses) synapses.set(wanted.synapses, nowMs)
      session.observe({ type: 'params', atMs: nowMs, params })
    },
  }
}

/** Synapses from the neuron itself, and with spikes by chance. */
function openSynapses() {
  const random = randomFrom(1)
  let synapses: readonly LessonSynapse[] = []
  let pending: { readonly atMs: number; readonly synapse: LessonSynapse }[] = []
  const add = (atMs: number, synapse: LessonSynapse) => {
    pending = [...pending, { atMs, synapse }].sort((a, b) => a.atMs - b.atMs)
  }
  const byChance = (afterMs: number, synapse: LessonSynapse) => {
    add(afterMs - (1000 * Math.log(1 - uniform(random))) / (synapse.rateHz as number), synapse)
  }
  return {
    set(wanted: readonly LessonSynapse[], nowMs: number) {
      synapses = wanted
      pending = []
      for (const synapse of wanted) if (synapse.rateHz !== undefined) byChance(nowMs, synapse)
    },
    ownSpike(atMs: number) {
      for (const synapse of synapses) if (synapse.from === 'self') add(atMs + (synapse.delayMs ?? 0), synapse)
    },
    nextMs: () => pending[0]?.atMs ?? Number.POSITIVE_INFINITY,
    /** The events that are due. */
    take(nowMs: number): readonly LessonSynapse[] {
      const due = pending.filter(({ atMs }) => atMs <= nowMs).map(({ synapse }) => synapse)
      pending = pending.filter(({ atMs }) => atMs > nowMs)
      for (const synapse of due) if (synapse.rateHz !== undefined) byChance(nowMs, synapse)
      return due
    },
    longestMs: () => Math.max(0, ...synapses.map(({ tauMs = 0 }) => tauMs)),
  }
}

/** Do what the check asks for. */
function carryOut(neuron: PlayedNeuron, step: LessonStep, check: LessonCheck | undefined): void {
  if (check === undefined) return
  if ('all' in check) for (const part of check.all) carryOut(neuron, step, part)
  else if ('any' in check) carryOut(neuron, step, check.any[0])
  else if ('measure' in check) measure(neuron, step, check)
  else if ('bracket' in check) bracketEdge(neuron, step, check)
  else if ('points' in check) takePoints(neuron, step, check)
  else for (const reply of repliesTo(neuron, step, check)) neuron.session.reply(reply)
}

function takePoints(neuron: PlayedNeuron, step: LessonStep, check: PointsCheck): void {
  const { over, from, to, count, each } = check
  for (let point = 0; point < count; point++) {
    const at = from + (count === 1 ? 0 : (point / (count - 1)) * (to - from))
    if (over !== 'currentNa')
      neuron.stimulate(stimulusOf({ ...stimulusFor(neuron, step, check.reply ?? {}), [over]: at }))
    else neuron.hold(at, (1000 * ((each.intervals ?? INTERVALS) + 3)) / rateWithNoiseHz(neuron.known().params, at))
  }
}

function repliesTo(
  neuron: PlayedNeuron,
  step: LessonStep,
  check: Exclude<LessonCheck, { all: unknown } | { any: unknown }>,
): readonly StudentReply[] {
  if ('answer' in check) {
    if (check.after) measure(neuron, step, check.after)
    const value = numberOf(check.answer.equals, neuron.known())
    return [{ type: 'number', value }]
  }
  if ('choose' in check) {
    return [{ type: 'options', indices: check.choose.flatMap((option, index) => (option.right ? [index] : [])) }]
  }
  if ('predict' in check) {
    return [check.predict === 'sketch' ? { type: 'sketch', points: [[0, 0]] } : { type: 'options', indices: [0] }]
  }
  return 'write' in check ? [{ type: 'text', text: 'as measured' }] : [{ type: 'confirmed' }]
}

function measure(neuron: PlayedNeuron, step: LessonStep, check: MeasureCheck): void {
  if (check.reply) {
    neuron.stimulate(stimulusOf(stimulusFor(neuron, step, check.reply)))
    return
  }
  const known = neuron.known()
  const passing = passingCurrents(check, neuron.maxNa, known)
  const iNa = passing[Math.floor(passing.length / 2)]
  if (iNa === undefined) return
  const holdMs = check.for === undefined ? 0 : durationMs(check.for, known)
  const spikes = known.params.noiseMv > 0 ? NOISY_INTERVALS : 2 * ((check.intervals ?? INTERVALS) + 5)
  const rateHz = rateWithNoiseHz(known.params, iNa)
  const spikesMs = rateHz > 0 ? (1000 * spikes) / rateHz : 0
  const chanceMs = known.synapses?.some(({ rateHz: byChance }) => byChance) ? 60_000 : 0
  neuron.hold(iNa, Math.min(LONGEST_HOLD_MS, Math.max(2 * holdMs, spikesMs, chanceMs, 2000)))
}

/** A stimulus with the words of a check: a button of the step that has them, or one that makes no spike. */
function stimulusFor(neuron: PlayedNeuron, step: LessonStep, words: StimulusWords): StimulusWords {
  const has = (stim: StimulusWords) =>
    Object.entries(words).every(([name, wanted]) => stim[name as keyof StimulusWords] === wanted)
  const { params } = neuron.known()
  const quiet: StimulusWords = { shape: 'step', iNa: 0.5 * rheobaseNa(params), ms: 10 * params.tauMs, replace: true }
  return step.buttons?.find(({ stim }) => has(stim))?.stim ?? { ...quiet, ...words }
}

export function stimulusOf({ ms, replace, ...words }: StimulusWords): Stimulus {
  const given = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined))
  const base = defaultsOf(STIMULUS_FIELDS)
  return { ...base, ...given, durationMs: ms ?? base.durationMs, replaces: replace ?? base.replaces } as Stimulus
}

/** Halve the bracket until the check is content; a period is tried by the buttons, where the step has some. */
function bracketEdge(neuron: PlayedNeuron, step: LessonStep, check: BracketCheck): void {
  const { params } = neuron.known()
  const isDone = () => neuron.session.view().verdict.state === 'done'
  const words = stimulusFor(neuron, step, check.reply ?? {})
  const pressed = (step.buttons ?? [])
    .map(({ stim }) => stim[check.bracket as 'periodMs'])
    .filter(one => one !== undefined)
  if (check.bracket === 'periodMs' && pressed.length > 0) {
    for (const { stim } of step.buttons ?? []) neuron.stimulate(stimulusOf(stim))
    return
  }
  let [low, high] = rangeOf(check.bracket, neuron)
  for (let tries = 0; tries < 40 && !isDone(); tries++) {
    const middle = (low + high) / 2
    const before = neuron.spikes()
    if (check.bracket === 'rheobaseNa') neuron.hold(middle, params.refractoryMs + 11 * params.tauMs)
    else neuron.stimulate(stimulusOf({ ...words, [check.bracket]: middle }))
    const fired = check.bracket === 'rheobaseNa' ? middle > rheobaseNa(params) : neuron.spikes() > before
    if (fired === (check.fires !== 'below')) high = middle
    else low = middle
  }
}

function rangeOf(bracket: BracketCheck['bracket'], { known, maxNa }: PlayedNeuron): [low: number, high: number] {
  if (bracket === 'rheobaseNa') return [0, maxNa]
  return bracket === 'iNa' ? [0, 1000] : [1, 20 * known().params.tauMs]
}
