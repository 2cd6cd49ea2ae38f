/** Students of software who play a lesson on a simulated neuron, in model time: seconds for a lesson. */

import { defaultsOf } from '../fields/field-types-and-checks.ts'
import { advance, restingState } from '../neuron/integrate-and-fire.ts'
import { type NeuronInput, type NeuronParams, neuronFrom, patchedNeuron } from '../neuron/params.ts'
import { rateWithNoiseHz } from '../neuron/siegert.ts'
import { STIMULUS_FIELDS, type Stimulus, stimulusNa } from '../neuron/stimulus.ts'
import { isiMs, rheobaseNa } from '../neuron/theory.ts'
import { durationMs, type StudentReply } from './checks.ts'
import type { Lesson, LessonCheck, LessonStep, MeasureCheck, StimulusWords } from './format.ts'
import { type LessonSession, startSession } from './session.ts'
import { knobSpan, setUpParams } from './set-up.ts'
import { isWithin } from './stretch.ts'
import { compare, type Known, numberOf } from './values.ts'
import type { Verdict } from './verdict.ts'

/** A row of the trace comes this often, model ms. */
const ROW_MS = 1
/** A student who has done what is asked waits no longer than this for the verdict, model ms. */
const LONGEST_HOLD_MS = 600_000
/** One who does nothing sits before each step for so long, model ms. */
const LAZY_MS = 20_000
/** Currents that are tried, over the range of the knob. */
const CURRENTS = 600

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
  hold(iNa: number, ms: number): void
  stimulate(stimulus: Stimulus): void
  apply(params: NeuronInput): void
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
  if (session.step?.set) neuron.apply(session.step.set.params as NeuronInput)
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
  let nowMs = 0
  let seq = 0
  let lastSpikeMs = Number.NaN
  const live = (iNa: number, ms: number) => {
    for (let leftMs = ms; leftMs > 0; ) {
      const passedMs = advance(params, state, iNa, leftMs)
      leftMs -= passedMs
      nowMs += passedMs
      if (!state.spiked) continue
      session.observe({ type: 'spike', atMs: nowMs, seq: ++seq, isiMs: nowMs - lastSpikeMs, late: false })
      lastSpikeMs = nowMs
    }
    session.observe({ type: 'sample', atMs: nowMs, iNa, vMv: state.voltageMv })
  }
  return {
    lesson,
    session,
    maxNa,
    known: () => ({ params, saved: session.saved, answers: session.answers }),
    nowMs: () => nowMs,
    hold(iNa, ms) {
      for (let t = 0; t < ms && session.view().verdict.state !== 'done'; t += ROW_MS) live(iNa, ROW_MS)
    },
    stimulate(stimulus) {
      for (let t = 0; t < 10 * params.tauMs; t += ROW_MS) live(0, ROW_MS)
      session.observe({ type: 'stimulus', atMs: nowMs, stimulus })
      for (let t = 0; t < stimulus.durationMs; t += ROW_MS) live(stimulusNa(stimulus, t, 0), ROW_MS)
      live(0, ROW_MS)
    },
    apply(patch) {
      params = neuronFrom(patchedNeuron(params, patch), params.seed)
      session.observe({ type: 'params', atMs: nowMs, params })
    },
  }
}

/** Do what the check asks for. */
function carryOut(neuron: PlayedNeuron, step: LessonStep, check: LessonCheck | undefined): void {
  if (check === undefined) return
  if ('all' in check) for (const part of check.all) carryOut(neuron, step, part)
  else if ('any' in check) carryOut(neuron, step, check.any[0])
  else if ('measure' in check) measure(neuron, step, check)
  else if ('bracket' in check) halveBracket(neuron, step, check.bracket)
  else if ('points' in check) {
    for (let point = 0; point < check.count; point++) {
      const share = check.count === 1 ? 0 : point / (check.count - 1)
      const iNa = check.from + share * (check.to - check.from)
      neuron.hold(iNa, ((check.each.intervals ?? 8) + 3) * isiMs(neuron.known().params, iNa))
    }
  } else for (const reply of repliesTo(neuron, step, check)) neuron.session.reply(reply)
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
    neuron.stimulate(stimulusFor(neuron, step, check.reply))
    return
  }
  const known = neuron.known()
  const fitting = Array.from({ length: CURRENTS + 1 }, (_, k) => (neuron.maxNa * k) / CURRENTS)
    .concat(finer(known.params, neuron.maxNa))
    .filter(iNa => wouldFit(check, iNa, known))
    .sort((a, b) => a - b)
  const iNa = fitting[Math.floor(fitting.length / 2)]
  if (iNa === undefined) return
  const holdMs = check.for === undefined ? 0 : durationMs(check.for, known)
  const spikes = (check.intervals ?? 200) + 5
  const spikesMs = Number.isFinite(isiMs(known.params, iNa)) ? spikes * isiMs(known.params, iNa) : 0
  neuron.hold(iNa, Math.min(LONGEST_HOLD_MS, Math.max(holdMs, spikesMs, 1000) * 2))
}

/** Currents just above the rheobase, where the rate is steep. */
function finer(params: NeuronParams, maxNa: number): readonly number[] {
  const edge = rheobaseNa(params)
  return Array.from({ length: 40 }, (_, k) => edge * (1 + k / 1000)).filter(iNa => iNa > 0 && iNa <= maxNa)
}

/** Whether a held current would pass by theory. */
function wouldFit(
  { measure: quantity, while: conditions, ...check }: MeasureCheck,
  iNa: number,
  known: Known,
): boolean {
  const { params } = known
  const rateHz = rateWithNoiseHz(params, iNa)
  if (conditions?.currentNa && !isWithin(iNa, conditions.currentNa, known)) return false
  if (conditions?.rateHz && !isWithin(rateHz, conditions.rateHz, known)) return false
  if (check.intervals !== undefined && !(rateHz > 0)) return false
  const expected: Readonly<Record<string, number>> = {
    currentNa: iNa,
    vMv: params.restMv + params.resistanceMohm * iNa,
    rateHz,
    isiMs: 1000 / rateHz,
    cv: params.noiseMv > 0 ? Number.NaN : 0,
    spikes: rateHz > 0 ? Number.POSITIVE_INFINITY : 0,
  }
  const value = expected[quantity] ?? Number.NaN
  return Number.isNaN(value) || compare(value, check, { ...known, measuredNa: iNa }) === 'right'
}

/** A stimulus with the words of a check: a button of the step that has them, or one that makes no spike. */
function stimulusFor(neuron: PlayedNeuron, step: LessonStep, words: StimulusWords): Stimulus {
  const has = (stim: StimulusWords) =>
    Object.entries(words).every(([name, wanted]) => stim[name as keyof StimulusWords] === wanted)
  const { params } = neuron.known()
  const quiet: StimulusWords = { shape: 'step', iNa: 0.5 * rheobaseNa(params), ms: 10 * params.tauMs, replace: true }
  return stimulusOf(step.buttons?.find(({ stim }) => has(stim))?.stim ?? { ...quiet, ...words })
}

export function stimulusOf({ ms, replace, ...words }: StimulusWords): Stimulus {
  const given = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined))
  const base = defaultsOf(STIMULUS_FIELDS)
  return { ...base, ...given, durationMs: ms ?? base.durationMs, replaces: replace ?? base.replaces } as Stimulus
}

/** Halve the bracket until the check is content. */
function halveBracket(neuron: PlayedNeuron, step: LessonStep, kind: 'rheobaseNa' | 'iNa' | 'ms'): void {
  const { params } = neuron.known()
  const silentMs = params.refractoryMs + 11 * params.tauMs
  const isDone = () => neuron.session.view().verdict.state === 'done'
  let [low, high] = kind === 'ms' ? [0, 20 * params.tauMs] : [0, kind === 'iNa' ? 1000 : neuron.maxNa]
  for (let tries = 0; tries < 40 && !isDone(); tries++) {
    const middle = (low + high) / 2
    if (kind === 'rheobaseNa') neuron.hold(middle, silentMs)
    else {
      const stim = step.buttons?.[0]?.stim ?? { shape: 'pulse' as const, replace: true }
      neuron.stimulate(stimulusOf({ ...stim, [kind]: middle }))
    }
    if (fires(neuron, step, kind, middle)) high = middle
    else low = middle
  }
}

function fires(neuron: PlayedNeuron, step: LessonStep, kind: 'rheobaseNa' | 'iNa' | 'ms', value: number): boolean {
  const { params } = neuron.known()
  if (kind === 'rheobaseNa') return value > rheobaseNa(params)
  const stim = stimulusOf({ ...(step.buttons?.[0]?.stim ?? {}), [kind]: value })
  return stim.iNa > rheobaseNa(params) / -Math.expm1(-stim.durationMs / params.tauMs)
}
