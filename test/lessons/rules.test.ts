import { describe, expect, it } from 'vitest'
import type { Lesson } from '../../src/lessons/format.ts'
import { LOCKS, type LockableRequest, lockOn, rulesOf, toldVerdict } from '../../src/lessons/rules.ts'

function lesson(setup: Lesson['setup']): Lesson {
  return {
    ...{ lesson: 1, id: 'mystery', title: 'M', about: 'M', minutes: 1, level: 'school' },
    ...{ needs: { neurons: 1, knob: 'any' }, setup, steps: [{ id: 'one', text: 'One.' }] },
  }
}

const HIDDEN = { conceals: ['params'] } as const
const patch = (patch: unknown): LockableRequest => ({ type: 'patch', patch })
const verb = (verb: string, payload: unknown = {}): LockableRequest => ({ type: 'command', verb, payload })

describe('what a lesson hides', () => {
  it('is hidden until a step reveals it', () => {
    const mystery = lesson({ conceal: ['params', 'rheobase'] })
    expect(rulesOf(mystery).conceals).toEqual(['params', 'rheobase'])
    expect(rulesOf(mystery, ['params']).conceals).toEqual(['rheobase'])
  })

  it('cannot be found by changing it: hidden parameters are locked, revealed ones too', () => {
    const mystery = lesson({ conceal: ['params'] })
    expect(rulesOf(mystery).locks).toEqual(['params', 'preset'])
    expect(rulesOf(mystery, ['params']).locks).toEqual(['params', 'preset'])
  })
})

describe('what a lesson locks', () => {
  const rules = (lock: NonNullable<Lesson['setup']>['lock'], stim?: readonly 'step'[]) =>
    rulesOf(lesson({ lock, ...(stim && { allow: { stim: [...stim] } }) }))

  it.each([
    ['params', patch({ tauMs: 20 }), 'tauMs'],
    ['params', patch({ minNa: 0 }), 'minNa'],
    ['speed', patch({ speed: 2 }), 'speed'],
    ['speed', verb('speed', { speed: 2 }), 'speed'],
    ['preset', verb('preset', { name: 'bio' }), 'preset'],
    ['stim', verb('stim', { iNa: 2 }), 'stim'],
    ['stim', verb('stim'), 'stim'],
    ['take', verb('take', { level: 0.5 }), 'take'],
    ['run', verb('run', { on: false }), 'run'],
    ['run', verb('reset'), 'reset'],
  ] as const)('%s: refuses %j by naming %s', (lock, request, path) => {
    const message = `${path}: the lesson keeps this; stop the lesson to change it`
    expect(lockOn(request, rules([lock]))).toEqual({ code: 'locked', message, path })
    if (lock !== 'take') expect(lockOn(request, rules('all'))).toMatchObject({ path })
    expect(lockOn(request, rules(LOCKS.filter(other => other !== lock)))).toBeNull()
  })

  it.each([
    patch({}),
    patch(null),
    patch('x'),
    verb('mute'),
    verb('identify'),
    verb('nonsense'),
    verb('toString'),
  ])('nothing of %j', request => expect(lockOn(request, rules('all'))).toBeNull())

  it('lets the shapes of stimuli pass that it allows, and their end', () => {
    const steps = rules('all', ['step'])
    expect(lockOn(verb('stim', { shape: 'step', iNa: 2 }), steps)).toBeNull()
    expect(lockOn(verb('stim', { iNa: 2 }), steps)).toBeNull()
    expect(lockOn(verb('stim', {}), steps)).toBeNull()
    expect(lockOn(verb('stim', { shape: 'sine', iNa: 2 }), steps)).toMatchObject({ path: 'stim' })
  })
})

describe('a verdict on a hidden neuron', () => {
  it('tells nothing that was computed from it', () => {
    const measured = { value: 3, expected: 4 }
    expect(toldVerdict({ state: 'nearly', measured: { vMv: -60 }, off: -3.7 }, HIDDEN)).toMatchObject({ off: -1 })
    expect(toldVerdict({ state: 'done', measured }, HIDDEN)).toEqual({ state: 'done', measured: { value: 3 } })
    const hold = { state: 'hold', have: 274, need: 1370, unit: 'ms' } as const
    expect(toldVerdict(hold, HIDDEN)).toEqual({ state: 'hold', have: 0.2, need: 1, unit: '' })
  })

  it('tells no voltage where V is hidden', () => {
    const verdict = { state: 'done', measured: { vMv: -66.9, steadyMv: -61, rateHz: 8, expected: 8 } } as const
    expect(toldVerdict(verdict, { conceals: ['V'] })).toEqual({ state: 'done', measured: { rateHz: 8, expected: 8 } })
    const both = { conceals: ['V', 'params'] } as const
    expect(toldVerdict(verdict, both)).toEqual({ state: 'done', measured: { rateHz: 8 } })
    expect(toldVerdict(verdict, { conceals: [] })).toEqual(verdict)
  })

  it('tells what was counted and measured', () => {
    for (const verdict of [
      { state: 'hold', have: 3, need: 8, unit: 'intervals' },
      { state: 'notYet', measured: { rateHz: 3 } },
    ] as const) {
      expect(toldVerdict(verdict, HIDDEN)).toEqual(verdict)
    }
  })
})
