import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { progressFile, progressIn } from '../../src/lessons/progress-file.ts'
import { readLesson } from '../../src/lessons/read-lesson.ts'
import { startSession } from '../../src/lessons/session.ts'
import { FIRST, setUpParams } from '../../src/lessons/set-up.ts'

const shipped = (id: string) =>
  readLesson(readFileSync(new URL(`../../config/lessons/${id}.yaml`, import.meta.url), 'utf8')).lesson!
const LESSON = shipped('first-spike')
const NEURON = 'pi-a'
const newSession = () =>
  startSession(LESSON, {
    params: setUpParams(LESSON, FIRST),
    state: { running: true, speed: 1, source: 'knob' },
    spanNa: 3,
  })

function kept() {
  const session = newSession()
  for (let k = 0; k < 2; k++) session.skip()
  session.reply({ type: 'options', indices: [1] })
  session.next()
  for (let k = 0; k < 3; k++) session.skip()
  session.reply({ type: 'number', value: 1.5 })
  const file = progressFile(LESSON, NEURON, { index: session.index, ...session.progress() })
  return { session, file: JSON.parse(JSON.stringify(file)) }
}

describe('a file of progress', () => {
  it('is taken up where it ends, with what was measured and answered', () => {
    const { session, file } = kept()
    const progress = progressIn(file, LESSON, 'pi-b')
    if (typeof progress === 'string') throw new Error(progress)
    const next = newSession()
    next.takeUp(progress)
    next.goTo(progress.index)
    expect([next.index, next.view().states]).toEqual([6, session.view().states])
    expect(next.progress()).toEqual(session.progress())
    expect(next.answers.get('number')).toBe(1.5)
    expect(next.canGoOn()).toBe(true)
  })

  const OTHER = shipped('fi-curve')
  it('of another lesson is refused, and says which one to load', () => {
    expect(progressIn(kept().file, OTHER, NEURON)).toBe(
      'the file is of the lesson first-spike, and fi-curve runs: load first-spike first',
    )
  })

  it('of a lesson with other steps is refused', () => {
    const changed = { ...LESSON, steps: LESSON.steps.slice(1) }
    expect(progressIn(kept().file, changed, NEURON)).toContain('has other steps now')
  })

  it('of a mystery is refused on another neuron', () => {
    const lesson = shipped('mystery')
    const states = lesson.steps.map(() => 'todo' as const)
    const none = new Map()
    const file = progressFile(lesson, NEURON, {
      ...{ index: 0, states, saved: none, answers: none, measured: none, replies: none },
    })
    expect(progressIn(file, lesson, NEURON)).toMatchObject({ index: 0 })
    expect(progressIn(file, lesson, 'pi-b')).toContain('is another on pi-b')
  })

  it.each<[string, (file: Record<string, unknown>) => unknown]>([
    ['null', () => null],
    ['a list', () => []],
    ['a text', () => 'x'],
    ['no format', file => ({ ...file, format: undefined })],
    ['a later version', file => ({ ...file, version: 2 })],
    ['a key too many', file => ({ ...file, admin: true })],
    ['a state that is none', file => ({ ...file, steps: [{ id: 'dark', state: 'constructor' }] })],
    ['steps beyond number', file => ({ ...file, steps: Array(61).fill({ id: 'dark', state: 'done' }) })],
    ['an index that is none', file => ({ ...file, index: -1 })],
    ['a number that is none', file => ({ ...file, answers: { number: '1.5' } })],
    ['no finite number', file => ({ ...file, answers: { number: Number.POSITIVE_INFINITY } })],
    ['an endless text', file => ({ ...file, replies: { why: { type: 'text', text: 'x'.repeat(2001) } } })],
    ['a reply that is none', file => ({ ...file, replies: { why: { type: 'eval', code: 'x' } } })],
  ])('of %s is refused with a sentence', (_, change) => {
    expect(progressIn(change(kept().file), LESSON, NEURON)).toMatch(/^this is not a file of a lesson's progress: /)
  })

  it('loses what the lesson does not know', () => {
    const { file } = kept()
    file.saved = JSON.parse('{"__proto__": {"x": 1}, "foreign": {"rateHz": 1}}')
    file.answers.foreign = 1
    const progress = progressIn({ ...file, index: 1000 }, LESSON, NEURON)
    expect(progress).toMatchObject({ index: LESSON.steps.length, saved: new Map() })
    expect(progress).toMatchObject({ answers: new Map([['number', 1.5]]) })
    expect({}).not.toHaveProperty('x')
  })
})
