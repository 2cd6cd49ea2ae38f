import { describe, expect, it, test } from 'vitest'
import type { Expectation, Value } from '../../src/lessons/format.ts'
import { compare, type Known, numberOf } from '../../src/lessons/values.ts'
import { neuronFrom } from '../../src/neuron/params.ts'

const known: Known = {
  params: neuronFrom({ tauMs: 100, refractoryMs: 100 }),
  saved: new Map([['top', { rateHz: 11.8, currentNa: 3 }]]),
  answers: new Map([['rest', -71]]),
  synapses: [{ from: 'self', weightNa: -0.1, tauMs: 1000 }],
  measuredNa: 3,
  measuredHz: 5,
  measuredMs: 10,
}

test.each<[string, Value, number, number]>([
  ['a parameter', { param: 'restMv' }, -70, 9],
  ['the rheobase', { theory: 'rheobaseNa' }, 1.5, 9],
  ['the rheobase of another neuron', { theory: 'rheobaseNa', with: { resistanceMohm: 20 } }, 0.75, 9],
  ['the rate at the measured current', { theory: 'rateHz', at: 'measured' }, 5.413, 3],
  ['the rate without the pause', { theory: 'rateHz', at: 3, with: { refractoryMs: 0 } }, 11.802, 3],
  ['the interval', { theory: 'isiMs', at: 3 }, 184.73, 2],
  ['the highest rate', { theory: 'maxRateHz' }, 10, 9],
  ['the slope', { theory: 'slope', from: 2.5, to: 3, with: { refractoryMs: 0 } }, 5.4, 2],
  ['the first spike', { theory: 'latencyMs', at: 3 }, 69.31, 2],
  ['strength and duration', { theory: 'thresholdNa', at: 10 }, 15.76, 2],
  ['the chronaxie', { theory: 'chronaxieMs' }, 69.31, 2],
  ['the cut-off', { theory: 'cutoffHz' }, 1.592, 3],
  ['the gain at it', { theory: 'gainMvPerNa', at: 1.592 }, 7.07, 2],
  ['the gain at the measured frequency', { theory: 'gainMvPerNa', at: 'measured' }, 3.03, 2],
  ['the strength for the measured duration', { theory: 'thresholdNa', at: 'measured' }, 15.76, 2],
  ['the jump by a charge', { theory: 'jumpMv', at: 112.5 }, 11.25, 9],
  ['the CV of a clock', { theory: 'cv', at: 3 }, 0, 9],
  // f = F(I - b tau f), solved by hand for F(3) = 11.8, F(2.5) = 9.1 Hz.
  ['the adapted rate', { theory: 'adaptedHz', at: 3, with: { refractoryMs: 0 } }, 7.625, 3],
  ['the window of coincidence', { theory: 'windowMs', at: 10 }, 69.31, 2],
  ['a saved value less another', { saved: 'top.rateHz', minus: 'top.currentNa' }, 8.8, 9],
  ['a rate over a current', { saved: 'top.rateHz', dividedBy: { saved: 'top.currentNa' } }, 3.9333, 4],
  ['an answer', { answer: 'rest', plus: 1 }, -70, 9],
  [
    'the threshold by own numbers',
    { theory: 'thresholdMv', with: { restMv: { answer: 'rest' }, rheobaseNa: 1.5 } },
    -56,
    9,
  ],
])('%s', (_, value, expected, digits) => {
  expect(numberOf(value, known)).toBeCloseTo(expected, digits)
})

it('is no number where something was never measured', () => {
  expect(numberOf({ saved: 'edge.currentNa' }, known)).toBeNaN()
  expect(numberOf({ theory: 'rateHz', at: { answer: 'guess' } }, known)).toBeNaN()
})

describe('a comparison', () => {
  test.each<[number, Expectation, string]>([
    [10, { equals: 10, within: '1%' }, 'right'],
    [9.93, { equals: 10, within: '0.5%', close: '2%' }, 'close'],
    [9.93, { equals: 10, within: '0.5%' }, 'wrong'],
    [-69.6, { equals: { param: 'restMv' }, within: 0.5 }, 'right'],
    [1.5, { above: 1.5 }, 'wrong'],
    [1.5, { atLeast: 1.5 }, 'right'],
    [0, { below: 0 }, 'wrong'],
    [1.51, { between: [1.5, 1.53] }, 'right'],
    [1.56, { between: [1.5, 1.53], close: { times: 1.05 } }, 'close'],
    [1.7, { between: [1.5, 1.53], close: { times: 1.05 } }, 'wrong'],
    [Number.NaN, { above: 0 }, 'unknown'],
    [3, { equals: { saved: 'never.rateHz' }, within: 1 }, 'unknown'],
  ])('of %s with %j is %s', (value, comparison, agreement) => {
    expect(compare(value, comparison, known)).toBe(agreement)
  })
})
