import { describe, expect, it } from 'vitest'
import { readLesson } from '../../src/lessons/read-lesson.ts'
import { startSession } from '../../src/lessons/session.ts'
import { FIRST, setUpParams } from '../../src/lessons/set-up.ts'
import { paramsAt, worksheetOf } from '../../src/lessons/worksheet.ts'

const LESSON = `lesson: 1
id: a
title: A
about: B.
minutes: 1
level: school
needs: {neurons: 1, knob: any}
setup: {preset: classroom, conceal: [params]}
steps:
  - {id: first, text: "R is {param.resistanceMohm} MOhm.", check: {answer: {unit: nA, equals: {theory: rheobaseNa}, within: 3%}}, done: "It is {theory.rheobaseNa} nA."}
  - id: points
    text: Measure.
    check: {points: rateHz, over: currentNa, count: 2, from: 1.5, to: 3, apart: 0.2, each: {equals: {theory: rateHz, at: measured}, within: 2%, intervals: 8}, save: fi}
  - {id: guess, text: Guess., check: {predict: [{id: x, text: "{param.tauMs} ms"}, {id: y, text: less}]}}
  - {id: sketch, text: Draw it., check: {predict: sketch, x: {from: 0, to: 3, unit: nA}, y: {from: 0, to: 12, unit: Hz}}}
  - {id: write, text: "Now R is {param.resistanceMohm} MOhm.", set: {params: {resistanceMohm: 20, tauMs: 100}}, check: {write: Why?}}
worksheet:
  ask: [Names]
  plots: [points]
  table: {rows: [points, first], columns: [current, rate]}
  lines: 4
`

function start() {
  const { lesson, complaints } = readLesson(LESSON)
  expect(complaints).toEqual([])
  const setUp = setUpParams(lesson!, FIRST)
  const session = startSession(lesson!, {
    params: setUp,
    state: { running: true, speed: 1, source: 'knob' },
    spanNa: 3,
  })
  return { lesson: lesson!, setUp, session, sheet: () => worksheetOf(lesson!, session, setUp, ['params']) }
}

describe('a worksheet', () => {
  it('of a lesson that has just begun has the tasks, and blanks for what later ones would tell', () => {
    const { sheet } = start()
    const { steps, points, ...rest } = sheet()
    expect(rest).toEqual({
      ...{ id: 'a', title: 'A', about: 'B.', ask: ['Names'], lines: 4, conceals: ['params'] },
      table: { columns: ['current', 'rate'], rows: [2, 1] },
    })
    expect(points).toEqual({ toNa: 3, measured: [], theory: null })
    expect(steps.map(({ text }) => text)).toEqual([
      'R is 10 MOhm.',
      'Measure.',
      'Guess.',
      'Draw it.',
      'Now R is … MOhm.',
    ])
    expect(steps[2]?.asked).toEqual({ type: 'options', options: ['… ms', 'less'], several: false })
    expect(
      steps.every(({ said, reply, measured }) => said === null && reply === null && Object.keys(measured).length === 0),
    ).toBe(true)
  })

  it('has the own numbers and answers, and the parameters of each step at its time', () => {
    const { session, sheet, lesson, setUp } = start()
    session.takeUp({
      ...session.progress(),
      measured: new Map([['points', { currentNa1: 2, rateHz1: 6.2, currentNa2: 2.5, rateHz2: 9.1 }]]),
    })
    session.reply({ type: 'number', value: 1.5 })
    session.next()
    session.skip()
    session.reply({ type: 'options', indices: [0] })
    session.next()
    const line = [
      [0, 0],
      [3, 12],
    ] as const
    session.reply({ type: 'sketch', points: line })
    session.next()
    session.observe({ type: 'params', atMs: 1, params: paramsAt(4, lesson, setUp) })
    session.reply({ type: 'text', text: 'It has {param.tauMs}' })
    const { steps, points } = sheet()
    expect(steps[0]).toMatchObject({ mark: 'done', text: 'R is 10 MOhm.', reply: '1.5', said: 'It is 1.5 nA.' })
    expect(steps[0]?.measured).toEqual({ value: 1.5 })
    expect(steps[1]).toMatchObject({ mark: 'skipped', said: null })
    // The parameters are concealed, and the curve would tell them.
    expect(points?.theory).toBeNull()
    expect(worksheetOf(lesson, session, setUp, []).points?.theory?.at(-1)?.rateHz).toBeCloseTo(11.802, 3)
    expect(points?.measured).toEqual([
      { iNa: 2, rateHz: 6.2 },
      { iNa: 2.5, rateHz: 9.1 },
    ])
    expect(steps[2]?.reply).toBe('100 ms')
    expect(steps[3]).toMatchObject({ reply: null, sketch: line })
    // What a student writes is no text of the lesson.
    expect(steps[4]).toMatchObject({ text: 'Now R is 20 MOhm.', reply: 'It has {param.tauMs}' })
  })
})

it('tells of steps that were taken up from a file nothing that the neuron knows', () => {
  const { session, sheet } = start()
  const states = session.states.map(() => 'done' as const)
  session.takeUp({ ...session.progress(), states, measured: new Map([['first', { value: 7 }]]) })
  expect(sheet().steps[0]).toMatchObject({ mark: 'done', measured: { value: 7 }, said: null })
  session.goTo(0)
  session.reply({ type: 'number', value: 1.5 })
  expect(sheet().steps[0]?.said).toBe('It is 1.5 nA.')
})
