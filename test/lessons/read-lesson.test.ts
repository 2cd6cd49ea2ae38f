import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readLesson } from '../../src/lessons/read-lesson.ts'

const FOLDER = new URL('../../config/lessons/', import.meta.url)
const files = readdirSync(FOLDER).filter(name => /^[a-z0-9-]+\.yaml$/.test(name))

test.each(files)('%s has nothing wrong', name => {
  expect(readLesson(readFileSync(new URL(name, FOLDER), 'utf8')).complaints).toEqual([])
})

const LESSON = `lesson: 1
id: a
title: A
about: B.
minutes: 1
level: school
needs: {neurons: 1, knob: any}
setup:
  preset: classroom
  params: {tauMs: 100}
steps:
  - id: one
    text: Do it.
    check: {measure: rateHz, above: 10, for: 3 s, save: top}
  - id: two
    text: Do it.
    check: {answer: {unit: nA, equals: {theory: rheobaseNa}, within: 3%}}
`

test.each<[string, string, string, number, RegExp]>([
  ['an unknown key', 'minutes: 1', 'minutes: 1\nlevle: x', 6, /levle is not known here/],
  ['a missing title', 'title: A\n', '', 1, /title is missing/],
  ['a text of HTML is text', 'text: Do it.', 'text: <b>Do</b>', 0, /^$/],
  ['an id twice', 'id: two', 'id: one', 15, /id is the id of a step before/],
  [
    'a check of no kind',
    '{measure: rateHz, above',
    '{mesure: rateHz, above',
    14,
    /is no check: it must have one of answer/,
  ],
  [
    'a quantity that is none',
    'measure: rateHz',
    'measure: rate',
    14,
    /check\.measure is "rate", must be one of currentNa/,
  ],
  ['a time without a unit', 'for: 3 s', 'for: 3', 14, /check\.for is 3, must be string/],
  ['no tolerance', 'rheobaseNa}, within: 3%', 'rheobaseNa}', 17, /within is missing/],
  ['a parameter out of range', 'tauMs: 100', 'tauMs: -1', 10, /tauMs is -1, must be a number above 0/],
  [
    'a recall of later',
    'text: Do it.\n    check: {m',
    'text: Do it.\n    recall: two\n    check: {m',
    14,
    /recall is two, must be/,
  ],
  ['a value never saved', '{theory: rheobaseNa}', '{saved: edge.currentNa}', 17, /no step before saves edge/],
  ['a place in a text', 'text: Do it.', 'text: At {rheobase} nA.', 13, /has \{rheobase\}, which names no number/],
  [
    'a mistake that is right',
    'within: 3%}}',
    'within: 3%}, mistakes: [{equals: 1.52, within: 3%, say: No.}]}',
    17,
    /is 1\.52, which with its tolerance meets the right answer 1\.5/,
  ],
  [
    'a saved name in a text that is none',
    'text: Do it.',
    'text: "{saved.typo.x}"',
    13,
    /has \{saved\.typo\.x\}, which names/,
  ],
  [
    'a theory that asks for a current',
    'text: Do it.',
    'text: "{theory.rateHz} Hz"',
    13,
    /has \{theory\.rateHz\}, which/,
  ],
  ['a theory with its current', 'text: Do it.', 'text: "{theory.rateHz@3} Hz"', 0, /^$/],
  ['a quantity that is none', '{theory: rheobaseNa}', '{saved: top.rate}', 17, /is top\.rate, but rate is no quantity/],
  [
    'a theory that is none',
    '{theory: rheobaseNa}',
    '{theory: rheobase}',
    17,
    /equals\.theory is "rheobase", must be one of/,
  ],
  [
    'a rate that the knob cannot reach',
    'above: 10',
    'above: 30',
    14,
    /passes at no current of the knob, which reaches 3 nA/,
  ],
  [
    'what holds wherever the knob stands',
    'rateHz, above: 10',
    'currentNa, below: 4',
    14,
    /passes wherever the knob stands/,
  ],
  [
    'what is passed at once',
    'rateHz, above: 10, for: 3 s',
    'spikes, below: 1',
    14,
    /for is missing: without it no spike/,
  ],
  [
    'silence that is too short',
    'rateHz, above: 10, for: 3 s',
    'spikes, below: 1, for: 5 tau',
    14,
    /for is 5 tau: silence proves something only after 1000 ms/,
  ],
  [
    'a tolerance missing in a condition',
    'for: 3 s',
    'while: {currentNa: {equals: 3}}, for: 3 s',
    14,
    /while\.currentNa\.within is missing/,
  ],
  [
    'points that do not fit',
    '{measure: rateHz, above: 10, for: 3 s, save: top}',
    '{points: rateHz, over: currentNa, from: 1.6, to: 2, count: 5, apart: 0.25, each: {above: 0}}',
    14,
    /apart is 0\.25: 5 such points do not fit/,
  ],
  [
    'a synapse without a weight',
    'text: Do it.\n    check: {m',
    'text: Do it.\n    set: {synapses: [{from: self}]}\n    check: {m',
    14,
    /must have one of weightNa, weightMv/,
  ],
  [
    'a row of the worksheet that is no step',
    'steps:',
    'worksheet: {table: {rows: [thre], columns: [I]}}\nsteps:',
    11,
    /worksheet\.table\.rows\.0 is thre, must be the id of a step/,
  ],
  ['an empty file', LESSON, '', 0, /is empty: begin with a copy/],
  ['no YAML', 'steps:', 'steps: [', 1, /./],
  ['a lesson of a later format', 'lesson: 1', 'lesson: 2', 1, /lesson is 2, must be one of 1/],
])('%s', (_, from, to, line, message) => {
  const { complaints } = readLesson(LESSON.replace(from, to))
  if (String(message) === '/^$/') expect(complaints).toEqual([])
  else expect(complaints[0]?.message).toMatch(message)
  if (line > 1) expect(complaints[0]?.line).toBe(line)
})

test('many mistakes are told at once, and a lesson of 1 MB is refused', () => {
  const broken = LESSON.replace('title: A', 'titel: A').replace('for: 3 s', 'for: 3').replace('within: 3%', 'within: x')
  expect(readLesson(broken).complaints.map(({ line }) => line)).toEqual([1, 3, 14, 17])
  // Of shape and of meaning, in one round.
  const both = LESSON.replace('title: A', 'titel: A').replace('id: two', 'id: one').replace('above: 10', 'above: 30')
  expect(readLesson(both).complaints.map(({ line }) => line)).toEqual([1, 3, 14, 15])
  expect(readLesson(`${LESSON}# ${'x'.repeat(1e6)}`).complaints[0]?.message).toMatch(/65536 at the most/)
})
