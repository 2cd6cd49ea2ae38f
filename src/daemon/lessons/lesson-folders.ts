/** The lessons that there are: read from their folders whenever they are asked for, so that a new file is offered at once. */
import { readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { adviceOnReading, readTextFile } from '../../config/read-and-replace-file.ts'
import { LANGUAGES, type Lesson, type LessonLanguage } from '../../lessons/format.ts'
import { type ReadLesson, readLesson } from '../../lessons/read-lesson.ts'
import type { BrokenLesson } from '../../lessons/report.ts'
import { type TranslatedLesson, translated } from '../../lessons/translate.ts'
import type { LessonComplaint } from '../../lessons/yaml-with-lines.ts'

export interface KnownLesson {
  readonly lesson: Lesson
  /** The same lesson with other texts; a language that is missing is read in the lesson's own. */
  readonly texts: ReadonlyMap<LessonLanguage, Lesson>
}

export interface LessonLibrary {
  /** Of two files with one id the first counts, and the other one is broken. */
  read(): { readonly lessons: readonly KnownLesson[]; readonly broken: readonly BrokenLesson[] }
}

/** Files of a folder that are no lessons by themselves: translations, like first-spike.de.yaml. */
const TRANSLATION = /\.[a-z]{2}\.ya?ml$/
const LESSON = /\.ya?ml$/
/** More than a school has. */
const MOST_FILES = 200
const LARGEST_BYTES = 64 * 1024

/** @param folders those that come first count first; one that is not there has no lessons */
export function openLessonLibrary(folders: readonly string[]): LessonLibrary {
  const paths = [...new Set(folders.map(folder => resolve(folder)))]
  const readKept = keeping(readFile)
  const translateKept = keeping(translateFile)

  function textsOf(file: string, lesson: Lesson, complain: ComplainAbout): KnownLesson['texts'] {
    const texts = new Map<LessonLanguage, Lesson>()
    for (const language of LANGUAGES) {
      const overlay = file.replace(LESSON, `.${language}$&`)
      const stamp = stampOf(overlay)
      if (stamp === undefined) continue
      const translation = translateKept(`${stamp} ${stampOf(file)}`, overlay, lesson, language)
      if (translation.complaints.length > 0) complain(overlay, translation.complaints)
      if (translation.lesson !== null) texts.set(language, translation.lesson)
    }
    return texts
  }

  return {
    read() {
      const lessons: KnownLesson[] = []
      const broken: BrokenLesson[] = []
      const files = new Map<string, string>()
      const complain: ComplainAbout = (file, complaints) => broken.push({ file, complaints })
      for (const file of paths.flatMap(folder => filesIn(folder, complain))) {
        const { lesson, complaints } = readKept(stampOf(file) ?? '', file)
        if (lesson === null) {
          complain(file, complaints)
          continue
        }
        const other = files.get(lesson.id)
        if (other !== undefined) {
          complain(file, [{ line: 0, message: `its id ${lesson.id} is that of ${other}: give it another one` }])
          continue
        }
        files.set(lesson.id, file)
        lessons.push({ lesson, texts: textsOf(file, lesson, complain) })
      }
      return { lessons, broken }
    },
  }
}

type ComplainAbout = (file: string, complaints: readonly LessonComplaint[]) => void

/** Changes when the file does; undefined where there is none. */
function stampOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats && `${stats.mtimeMs} ${stats.size} ${stats.ino}`
}

/** The result of `read` for a file is kept until its stamp is another one. */
function keeping<Rest extends readonly unknown[], T>(
  read: (file: string, ...rest: Rest) => T,
): (stamp: string, file: string, ...rest: Rest) => T {
  const kept = new Map<string, { readonly stamp: string; readonly result: T }>()
  return (stamp, file, ...rest) => {
    const before = kept.get(file)
    if (before?.stamp === stamp) return before.result
    const result = read(file, ...rest)
    kept.set(file, { stamp, result })
    return result
  }
}

function filesIn(folder: string, complain: ComplainAbout): string[] {
  try {
    const names = readdirSync(folder).filter(name => LESSON.test(name) && !TRANSLATION.test(name) && name[0] !== '.')
    if (names.length > MOST_FILES) {
      const message = `${names.length} files are too many, ${MOST_FILES} are read: ${basename(folder)} is for lessons alone`
      complain(folder, [{ line: 0, message }])
    }
    return names
      .sort()
      .slice(0, MOST_FILES)
      .map(name => join(folder, name))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') {
      complain(folder, [{ line: 0, message: `no lessons can be read from it: ${(cause as Error).message}` }])
    }
    return []
  }
}

/** The text of a file that is not larger than a lesson may be, or why it cannot be read. */
function textOf(file: string): string | LessonComplaint {
  try {
    const stats = statSync(file)
    if (!stats.isFile()) return { line: 0, message: 'this is no file: name a YAML file' }
    if (stats.size <= LARGEST_BYTES) return readTextFile(file)
    return { line: 0, message: `it has ${stats.size} bytes, a lesson has ${LARGEST_BYTES} at the most` }
  } catch (cause) {
    return { line: 0, message: adviceOnReading(cause, 'YAML') }
  }
}

function readFile(file: string): ReadLesson {
  const text = textOf(file)
  return typeof text === 'string' ? readLesson(text) : { lesson: null, complaints: [text] }
}

function translateFile(
  file: string,
  lesson: Lesson,
  language: LessonLanguage,
): Pick<TranslatedLesson, 'complaints'> & { readonly lesson: Lesson | null } {
  const text = textOf(file)
  return typeof text === 'string' ? translated(lesson, text, language) : { lesson: null, complaints: [text] }
}
