/** Logs refused requests, each kind once, so that a flood of them does not flood the log; and counts them. Pure. */
export interface RefusalLog {
  /** @param kind of several refusals of one kind only the first is logged */
  log(kind: string, message: string): void
  count(): number
}

const MAX_KINDS = 64

export function createRefusalLog(warn: (level: 'warn', message: string) => void): RefusalLog {
  const logged = new Set<string>()
  let count = 0
  return {
    log(kind, message) {
      count++
      if (logged.has(kind) || logged.size >= MAX_KINDS) return
      logged.add(kind)
      warn('warn', `${message} (further ones are counted, not told)`)
    },
    count: () => count,
  }
}
