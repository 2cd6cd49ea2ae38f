import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** The text of a UTF-8 file, with its byte order mark if it has one. @throws Node's errors, and NoTextError */
export function readTextFile(path: string): string {
  const bytes = readFileSync(path)
  try {
    if (bytes.includes(0)) throw new Error('it has a NUL in it')
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new NoTextError(`${path} is no text in UTF-8`, { cause })
  }
}

/** The file is no text in UTF-8. */
class NoTextError extends Error {
  override readonly name = 'NoTextError'
}

/**
 * Why a file could not be read, and what to do.
 * @param kind the expected kind of file, like `YAML`
 */
export function adviceOnReading(cause: unknown, kind: string): string {
  if (cause instanceof NoTextError) return `this is no text in UTF-8: name a ${kind} file, saved as UTF-8`
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'EACCES')
    return 'this user may not read it ("ls -l" tells who may): name a file that this user may read, or ask its owner'
  if (code === 'EISDIR') return `this is a directory: name the ${kind} file in it`
  return `it cannot be read: ${message}`
}

/**
 * Replace a file's text atomically: a reader, and a start after a power failure, finds the old text or the new one.
 * @throws Error that says why not; then the old text is untouched.
 */
export function replaceFile(path: string, text: string): void {
  try {
    // The target of a link is replaced, not the link.
    replace(realpathSync(path), text)
  } catch (cause) {
    throw new Error(`${path} cannot be written, and stays as it was: ${adviceOnWriting(cause, path)}`, { cause })
  }
}

function replace(path: string, text: string): void {
  const { mode, uid, gid } = statSync(path)
  const draft = `${path}.${process.pid}.new`
  const fd = openSync(draft, 'wx', 0o600)
  try {
    try {
      const bytes = Buffer.from(text)
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
      fchmodSync(fd, mode & 0o7777)
      if (process.geteuid?.() === 0) fchownSync(fd, uid, gid)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  syncFolder(dirname(path))
}

/** Makes sure that the new name is on the disk too. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function adviceOnWriting(cause: unknown, path: string): string {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full: make room, for example by sudo apt clean'
  if (code === 'EROFS') return 'the file system is read-only here: choose a file elsewhere'
  if (code === 'EACCES' || code === 'EPERM')
    return `this user may not write into ${dirname(path)}: use sudo, or a file of your own (as the service: sudo neurond service install)`
  if (code === 'ENOENT') return 'there is no such file'
  return message
}
