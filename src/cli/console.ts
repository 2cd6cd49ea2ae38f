import { hostname } from 'node:os'
import { isatty } from 'node:tty'
import picocolors from 'picocolors'
import { monotonicMs } from '../loop/clock.ts'
import { InterruptedError, type Interruption, openInterruption } from './interruption.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** Functions that colour a text, like `colours.red('text')`; they return it unchanged where no colours are shown. */
export type Colours = ReturnType<typeof picocolors.createColors>

/** What every command sees of its surroundings: the terminal, the environment, the exit code. */
export interface Console {
  readonly env: Env
  /** The name of this machine: the default id of a neuron. */
  readonly hostname: string
  /** Writes to standard output. */
  readonly print: (text: string) => void
  /** Writes to standard error. */
  readonly printError: (text: string) => void
  /** Which of the three standard streams are a terminal. */
  readonly isTerminal: { readonly input: boolean; readonly output: boolean; readonly error: boolean }
  /** For standard output, and for standard error. */
  readonly colours: Colours
  readonly errorColours: Colours
  /** Shows a line on the terminal of standard error that the next one replaces; '' removes it. */
  readonly showProgress: (line: string) => void
  /**
   * Asks for one line from the keyboard.
   * @param signal withdraws the question
   * @throws InterruptedError when it is withdrawn, or the input ends (Ctrl-D)
   */
  readonly ask: (question: string, signal: AbortSignal) => Promise<string>
  /** From now on the first Ctrl-C aborts the signal of what is returned instead of ending the process. */
  readonly openInterruption: () => Interruption
  readonly setExitCode: (code: number) => void
}

/** The console of this process. */
export function processConsole(): Console {
  const isTerminal = { input: isatty(0), output: isatty(1), error: isatty(2) }
  const coloursOf = (isShown: boolean) => picocolors.createColors(isShown && !process.env.NO_COLOR)
  return {
    env: process.env,
    hostname: hostname(),
    print: text => void process.stdout.write(text),
    printError,
    isTerminal,
    colours: coloursOf(isTerminal.output),
    errorColours: coloursOf(isTerminal.error),
    showProgress: isTerminal.error ? line => printError(progressLine(line)) : () => {},
    ask,
    openInterruption,
    setExitCode: code => {
      process.exitCode = code
    },
  }
}

/** Asks a question that just Enter answers with yes. @throws InterruptedError */
export async function confirm({ ask }: Pick<Console, 'ask'>, question: string, signal: AbortSignal): Promise<boolean> {
  return !/^\s*n/i.test(await ask(question, signal))
}

const ERASE_LINE = '\r\u001b[K'
const NO_WRAP = '\u001b[?7l'
const WRAP = '\u001b[?7h'

/** What replaces the line on a terminal; a line that is too long is cut, so that the next one replaces all of it. */
export function progressLine(line: string): string {
  return line === '' ? ERASE_LINE : `${ERASE_LINE}${NO_WRAP}${line}${WRAP}`
}

/** Shorter work shows no progress. */
const SHOW_AFTER_MS = 500
const SHOW_EVERY_MS = 100

/** Does long work, and shows meanwhile which fraction of it is done. */
export function withProgress<T>(
  { showProgress }: Pick<Console, 'showProgress'>,
  what: string,
  work: (onProgress: (fraction: number) => void) => T,
  nowMs: () => number = monotonicMs,
): T {
  let nextMs = nowMs() + SHOW_AFTER_MS
  let isShown = false
  const onProgress = (fraction: number) => {
    const now = nowMs()
    if (now < nextMs) return
    showProgress(`${what}: ${Math.floor(fraction * 100)} %`)
    isShown = true
    nextMs = now + SHOW_EVERY_MS
  }
  try {
    return work(onProgress)
  } finally {
    if (isShown) showProgress('')
  }
}

function printError(text: string): void {
  process.stderr.write(text)
}

/** The terminal itself edits the line, so that a progress line may be shown meanwhile. */
async function ask(question: string, signal: AbortSignal): Promise<string> {
  printError(question)
  // Loaded on demand: the daemon asks nothing.
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, terminal: false })
  const ended = new AbortController()
  lines.once('close', () => ended.abort())
  // The terminal is gone.
  lines.once('error', () => ended.abort())
  try {
    return await lines.question('', { signal: AbortSignal.any([signal, ended.signal]) })
  } catch (cause) {
    throw new InterruptedError('interrupted', { cause })
  } finally {
    lines.close()
  }
}
