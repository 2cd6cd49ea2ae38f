import { expect, it } from 'vitest'
import { VERBS } from '../../../../../src/loop/control/verbs.ts'
import { readFields } from '../../../../../src/web/public/neuron/data/read-stimulus-form.ts'

const { fields } = VERBS.stim

it('the form is read as it was typed', () => {
  const typed = [
    ['iNa', '−2,5'],
    ['offsetNa', '1.5 nA'],
    ['periodMs', '12,5'],
    ['ms', '1e3'],
  ] as const
  expect(readFields(typed, 'sine', fields)).toEqual({ iNa: -2.5, offsetNa: 1.5, periodMs: 12.5, ms: 1000 })
})

it.each([
  ['', 'Amplitude is empty, must be a number from -1000 to 1000 nA'],
  [
    '1,000',
    'Amplitude is "1,000", must be a number from -1000 to 1000 nA: write 1000 for a thousand, without a mark in between, and 1.5 or 1,5 for one and a half',
  ],
  [
    '1.000,5 nA',
    'Amplitude is "1.000,5 nA", must be a number from -1000 to 1000 nA: write 1000 for a thousand, without a mark in between, and 1.5 or 1,5 for one and a half',
  ],
  ['two', 'Amplitude is "two", must be a number from -1000 to 1000 nA'],
])('what cannot be read is said, with what is allowed: %j', (text, message) => {
  expect(
    readFields(
      [
        ['ms', '5'],
        ['iNa', text],
      ],
      'sine',
      fields,
    ),
  ).toBe(message)
})
