import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/**
 * Replace a file's text as a whole: whoever reads it, and whenever the power fails, finds the old text or the new one.
 * @throws Error that says why not; then the old text is untouched.
 */
export function replaceFile(path: string, text: string): void {
  try {
    // What a link leads to is replaced, not the link.
    replace(realpathSync(path), text)
  } catch (cause) {
    throw new Error(`${path} cannot be written, and stays as it was: ${adviceOn(cause, path)}`, { cause })
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

/** So that the new name is on the disk too. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function adviceOn(cause: unknown, path: string): string {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full: make room, for example by sudo apt clean'
  if (code === 'EROFS') return 'the file system is read-only here: choose a file elsewhere'
  if (code === 'EACCES' || code === 'EPERM')
    return `this user may not write into ${dirname(path)}: use sudo, or a file of your own (as the service: sudo neurond service install)`
  if (code === 'ENOENT') return 'there is no such file'
  return message
}
