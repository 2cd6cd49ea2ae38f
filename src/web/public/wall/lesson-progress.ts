/** How far the groups of a class are in their lessons: what the wall's table of lessons shows. Pure. */
import type { LessonSummary, StepMark } from '../../../lessons/report.ts'
import type { Peer, PeerLesson } from '../../../mqtt/types.ts'

/** The state of the wall's view of lessons. */
export interface LessonPanel {
  /** It is shown in place of the spikes. */
  isOpen: boolean
  hidesNames: boolean
  /** The neuron that is commanded, or all. */
  target: string
  /** Lessons that this neuron knows; undefined before it has told. */
  known: readonly LessonSummary[] | undefined
  /** The lesson to be loaded: one of those, or a file of the teacher. */
  chosen: string | LessonFile
  /** First and last step to be opened, as typed. */
  from: string
  to: string
  /** Why the last command was not sent. */
  refusal: string | undefined
}

export interface LessonFile {
  readonly name: string
  readonly yaml: string
}

export const ALL = 'all'
/** The neurons refuse larger lessons. */
export const LARGEST_LESSON_BYTES = 64 * 1024
/** A group that needs longer for a step is marked. */
const STUCK_S = 180

export function createLessonPanel(isOpen = false, hidesNames = false): LessonPanel {
  return {
    ...{ isOpen, hidesNames, target: ALL, known: undefined, chosen: '', from: '1', to: '', refusal: undefined },
  }
}

/** All groups that do one lesson. */
export interface LessonTable {
  readonly id: string
  readonly title: string
  readonly stepIds: readonly string[]
  readonly rows: readonly LessonRow[]
  /** How many groups are through with each step. */
  readonly passed: readonly number[]
}

export interface LessonRow {
  readonly peer: Peer
  readonly lesson: PeerLesson
  readonly isOver: boolean
  /** In the present step, s; NaN when the lesson is over or paused. */
  readonly stepS: number
  readonly isStuck: boolean
}

const PASSED: readonly StepMark[] = ['done', 'skipped', 'solved']

/** A table for each lesson, the one of most groups first. @param nowUs µs since 1970 */
export function lessonTables(peers: readonly Peer[], nowUs: number): LessonTable[] {
  const tables = new Map<string, LessonRow[]>()
  for (const peer of peers) {
    const { lesson } = peer
    if (!lesson) continue
    const key = JSON.stringify([lesson.id, lesson.steps.map(({ id }) => id)])
    tables.set(key, [...(tables.get(key) ?? []), rowOf(peer, lesson, nowUs)])
  }
  return [...tables.values()].sort((a, b) => b.length - a.length).map(tableOf)
}

function tableOf(rows: readonly LessonRow[]): LessonTable {
  const { id, title, steps } = rows[0]!.lesson
  const passed = steps.map((_, k) => rows.filter(({ lesson }) => PASSED.includes(lesson.steps[k]!.mark)).length)
  return { id, title, stepIds: steps.map(step => step.id), rows, passed }
}

function rowOf(peer: Peer, lesson: PeerLesson, nowUs: number): LessonRow {
  const isOver = lesson.index >= lesson.steps.length
  // A clock that is a little ahead makes no negative time.
  const stepS = isOver || lesson.paused ? Number.NaN : Math.max(0, (nowUs - lesson.sinceUs) / 1e6)
  return { peer, lesson, isOver, stepS, isStuck: peer.life === 'alive' && stepS >= STUCK_S }
}

/** The ids of the groups that call the teacher, the first one first. */
export function handsUp(peers: readonly Peer[]): string[] {
  const hands = peers.flatMap(({ id, lesson }) => (typeof lesson?.hand === 'number' ? [{ id, hand: lesson.hand }] : []))
  return hands.sort((a, b) => a.hand - b.hand).map(({ id }) => id)
}

/** In an order that does not tell who is who, and stays while the page is open. @param salt another one on every page */
export function shuffled(rows: readonly LessonRow[], salt: number): LessonRow[] {
  return [...rows].sort((a, b) => hashOf(a.peer.id, salt) - hashOf(b.peer.id, salt))
}

function hashOf(text: string, salt: number): number {
  let hash = salt | 0
  for (const letter of text) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193)
  // Also the last letter must mix with all bits.
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0
}

/** The steps to be opened; undefined if these are no such numbers. @param steps of the lesson, where it is known */
export function paceIn({ from, to }: Pick<LessonPanel, 'from' | 'to'>, steps: number): Pace | undefined {
  const [first, last] = [Number(from), to.trim() === '' ? steps : Number(to)]
  const areSteps = [first, last].every(step => Number.isInteger(step) && step >= 1 && step <= steps)
  return areSteps && first <= last ? { from: first, to: last } : undefined
}

interface Pace {
  readonly from: number
  readonly to: number
}
