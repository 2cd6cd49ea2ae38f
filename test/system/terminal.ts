/** Programs on a terminal of their own, whose session and terminal a test ends in any order. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { until } from '../mqtt/mosquitto.ts'

const HELPER = new URL('terminal.py', import.meta.url).pathname

export type Stream = 'terminal' | 'null' | (string & {})

export interface OnTerminal {
  readonly pid: number
  /** All that the terminal has shown so far. */
  shown(): string
  shows(words: string): Promise<void>
  type(text: string): void
  /** From now on nobody reads what the program writes, as after Ctrl-S. */
  stopReading(): void
  /** Ends the leader of the session, as when a shell is killed. The terminal stays. */
  endLeader(): void
  /** Closes the terminal, as when its window is closed. */
  endTerminal(): void
  readonly isRunning: () => boolean
}

interface Placing {
  /** Standard input, output and error; all three on the terminal unless given. */
  readonly streams?: readonly Stream[]
  readonly background?: boolean
}

const started: { readonly helper: ChildProcess; readonly pid: number }[] = []

/** Ends what a test has left. Returns the programs that had not ended by themselves. */
export function endTerminals(): number[] {
  const all = started.splice(0)
  const left = all.filter(({ pid }) => isAlive(pid)).map(({ pid }) => pid)
  for (const pid of left) process.kill(pid, 'SIGKILL')
  for (const { helper } of all) helper.kill('SIGKILL')
  return left
}

/** Starts a program as a job of a new session. */
export async function startOnTerminal(
  argv: readonly string[],
  { streams = ['terminal', 'terminal', 'terminal'], background = false }: Placing = {},
): Promise<OnTerminal> {
  const helper = spawn('python3', [HELPER, JSON.stringify({ argv, streams, background })], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let text = ''
  let pid = 0
  createInterface({ input: helper.stdout }).on('line', line => {
    const said = JSON.parse(line)
    text += said.text ?? ''
    pid ||= said.pid ?? 0
  })
  await until(() => pid > 0, 'the program on a terminal')
  started.push({ helper, pid })
  const order = (message: object) => void helper.stdin.write(`${JSON.stringify(message)}\n`)
  return {
    pid,
    shown: () => text,
    shows: words => until(() => text.includes(words), `"${words}" on the terminal:\n${text}`),
    type: typed => order({ type: typed }),
    stopReading: () => order({ stop: 'reading' }),
    endLeader: () => order({ end: 'leader' }),
    endTerminal: () => order({ end: 'terminal' }),
    isRunning: () => isAlive(pid),
  }
}

/** One that has ended, but whose parent has not asked for it yet, runs no more. */
export function isAlive(pid: number): boolean {
  try {
    const state = /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
    return state !== 'Z' && state !== 'X'
  } catch {
    return false
  }
}
