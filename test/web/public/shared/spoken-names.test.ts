import { expect, it } from 'vitest'
import { NEURON_FIELDS } from '../../../../src/neuron/params.ts'
import { inWords, listed, partName } from '../../../../src/web/public/shared/spoken-names.ts'

it.each([
  [
    'resetMv is -40, must be below thresholdMv, which is -55 mV',
    'Reset V_reset is -40, must be below Threshold V_th, which is -55 mV',
  ],
  [
    'resistanceMohm is 0, must be a number above 0 to 1000000 MOhm',
    'Resistance R is 0, must be a number above 0 to 1000000 MΩ',
  ],
  [
    'minNa is 5, must be below maxNa',
    'Current at the low end of the knob is 5, must be below Current at the high end of the knob',
  ],
  ['model is "x", must be one of lif, pif', 'Model is "x", must be one of lif, pif'],
  ['the model of speed does not matter', 'the model of speed does not matter'],
  ['another neuron has this id', 'another neuron has this id'],
])('%s', (sentence, words) => expect(inWords(sentence)).toBe(words))

it('what a sentence is about has its own names', () => {
  expect(inWords('ms is 0, must be a number from 1 to 600000 ms', { ms: 'Lasts' })).toMatch(/^Lasts is 0, .* ms$/)
})

it('no help of a parameter shows the key of another', () => {
  for (const { help } of Object.values(NEURON_FIELDS)) expect(inWords(help)).not.toMatch(/\b[a-z]+(Mv|Ms|Mohm|Nf)\b/)
})

it.each([
  ['led', 'LED'],
  ['buzzer', 'buzzer'],
  ['status-led', 'status LED'],
  ['led2', 'LED2'],
  ['controlled', 'controlled'],
  ['knob', 'knob'],
])('the part %s is called %s', (name, words) => expect(partName(name)).toBe(words))

it('parts are listed as people list them', () => {
  expect([[], ['LED'], ['LED', 'buzzer'], ['LED', 'buzzer', 'bar']].map(listed)).toEqual([
    ...['', 'LED', 'LED and buzzer', 'LED, buzzer and bar'],
  ])
})
