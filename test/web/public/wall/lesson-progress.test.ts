import { describe, expect, it } from 'vitest'
import type { StepMark } from '../../../../src/lessons/report.ts'
import type { Peer, PeerLesson } from '../../../../src/mqtt/types.ts'
import { handsUp, lessonTables, paceIn, shuffled } from '../../../../src/web/public/wall/lesson-progress.ts'
import { fakePeer } from './fake-synapses.ts'

const NOW_US = 1.8e15

function group(
  id: string,
  marks: readonly StepMark[],
  change: Partial<PeerLesson> = {},
  peer: Partial<Peer> = {},
): Peer {
  const steps = marks.map((mark, k) => ({ id: `step-${k + 1}`, mark }))
  const lesson = {
    ...{ id: 'first-spike', title: 'The first spike', index: marks.indexOf('todo'), steps, attempts: 0 },
    ...{ sinceUs: NOW_US, hand: null, paused: false, led: true, ...change },
  }
  return fakePeer(id, { lesson, ...peer })
}

describe('the lessons of a class', () => {
  it('make a table each, with how many groups are through with each step', () => {
    const tables = lessonTables(
      [
        group('pi-1', ['done', 'todo', 'todo'], { id: 'mystery' }),
        group('pi-2', ['done', 'solved', 'todo']),
        fakePeer('pi-3'),
        group('pi-4', ['skipped', 'nearly', 'todo'], { index: 1 }),
      ],
      NOW_US,
    )
    const shown = tables.map(({ id, passed, rows }) => [id, passed, rows.map(({ peer }) => peer.id)])
    expect(shown).toEqual([
      ['first-spike', [2, 1, 0], ['pi-2', 'pi-4']],
      ['mystery', [1, 0, 0], ['pi-1']],
    ])
  })

  it('of one id with other steps are other lessons', () => {
    expect(lessonTables([group('pi-1', ['todo']), group('pi-2', ['todo', 'todo'])], NOW_US)).toHaveLength(2)
  })

  it.each<[string, boolean, number, Partial<PeerLesson>, Partial<Peer>]>([
    ['for 179 s is not stuck', false, 179, {}, {}],
    ['for 180 s is stuck', true, 180, {}, {}],
    ['of a paused lesson is not stuck', false, 600, { paused: true }, {}],
    ['that was the last is not stuck', false, 600, { index: 2 }, {}],
    ['of a neuron that is gone is not stuck', false, 600, {}, { life: 'gone' }],
    ['of a clock that is ahead is not stuck', false, -600, {}, {}],
  ])('at a step %s', (_, isStuck, forS, change, peer) => {
    const group1 = group('pi-1', ['done', 'todo'], { sinceUs: NOW_US - forS * 1e6, ...change }, peer)
    const row = lessonTables([group1], NOW_US)[0]!.rows[0]!
    expect(row.isStuck).toBe(isStuck)
    expect(row.stepS).not.toBeLessThan(0)
  })

  it('are called in the order of the hands', () => {
    const peers = [group('pi-1', ['todo'], { hand: 7 }), group('pi-2', ['todo']), group('pi-3', ['todo'], { hand: 2 })]
    expect(handsUp(peers)).toEqual(['pi-3', 'pi-1'])
  })

  it('stand in an order of their own on every page while names are hidden', () => {
    const ids = Array.from({ length: 30 }, (_, k) => `pi-${String(k + 1).padStart(2, '0')}`)
    const { rows } = lessonTables(
      ids.map(id => group(id, ['todo'])),
      NOW_US,
    )[0]!
    const order = (salt: number) => shuffled(rows, salt).map(({ peer }) => peer.id)
    expect(order(1)).toEqual(order(1))
    expect(order(1)).not.toEqual(order(2))
    expect(order(1)).not.toEqual(ids)
    expect([...order(1)].sort()).toEqual(ids)
  })
})

it.each([
  ['2', '5', { from: 2, to: 5 }],
  ['1', '', { from: 1, to: 10 }],
  ['3', '3', { from: 3, to: 3 }],
  ['4', '3', undefined],
  ['0', '3', undefined],
  ['1', '11', undefined],
  ['1.5', '3', undefined],
  ['x', '3', undefined],
])('steps %j to %j of ten are %j', (from, to, pace) => {
  expect(paceIn({ from, to }, 10)).toEqual(pace)
})
