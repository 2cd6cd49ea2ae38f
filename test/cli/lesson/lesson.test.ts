import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lessonCommand } from '../../../src/cli/lesson/lesson.ts'
import { fakeConsole } from '../fake-console.ts'

const SHIPPED = new URL('../../../config/lessons', import.meta.url).pathname

function run(...args: string[]) {
  const fake = fakeConsole()
  lessonCommand(fake.console, SHIPPED).exitOverride().parse(args, { from: 'user' })
  return fake
}

const LESSON = `lesson: 1
id: own
title: My own
about: One step.
minutes: 1
level: school
needs: {neurons: 1, knob: any}
steps:
  - {id: fire, text: Make it fire., check: {measure: spikes, atLeast: 3}}
`

/** A file with this lesson, changed. */
function fileWith(from = '', to = ''): string {
  const file = join(mkdtempSync(join(tmpdir(), 'neurond-lesson-')), 'own.yaml')
  writeFileSync(file, LESSON.replace(from, to))
  return file
}

describe('neurond lesson', () => {
  it('lists those that come with the program', () => {
    expect(run('list').out).toMatch(/^first-spike +10 min +beginner +The first spike$/m)
    expect(JSON.parse(run('list', '--json').out)).toContainEqual(
      expect.objectContaining({ id: 'mystery', minutes: 45, level: 'university' }),
    )
  })

  it('lists the good ones of a folder, and says what is wrong with the others', () => {
    const folder = join(fileWith('id: own', 'id: OWN'), '..')
    writeFileSync(join(folder, 'good.yaml'), LESSON)
    const { out, err, code } = run('list', folder)
    expect(out).toBe('own                    1 min  school      My own\n')
    expect(err).toContain('own.yaml:2: id is "OWN", must be small letters, digits and hyphens')
    expect(code).toBe(1)
  })

  it('shows the tasks without their solutions', () => {
    const { out } = run('show', 'first-spike')
    expect(out).toContain(
      '7. number (answer)\nWhat is the rheobase of this cell, the edge that you have just found, in nA?',
    )
    expect(out).toContain('  - Each flash lasts longer')
    expect(out).not.toMatch(/1\.5 |right: true|Yes/)
    expect(run('show', '--yaml', 'first-spike').out).toMatch(/^# A lesson for neurond/)
  })

  it('checks a file', () => {
    expect(run('check', fileWith()).out).toBe('good: My own, 1 steps\n')
    const broken = run('check', fileWith('atLeast: 3', 'atleast: 3'))
    expect(broken.err).toMatch(/own\.yaml:9: step fire: check\.atleast is not known here\n$/)
    expect(broken.code).toBe(1)
    expect(JSON.parse(run('check', '--json', fileWith('title: My own\n')).out)).toMatchObject({
      ok: false,
      complaints: [{ message: 'title is missing' }],
    })
  })

  it('shows the teacher what is right, but for what is hidden', () => {
    const { out } = run('show', '--key', 'first-spike')
    expect(out).toContain('What is the rheobase of this cell, the edge that you have just found, in nA?\n  → 1.5 nA\n')
    expect(out).toContain('  → 15 mV ÷ 10 MΩ = 1.5 nA\n')
    // The last step has made the cell another one.
    expect(out.trimEnd()).toMatch(/→ 0\.75 nA$/)
    expect(() => run('show', '--key', 'mystery')).toThrow('neurond lesson key mystery prints its key')
  })

  it('shows them in another language, and says what a translation lacks', () => {
    expect(run('show', '--language', 'de', 'first-spike').out).toContain(
      'Was ist die Rheobase dieser Zelle, der Rand, den du gerade gefunden hast, in nA?',
    )
    expect(run('check', 'first-spike').out).toMatch(
      /^good: The first spike, 10 steps\nde: complete \(.*first-spike\.de\.yaml\)\n$/,
    )
    const file = fileWith()
    writeFileSync(file.replace('.yaml', '.de.yaml'), 'title: Meine\nsteps: {fire: {text: Lass sie feuern.}}\n')
    expect(run('check', file).out).toMatch(/de: 1 texts are missing, the original is shown \(.*\)\n {2}about\n$/)
    writeFileSync(file.replace('.yaml', '.de.yaml'), 'steps: {fier: {text: Lass sie feuern.}}\n')
    const wrong = run('check', file)
    expect(wrong.err).toMatch(/own\.de\.yaml:1: step fier is in the translation, but the lesson has only fire\n/)
    expect(wrong.code).toBe(1)
  })

  it('says what is no lesson in its own words', () => {
    const file = fileWith(LESSON, '')
    expect(run('check', file).err).toBe(`${file}: it is empty: begin with a copy of a lesson\n`)
    expect(() => run('check', join(file, '..'))).toThrow('this is a directory: name the YAML file in it')
  })

  it('plays it: both students must do as they should', () => {
    expect(run('play', fileWith()).out).toMatch(/^ok +fire +\d\.\d s\n/)
    const free = run('play', fileWith('{measure: spikes, atLeast: 3}', '{measure: currentNa, below: 2}'))
    expect(free.out).toContain('one who touches nothing passes')
    expect(free.code).toBe(1)
    const impossible = run('play', fileWith('{measure: spikes, atLeast: 3}', '{measure: spikes, atLeast: 100000}'))
    expect(impossible.out).toContain('one who knows the theory does not pass')
    expect(impossible.code).toBe(1)
  })

  it('names the lessons there are, and files that are not', () => {
    expect(() => run('play', 'nope')).toThrow(
      'nope: there is no lesson of that id; there are adaptation, coincidence, ',
    )
    expect(() => run('check', './nope.yaml')).toThrow('./nope.yaml: there is no such file')
    expect(() => run('list', '/nope')).toThrow('/nope: no lessons can be read from it')
  })
})
