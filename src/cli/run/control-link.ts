/** The way from a phone to the dashboard, with the right to change things. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '../../log.ts'
import type { Web } from '../../web/server.ts'
import type { Env } from '../console.ts'
import type { PinnedLine } from './pinned-last-line.ts'

type ControlLinks = Pick<Web, 'lanUrls' | 'controlLink'>

/** Before the eyes of whoever sits at the terminal. */
export async function showControlLink({ lanUrls, controlLink }: ControlLinks, screen: PinnedLine): Promise<void> {
  const [url] = lanUrls
  if (url === undefined) return
  screen.log.write(`${await qrText(controlLink(url))}\ncontrol from other devices: ${controlLink(url)}\n`)
}

/**
 * Where there is no terminal, what is printed is kept, in a journal or a file. The token is a secret and does not go
 * there, but into a file that only its owner may read. Returns what removes that file.
 */
export function writeControlLink(
  { lanUrls, controlLink }: ControlLinks,
  log: Pick<Log, 'info' | 'warn'>,
  env: Env,
): (() => void) | undefined {
  const [url] = lanUrls
  if (url === undefined) return undefined
  try {
    const folder = mkdtempSync(join(runtimeFolder(env), 'neurond-'))
    const file = join(folder, 'control-link')
    writeFileSync(file, `${controlLink(url)}\n`, { mode: 0o600 })
    log.info(`control from other devices: by the link that this shows (of a service, with sudo): cat ${file}`)
    return () => rmSync(folder, { recursive: true, force: true })
  } catch (error) {
    const advice = 'put a token of your own into a file, name it as web.tokenFile, and open URL/login#TOKEN'
    log.warn(`no link for control from other devices: ${(error as Error).message}; ${advice}`)
    return undefined
  }
}

/** systemd's folder for this service (RuntimeDirectory=), or the user's own, or the common one. */
function runtimeFolder({ RUNTIME_DIRECTORY, XDG_RUNTIME_DIR }: Env): string {
  const candidates = [RUNTIME_DIRECTORY?.split(':')[0], XDG_RUNTIME_DIR]
  return candidates.find(folder => folder && existsSync(folder)) ?? tmpdir()
}

/** A link as a QR code of half blocks, for the terminal: a phone reads it from the screen. */
async function qrText(link: string): Promise<string> {
  const { renderUnicodeCompact } = await import('uqr')
  return renderUnicodeCompact(link, { border: 2 })
}
