/** `neurond lesson mystery`: a lesson on a hidden neuron in the terminal, with typed experiments and answers. */
import { askedBy, replyIn } from '../../lessons/asked.ts'
import type { Lesson, StimulusWords } from '../../lessons/format.ts'
import type { AskedReply, LessonRequest } from '../../lessons/report.ts'
import { rulesOf, toldVerdict } from '../../lessons/rules.ts'
import { type LessonSession, startSession } from '../../lessons/session.ts'
import { knobSpan, setUpParams } from '../../lessons/set-up.ts'
import type { NeuronInput } from '../../neuron/params.ts'
import type { Console } from '../console.ts'
import { INTERRUPTED_EXIT_CODE } from '../interruption.ts'
import { type Outcome, type SimulatedNeuron, simulatedNeuron } from './simulated-neuron.ts'

/** The lesson, and the same with the texts that are shown. */
export interface PlayedLesson {
  readonly lesson: Lesson
  readonly shown: Lesson
  /** Draws the hidden parameters. */
  readonly uniform: () => number
}

/** The lines that are typed or piped in, until the input ends or the signal is aborted. */
export type OpenLines = (signal: AbortSignal) => AsyncIterable<string>

interface Play extends PlayedLesson {
  readonly console: Console
  readonly session: LessonSession
  readonly neuron: SimulatedNeuron
}

const HELP = `What you can type:
  hold 0.5 2000            a current of 0.5 nA for 2000 ms, in place of the one before
  step 0.5 1500            rest, then a step of 0.5 nA for 1500 ms, and V in between
  step 0.5 300 every 20    the same, V every 20 ms
  press                    the button of the task
  -65.5                    an answer (or: answer -65.5)
  hint, task, skip, help, quit
`

/** Most rows of V that are printed. */
const MOST_ROWS = 200
const ROWS = 15
const MOST_MS = 120_000
const MOST_NA = 1000
const MOST_SPIKES = 12

/** Plays until the last step is over, or the input ends. */
export async function playMystery(console: Console, played: PlayedLesson, openLines: OpenLines): Promise<void> {
  const play = startPlay(console, played)
  const { signal, close } = console.openInterruption()
  try {
    console.print(`${console.colours.bold(played.shown.title)}\n${plain(played.shown.about)}\n\n${HELP}\n`)
    printTask(play)
    prompt(console)
    for await (const line of openLines(signal)) {
      if (signal.aborted || obey(play, line.trim()) === 'quit' || play.session.step === null) break
      prompt(console)
    }
    if (signal.aborted) console.setExitCode(INTERRUPTED_EXIT_CODE)
    printSummary(play)
  } finally {
    close()
  }
}

/** The lines of standard input. */
export async function* linesOfInput(signal: AbortSignal): AsyncIterable<string> {
  const { createInterface } = await import('node:readline')
  const lines = createInterface({ input: process.stdin, terminal: false })
  const end = () => lines.close()
  signal.addEventListener('abort', end)
  // The terminal is gone.
  lines.once('error', end)
  try {
    yield* lines
  } finally {
    signal.removeEventListener('abort', end)
    lines.close()
    process.stdin.pause()
  }
}

function startPlay(console: Console, played: PlayedLesson): Play {
  const { lesson, uniform } = played
  const params = setUpParams(lesson, uniform)
  const { minNa, maxNa } = knobSpan(lesson)
  const state = { running: true, speed: 1, source: 'slider' } as const
  const session = startSession(lesson, { params, state, spanNa: maxNa - minNa })
  return { ...played, console, session, neuron: simulatedNeuron(params, session.observe) }
}

function prompt({ isTerminal, print }: Console): void {
  if (isTerminal.input) print('> ')
}

/** What a line led to: the end, an answer, an experiment, or nothing that could be judged. */
type Effect = 'quit' | 'answered' | 'tried' | undefined
type Word = (play: Play, given: readonly string[]) => Effect

const WORDS: Readonly<Record<string, Word>> = {
  hold(play, [current, time]) {
    const iNa = numberIn(current)
    const ms = time === undefined ? 1000 : numberIn(time)
    if (!isRun(play, iNa, ms, 'hold 0.5 2000')) return undefined
    printOutcome(play, iNa, ms, play.neuron.hold(iNa, ms))
    return 'tried'
  },
  step(play, [current, time, every, everyMs]) {
    const iNa = numberIn(current)
    const ms = time === undefined ? 1000 : numberIn(time)
    const rowMs = every === undefined ? roundStep(ms / ROWS) : numberIn(everyMs)
    if (!isRun(play, iNa, ms, 'step 0.5 1500')) return undefined
    if (!(rowMs >= 1 && ms / rowMs <= MOST_ROWS)) {
      return say(play, `every must be 1 ms or more, and make ${MOST_ROWS} rows at the most`)
    }
    const outcome = play.neuron.stimulate({ shape: 'step', iNa, durationMs: ms })
    printRows(play, outcome, rowMs)
    printOutcome(play, iNa, ms, outcome)
    return 'tried'
  },
  press(play, [button = '1']) {
    const buttons = play.session.step?.buttons ?? []
    const pressed = buttons[Number(button) - 1]
    if (!pressed) return say(play, `this task has ${buttons.length === 0 ? 'no button' : `${buttons.length} buttons`}`)
    const { iNa = 0, ...words } = stimulusIn(pressed.stim)
    printOutcome(play, iNa, words.durationMs ?? 1000, play.neuron.stimulate({ iNa, ...words }))
    return 'tried'
  },
  answer: (play, given) => answer(play, given.join(' ')),
  hint(play) {
    const { session, shown } = play
    if (session.view().hintsLeft === 0) return say(play, 'there is no further hint')
    session.hint()
    return say(play, `hint: ${plain(session.view(shown).hints.at(-1) ?? '')}`)
  },
  task(play) {
    printTask(play)
    return undefined
  },
  skip(play) {
    play.session.skip()
    enterStep(play)
    return undefined
  },
  help: play => say(play, HELP.trimEnd()),
  quit: () => 'quit',
}

function obey(play: Play, line: string): Effect {
  if (line === '') return undefined
  const [word = '', ...given] = line.split(/\s+/)
  const name = word.toLowerCase()
  const effect = Object.hasOwn(WORDS, name) ? WORDS[name]!(play, given) : answer(play, line)
  if (effect === 'answered') printVerdict(play)
  else if (effect === 'tried') printProgress(play)
  return effect
}

function say({ console }: Play, text: string): undefined {
  console.print(`${text}\n`)
}

function isRun(play: Play, iNa: number, ms: number, example: string): boolean {
  if (Math.abs(iNa) <= MOST_NA && ms >= 1 && ms <= MOST_MS) return true
  say(play, `must be a current from ${-MOST_NA} to ${MOST_NA} nA and a time from 1 to ${MOST_MS} ms, like ${example}`)
  return false
}

/** With a point or a comma; a unit may follow. */
function numberIn(text = ''): number {
  const [number] = /^[+\-−]?\d*[.,]?\d+(?=\D*$)/.exec(text) ?? ['x']
  return Number(number.replace('−', '-').replace(',', '.'))
}

function answer(play: Play, text: string): Effect {
  const { session } = play
  const asked = askedBy(session.step?.check, session.filled)
  if (asked === null) return say(play, `"${text}" is no word that I know, and this task asks for no answer: type help`)
  const reply = replyIn(requestWith(text, asked), asked)
  if ('fault' in reply)
    return say(play, `"${text}" is no answer here, must be ${wantedBy(asked)}; for other words type help`)
  session.reply(reply)
  return 'answered'
}

function requestWith(text: string, asked: AskedReply): LessonRequest {
  const request = { do: 'answer' } as const
  if (asked.type === 'number') {
    const value = numberIn(text)
    return Number.isNaN(value) ? request : { ...request, value }
  }
  if (asked.type === 'options') return { ...request, options: text.split(/[\s,]+/).map(one => Number(one) - 1) }
  return { ...request, text }
}

function wantedBy(asked: AskedReply): string {
  if (asked.type === 'number') return `a number in ${asked.unit}`
  return asked.type === 'options' ? `the number of an option, 1 to ${asked.options.length}` : 'a text'
}

/** After an experiment the verdict on an earlier answer is not repeated. */
function printProgress(play: Play): void {
  const { verdict } = play.session.view()
  const isOfAnswer = 'measured' in verdict && verdict.measured?.value !== undefined
  const isOld = verdict.state === 'cannotTell' || (verdict.state !== 'done' && isOfAnswer)
  if (!isOld) printVerdict(play)
}

/** What is said of the last answer or experiment; the next task if the step is done. */
function printVerdict(play: Play): void {
  const { session, shown, lesson, console } = play
  const view = session.view(shown)
  const verdict = toldVerdict(view.verdict, rulesOf(lesson))
  const { green, yellow } = console.colours
  const words = view.say === null ? '' : ` ${plain(view.say)}`
  switch (verdict.state) {
    case 'done':
      say(play, `${green('✓ done.')}${words}\n`)
      session.next()
      enterStep(play)
      break
    case 'nearly':
      say(play, `${yellow('≈ nearly')} (attempt ${view.attempts}).${words}`)
      break
    case 'cannotTell':
      say(play, `? cannot tell:${words}`)
      break
    case 'hold':
      if (verdict.unit !== '') say(play, `… ${verdict.have} of ${verdict.need} ${verdict.unit}`)
      break
    case 'notYet': {
      const { low, high } = verdict.measured ?? {}
      if (low !== undefined || high !== undefined) say(play, `… silent at ${shownNa(low)}, fires at ${shownNa(high)}`)
      else if (verdict.measured?.value !== undefined) say(play, `✗ not yet (attempt ${view.attempts}).${words}`)
    }
  }
}

function shownNa(value: number | undefined): string {
  return value === undefined ? '?' : `${Number(value.toPrecision(4))} nA`
}

/** The neuron as the step sets it, and the task. */
function enterStep(play: Play): void {
  const { session, neuron } = play
  const set = session.step?.set?.params
  if (set) neuron.set(set as NeuronInput)
  printTask(play)
}

function printTask(play: Play): void {
  const { session, shown, console } = play
  const { step, index } = session
  if (step === null) return
  const view = session.view(shown)
  const { bold } = console.colours
  say(play, `${bold(`${index + 1} of ${shown.steps.length}: ${step.id}`)}\n${plain(view.text)}`)
  const texts = shown.steps[index]
  texts?.buttons?.forEach(({ label }, k) => {
    say(play, `  press ${k + 1}: ${session.filled(label)}`)
  })
  const asked = askedBy(texts?.check, session.filled)
  if (asked?.type === 'options')
    asked.options.forEach((option, k) => {
      say(play, `  ${k + 1}: ${plain(option)}`)
    })
}

function printSummary(play: Play): void {
  const { states } = play.session
  const count = (wanted: string) => states.filter(state => state === wanted).length
  say(
    play,
    `\n${count('done')} of ${states.length} tasks done${count('skipped') > 0 ? `, ${count('skipped')} skipped` : ''}.`,
  )
}

function printRows(play: Play, { vMv }: Outcome, rowMs: number): void {
  say(play, '    ms       mV')
  for (let ms = 0; ms < vMv.length; ms += rowMs) {
    const at = Math.round(ms)
    if (at < vMv.length) say(play, `${String(at).padStart(6)}  ${fixed(vMv[at]!, 2).padStart(7)}`)
  }
}

function printOutcome(play: Play, iNa: number, ms: number, { vMv, spikesMs }: Outcome): void {
  const v = `V from ${fixed(vMv[0]!, 2)} to ${fixed(vMv.at(-1)!, 2)} mV`
  const [first, second] = spikesMs
  const last = spikesMs.at(-1)
  const spikes =
    first === undefined || last === undefined
      ? 'no spike'
      : second === undefined
        ? `1 spike, after ${fixed(first, 1)} ms`
        : `${spikesMs.length} spikes, the first after ${fixed(first, 1)} ms, then ${fixed((1000 * (spikesMs.length - 1)) / (last - first), 3)} Hz`
  say(play, `${iNa} nA for ${ms} ms: ${v}; ${spikes}`)
  if (spikesMs.length > 1) {
    const shown = spikesMs.slice(0, MOST_SPIKES).map(at => fixed(at, 1))
    say(play, `spikes at ${shown.join(', ')}${spikesMs.length > MOST_SPIKES ? ', …' : ''} ms`)
  }
}

function fixed(value: number, digits: number): string {
  return value.toFixed(digits).replace('-', '−')
}

/** The next of 1, 2, 5 and 10 times a power of ten. */
function roundStep(value: number): number {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(value)))
  return ([1, 2, 5, 10].find(step => step * power >= value) ?? 10) * power
}

function stimulusIn({ ms, replace: _, ...words }: StimulusWords) {
  const given = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined))
  return { ...given, ...(ms !== undefined && { durationMs: ms }) } as { iNa?: number; durationMs?: number }
}

/** Without the marks of bold letters and links. */
function plain(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*?([^*]+)\*\*?/g, '$1')
    .trimEnd()
}
