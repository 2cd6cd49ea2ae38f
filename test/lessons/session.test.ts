import { describe, expect, it, test } from 'vitest'
import { readLesson } from '../../src/lessons/read-lesson.ts'
import { type LessonSession, startSession } from '../../src/lessons/session.ts'
import { neuronFrom } from '../../src/neuron/params.ts'
import { isiMs, rateHz } from '../../src/neuron/theory.ts'

const params = neuronFrom({ tauMs: 100 })
const state = { running: true, speed: 1, source: 'knob' } as const

const HEAD =
  'lesson: 1\nid: a\ntitle: A\nabout: B.\nminutes: 1\nlevel: school\nneeds: {neurons: 1, knob: any}\nsteps:\n'

function start(...steps: readonly string[]): LessonSession {
  const { lesson, complaints } = readLesson(
    `${HEAD}${steps.map((step, k) => `  - {id: s${k}, text: Do it., ${step}}\n`).join('')}`,
  )
  expect(complaints).toEqual([])
  return startSession(lesson!, { params, state, spanNa: 3 })
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
    expect(session.saved.get('trap')).toMatchObject({ low: 1.48, high: expect.closeTo(1.53, 9) })
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
