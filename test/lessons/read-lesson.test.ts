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
  ['no YAML', 'steps:', 'steps: [', 1, /./],
  ['a lesson of a later format', 'lesson: 1', 'lesson: 2', 1, /lesson is 2, must be one of 1/],
])('%s', (_, from, to, line, message) => {
  const { complaints } = readLesson(LESSON.replace(from, to))
  if (line === 0) expect(complaints).toEqual([])
  else expect(complaints[0]?.message).toMatch(message)
  if (line > 1) expect(complaints[0]?.line).toBe(line)
})

test('many mistakes are told at once, and a lesson of 1 MB is refused', () => {
  const broken = LESSON.replace('title: A', 'titel: A').replace('for: 3 s', 'for: 3').replace('within: 3%', 'within: x')
  expect(readLesson(broken).complaints.map(({ line }) => line)).toEqual([1, 3, 14, 17])
  expect(readLesson(`${LESSON}# ${'x'.repeat(1e6)}`).complaints[0]?.message).toMatch(/65536 at the most/)
})
