/** What is right in each step of a lesson, for the teacher. Pure. */
import { solutionOf } from './asked.ts'
import type { Lesson } from './format.ts'
import { synapsesAt } from './session.ts'
import { FIRST, setUpParams } from './set-up.ts'
import { filledIn } from './text.ts'
import { NOT_YET } from './verdict.ts'
import { paramsAt } from './worksheet.ts'

/**
 * Of a lesson without hidden parameters; null where a step has no answer, or where it depends on what was measured before.
 * @param shown the lesson in another language
 */
export function answerKey(lesson: Lesson, shown: Lesson = lesson): readonly (string | null)[] {
  const setUp = setUpParams(lesson, FIRST)
  return shown.steps.map(({ check }, index) => {
    const known = {
      params: paramsAt(index, lesson, setUp),
      synapses: synapsesAt(lesson, index),
      saved: new Map(),
      answers: new Map(),
    }
    return solutionOf(check, known, text => filledIn(text, known, NOT_YET, shown.language))
  })
}
