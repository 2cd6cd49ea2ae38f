import { join } from 'node:path'
import type { Env } from './console.ts'

/** A file that outlives a restart; undefined where there is no place for it. */
export function stateFile(name: string, { STATE_DIRECTORY, XDG_STATE_HOME, HOME }: Env): string | undefined {
  const ownState = XDG_STATE_HOME || (HOME && join(HOME, '.local', 'state'))
  // systemd's folder for this service (StateDirectory=), else the user's own.
  const folder = STATE_DIRECTORY?.split(':')[0] || (ownState && join(ownState, 'neurond'))
  return folder ? join(folder, name) : undefined
}
