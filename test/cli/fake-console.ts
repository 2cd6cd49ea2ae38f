import type { Command } from 'commander'
import picocolors from 'picocolors'
import type { Console } from '../../src/cli/console.ts'
import { InterruptedError } from '../../src/cli/interruption.ts'
import type { SimulateContext } from '../../src/cli/simulate/neuron-options.ts'

export interface FakeConsole {
  readonly console: Console
  /** What the command left behind. */
  readonly out: string
  readonly err: string
  readonly code: number
  /** Progress lines, each as it was shown. */
  readonly progress: readonly string[]
  /** Interruptions that were opened and not closed. */
  readonly openInterruptions: number
  /** Presses Ctrl-C. */
  interrupt(): void
}

/** A console without a terminal that keeps what is printed. */
export function fakeConsole(changed: Partial<Console> = {}): FakeConsole {
  const plain = picocolors.createColors(false)
  const stopping = new AbortController()
  const progress: string[] = []
  const fake = {
    out: '',
    err: '',
    code: 0,
    progress,
    openInterruptions: 0,
    interrupt: () => stopping.abort(),
    console: {
      env: {},
      hostname: 'pi',
      print: text => {
        fake.out += text
      },
      printError: text => {
        fake.err += text
      },
      isTerminal: { input: false, output: false, error: false },
      colours: plain,
      errorColours: plain,
      showProgress: line => void progress.push(line),
      ask: async () => {
        throw new InterruptedError('the input has ended')
      },
      openInterruption() {
        fake.openInterruptions++
        return { signal: stopping.signal, close: () => void fake.openInterruptions-- }
      },
      setExitCode: code => {
        fake.code = code
      },
      ...changed,
    } satisfies Console as Console,
  }
  return fake
}

/** What `simulate` or `fi` left behind. */
export interface Outcome {
  readonly out: string
  readonly err: string
  readonly code: number
  readonly written: Readonly<Record<string, string>>
}

/** Runs `simulate` or `fi` with files that are entries of `files`; nothing is written for real. */
export async function runOn(
  command: (console: Console, context: SimulateContext) => Command,
  line: string,
  files: Readonly<Record<string, string>> = {},
  changed: Partial<Console & SimulateContext> = {},
): Promise<Outcome> {
  const written: Record<string, string> = {}
  const fake = fakeConsole(changed)
  const context: SimulateContext = {
    console: fake.console,
    readFile: path => {
      const text = files[path]
      if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
      return text
    },
    readBytes: path => Buffer.from(context.readFile(path)),
    openFile: path => {
      written[path] = ''
      return {
        write: text => {
          written[path] += text
        },
        close: () => {},
      }
    },
    writeObstacle: () => null,
    randomSeed: () => 42,
    ...changed,
  }
  await command(fake.console, context).parseAsync(line.split(' ').filter(Boolean), { from: 'user' })
  return { out: fake.out, err: fake.err, code: fake.code, written }
}
