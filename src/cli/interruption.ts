import { realTimers } from '../loop/clock.ts'
import { watchTerminal } from './terminal-gone.ts'

/** The wish of the user, or of the system, that a command ends. */
export interface Interruption {
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP, or when the terminal is gone; a second signal ends the process at once. */
  readonly signal: AbortSignal
  /** Gives the signals back to Node, and withdraws what still waits for this one. */
  close(): void
}

/** Exit code after Ctrl-C, as shells have it: 128 and the number of SIGINT. */
export const INTERRUPTED_EXIT_CODE = 130

/** The user wants to leave. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
}

export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function openInterruption(): Interruption {
  const stopping = new AbortController()
  const abort = () => stopping.abort()
  for (const name of STOP_SIGNALS) process.once(name, abort)
  const terminal = watchTerminal(abort)
  return {
    signal: stopping.signal,
    close() {
      for (const name of STOP_SIGNALS) process.off(name, abort)
      terminal.close()
      // A question that is still open would keep the process running.
      abort()
    },
  }
}

/** Waits. @throws InterruptedError at once when the signal is, or has been, aborted. */
export function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  let cancel = () => {}
  const passed = new Promise<void>(resolve => {
    cancel = realTimers.after(durationMs, resolve)
  })
  return interruptible(passed, signal).finally(cancel)
}

/** The promise, or an InterruptedError as soon as the signal is aborted. */
export async function interruptible<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let interrupt = () => {}
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = () => reject(new InterruptedError('interrupted'))
  })
  if (signal.aborted) interrupt()
  signal.addEventListener('abort', interrupt, { once: true })
  try {
    return await Promise.race([promise, interrupted])
  } finally {
    signal.removeEventListener('abort', interrupt)
  }
}
