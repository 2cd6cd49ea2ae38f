/** Before this nobody wonders, and shorter work stays silent. */
const PATIENCE_MS = 500
const EVERY_MS = 100

/** A long piece of work that is told, at times, how to report the fraction it has done. */
export type LongWork<T> = (onProgress: (fraction: number) => void) => T

/**
 * Does the work under a line that rewrites itself, and takes the line away at the end.
 * @param write to a terminal. @param nowMs a monotonic clock.
 */
export function withProgressLine<T>(
  what: string,
  work: LongWork<T>,
  write: (text: string) => void,
  nowMs: () => number,
): T {
  let nextMs = nowMs() + PATIENCE_MS
  let isShown = false
  const onProgress = (fraction: number) => {
    const now = nowMs()
    if (now < nextMs) return
    write(`\r${what}: ${Math.floor(fraction * 100)} %`)
    isShown = true
    nextMs = now + EVERY_MS
  }
  try {
    return work(onProgress)
  } finally {
    if (isShown) write('\r\u001b[K')
  }
}
