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
