/** Tells how far a long computation is: a line that rewrites itself. */
export interface Progress {
  /** @param fraction of the work that is done, 0 to 1. */
  report(fraction: number): void
  /** Takes the line away. */
  end(): void
}

/** Before this nobody wonders, and shorter work stays silent. */
const PATIENCE_MS = 500
const EVERY_MS = 100

/** @param write to a terminal. @param nowMs a monotonic clock. */
export function progressLine(what: string, write: (text: string) => void, nowMs: () => number): Progress {
  let nextMs = nowMs() + PATIENCE_MS
  let isShown = false
  return {
    report(fraction) {
      const now = nowMs()
      if (now < nextMs) return
      write(`\r${what}: ${Math.floor(fraction * 100)} %`)
      isShown = true
      nextMs = now + EVERY_MS
    },
    end() {
      if (isShown) write('\r\u001b[K')
      isShown = false
    },
  }
}

/** For a computation that nobody watches. */
export const noProgress: Progress = { report() {}, end() {} }
