/** Tells of hostile or broken requests once each, so that a flood of them does not become a flood of log lines. Pure. */
export interface LogOnce {
  /** `kind` groups what is told once. */
  tell(kind: string, message: string): void
  count(): number
}

const MOST_KINDS = 64

export function createLogOnce(note: (level: 'warn', message: string) => void): LogOnce {
  const told = new Set<string>()
  let count = 0
  return {
    tell(kind, message) {
      count++
      if (told.has(kind) || told.size >= MOST_KINDS) return
      told.add(kind)
      note('warn', `${message} (further ones are counted, not told)`)
    },
    count: () => count,
  }
}
