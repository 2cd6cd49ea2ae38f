import { describe, expect, it, test } from 'vitest'
import type { Lesson, StimulusWords } from '../../src/lessons/format.ts'
import { readLesson } from '../../src/lessons/read-lesson.ts'
import { type LessonSession, startSession } from '../../src/lessons/session.ts'
import { stimulusOf } from '../../src/lessons/students.ts'
import { translated } from '../../src/lessons/translate.ts'
import { neuronFrom } from '../../src/neuron/params.ts'
import { isiMs, rateHz } from '../../src/neuron/theory.ts'

const params = neuronFrom({ tauMs: 100 })
const state = { running: true, speed: 1, source: 'knob' } as const

const HEAD =
  'lesson: 1\nid: a\ntitle: A\nabout: B.\nminutes: 1\nlevel: school\nneeds: {neurons: 1, knob: any}\nsteps:\n'

function lessonOf(...steps: readonly string[]): Lesson {
  const { lesson, complaints } = readLesson(
    `${HEAD}${steps.map((step, k) => `  - {id: s${k}, text: Do it., ${step}}\n`).join('')}`,
  )
  expect(complaints).toEqual([])
  return lesson!
}

function start(...steps: readonly string[]): LessonSession {
  return startSession(lessonOf(...steps), { params, state, spanNa: 3 })
}

/** A hand that holds the knob, on a neuron that fires by theory. */
function hand(session: LessonSession) {
  let nowMs = 0
  let seq = 0
  let lastMs = 0
  return {
    hold(iNa: number, ms: number, late = false) {
      for (const endMs = nowMs + ms; nowMs < endMs; ) {
        nowMs += 1
        const isi = isiMs(params, iNa)
        if (nowMs - lastMs >= isi) {
          const isFirst = lastMs === 0 || nowMs - lastMs > isi + 1
          lastMs = isFirst ? nowMs : lastMs + isi
          session.observe({ type: 'spike', atMs: nowMs, seq: ++seq, isiMs: isFirst ? Number.NaN : isi, late })
        }
        session.observe({ type: 'sample', atMs: nowMs, iNa, vMv: -70 })
      }
    },
    loseSpike: () => void seq++,
    now: () => nowMs,
  }
}

const RATE = 'check: {measure: rateHz, equals: {theory: rateHz, at: measured}, within: 2%, intervals: 8, save: top}'
const EDGE = 'check: {bracket: rheobaseNa, narrowerThan: 0.06, save: trap}'

describe('a rate held against theory', () => {
  it('passes after eight intervals, and is saved', () => {
    const session = start(RATE)
    const knob = hand(session)
    knob.hold(2, 5 * isiMs(params, 2))
    expect(session.view().verdict).toMatchObject({ state: 'hold', need: 8, unit: 'intervals' })
    knob.hold(2, 6 * isiMs(params, 2))
    expect(session.view().verdict.state).toBe('done')
    expect(session.saved.get('top')?.rateHz).toBeCloseTo(rateHz(params, 2), 6)
  })

  it('never passes while the knob is swept', () => {
    const session = start(RATE)
    const knob = hand(session)
    for (let k = 0; k < 300; k++) knob.hold(1.6 + 0.02 * (k % 50), 40)
    expect(session.view().verdict.state).not.toBe('done')
  })

  test.each<[string, (session: LessonSession, knob: ReturnType<typeof hand>) => void, RegExp]>([
    ['the neuron is paused', (s, k) => s.observe({ type: 'state', atMs: k.now(), ...state, running: false }), /paused/],
    ['the knob is lost', (s, k) => s.observe({ type: 'state', atMs: k.now(), ...state, source: 'lost' }), /knob/],
    ['the speed is another', (s, k) => s.observe({ type: 'state', atMs: k.now(), ...state, speed: 10 }), /speed/],
    ['a spike is late', (_, k) => k.hold(2, 170, true), /late/],
    ['a spike is missing', (_, k) => [k.loseSpike(), k.hold(2, 170)], /not seen/],
    ['a spike arrives from another neuron', (s, k) => s.observe({ type: 'arrival', atMs: k.now() }), /arrived/],
  ])('cannot be told when %s, and begins anew', (_, disturb, why) => {
    const session = start(RATE)
    const knob = hand(session)
    knob.hold(2, 7 * isiMs(params, 2))
    disturb(session, knob)
    expect(session.view().verdict).toMatchObject({ state: 'cannotTell', why: expect.stringMatching(why) })
    session.observe({ type: 'state', atMs: knob.now(), ...state })
    knob.hold(2, 4 * isiMs(params, 2))
    expect(session.view().verdict.state).not.toBe('done')
    knob.hold(2, 8 * isiMs(params, 2))
    expect(session.view().verdict.state).toBe('done')
  })

  it('begins anew when a parameter changes', () => {
    const session = start(RATE)
    const knob = hand(session)
    knob.hold(2, 7 * isiMs(params, 2))
    session.observe({ type: 'params', atMs: knob.now(), params })
    knob.hold(2, 3 * isiMs(params, 2))
    expect(session.view().verdict.state).not.toBe('done')
  })
})

describe('a trap of the rheobase', () => {
  it('closes when both ends were held', () => {
    const session = start(EDGE)
    const knob = hand(session)
    knob.hold(1.48, 1100)
    knob.hold(1.53, 900)
    expect(session.view().verdict.state).toBe('done')
    expect(session.saved.get('trap')).toMatchObject({ low: expect.closeTo(1.48, 9), high: expect.closeTo(1.53, 9) })
  })

  it('has the current at which it fired for its upper end, though a hand got there by small steps', () => {
    const session = start(EDGE)
    const knob = hand(session)
    knob.hold(1.49, 1100)
    for (const iNa of [1.495, 1.5, 1.505]) knob.hold(iNa, 20)
    knob.hold(1.51, 3000)
    const { low, high } = session.saved.get('trap')!
    expect(low).toBeLessThan(1.5)
    expect(high).toBeGreaterThan(1.5)
  })

  it('takes no silence for granted that was shorter than ten time constants', () => {
    const session = start(EDGE)
    const knob = hand(session)
    knob.hold(1.54, 600)
    expect(session.view().verdict).toEqual({ state: 'notYet', measured: { high: expect.closeTo(1.54, 9) } })
  })

  it('is forgotten when a parameter changes', () => {
    const session = start(EDGE)
    const knob = hand(session)
    knob.hold(1.48, 1100)
    session.observe({ type: 'params', atMs: knob.now(), params })
    knob.hold(1.53, 900)
    expect(session.view().verdict.state).not.toBe('done')
  })
})

describe('an answer', () => {
  const ANSWER =
    "check: {answer: {unit: nA, equals: {theory: rheobaseNa}, within: 3%, close: 8%}, mistakes: [{equals: 1500, within: 5%, say: 'In pA.'}]}, done: 'Yes, {theory.rheobaseNa} nA.'"

  test.each([
    [1.5, 'done', 'Yes, 1.5 nA.'],
    [1.6, 'nearly', null],
    [1500, 'notYet', 'In pA.'],
    [7, 'notYet', null],
  ])('%s is %s', (value, verdict, say) => {
    const session = start(ANSWER)
    session.reply({ type: 'number', value })
    expect(session.view()).toMatchObject({ verdict: { state: verdict }, say, attempts: 1 })
  })

  it('does not tell the right value by how far a wrong one is off', () => {
    const session = start(ANSWER)
    session.reply({ type: 'number', value: 1.6 })
    expect(JSON.stringify(session.view().verdict)).not.toMatch(/1\.5\b|0\.1\b|0\.0999/)
  })

  it('waits for the measurement that must come first', () => {
    const session = start(
      'check: {answer: {unit: mV, equals: -70, within: 1}, after: {measure: currentNa, below: 0.02, for: 1 s}}',
    )
    session.reply({ type: 'number', value: -70 })
    expect(session.view().verdict.state).toBe('cannotTell')
    hand(session).hold(0, 1100)
    session.reply({ type: 'number', value: -70 })
    expect(session.view().verdict.state).toBe('done')
  })
})

it('shows hints one by one, recalls a prediction, and lets every step be skipped', () => {
  const session = start(
    'check: {predict: [{id: more, text: More}, {id: less, text: Less}]}',
    "check: {measure: spikes, atLeast: 3}, recall: s0, hints: [Turn., 'Turn further.']",
  )
  expect(session.next()).toBe(false)
  session.reply({ type: 'options', indices: [1] })
  expect(session.next()).toBe(true)
  expect(session.view()).toMatchObject({ recalled: 'Less', hints: [], hintsLeft: 2 })
  session.hint()
  expect(session.view()).toMatchObject({ hints: ['Turn.'], hintsLeft: 1 })
  session.skip()
  expect(session.view()).toMatchObject({ stepId: null, states: ['done', 'skipped'] })
  session.skip()
})

/** Stimuli, each after a rest, that make so many spikes. */
function stimuli(session: LessonSession) {
  let nowMs = 0
  let seq = 0
  return {
    send(words: StimulusWords, spikes: number, { restMs = 1000, knobNa = 0, vMv = -70 } = {}) {
      nowMs += restMs
      session.observe({ type: 'sample', atMs: nowMs, iNa: knobNa, vMv })
      const stimulus = stimulusOf(words)
      session.observe({ type: 'stimulus', atMs: nowMs, stimulus })
      for (let k = 0; k < spikes; k++) {
        const atMs = nowMs + ((k + 0.5) * stimulus.durationMs) / spikes
        session.observe({ type: 'spike', atMs, seq: ++seq, isiMs: stimulus.durationMs / spikes, late: false })
      }
      nowMs += stimulus.durationMs
      session.observe({ type: 'sample', atMs: nowMs, iNa: knobNa, vMv: -70 })
      return session.view().verdict
    },
  }
}

describe('a bracket by stimuli', () => {
  const PULSES = 'check: {bracket: iNa, reply: {ms: 100}, narrowerThan: 5%, save: edge}'
  const pulse = (iNa: number, ms = 100, replace = true) => ({ shape: 'pulse', iNa, ms, replace }) as const

  it('closes between one that makes a spike and one that does not', () => {
    const session = start(PULSES)
    const { send } = stimuli(session)
    expect(send(pulse(2.3), 0)).toEqual({ state: 'notYet', measured: { low: 2.3 } })
    expect(send(pulse(2.5, 50), 1)).toEqual({ state: 'notYet', measured: { low: 2.3 } })
    expect(send(pulse(2.4), 1).state).toBe('done')
    expect(session.saved.get('edge')).toMatchObject({ low: 2.3, high: 2.4, iNa: expect.closeTo(2.35, 9) })
  })

  it('takes no pulse that came too soon, or on top of the knob', () => {
    const { send } = stimuli(start(PULSES))
    send(pulse(2.3), 0)
    expect(send(pulse(2.4), 1, { restMs: 300 })).toMatchObject({
      state: 'cannotTell',
      why: expect.stringMatching(/too soon/),
    })
    expect(send(pulse(2.4), 1, { vMv: -60 })).toMatchObject({
      ...{ state: 'cannotTell', why: expect.stringMatching(/not at rest/) },
    })
    expect(send(pulse(2.4, 100, false), 1, { knobNa: 1 })).toMatchObject({
      state: 'cannotTell',
      why: expect.stringMatching(/knob/),
    })
    expect(send(pulse(2.4), 1).state).toBe('done')
  })

  it('says so where what was silent fires, and begins anew', () => {
    const { send } = stimuli(start(PULSES))
    send(pulse(2.4), 0)
    expect(send(pulse(2.3), 1)).toMatchObject({
      state: 'cannotTell',
      why: expect.stringMatching(/silent at 2\.4 and fired at 2\.3/),
    })
    send(pulse(2.3), 0)
    expect(send(pulse(2.4), 1).state).toBe('done')
  })

  const PAIRS = 'check: {bracket: periodMs, reply: {shape: train}, fires: below, narrowerThan: 12, save: gap}'
  const train = (periodMs: number, pulses: number, widthMs = 1) =>
    ({ shape: 'train', iNa: 2, periodMs, widthMs, ms: periodMs * (pulses - 1) + widthMs, replace: true }) as const

  it('of the gap between two pulses: it fires below', () => {
    const session = start(PAIRS)
    const { send } = stimuli(session)
    send(train(120, 2), 0)
    send(train(60, 2), 1)
    expect(send(train(110, 2), 1).state).toBe('done')
    expect(session.saved.get('gap')).toMatchObject({ low: 110, high: 120 })
  })

  it('of a rhythm: it follows if each pulse makes a spike', () => {
    const session = start(
      'check: {bracket: periodMs, reply: {shape: train}, spikesPerPulse: 1, narrowerThan: 60, save: limit}',
    )
    const { send } = stimuli(session)
    send(train(286, 10, 143), 9)
    expect(send(train(334, 10, 167), 10).state).toBe('done')
    expect(session.saved.get('limit')).toMatchObject({ low: 286, high: 334 })
  })
})

it('takes points over what varies from stimulus to stimulus, each once', () => {
  const session = start(
    'check: {points: spikesPerPulse, over: periodMs, from: 100, to: 500, apart: 50, count: 2, each: {equals: 1, within: 5%}, save: p}',
  )
  const { send } = stimuli(session)
  const train = (periodMs: number) => ({ shape: 'train', iNa: 2, periodMs, widthMs: 50, ms: 5 * periodMs }) as const
  expect(send(train(400), 5)).toMatchObject({ state: 'hold', have: 1, need: 2 })
  expect(send(train(420), 5)).toMatchObject({ have: 1 })
  expect(send(train(200), 3)).toMatchObject({ have: 1 })
  expect(send(train(250), 5).state).toBe('done')
  expect(session.saved.get('p')).toEqual({ periodMs1: 400, spikesPerPulse1: 1, periodMs2: 250, spikesPerPulse2: 1 })
})

it('measures a latency only from rest', () => {
  const session = start('check: {reply: {iNa: 3}, measure: latencyMs, equals: {theory: latencyMs, at: 3}, within: 3%}')
  const { send } = stimuli(session)
  const step = { shape: 'step', iNa: 3, ms: 138.6, replace: true } as const
  expect(send(step, 1, { vMv: -62 })).toMatchObject({ state: 'cannotTell', why: expect.stringMatching(/not at rest/) })
  expect(send(step, 1).state).toBe('done')
})

describe('silence', () => {
  const SILENT =
    'check: {measure: spikes, equals: 0, within: 0, while: {steady: true, currentNa: [1.2, 1.6]}, for: 10 tau}'

  it('counts from the last spike, while the current is held', () => {
    const session = start(SILENT)
    const knob = hand(session)
    knob.hold(1.55, 1500)
    knob.hold(1.4, 900)
    expect(session.view().verdict).toMatchObject({ state: 'hold', need: 1000, unit: 'ms' })
    knob.hold(1.4, 300)
    expect(session.view().verdict.state).toBe('done')
  })
})

describe('synapses that a step has made', () => {
  const LOUD =
    'set: {synapses: [{from: caller, weightMv: 25, rateHz: 3}]}, check: {measure: spikesPerArrival, equals: 1, within: 5%, while: {currentNa: {below: 0.1}}, intervals: 20}'

  it('let spikes arrive, and the ratio be measured', () => {
    const session = start(LOUD)
    for (let k = 1; k <= 25; k++) {
      session.observe({ type: 'sample', atMs: 300 * k - 1, iNa: 0, vMv: -70 })
      session.observe({ type: 'arrival', atMs: 300 * k })
      session.observe({ type: 'spike', atMs: 300 * k, seq: k, isiMs: k === 1 ? Number.NaN : 300, late: false })
      session.observe({ type: 'sample', atMs: 300 * k + 1, iNa: 0, vMv: -75 })
    }
    expect(session.view().verdict).toMatchObject({ state: 'done', measured: { spikesPerArrival: 1, arrivals: 21 } })
  })
})

it('waits with a noisy rate until its standard error is less than half of the tolerance', () => {
  const noisy = neuronFrom({ tauMs: 10, noiseMv: 2 })
  const { lesson } = readLesson(
    `${HEAD.replace('steps:', 'setup: {preset: bio}\nsteps:')}  - {id: a, text: A., check: {measure: rateHz, equals: 50, within: 2%, while: {currentNa: [1, 2]}, intervals: 200}}\n`,
  )
  const session = startSession(lesson!, { params: noisy, state, spanNa: 3 })
  let atMs = 0
  // Intervals of 20 ± 10 ms: a CV of 0.5, of which 1 % is reached after 2500.
  for (let k = 1; k <= 400; k++) {
    atMs += k % 2 === 0 ? 10 : 30
    session.observe({ type: 'spike', atMs, seq: k, isiMs: k % 2 === 0 ? 10 : 30, late: false })
    session.observe({ type: 'sample', atMs, iNa: 1.4, vMv: -60 })
  }
  expect(session.view().verdict).toMatchObject({ state: 'hold', unit: 'intervals' })
  expect(session.view().verdict).toHaveProperty('need', expect.closeTo(2500, -2))
})

it('tells why, and what a mistake means, in the language of the lesson shown', () => {
  const MINUS =
    "check: {answer: {unit: mV, equals: -70, within: 1}, after: {measure: currentNa, below: 0.02, for: 1 s}, mistakes: [{equals: 70, within: 1, say: 'Mind the sign.'}]}"
  const session = start(MINUS)
  const { lesson } = translated(lessonOf(MINUS), 'steps: {s0: {mistakes: [Achte auf das Vorzeichen.]}}', 'de')
  session.reply({ type: 'number', value: -70 })
  expect(session.view(lesson)).toMatchObject({ verdict: { state: 'cannotTell', why: 'miss zuerst' } })
  hand(session).hold(0, 1100)
  session.reply({ type: 'number', value: 70 })
  expect(session.view(lesson).say).toBe('Achte auf das Vorzeichen.')
  expect(session.view().say).toBe('Mind the sign.')
})
