import { DriverError } from '../contract.ts'

/** Hardware that may fail and come back. */
export interface Recovering<Part> {
  /** @throws DriverError when it failed, or when it has failed and its next try is not due. */
  use<Result>(action: (part: Part) => Result): Result
  /** Calling it twice does no harm. */
  close(): void
}

/** A line or chip that stays away is tried this often, ms. */
const RETRY_MS = 100

/** A stuck bus blocks every try for about a second, ms. */
const STUCK_RETRY_MS = 5000

/**
 * Open a part; at the first fault close it, and open it again, so configured afresh, at the next use. That next use is
 * at once after a single fault, and paced by the clock after more.
 * @throws DriverError when it cannot be opened now.
 */
export function recovering<Part extends { close(): void }>(open: () => Part, nowMs: () => number): Recovering<Part> {
  let part: Part | undefined = open()
  let fault: DriverError | undefined
  let retryMs = 0
  let closed = false

  function release(): void {
    const failed = part
    part = undefined
    try {
      failed?.close()
    } catch {
      // What has failed already may fail to close.
    }
  }

  function failed(cause: DriverError): DriverError {
    release()
    const pauseMs = cause.fault === 'stuck' ? STUCK_RETRY_MS : fault === undefined ? 0 : RETRY_MS
    retryMs = nowMs() + pauseMs
    fault = cause
    return cause
  }

  return {
    use(action) {
      if (closed) throw new DriverError('misused', 'This part is closed. Open it again to use it.')
      if (fault !== undefined && nowMs() < retryMs) throw fault
      try {
        part ??= open()
        const result = action(part)
        fault = undefined
        return result
      } catch (cause) {
        throw cause instanceof DriverError ? failed(cause) : cause
      }
    },
    close() {
      closed = true
      release()
    },
  }
}
