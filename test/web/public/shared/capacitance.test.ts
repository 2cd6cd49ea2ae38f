import { expect, it } from 'vitest'
import { formatCapacitance, parseCapacitance } from '../../../../src/web/public/shared/capacitance.ts'

it.each([
  [1, '1 nF'],
  [0.9, '900 pF'],
  [0.02, '20 pF'],
  [0.000_012, '0.012 pF'],
  [10, '10 nF'],
  [999.4, '999.4 nF'],
  [1000, '1 µF'],
  [2500, '2.5 µF'],
])('%d nF is shown as %s', (nanofarad, text) => expect(formatCapacitance(nanofarad)).toBe(text))

it.each([
  ['500 pF', 1, 0.5],
  ['0,5 nF', 20, 0.5],
  ['1 uF', 1, 1000],
  ['2.5µF', 1, 2500],
  ['250', 0.5, 0.25],
  ['250', 5, 250],
  ['250 PF', 5, 0.25],
])('%s, typed where %d nF stands, is %d nF', (text, shownNf, nanofarad) => {
  expect(parseCapacitance(text, shownNf)).toBeCloseTo(nanofarad, 12)
})

it.each(['', 'much', '1 F', '5 mV', '1,2,5 nF'])('"%s" is not read', text => {
  expect(parseCapacitance(text, 1)).toBeNaN()
})
