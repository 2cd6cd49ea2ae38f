/** Students of software who play a lesson on a simulated neuron, in model time: seconds for a lesson. */

import { defaultsOf } from '../fields/field-types-and-checks.ts'
import { advance, restingState } from '../neuron/integrate-and-fire.ts'
import { type NeuronInput, type NeuronParams, neuronFrom, patchedNeuron } from '../neuron/params.ts'
import { rateWithNoiseHz } from '../neuron/siegert.ts'
import { STIMULUS_FIELDS, type Stimulus, stimulusNa } from '../neuron/stimulus.ts'
import { isiMs, rheobaseNa } from '../neuron/theory.ts'
import { durationMs, type Reply } from './checks.ts'
import type { Check, Lesson, MeasureCheck, Step, StimulusWords } from './format.ts'
import { type LessonSession, startSession } from './session.ts'
import { knobSpan, setUpParams } from './set-up.ts'
import { isWithin } from './stretch.ts'
import { compare, type Known, numberOf } from './values.ts'
import type { Verdict } from './verdict.ts'

/** A row of the trace comes this often, model ms. */
const ROW_MS = 1
/** A student who has done what is asked waits no longer than this for the verdict, model ms. */
const PATIENCE_MS = 600_000
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
interface Desk {
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
  const desk = sitDown(lesson, uniform)
  return lesson.steps.map(step => playStep(desk, step, () => carryOut(desk, step, step.check)))
}

/**
 * A student who touches nothing and only skips: passes no step that has a check. A step counts as passed if it passes
 * wherever the knob happens to stand, at its left end and at firing.
 */
export function playLazy(lesson: Lesson, draw: () => () => number): readonly PlayedStep[] {
  const [left, firing] = LAZY_LEVELS.map(level => {
    const desk = sitDown(lesson, draw())
    return lesson.steps.map(step => playStep(desk, step, () => desk.hold(level * desk.maxNa, LAZY_MS)))
  }) as [PlayedStep[], PlayedStep[]]
  return left.map((played, index) => (firing[index]!.state === 'stuck' ? firing[index]! : played))
}

const LAZY_LEVELS = [0, 0.6] as const

function playStep(desk: Desk, step: Step, act: () => void): PlayedStep {
  const { session } = desk
  const startMs = desk.nowMs()
  if (session.step?.set) desk.apply(session.step.set.params as NeuronInput)
  act()
  const { verdict } = session.view()
  const state = step.check !== undefined && verdict.state !== 'done' ? 'stuck' : 'passed'
  if (!session.next()) session.skip()
  return { id: step.id, state, verdict, tookMs: desk.nowMs() - startMs }
}

function sitDown(lesson: Lesson, uniform: () => number): Desk {
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
function carryOut(desk: Desk, step: Step, check: Check | undefined): void {
  if (check === undefined) return
  if ('all' in check) for (const part of check.all) carryOut(desk, step, part)
  else if ('any' in check) carryOut(desk, step, check.any[0])
  else if ('measure' in check) measure(desk, step, check)
  else if ('bracket' in check) trap(desk, step, check.bracket)
  else if ('points' in check) {
    for (let point = 0; point < check.count; point++) {
      const share = check.count === 1 ? 0 : point / (check.count - 1)
      const iNa = check.from + share * (check.to - check.from)
      desk.hold(iNa, ((check.each.intervals ?? 8) + 3) * isiMs(desk.known().params, iNa))
    }
  } else for (const reply of repliesTo(desk, step, check)) desk.session.reply(reply)
}

function repliesTo(
  desk: Desk,
  step: Step,
  check: Exclude<Check, { all: unknown } | { any: unknown }>,
): readonly Reply[] {
  if ('answer' in check) {
    if (check.after) measure(desk, step, check.after)
    const value = numberOf(check.answer.equals, desk.known())
    return [{ type: 'number', value }]
  }
  if ('choose' in check) {
    return check.choose.flatMap((option, index): Reply[] => (option.right ? [{ type: 'option', index }] : []))
  }
  if ('predict' in check) {
    return [check.predict === 'sketch' ? { type: 'sketch', points: [[0, 0]] } : { type: 'option', index: 0 }]
  }
  return 'write' in check ? [{ type: 'text', text: 'as measured' }] : [{ type: 'confirmed' }]
}

function measure(desk: Desk, step: Step, check: MeasureCheck): void {
  if (check.reply) {
    desk.stimulate(stimulusFor(desk, step, check.reply))
    return
  }
  const known = desk.known()
  const fitting = Array.from({ length: CURRENTS + 1 }, (_, k) => (desk.maxNa * k) / CURRENTS)
    .concat(finer(known.params, desk.maxNa))
    .filter(iNa => wouldFit(check, iNa, known))
    .sort((a, b) => a - b)
  const iNa = fitting[Math.floor(fitting.length / 2)]
  if (iNa === undefined) return
  const holdMs = check.for === undefined ? 0 : durationMs(check.for, known)
  const spikes = (check.intervals ?? 200) + 5
  const spikesMs = Number.isFinite(isiMs(known.params, iNa)) ? spikes * isiMs(known.params, iNa) : 0
  desk.hold(iNa, Math.min(PATIENCE_MS, Math.max(holdMs, spikesMs, 1000) * 2))
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
function stimulusFor(desk: Desk, step: Step, words: StimulusWords): Stimulus {
  const has = (stim: StimulusWords) =>
    Object.entries(words).every(([name, wanted]) => stim[name as keyof StimulusWords] === wanted)
  const { params } = desk.known()
  const quiet: StimulusWords = { shape: 'step', iNa: 0.5 * rheobaseNa(params), ms: 10 * params.tauMs, replace: true }
  return stimulusOf(step.buttons?.find(({ stim }) => has(stim))?.stim ?? { ...quiet, ...words })
}

export function stimulusOf({ ms, replace, ...words }: StimulusWords): Stimulus {
  const given = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined))
  const base = defaultsOf(STIMULUS_FIELDS)
  return { ...base, ...given, durationMs: ms ?? base.durationMs, replaces: replace ?? base.replaces } as Stimulus
}

/** Halve the trap until the check is content. */
function trap(desk: Desk, step: Step, kind: 'rheobaseNa' | 'iNa' | 'ms'): void {
  const { params } = desk.known()
  const silentMs = params.refractoryMs + 11 * params.tauMs
  const isDone = () => desk.session.view().verdict.state === 'done'
  let [low, high] = kind === 'ms' ? [0, 20 * params.tauMs] : [0, kind === 'iNa' ? 1000 : desk.maxNa]
  for (let tries = 0; tries < 40 && !isDone(); tries++) {
    const middle = (low + high) / 2
    if (kind === 'rheobaseNa') desk.hold(middle, silentMs)
    else {
      const stim = step.buttons?.[0]?.stim ?? { shape: 'pulse' as const, replace: true }
      desk.stimulate(stimulusOf({ ...stim, [kind]: middle }))
    }
    if (fires(desk, step, kind, middle)) high = middle
    else low = middle
  }
}

function fires(desk: Desk, step: Step, kind: 'rheobaseNa' | 'iNa' | 'ms', value: number): boolean {
  const { params } = desk.known()
  if (kind === 'rheobaseNa') return value > rheobaseNa(params)
  const stim = stimulusOf({ ...(step.buttons?.[0]?.stim ?? {}), [kind]: value })
  return stim.iNa > rheobaseNa(params) / -Math.expm1(-stim.durationMs / params.tauMs)
}
