import { expect, it } from 'vitest'
import { csvFormatFrom, csvText } from '../../../../../src/web/public/neuron/data/csv-format.ts'

it.each([
  [null, 'en-US', 'comma-point'],
  [null, 'de-DE', 'semicolon-comma'],
  [null, 'fr', 'semicolon-comma'],
  [null, 'de-CH', 'comma-point'],
  ['tab-point', 'de-DE', 'tab-point'],
  ['what is this', 'en', 'comma-point'],
])('what was chosen is %j, and the language %s: %s', (chosen, language, format) => {
  expect(csvFormatFrom(chosen, language)).toBe(format)
})

it('turns the decimal sign of numbers alone', () => {
  const table = {
    comments: ['tau 1.5 ms'],
    columns: ['a', 'b'],
    rows: [
      ['-0.5', 'v1.2'],
      ['.25', 3],
    ],
  }
  expect(csvText(table, 'semicolon-comma')).toBe('# tau 1.5 ms\na;b\n-0,5;v1.2\n,25;3\n')
  expect(csvText(table, 'tab-point')).toBe('# tau 1.5 ms\na\tb\n-0.5\tv1.2\n.25\t3\n')
})
