import { describe, expect, it, test } from 'vitest'
import type { RunningLesson } from '../../../../src/lessons/report.ts'
import {
  createLessonPanel,
  firstLesson,
  hasVerdict,
  secondsLeft,
  tellRunning,
} from '../../../../src/web/public/lesson/panel-state.ts'

import { updateSaid } from '../../../../src/web/public/lesson/spoken.ts'

const RUNNING: RunningLesson = {
  ...{
    id: 'first-spike',
    title: 'The first spike',
    stepId: 'dark',
    text: 'Turn the [knob](#knob) **left**.',
    live: null,
  },
  ...{ verdict: { state: 'notYet' }, say: null, hints: [], hintsLeft: 1, states: ['todo', 'todo'], attempts: 0 },
  ...{
    recalled: null,
    steps: ['dark', 'first'],
    index: 0,
    asked: null,
    isPrediction: false,
    buttons: [],
    canGoOn: false,
    hintInS: 20,
  },
  ...{ answerInS: 0, maySeeSolution: false, solution: null, stepS: 0, isPaused: false, pace: null, isLed: false },
  ...{ hasHandUp: false, conceals: [], locks: [], show: {} },
}

describe('what the server tells of the lesson', () => {
  it('opens the panel when a lesson begins, and not again after the student has closed it', () => {
    const panel = createLessonPanel()
    tellRunning(panel, RUNNING, 0)
    expect(panel.isOpen).toBe(true)
    panel.isOpen = false
    tellRunning(panel, { ...RUNNING, index: 1 }, 200)
    expect(panel.isOpen).toBe(false)
  })

  it('leaves what is being typed alone, until another step comes', () => {
    const panel = createLessonPanel()
    tellRunning(panel, RUNNING, 0)
    panel.typed = '1,'
    panel.chosen.add(2)
    tellRunning(panel, { ...RUNNING, hintInS: 19 }, 200)
    expect([panel.typed, panel.chosen.size]).toEqual(['1,', 1])
    tellRunning(panel, { ...RUNNING, index: 1 }, 400)
    expect([panel.typed, panel.chosen.size]).toEqual(['', 0])
  })
})

test.each([
  [20, 0, 20],
  [20, 500, 20],
  [20, 19_500, 1],
  [20, 60_000, 0],
])('of %d s, told %d ms ago, %d are left', (seconds, agoMs, left) => {
  expect(secondsLeft({ toldMs: 1000 }, seconds, 1000 + agoMs)).toBe(left)
})

it('who comes for the first time is offered what can be done here, for beginners', () => {
  const lesson = { id: 'a', title: 'A', about: '', minutes: 5, level: 'school', steps: 3, missing: null }
  const report = (...lessons: (typeof lesson | (Omit<typeof lesson, 'missing'> & { missing: string }))[]) => ({
    report: { lessons, broken: [], running: null },
  })
  const beginner = { ...lesson, id: 'b', level: 'beginner' }
  expect(firstLesson(report(lesson, beginner))?.id).toBe('b')
  expect(firstLesson(report(lesson, { ...beginner, missing: 'It needs a real knob.' }))?.id).toBe('a')
  expect(firstLesson({ report: undefined })).toBeUndefined()
})

describe('a verdict', () => {
  const question = { ...RUNNING, asked: { type: 'number', unit: 'nA' } } as const
  it.each<[string, boolean, RunningLesson]>([
    ['of what is measured is always shown', true, RUNNING],
    ['of a question that nobody has answered says nothing', false, question],
    ['of a wrong answer is shown', true, { ...question, attempts: 1 }],
    [
      'of what a question also measures is shown',
      true,
      { ...question, verdict: { state: 'notYet', measured: { low: 1 } } },
    ],
    ['of a step without a check says nothing', false, { ...RUNNING, verdict: { state: 'done', measured: {} } }],
    [
      'of a step that is done is shown',
      true,
      { ...RUNNING, states: ['done'], verdict: { state: 'done', measured: {} } },
    ],
  ])('%s', (_, isShown, running) => {
    expect(hasVerdict(running)).toBe(isShown)
  })
})

describe('the screen reader', () => {
  const hold = (have: number) => ({ ...RUNNING, verdict: { state: 'hold', have, need: 3000, unit: 'ms' } }) as const

  it('is told the step and its task in plain words', () => {
    const panel = createLessonPanel()
    tellRunning(panel, { ...RUNNING, asked: { type: 'confirm', label: 'Wired' } }, 5000)
    updateSaid(panel, 5000)
    expect(panel.said).toBe('Step 1 of 2. Turn the knob left.')
  })

  it('is not told how long a hold has lasted, nor each verdict that comes and goes', () => {
    const panel = createLessonPanel()
    tellRunning(panel, hold(100), 5000)
    updateSaid(panel, 5000)
    expect(panel.said).toBe('Step 1 of 2. Hold it')
    tellRunning(panel, hold(900), 5800)
    updateSaid(panel, 5800)
    expect(panel.said).toBe('Step 1 of 2. Hold it')
    tellRunning(panel, RUNNING, 5900)
    updateSaid(panel, 5900)
    expect(panel.said).toBe('Step 1 of 2. Hold it')
    updateSaid(panel, 7900)
    expect(panel.said).toBe('Step 1 of 2. Not yet')
  })

  it('is told at once that a step is done', () => {
    const panel = createLessonPanel()
    tellRunning(panel, hold(100), 5000)
    updateSaid(panel, 5000)
    tellRunning(
      panel,
      { ...RUNNING, states: ['done'], say: 'No flash.', verdict: { state: 'done', measured: {} } },
      5100,
    )
    updateSaid(panel, 5100)
    expect(panel.said).toBe('Step 1 of 2. Done. No flash.')
  })
})
