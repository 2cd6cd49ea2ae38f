/** Tells the user the link that controls the neuron from other devices: the teacher's. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '../../log.ts'
import type { Web } from '../../web/server.ts'
import type { Env } from '../console.ts'
import type { PinnedLine } from './pinned-last-line.ts'

type ControlLinks = Pick<Web, 'lanUrls' | 'controlLink'>

/** Shows it on the terminal, with a QR code for a phone. */
export async function showControlLink({ lanUrls, controlLink }: ControlLinks, { log }: PinnedLine): Promise<void> {
  const [url] = lanUrls
  if (url === undefined) return
  log.write(
    `${await qrText(controlLink(url))}\ncontrol from other devices, as the teacher (the page has a link for pupils): ${controlLink(url)}\n`,
  )
}

/**
 * Where there is no terminal, the log is kept in a journal or a file. The token in the link is a secret: the link is
 * written to a file that only its owner may read, and the log says where. Returns what removes that file.
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
    log.info(
      `control from other devices, as the teacher: by the link that this shows (of a service, with sudo): cat ${file}`,
    )
    return () => rmSync(folder, { recursive: true, force: true })
  } catch (error) {
    const advice = 'put a token of your own into a file, name it as web.tokenFile, and open URL/login#TOKEN'
    log.warn(`no link for control from other devices: ${(error as Error).message}; ${advice}`)
    return undefined
  }
}

/** systemd's folder for this service (RuntimeDirectory=), else the user's own, else the common one. */
function runtimeFolder({ RUNTIME_DIRECTORY, XDG_RUNTIME_DIR }: Env): string {
  const candidates = [RUNTIME_DIRECTORY?.split(':')[0], XDG_RUNTIME_DIR]
  return candidates.find(folder => folder && existsSync(folder)) ?? tmpdir()
}

/** A QR code of half blocks, which a phone reads from the screen. */
async function qrText(link: string): Promise<string> {
  const { renderUnicodeCompact } = await import('uqr')
  return renderUnicodeCompact(link, { border: 2 })
}
