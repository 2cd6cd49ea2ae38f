import { describe, expect, it } from 'vitest'
import { VERBS } from '../../../../../src/loop/control/verbs.ts'
import { parseStimulusCsv, parseStimulusSteps } from '../../../../../src/web/public/neuron/data/stimulus-csv.ts'

describe('a file of currents', () => {
  it('becomes a stimulus with a row wherever the current changes, and tells what it is', () => {
    const text = 't_ms,i_na,note\n0,0\n100,1.5\n200,1.5\n300,3\n400,3\n'
    expect(parseStimulusCsv('a.csv', text, VERBS.stim.fields)).toEqual({
      tMs: [0, 100, 300],
      valuesNa: [0, 1.5, 3],
      ms: 500,
      message: 'a.csv: 5 rows, 0.5 s, 0 to 3 nA; not used: note',
      isGood: true,
    })
  })

  it.each([
    ['t_ms,i_na\n0,1\nten,2', 'a.csv: line 3: t_ms is "ten", must be a number'],
    ['t_ms,i_na\n0,1\n0,2', 'a.csv: line 3: t_ms is 0, the same as in the row above it, must be later'],
    ['0,1\n1,2', 'a.csv: begins with the line "0,1", must begin with the names of its columns: t_ms,i_na'],
    ['', 'a.csv: is empty, must begin with the names of its columns: t_ms,i_na'],
    [`t_ms,i_na\n${'x,1\n'.repeat(9)}`, 'line 4: t_ms is "x", must be a number; and 6 more lines like these'],
  ])('is refused with the line and what is allowed: %j', (text, words) => {
    const { message, isGood } = parseStimulusCsv('a.csv', text, VERBS.stim.fields)
    expect([isGood, message]).toEqual([false, expect.stringContaining(words)])
  })

  const rows = (count: number, stepMs: number) =>
    `t_ms,i_na\n${Array.from({ length: count }, (_, k) => `${k * stepMs},${k % 2}\n`).join('')}`

  it('that is as much as a stimulus may be is good', () => {
    expect(parseStimulusCsv('a.csv', rows(20_000, 0.1), VERBS.stim.fields).isGood).toBe(true)
  })

  it.each([
    [rows(20_001, 1), 'has 20001 values (one wherever the current changes), at most 20000 fit into a stimulus: keep'],
    [rows(3, 0.05), 'has rows 0.05 ms apart, must be 0.1 ms or more'],
    [rows(3, 300_000), 'lasts 900 s, a stimulus lasts 600 s at the most'],
    ['t_ms,i_na\n0,1\n1,-1200', 'has a current of -1200 nA, must stay from -1000 to 1000 nA'],
  ])('that is more than a stimulus may be is refused at once, with the limit', (text, words) => {
    const { message, isGood } = parseStimulusCsv('a.csv', text, VERBS.stim.fields)
    expect([isGood, message]).toEqual([false, expect.stringContaining(`a.csv: ${words}`)])
  })
})

describe('steps that were typed', () => {
  it.each([
    ['0 0\n100 1,55\n400 0\n500 0', [0, 100, 400], [0, 1.55, 0], 500],
    ['100; 0.8\n\n200:\t−1.6\n300 0\n', [0, 100, 200], [0, 0.8, -1.6], 300],
    ['0 1\n50 0', [0], [1], 50],
    ['0,1.5\n50,0', [0], [1.5], 50],
  ])('%j', (text, tMs, valuesNa, ms) => {
    expect(parseStimulusSteps(text, VERBS.stim.fields)).toEqual({ tMs, valuesNa, ms, message: '', isGood: true })
  })

  it.each([
    ['0 0\n100 x\n200 0', 'Own steps: line 2 is "100 x", must be a time and a current, like 100 1.55'],
    ['0 0\n\n100 1 2\n200 0', 'line 3 is "100 1 2", must be'],
    ['0 0\n100 1\n100 2\n200 0', 'line 3: the time is 100 ms, must be later than 100 ms'],
    ['-5 1\n100 0', 'line 1: the time is -5 ms, must be later than 0 ms'],
    ['0,1,5\n50 0', 'line 1 is "0,1,5", must be'],
    ['0 1', 'has fewer than two lines'],
    ['', 'has fewer than two lines'],
    ['0 5000\n100 0', 'has a current of 5000 nA, must stay from -1000 to 1000 nA'],
    ['0 1\n700000 0', 'lasts 700 s, a stimulus lasts 600 s at the most'],
  ])('%j is refused with the line and what is allowed', (text, words) => {
    const { message, isGood } = parseStimulusSteps(text, VERBS.stim.fields)
    expect([isGood, message]).toEqual([false, expect.stringContaining(words)])
  })
})
