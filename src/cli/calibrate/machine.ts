/** The machine that calibrate works on, and the user who turns the knob. */
import { hostname } from 'node:os'
import { readTextFile, replaceFile } from '../../config/files.ts'
import { monotonicMs } from '../../loop/clock.ts'
import { answer, isYes, pause } from '../console.ts'
import { type RunningDaemon, runningDaemons } from '../doctor/running-daemons.ts'
import { defaultConfigFile } from '../package-info.ts'
import type { ProbeWorld, Turner } from './measure-knob.ts'

/** What the command sees of the machine and of its user. Waiting ends with an InterruptedError when the user leaves. */
export interface Workbench extends Turner, ProbeWorld {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly hostname: string
  readonly readFile: (path: string) => string
  readonly writeFile: (path: string, text: string) => void
  /** The configuration that is used when none is named; it is not written to. */
  readonly usualFile: () => string
  /** Daemons that run: one of them may have the chip. */
  readonly daemons: () => readonly RunningDaemon[]
  /** There is somebody at a keyboard. */
  readonly hasKeyboard: boolean
  readonly confirmed: (question: string) => Promise<boolean>
  /** Standard output; `say` goes to standard error. */
  readonly print: (text: string) => void
  readonly exitWith: (code: number) => void
  /** No longer listen for signals, and withdraw what is still asked. */
  readonly close: () => void
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** From now on Ctrl-C ends the waiting, not the process. */
export function openWorkbench(): Workbench {
  const leaving = new AbortController()
  const leave = () => leaving.abort()
  for (const signal of SIGNALS) process.on(signal, leave)
  const say = (text: string) => void process.stderr.write(text)

  return {
    env: process.env,
    hostname: hostname(),
    readFile: readTextFile,
    writeFile: replaceFile,
    usualFile: defaultConfigFile,
    daemons: () => runningDaemons(),
    hasKeyboard: Boolean(process.stdin.isTTY && process.stderr.isTTY),
    nowMs: monotonicMs,
    warn: message => say(`${message}\n`),
    pause: durationMs => pause(durationMs, leaving.signal),
    say,
    live(line) {
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K\u001b[?7l${line}\u001b[?7h`)
    },
    asked: async request => void (await answer(request, leaving.signal)),
    confirmed: async question => isYes(await answer(question, leaving.signal)),
    print: text => void process.stdout.write(text),
    exitWith: code => {
      process.exitCode = code
    },
    close() {
      for (const signal of SIGNALS) process.off(signal, leave)
      // A question that is still open would keep the process alive.
      leave()
    },
  }
}
