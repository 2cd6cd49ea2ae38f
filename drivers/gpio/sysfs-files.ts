/** Files under /sys that drivers write: plain numbers and words. */
import { accessSync, closeSync, constants, existsSync, openSync, writeSync } from 'node:fs'
import { type Advice, errnoOf, hardwareError } from '../bus/errno.ts'

/** udev hands a fresh file to its group after some 10 to 40 ms; on a busy machine later. */
const UDEV_MS = 5000

const EACCES = 13

/** A file that stays open to be written again and again, without allocation. */
export interface ValueFile {
  /** @throws DriverError */
  write(value: Buffer): void
  close(): void
}

/** @throws DriverError */
export function openValue(path: string, advice: Advice): ValueFile {
  let fd: number
  try {
    fd = openSync(path, constants.O_WRONLY)
  } catch (cause) {
    throw hardwareError(path, cause, advice)
  }
  return {
    write(value) {
      try {
        writeSync(fd, value, 0, value.length, 0)
      } catch (cause) {
        throw hardwareError(path, cause, advice)
      }
    },
    close: () => closeSync(fd),
  }
}

/** @throws DriverError */
export function writeText(path: string, text: string, advice: Advice = {}): void {
  try {
    // Never created: /sys would answer for a missing file with a misleading EACCES.
    const fd = openSync(path, constants.O_WRONLY | constants.O_TRUNC)
    try {
      writeSync(fd, text)
    } finally {
      closeSync(fd)
    }
  } catch (cause) {
    throw hardwareError(`Writing ${text} to ${path}`, cause, advice)
  }
}

/** Make the kernel offer a line or channel as a folder, if it does not yet. @throws DriverError */
export function exportOnce(folder: string, exportFile: string, number: number, advice: Advice): void {
  if (!existsSync(folder)) writeText(exportFile, String(number), advice)
}

/**
 * May these files be written? Root's own until udev has run (raspberrypi/linux#553), so for some seconds after
 * `exportedMs` the answer is false, to be asked again later; it does not wait.
 * @param access Another way to ask, for tests: root may write everything.
 * @throws DriverError when they stay closed.
 */
export function writable(
  paths: readonly string[],
  exportedMs: number,
  nowMs: number,
  advice: Advice,
  access: (path: string, mode: number) => void = accessSync,
): boolean {
  for (const path of paths) {
    try {
      access(path, constants.W_OK)
    } catch (cause) {
      if (errnoOf(cause) === EACCES && nowMs - exportedMs < UDEV_MS) return false
      throw hardwareError(path, cause, advice)
    }
  }
  return true
}
