import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openLessonLibrary } from '../../../src/daemon/lessons/lesson-folders.ts'

const lesson = (id: string) => `lesson: 1
id: ${id}
title: A test
about: A lesson for tests.
minutes: 1
level: school
needs: {neurons: 1, knob: any}
steps:
  - {id: a, text: Do it.}
`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lessons-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
const idsOf = (library: ReturnType<typeof openLessonLibrary>) => library.read().lessons.map(one => one.lesson.id)

it('offers a file at once that was put there, changed or taken away', () => {
  const library = openLessonLibrary([folder])
  expect(idsOf(library)).toEqual([])
  write('one.yaml', lesson('one'))
  write('two.yml', lesson('two'))
  write('notes.txt', 'no lesson')
  expect(idsOf(library)).toEqual(['one', 'two'])
  write('one.yaml', lesson('another'))
  expect(idsOf(library)).toEqual(['another', 'two'])
  rmSync(join(folder, 'two.yml'))
  expect(idsOf(library)).toEqual(['another'])
})

it('has none where there is no such folder', () => {
  expect(openLessonLibrary([join(folder, 'none')]).read()).toEqual({ lessons: [], broken: [] })
})

it('names what is wrong with a file, and offers the others', () => {
  write('good.yaml', lesson('good'))
  write('mistakes.yaml', `${lesson('bad').replace('minutes: 1', 'minutes: 0')}speed: 3\n`)
  write('large.yaml', `${lesson('large')}# ${'x'.repeat(2 ** 20)}\n`)
  write('binary.yaml', '\0\0')
  mkdirSync(join(folder, 'folder.yaml'))
  const { lessons, broken } = openLessonLibrary([folder]).read()
  expect(lessons.map(one => one.lesson.id)).toEqual(['good'])
  const complaints = Object.fromEntries(
    broken.map(({ file, complaints }) => [file.slice(folder.length + 1), complaints]),
  )
  expect(complaints).toEqual({
    'binary.yaml': [{ line: 0, message: expect.stringContaining('this is no text in UTF-8') }],
    'folder.yaml': [{ line: 0, message: 'this is no file: name a YAML file' }],
    'large.yaml': [{ line: 0, message: expect.stringMatching(/^it has 10\d+ bytes, a lesson has 65536 at the most$/) }],
    'mistakes.yaml': [
      { line: 5, message: expect.stringContaining('minutes is 0') },
      { line: 10, message: expect.stringContaining('speed is not known here') },
    ],
  })
})

it('takes the first of two lessons with one id', () => {
  write('a.yaml', lesson('same'))
  write('b.yaml', lesson('same'))
  const { lessons, broken } = openLessonLibrary([folder]).read()
  expect(lessons).toHaveLength(1)
  const message = `its id same is that of ${join(folder, 'a.yaml')}: give it another one`
  expect(broken).toEqual([{ file: join(folder, 'b.yaml'), complaints: [{ line: 0, message }] }])
})

it('reads the translation beside a lesson, and names what is wrong with it', () => {
  write('one.yaml', lesson('one'))
  write('one.de.yaml', 'title: Ein Test\nsteps: {a: {text: Mach es.}}\n')
  const library = openLessonLibrary([folder])
  const [one] = library.read().lessons
  expect(one?.texts.get('de')?.steps[0]?.text).toBe('Mach es.')
  write('one.de.yaml', 'title: Ein neuer Test\nstepps: {}\n')
  const { lessons, broken } = library.read()
  expect(lessons[0]?.texts.get('de')?.title).toBe('Ein neuer Test')
  expect(broken).toEqual([
    { file: join(folder, 'one.de.yaml'), complaints: [{ line: 2, message: 'stepps is no text of the lesson' }] },
  ])
})
