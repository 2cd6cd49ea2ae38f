/** A lesson in another language: its texts from an overlay, everything else as it is. Pure. */
import type { Lesson, LessonCheck, LessonLanguage, LessonStep, SingleCheck } from './format.ts'
import { placesIn } from './text.ts'
import { type LessonComplaint, type Path, readYaml } from './yaml-with-lines.ts'

export interface TranslatedLesson {
  /** What is missing or wrong in the overlay is as in the original. */
  readonly lesson: Lesson
  /** The texts that the overlay lacks, like `step edge: hints.2`. */
  readonly missing: readonly string[]
  readonly complaints: readonly LessonComplaint[]
}

/** A text that can be translated: where it stands in an overlay, and where in the lesson. */
interface Piece {
  readonly path: Path
  readonly original: string
  /** A unit is often the same in both languages. */
  readonly isOptional?: boolean
  put(text: string): void
}

type Writable<T> = { -readonly [K in keyof T]: Writable<T[K]> }

/** @param overlay text of the overlay's file */
export function translated(lesson: Lesson, overlay: string, language: LessonLanguage): TranslatedLesson {
  const { data, lineAt, complaints: faults } = readYaml(overlay)
  const draft = structuredClone({ ...lesson, language }) as Writable<Lesson>
  const pieces = piecesOf(draft)
  const complaints: LessonComplaint[] = [...faults]
  const missing: string[] = []
  for (const { path, original, isOptional, put } of pieces) {
    const text = at(data, path)
    const fault = text === undefined ? undefined : faultIn(text, original)
    if (text === undefined && !isOptional) missing.push(nameOf(path))
    else if (fault !== undefined) complaints.push({ line: lineAt(path), message: `${nameOf(path)} ${fault}` })
    else if (text !== undefined) put(text as string)
  }
  const known = new Set(pieces.flatMap(({ path }) => path.map((_, length) => keyOf(path.slice(0, length + 1)))))
  for (const path of strangers(data, [], known)) {
    complaints.push({ line: lineAt(path), message: `${nameOf(path)} ${strangeBecause(path, lesson)}` })
  }
  return { lesson: draft as Lesson, missing, complaints: complaints.sort((a, b) => a.line - b.line) }
}

/** A single option may be written as its text alone. */
function at(data: unknown, path: Path): unknown {
  const isOption = path.at(-3) === 'options'
  return path.reduce<unknown>((value, key, index) => {
    if (isOption && index === path.length - 1 && typeof value === 'string') return key === 'text' ? value : undefined
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key as string] : undefined
  }, data)
}

/** The places of a text and the controls that it points at must be those of the original. */
function faultIn(text: unknown, original: string): string | undefined {
  if (typeof text !== 'string' || text.trim() === '') return `is ${JSON.stringify(text)}, must be a text`
  if (text.length > 2000) return `has ${text.length} characters, must have 2000 at the most`
  const there = placesIn(original)
  const strange = placesIn(text).find(place => !there.includes(place))
  return strange === undefined ? undefined : `has ${strange}, which the original has not`
}

/** The shortest paths of the overlay at which no text of the lesson stands. */
function strangers(data: unknown, path: Path, known: ReadonlySet<string>): Path[] {
  if (path.length > 0 && !known.has(keyOf(path))) return [path]
  if (typeof data !== 'object' || data === null) return []
  return Object.entries(data).flatMap(([key, inner]) =>
    strangers(inner, [...path, Array.isArray(data) ? Number(key) : key], known),
  )
}

function keyOf(path: Path): string {
  return JSON.stringify(path)
}

function nameOf(path: Path): string {
  const [first, id, ...rest] = path
  return first === 'steps' && id !== undefined
    ? `step ${id}${rest.length === 0 ? '' : `: ${rest.map(fromOne).join('.')}`}`
    : path.map(fromOne).join('.')
}

function fromOne(key: string | number): string {
  return String(typeof key === 'number' ? key + 1 : key)
}

function strangeBecause(path: Path, lesson: Lesson): string {
  if (path[0] === 'steps' && path.length === 2) {
    return `is in the translation, but the lesson has only ${lesson.steps.map(({ id }) => id).join(', ')}`
  }
  if (path[2] === 'check') return 'cannot be in a translation: the checks are those of the lesson'
  return 'is no text of the lesson'
}

function piecesOf(lesson: Writable<Lesson>): readonly Piece[] {
  return [
    piece(lesson, 'title', []),
    piece(lesson, 'about', []),
    ...listed(lesson.teaches, ['teaches']),
    ...lesson.steps.flatMap(step => piecesOfStep(step, ['steps', step.id])),
    ...listed(lesson.worksheet?.ask, ['worksheet', 'ask']),
    ...listed(lesson.worksheet?.table?.columns, ['worksheet', 'table', 'columns']),
  ]
}

function piecesOfStep(step: Writable<LessonStep>, path: Path): readonly Piece[] {
  const own = (['text', 'live', 'nearly', 'done'] as const).filter(key => step[key] !== undefined)
  const checks = singleChecks(step.check as LessonCheck | undefined) as Writable<SingleCheck>[]
  const options = checks.flatMap(optionsOf)
  const mistakes = checks.flatMap(check => ('mistakes' in check && check.mistakes) || [])
  return [
    ...own.map(key => piece(step, key, path)),
    ...listed(step.hints, [...path, 'hints']),
    ...(step.buttons ?? []).map((button, index) => piece(button, 'label', [...path, 'buttons'], index)),
    ...options.flatMap((option, index) => [
      piece(option, 'text', [...path, 'options', index]),
      ...(option.say === undefined ? [] : [piece(option, 'say', [...path, 'options', index])]),
    ]),
    ...mistakes.map((mistake, index) => piece(mistake, 'say', [...path, 'mistakes'], index)),
    ...checks.flatMap(check => piecesOfCheck(check, path)),
  ]
}

function piecesOfCheck(check: Writable<SingleCheck>, path: Path): readonly Piece[] {
  if ('answer' in check) return [{ ...piece(check.answer, 'unit', path), isOptional: true }]
  if ('write' in check) return [piece(check, 'write', path)]
  return 'confirm' in check ? [piece(check, 'confirm', path)] : []
}

/** A check, or its parts. */
export function singleChecks(check: LessonCheck | undefined): readonly SingleCheck[] {
  if (check === undefined) return []
  return 'all' in check ? check.all : 'any' in check ? check.any : [check]
}

function optionsOf(check: Writable<SingleCheck>): { text: string; say?: string | undefined }[] {
  if ('choose' in check) return check.choose
  return 'predict' in check && Array.isArray(check.predict) ? check.predict : []
}

/** @param name the last part of the path; the key itself unless given */
function piece<K extends string>(
  holder: { [P in K]?: string | undefined },
  key: K,
  path: Path,
  name: string | number = key,
): Piece {
  return {
    path: [...path, name],
    original: holder[key]!,
    put(text) {
      holder[key] = text
    },
  }
}

function listed(texts: string[] | undefined, path: Path): readonly Piece[] {
  return (texts ?? []).map((_, index) => piece(texts as unknown as Record<string, string>, String(index), path, index))
}
