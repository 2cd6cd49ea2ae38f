import { expect, it } from 'vitest'
import { EMPTY_SKETCH, isEmpty, pointsOf, withStroke } from '../../../../src/web/public/lesson/sketch.ts'

const x = { from: 0, to: 3, unit: 'nA' }
const y = { from: 0, to: 15, unit: 'Hz' }

it('is a line between the places that the pen passed, whichever way it went', () => {
  const forth = withStroke(EMPTY_SKETCH, { x: 0.5, y: 0 }, { x: 1, y: 1 })
  const back = withStroke(EMPTY_SKETCH, { x: 1, y: 1 }, { x: 0.5, y: 0 })
  expect(forth).toEqual(back)
  const points = pointsOf(forth, x, y)
  expect(points[0]).toEqual([1.5, 0])
  expect(points.at(-1)).toEqual([3, 15])
  expect(points).toHaveLength(31)
})

it('is drawn anew where the pen passes again, and stays on the pad', () => {
  const once = withStroke(EMPTY_SKETCH, { x: 0, y: 0.5 }, { x: 1, y: 0.5 })
  const twice = withStroke(once, { x: 0.9, y: 0.5 }, { x: 1, y: 7 })
  expect(twice[0]).toBe(0.5)
  expect(twice.at(-1)).toBe(1)
})

it('has a point where the pen only touched', () => {
  expect(isEmpty(EMPTY_SKETCH)).toBe(true)
  expect(pointsOf(withStroke(EMPTY_SKETCH, { x: 0.5, y: 0.2 }, { x: 0.5, y: 0.2 }), x, y)).toEqual([[1.5, 3]])
})
