import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Lesson } from '../../src/lessons/format.ts'
import { readLesson } from '../../src/lessons/read-lesson.ts'
import { playIdeal, playLazy } from '../../src/lessons/students.ts'
import { translated } from '../../src/lessons/translate.ts'
import { randomFrom, uniform } from '../../src/neuron/random.ts'

const FOLDER = new URL('../../config/lessons/', import.meta.url)
const files = readdirSync(FOLDER).filter(name => /^[a-z0-9-]+\.yaml$/.test(name))
const lessonIn = (name: string) => readLesson(readFileSync(new URL(name, FOLDER), 'utf8')).lesson as Lesson

/** Chance that is the same every time. */
function draw() {
  const random = randomFrom(7)
  return () => uniform(random)
}

test.each(files)('%s: one who knows the theory passes every step', name => {
  expect(playIdeal(lessonIn(name), draw()).filter(({ state }) => state === 'stuck')).toEqual([])
})

test.each(files)('%s: one who does nothing passes none', name => {
  const lesson = lessonIn(name)
  const passed = playLazy(lesson, draw).filter(({ state }) => state === 'passed')
  expect(passed.map(({ id }) => id)).toEqual(lesson.steps.filter(({ check }) => !check).map(({ id }) => id))
})

test('there are ten lessons and more, and all of them are complete in German', () => {
  expect(files.length).toBeGreaterThanOrEqual(10)
  const german = (name: string) => readFileSync(new URL(name.replace('.yaml', '.de.yaml'), FOLDER), 'utf8')
  const faults = files.map(name => {
    const { missing, complaints } = translated(lessonIn(name), german(name), 'de')
    return { name, missing, complaints }
  })
  expect(faults.filter(({ missing, complaints }) => missing.length + complaints.length > 0)).toEqual([])
})
