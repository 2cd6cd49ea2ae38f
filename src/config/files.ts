import { readFileSync } from 'node:fs'

/** Text in UTF-8, with its byte order mark if it has one. @throws Node's errors, and NoTextError */
export function readTextFile(path: string): string {
  const bytes = readFileSync(path)
  try {
    if (bytes.includes(0)) throw new Error('it has a NUL in it')
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new NoTextError(`${path} is no text in UTF-8`, { cause })
  }
}

/** A file of something else than text. */
class NoTextError extends Error {
  override readonly name = 'NoTextError'
}

/**
 * Why a file could not be read, and what to do.
 * @param kind what is wanted, `YAML`
 */
export function adviceOnReading(cause: unknown, kind: string): string {
  if (cause instanceof NoTextError) return `this is no text in UTF-8: name a ${kind} file, saved as UTF-8`
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'EACCES')
    return 'this user may not read it ("ls -l" tells who may): name a file that this user may read, or ask its owner'
  if (code === 'EISDIR') return `this is a directory: name the ${kind} file in it`
  return `it cannot be read: ${message}`
}
