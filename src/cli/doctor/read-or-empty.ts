/** Reads files and folders that may be absent or unreadable; never throws. */
import { readdirSync, readFileSync } from 'node:fs'

/** The text of a file; empty where it cannot be read. */
export function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Names in a folder; undefined where it cannot be read. */
export function listFolder(folder: string): string[] | undefined {
  try {
    return readdirSync(folder)
  } catch {
    return undefined
  }
}
