import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Command, Option } from 'commander'
import { adviceOnReading, readTextFile } from '../../config/read-and-replace-file.ts'
import { hiddenUniform, openClassKey, readClassKey } from '../../daemon/class-key.ts'
import { answerKey } from '../../lessons/answer-key.ts'
import { LANGUAGES, type Lesson, type LessonCheck, type LessonLanguage } from '../../lessons/format.ts'
import { type ReadLesson, readLesson } from '../../lessons/read-lesson.ts'
import { type PlayedStep, playIdeal, playLazy } from '../../lessons/students.ts'
import { type TranslatedLesson, translated } from '../../lessons/translate.ts'
import { randomFrom, uniform } from '../../neuron/random.ts'
import type { Console } from '../console.ts'
import { LESSON_FOLDER } from '../package-info.ts'
import { stateFile } from '../state-file.ts'
import { printLessonKey } from './lesson-key.ts'
import { linesOfInput, type OpenLines, playMystery } from './mystery.ts'

const EXTENSION = '.yaml'

const EXAMPLES = `
Examples:
  neurond lesson list
  neurond lesson show first-spike
  neurond lesson show --language de first-spike
  neurond lesson show --key first-spike
  neurond lesson check my-lesson.yaml
  neurond lesson play my-lesson.yaml
  neurond lesson mystery
  neurond lesson key mystery --class-key-file class-key.txt pi-a pi-b pi-c

A lesson is a YAML file; begin with a copy of one of ours:
  neurond lesson show --yaml first-spike > my-lesson.yaml
It is offered on the dashboard once it is in the folder lessons beside the neuron's configuration file.
`

const MYSTERY_EXAMPLES = `
Examples:
  neurond lesson mystery
  neurond lesson mystery pi-b
  printf 'hold 0 1500\\n-65\\n' | neurond lesson mystery

The same name is the same hidden neuron every time, another name is another one. Ctrl-C or Ctrl-D ends it.
`

const KEY_HELP = `
Examples:
  head -c 15 /dev/urandom | base64 > class-key.txt
  neurond lesson key mystery --class-key-file class-key.txt pi-a pi-b pi-c

Copy the file onto every neuron of the class, name it there as lessons.classKeyFile, and keep it from pupils. No door of a
neuron tells the key or what is hidden, but who is root on a Pi can read its memory and its files: it is a lesson, not an
exam.
`

/** `neurond lesson list|show|check|play|mystery|key`. Exits 1 when a lesson is broken or cannot be passed. */
export function lessonCommand(console: Console, folder = LESSON_FOLDER, openLines: OpenLines = linesOfInput): Command {
  const language = () => new Option('--language <LANGUAGE>', 'of the texts').choices(LANGUAGES)
  const lesson = new Command('lesson')
    .description('list, show, check and play lessons whose steps the neuron checks, and find out a hidden neuron')
    .addHelpText('after', EXAMPLES)
  lesson
    .command('list')
    .description('list the lessons')
    .argument('[FOLDER]', 'a folder with lessons (default: those that come with the program)')
    .option('--json', 'for programs')
    .action((given: string | undefined, options: { json?: true }) => list(console, given ?? folder, options))
  lesson
    .command('show')
    .description('print the tasks of a lesson, without their solutions')
    .argument('<LESSON>', 'its id, or a file')
    .option('--yaml', 'the whole file, as a beginning for a lesson of your own')
    .option('--key', 'what is right in each step too, for the teacher')
    .addOption(language())
    .action((name: string, options: ShowOptions) => show(console, find(name, folder), options))
  lesson
    .command('check')
    .description('print everything that is wrong with a lesson, and what its translations lack')
    .argument('<LESSON>', 'its id, or a file')
    .option('--json', 'for programs: {"ok":…,"complaints":[…],"translations":[…]}')
    .action((name: string, options: { json?: true }) => check(console, find(name, folder), options))
  lesson
    .command('play')
    .description('have two students play it on a simulated neuron: one knows the theory, one touches nothing')
    .argument('<LESSON>', 'its id, or a file')
    .option('--json', 'for programs')
    .action((name: string, options: { json?: true }) => play(console, find(name, folder), options))
  lesson
    .command('mystery')
    .description('find out a hidden neuron in the terminal, with steps of current, and without a browser')
    .argument('[NEURON]', 'a name, like that of the neuron in the class (default: the name of this machine)')
    .option('--lesson <LESSON>', 'another lesson that hides a neuron: its id, or a file', 'mystery')
    .option('--class-key-file <FILE>', "the teacher's key, for the neurons of the class (default: one of this machine)")
    .addOption(language())
    .addHelpText('after', MYSTERY_EXAMPLES)
    .action((name: string | undefined, options: MysteryOptions) =>
      mystery(console, name ?? console.hostname, find(options.lesson, folder), options, openLines),
    )
  lesson
    .command('key')
    .description('print what the hidden neurons of a class are: for the teacher')
    .argument('<LESSON>', 'its id, or a file')
    .argument('<NEURONS...>', 'the names of the neurons')
    .requiredOption('--class-key-file <FILE>', 'the key from which they are drawn: lessons.classKeyFile of all neurons')
    .option('--json', 'for programs')
    .addHelpText('after', KEY_HELP)
    .action((name: string, neurons: readonly string[], options: KeyOptions) => {
      const found = find(name, folder)
      printComplaints(console, found)
      const classKey = readClassKey(options.classKeyFile, '--class-key-file')
      if (found.lesson !== null) printLessonKey(console, found.lesson, classKey, neurons, options)
    })
  return lesson
}

interface KeyOptions {
  readonly classKeyFile: string
  readonly json?: true
}

interface MysteryOptions {
  readonly lesson: string
  readonly classKeyFile?: string
  readonly language?: LessonLanguage
}

async function mystery(
  console: Console,
  neuron: string,
  found: Found,
  { classKeyFile, language }: MysteryOptions,
  openLines: OpenLines,
): Promise<void> {
  printComplaints(console, found)
  const { lesson } = found
  if (lesson === null) return
  if (lesson.setup?.hidden === undefined)
    throw new Error(`the lesson ${lesson.id} hides no neuron: do it on the dashboard`)
  const warn = (text: string) => console.printError(`${text}\n`)
  const classKey =
    classKeyFile === undefined
      ? openClassKey('', stateFile('class-key', console.env), warn)()
      : readClassKey(classKeyFile, '--class-key-file')
  const shown = (language && translation(found, language)?.lesson) ?? lesson
  await playMystery(console, { lesson, shown, uniform: hiddenUniform(classKey, lesson.id, neuron) }, openLines)
}

/** A lesson, and the file that it is read from. */
type Found = ReadLesson & { readonly file: string; readonly text: string }

/** @throws Error that names the lessons there are */
function find(name: string, folder: string): Found {
  const isId = /^[a-z0-9-]+$/.test(name)
  const file = isId ? join(folder, name + EXTENSION) : name
  try {
    const text = readTextFile(file)
    return { file, text, ...readLesson(text) }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code !== 'ENOENT') throw new Error(`${file}: ${adviceOnReading(cause, 'YAML')}`, { cause })
    const known = lessonFiles(folder).map(each => basename(each, EXTENSION))
    const advice = isId
      ? `there is no lesson of that id; there are ${known.join(', ')}`
      : 'there is no such file; name a file with a lesson, or one of ours by its id'
    throw new Error(`${name}: ${advice}`, { cause })
  }
}

/** The translation beside a lesson: `first-spike.de.yaml`; null if there is none. */
function translation({ file, lesson }: Found, language: LessonLanguage): (TranslatedLesson & OverlayFile) | null {
  const overlay = file.replace(/\.ya?ml$/, `.${language}$&`)
  if (lesson === null || overlay === file) return null
  try {
    return { language, file: overlay, ...translated(lesson, readTextFile(overlay), language) }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new Error(`${overlay}: ${adviceOnReading(cause, 'YAML')}`, { cause })
  }
}

interface OverlayFile {
  readonly language: LessonLanguage
  readonly file: string
}

function lessonFiles(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter(name => name.endsWith(EXTENSION) && !/\.[a-z]{2}\.yaml$/.test(name))
    return names.sort().map(name => join(folder, name))
  } catch (cause) {
    throw new Error(`${folder}: no lessons can be read from it: ${(cause as Error).message}`, { cause })
  }
}

function list(console: Console, folder: string, { json }: { json?: true }): void {
  const found = lessonFiles(folder).map(file => find(file, folder))
  const lessons = found.flatMap(({ lesson }) => lesson ?? [])
  if (json) {
    const rows = lessons.map(({ id, title, minutes, level, about }) => ({ id, title, minutes, level, about }))
    console.print(`${JSON.stringify(rows, null, 2)}\n`)
  } else {
    for (const { id, minutes, level, title } of lessons) {
      console.print(`${id.padEnd(20)} ${`${minutes} min`.padStart(7)}  ${level.padEnd(10)}  ${title}\n`)
    }
  }
  for (const broken of found.filter(({ lesson }) => lesson === null)) printComplaints(console, broken)
}

function printComplaints(console: Console, { file, complaints }: Pick<Found, 'file' | 'complaints'>): void {
  for (const { line, message } of complaints) {
    console.printError(`${console.errorColours.red(line === 0 ? file : `${file}:${line}`)}: ${message}\n`)
  }
  if (complaints.length > 0) console.setExitCode(1)
}

interface ShowOptions {
  readonly yaml?: true
  readonly key?: true
  readonly language?: LessonLanguage
}

function show(console: Console, found: Found, { yaml, key, language }: ShowOptions): void {
  if (yaml) {
    console.print(found.text)
    return
  }
  printComplaints(console, found)
  if (found.lesson === null) return
  const { lesson } = (language && translation(found, language)) ?? found
  if (key && lesson.setup?.hidden !== undefined) {
    throw new Error(`${lesson.id} hides another neuron on each machine: neurond lesson key ${lesson.id} prints its key`)
  }
  const solutions = key ? answerKey(found.lesson, lesson) : []
  const { bold, green } = console.colours
  console.print(`${bold(lesson.title)} (${lesson.minutes} min, ${lesson.level})\n${lesson.about}\n`)
  for (const [index, step] of lesson.steps.entries()) {
    console.print(
      `\n${bold(`${index + 1}. ${step.id}`)} (${kindsOf(step.check).join(', ') || 'read'})\n${withBlanks(step.text)}\n`,
    )
    for (const option of optionsOf(step.check)) console.print(`  - ${withBlanks(option)}\n`)
    const solution = solutions[index] ?? null
    if (solution !== null) console.print(`  ${green('→')} ${solution}\n`)
  }
}

/** What the check of a step asks for, in a word each. */
function kindsOf(check: LessonCheck | undefined): string[] {
  if (check === undefined) return []
  if ('all' in check) return check.all.flatMap(kindsOf)
  if ('any' in check) return check.any.flatMap(kindsOf)
  const kinds = ['answer', 'measure', 'bracket', 'points', 'order', 'choose', 'predict', 'write', 'confirm']
  return kinds.filter(kind => kind in check).slice(0, 1)
}

function optionsOf(check: LessonCheck | undefined): readonly string[] {
  if (check === undefined) return []
  if ('choose' in check) return check.choose.map(({ text }) => text)
  return 'predict' in check && Array.isArray(check.predict) ? check.predict.map(({ text }) => text) : []
}

/** Numbers are measured or computed while the lesson runs: here they are blanks. */
function withBlanks(text: string): string {
  return text
    .replace(/\{[a-zA-Z.0-9@-]+\}/g, '…')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trimEnd()
}

function check(console: Console, found: Found, { json }: { json?: true }): void {
  const { lesson, complaints } = found
  const translations = LANGUAGES.flatMap(language => translation(found, language) ?? [])
  const isGood = lesson !== null && translations.every(({ complaints: faults }) => faults.length === 0)
  if (json) {
    const told = translations.map(({ language, missing, complaints: faults }) => {
      return { language, missing, complaints: faults }
    })
    console.print(`${JSON.stringify({ ok: isGood, complaints, translations: told }, null, 2)}\n`)
  } else for (const file of [found, ...translations]) printComplaints(console, file)
  if (!isGood) console.setExitCode(1)
  else if (!json) console.print(`${console.colours.green('good')}: ${lesson.title}, ${lesson.steps.length} steps\n`)
  if (!json) for (const one of translations) printMissing(console, one)
}

/** What a translation lacks is shown in the language of the lesson: a note, no fault. */
function printMissing({ print }: Console, { file, language, missing }: TranslatedLesson & OverlayFile): void {
  const verdict = missing.length === 0 ? 'complete' : `${missing.length} texts are missing, the original is shown`
  print(`${language}: ${verdict} (${file})\n`)
  for (const text of missing) print(`  ${text}\n`)
}

/** Hidden parameters are drawn the same in every play. */
function chance(): () => number {
  const random = randomFrom(1)
  return () => uniform(random)
}

function play(console: Console, found: Found, { json }: { json?: true }): void {
  printComplaints(console, found)
  const { lesson } = found
  if (lesson === null) return
  const ideal = playIdeal(lesson, chance())
  const lazy = playLazy(lesson, chance)
  const checked = lesson.steps.map(step => step.check !== undefined)
  const isStuck = ideal.some(({ state }) => state === 'stuck')
  const isFree = lazy.some(({ state }, index) => state === 'passed' && checked[index])
  if (json) console.print(`${JSON.stringify({ ok: !isStuck && !isFree, ideal, lazy }, null, 2)}\n`)
  else printPlay(console, lesson, ideal, lazy)
  if (isStuck || isFree) console.setExitCode(1)
}

function printPlay(
  { print, colours }: Console,
  lesson: Lesson,
  ideal: readonly PlayedStep[],
  lazy: readonly PlayedStep[],
): void {
  for (const [index, { id, state, tookMs, verdict }] of ideal.entries()) {
    const isFree = lesson.steps[index]!.check !== undefined && lazy[index]!.state === 'passed'
    const mark = state === 'passed' && !isFree ? colours.green('ok   ') : colours.red('fails')
    const time = `${(tookMs / 1000).toFixed(1)} s`.padStart(8)
    const why =
      state === 'stuck'
        ? `  one who knows the theory does not pass: ${'why' in verdict ? verdict.why : verdict.state}`
        : isFree
          ? '  one who touches nothing passes'
          : ''
    print(`${mark} ${id.padEnd(20)} ${time}${why}\n`)
  }
  const totalMs = ideal.reduce((sum, { tookMs }) => sum + tookMs, 0)
  print(`${(totalMs / 1000).toFixed(0)} s of the neuron’s time in all\n`)
  const isFree = lesson.steps.some((step, index) => step.check !== undefined && lazy[index]!.state === 'passed')
  if (!isFree) print('one who touches nothing passes none of them\n')
}
