import { expect, it } from 'vitest'
import { decimalMark, isGrouped, keysFor, parseNumber } from '../../../../src/web/public/shared/parse-number.ts'

it.each([
  ['12.5', 12.5],
  ['12,5', 12.5],
  [' -3 ', -3],
  ['−0,5', -0.5],
  ['+2', 2],
  ['.5', 0.5],
  [',5', 0.5],
  ['5,', 5],
  ['1e-3', 0.001],
  ['1,5e3', 1500],
  ['1.000', 1],
  ['12.345', 12.345],
  ['0,125', 0.125],
  ['-0,125', -0.125],
  ['1234,567', 1234.567],
  ['12,3456', 12.3456],
  ['1,00', 1],
  ['4123456789', 4_123_456_789],
  ['12\u2009345', 12_345],
  ['1 000', 1000],
  ['12,5 ms', 12.5],
  ['12.5MS', 12.5],
])('%j is the number %d', (text, value) => {
  expect(parseNumber(text, 'ms', '.')).toBe(value)
})

it.each([
  '',
  ' ',
  'abc',
  '1,000',
  '-12,345',
  '1,000 ms',
  '1,000e3',
  '1,234.5',
  '1.234,5',
  '1.000,5',
  "1'000",
  '1,2,3',
  '12 5',
  '1-2',
  '--1',
  '12 mV',
  'ms',
  'Infinity',
  '0x10',
  '1e',
])('%j is not read', text => {
  expect(parseNumber(text, 'ms', '.')).toBeNaN()
})

it.each<[string, boolean]>([
  ['1,000', true],
  ['−1,000', true],
  ['1.000,5', true],
  ['1,000.5', true],
  ['1,000,000', true],
  ['1.000.000', true],
  ["1'000", true],
  ['1.000', false],
  ['0,125', false],
  ['1000', false],
  ['1,2,3', false],
  ['abc', false],
])('%j is not read because of the marks between its thousands: %s', (text, is) => {
  expect(isGrouped(text, '.')).toBe(is)
})

it.each([
  ['de-DE', 1.503],
  ['fr', 1.503],
  ['en-GB', Number.NaN],
  ['de-CH', Number.NaN],
])('in %s 1,503 is %d', (language, value) => {
  expect(parseNumber('1,503', 'nA', decimalMark(language))).toBe(value)
})

it('a field that may be negative gets keys with a minus', () => {
  expect([keysFor(-100), keysFor(0)]).toEqual(['text', 'decimal'])
})
