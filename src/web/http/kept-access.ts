/** What outlives a restart, so that links and logged-in browsers stay valid: the secret, the pupils' link, the lock. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export interface KeptAccess {
  /** Every token and cookie is derived from it. */
  readonly secret: string
  /** Counts how often the pupils' link was replaced. */
  readonly edition: number
  readonly locked: boolean
}

export interface AccessStore {
  readonly kept: KeptAccess
  /** Takes effect now, and is written to the file if that is possible. */
  change(part: Partial<KeptAccess>): void
}

type Log = (level: 'info' | 'warn', message: string) => void

/** @param file where it is kept; undefined keeps nothing beyond this start */
export function openAccessStore(file: string | undefined, log: Log): AccessStore {
  let kept = file === undefined ? undefined : readKept(file, log)
  const store: AccessStore = {
    get kept() {
      return kept as KeptAccess
    },
    change(part) {
      kept = { ...store.kept, ...part }
      if (file !== undefined) write(file, kept, log)
    },
  }
  if (!kept) store.change({ secret: randomBytes(24).toString('base64url'), edition: 1, locked: false })
  return store
}

/** Undefined if there is none that can be used. */
function readKept(file: string, log: Log): KeptAccess | undefined {
  try {
    const { secret, edition, locked } = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof secret === 'string' && secret.length >= 32 && Number.isInteger(edition) && typeof locked === 'boolean') {
      return { secret, edition, locked }
    }
    log('warn', `${file} is not as it was written: the links for control are new ones`)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT') log('warn', `the links for control are new ones: ${message}`)
  }
  return undefined
}

function write(file: string, kept: KeptAccess, log: Log): void {
  // Renamed into place: a Pi may lose its power while it writes.
  const draft = `${file}.${process.pid}`
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(draft, `${JSON.stringify(kept)}\n`, { mode: 0o600 })
    renameSync(draft, file)
  } catch (error) {
    log('warn', `links and logins for control hold until the next start only: ${(error as Error).message}`)
    try {
      unlinkSync(draft)
    } catch {
      // It was not begun.
    }
  }
}
