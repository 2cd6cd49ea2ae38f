import { closeSync, readdirSync, readlinkSync } from 'node:fs'

/**
 * Close the GPIO lines that a thread has left open that was ended by force: else they would be busy for the next one.
 * @param folder the process' descriptors, for tests
 */
export function closeLeftLines(folder = '/proc/self/fd', close: (fd: number) => void = closeSync): void {
  for (const fd of descriptorsIn(folder)) {
    if (/^anon_inode:\[?gpio-?line/.test(targetOf(`${folder}/${fd}`))) close(Number(fd))
  }
}

function descriptorsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function targetOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
