/** Notices that the terminal is gone that a command was started on. */
import { isatty } from 'node:tty'
import { realTimers, type Timers } from '../loop/clock.ts'

export interface TerminalWatch {
  /** A standard stream was a terminal at the start. */
  readonly hadTerminal: boolean
  close(): void
}

const STANDARD_STREAMS = [0, 1, 2]
const CHECK_EVERY_MS = 500
/** The standard streams that were terminals when the process started: one may be gone before a command watches it. */
const TERMINALS = STANDARD_STREAMS.filter(fd => isatty(fd))

/**
 * Calls back once when the terminal is gone: its window was closed, or its connection was cut. The kernel sends SIGHUP
 * only to the leader of the session and to what is in the foreground, and reading from the terminal would stop a
 * process in the background: so the streams are asked.
 */
export function watchTerminal(
  onGone: () => void,
  timers: Pick<Timers, 'every'> = realTimers,
  terminals: readonly number[] = TERMINALS,
  isTerminal: (fd: number) => boolean = isatty,
): TerminalWatch {
  const hadTerminal = terminals.length > 0
  let cancel = () => {}
  const check = () => {
    if (!isTerminalGone(terminals, isTerminal)) return
    cancel()
    onGone()
  }
  if (hadTerminal) cancel = timers.every(CHECK_EVERY_MS, check)
  return { hadTerminal, close: () => cancel() }
}

/** Has a standard stream that was a terminal ceased to be one? */
export function isTerminalGone(
  terminals: readonly number[] = TERMINALS,
  isTerminal: (fd: number) => boolean = isatty,
): boolean {
  return !terminals.every(isTerminal)
}
