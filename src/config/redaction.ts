/** Text that may be shown to anybody: of a `user:password@host` in an address, the password becomes `***`. */
export function redactedText(text: string): string {
  return text.replace(/(\/\/[^:@/\s]*):\S*@/g, '$1:***@')
}

/** A configuration, or any plain data, that may be shown to anybody. */
export function redacted<T>(value: T): T {
  if (typeof value === 'string') return redactedText(value) as T
  if (Array.isArray(value)) return value.map(redacted) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redacted(inner)])) as T
}
