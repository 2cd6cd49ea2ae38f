import { realTimers } from '../loop/clock.ts'

/** The user has had enough. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
}

/** Waits. @throws InterruptedError at once when the signal is, or has been, aborted. */
export function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const interrupt = () => {
      cancel()
      reject(new InterruptedError('interrupted'))
    }
    const cancel = realTimers.after(durationMs, () => {
      signal.removeEventListener('abort', interrupt)
      resolve()
    })
    if (signal.aborted) interrupt()
    else signal.addEventListener('abort', interrupt, { once: true })
  })
}
