import { describe, expect, it } from 'vitest'
import type { Lesson } from '../../src/lessons/format.ts'
import { readLesson } from '../../src/lessons/read-lesson.ts'
import { startSession } from '../../src/lessons/session.ts'
import { translated } from '../../src/lessons/translate.ts'
import { neuronFrom } from '../../src/neuron/params.ts'

const { lesson } = readLesson(`lesson: 1
id: a
title: A
about: B.
minutes: 1
level: school
needs: {neurons: 1, knob: any}
teaches: [rheobase]
steps:
  - id: look
    text: Turn the [knob](#knob) to {theory.rheobaseNa} nA.
    hints: [Left., Right.]
    buttons: [{label: Press, stim: {iNa: 3}}]
  - id: choose
    text: Which?
    check: {choose: [{text: This, right: true}, {text: That, say: "No."}]}
    done: Yes.
  - id: type
    text: How much?
    check: {answer: {unit: nA, equals: 1.5, within: 3%}, mistakes: [{equals: 1500, within: 5%, say: In pA.}]}
`) as { lesson: Lesson }

const GERMAN = `title: Ein A
about: Ein B.
teaches: [Rheobase]
steps:
  look:
    text: Drehe den [Knopf](#knob) auf {theory.rheobaseNa} nA.
    hints: [Links., Rechts.]
    buttons: [Drücken]
  choose:
    text: Was?
    options: [Dies, {text: Jenes, say: Nein.}]
    done: Ja.
  type:
    text: Wie viel?
    mistakes: [In pA.]
`

describe('a translation', () => {
  it('replaces the texts and nothing else', () => {
    const german = translated(lesson, GERMAN, 'de')
    expect(german).toMatchObject({ missing: [], complaints: [] })
    expect(german.lesson.steps[1]).toEqual({
      ...{ id: 'choose', text: 'Was?', done: 'Ja.' },
      check: {
        choose: [
          { text: 'Dies', right: true },
          { text: 'Jenes', say: 'Nein.' },
        ],
      },
    })
    expect(german.lesson.steps[2]?.check).toMatchObject({ mistakes: [{ equals: 1500, say: 'In pA.' }] })
    expect(lesson.title).toBe('A')
  })

  it('is shown with decimal commas', () => {
    const state = { running: true, speed: 1, source: 'knob' } as const
    const session = startSession(lesson, { params: neuronFrom({}), state, spanNa: 3 })
    expect(session.view(translated(lesson, GERMAN, 'de').lesson).text).toContain('auf 1,5 nA')
    expect(session.view().text).toContain('to 1.5 nA')
  })

  it('leaves in the original what it lacks, and lists it', () => {
    const without = GERMAN.replace(', Rechts.', '')
      .replace('{text: Jenes, say: Nein.}', 'Jenes')
      .replace('about: Ein B.\n', '')
    const german = translated(lesson, without, 'de')
    expect(german.missing).toEqual(['about', 'step look: hints.2', 'step choose: options.2.say'])
    expect(german.lesson).toMatchObject({ about: 'B.', steps: [{ hints: ['Links.', 'Right.'] }, {}, {}] })
  })

  it.each([
    [
      'an unknown step',
      '  look:',
      '  lok:',
      5,
      /^step lok is in the translation, but the lesson has only look, choose/,
    ],
    ['a check', '    done: Ja.', '    check: {measure: rateHz}', 12, /^step choose: check cannot be in a translation/],
    ['an unknown key', '    done: Ja.', '    don: Ja.', 12, /^step choose: don is no text of the lesson/],
    ['one hint more', 'Rechts.]', 'Rechts., Oben.]', 7, /^step look: hints\.3 is no text of the lesson/],
    [
      'another place',
      '{theory.rheobaseNa}',
      '{theory.rate}',
      6,
      /^step look: text has \{theory\.rate\}, which the original/,
    ],
    ['another link', '(#knob)', '(#knopf)', 6, /has \]\(#knopf\), which the original has not/],
    ['no text', 'Ja.', '3', 12, /^step choose: done is 3, must be a text/],
    ['no YAML', 'steps:', 'steps: [', 6, /./],
  ])('complains of %s, and the lesson goes on', (_, from, to, line, message) => {
    const german = translated(lesson, GERMAN.replace(from, to), 'de')
    expect(german.complaints[0]).toMatchObject({ line, message: expect.stringMatching(message) })
    expect(german.lesson.steps).toHaveLength(3)
  })
})
