/** What another neuron publishes of its lesson, checked. Pure. */
import type { LessonProgress, StepMark } from '../../lessons/report.ts'

type Contents = Readonly<Record<string, unknown>>

const MARKS: readonly StepMark[] = ['todo', 'nearly', 'done', 'skipped', 'solved']
const ID = /^[a-z0-9][a-z0-9-]{0,39}$/
const LONGEST_TITLE = 120
const MOST_STEPS = 60

/** @returns null while there is no lesson (`{}`), undefined where it is malformed */
export function lessonProgressIn(contents: Contents | undefined): Required<LessonProgress> | null | undefined {
  if (contents === undefined || Array.isArray(contents)) return undefined
  if (contents.id === undefined) return null
  const { id, title, index, attempts = 0, sinceUs, handUp = false, paused = false, led = false } = contents
  const steps = stepsIn(contents.steps)
  if (!isId(id) || typeof title !== 'string' || title.length > LONGEST_TITLE || steps === undefined) return undefined
  // After the last step the index is the number of steps.
  if (!isCount(index) || index > steps.length || !isCount(attempts)) return undefined
  if (typeof sinceUs !== 'number' || !Number.isFinite(sinceUs)) return undefined
  if (!isFlag(handUp) || !isFlag(paused) || !isFlag(led)) return undefined
  return { id, title, index, steps, attempts, sinceUs, handUp, paused, led }
}

function stepsIn(value: unknown): Required<LessonProgress>['steps'] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_STEPS) return undefined
  const steps = value.map(each => {
    const { id, mark } = { id: undefined, mark: undefined, ...(each as object | null) }
    const known = MARKS.find(one => one === mark)
    return isId(id) && known !== undefined ? { id, mark: known } : undefined
  })
  return steps.every(step => step !== undefined) ? steps : undefined
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean'
}
