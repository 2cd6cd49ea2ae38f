/** Files of the machine, of which any may be absent or closed to this user. */
import { readdirSync, readFileSync } from 'node:fs'

/** Empty where it cannot be read. */
export function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Undefined where it cannot be looked into. */
export function listFolder(folder: string): string[] | undefined {
  try {
    return readdirSync(folder)
  } catch {
    return undefined
  }
}
