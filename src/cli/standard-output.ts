/** Standard output that nobody may be reading: a terminal stopped with Ctrl-S, a pager that waits for its user. */
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs'
import { Writable } from 'node:stream'
import { isatty } from 'node:tty'
import { realTimers, type Timers } from '../loop/clock.ts'

export interface StandardOutput {
  /** What cannot be written now waits, and is written once somebody reads again. */
  readonly stream: Writable
  /** Something waits: a picture of this moment would be out of date when it is seen. */
  isBlocked(): boolean
  /** Writes what there is room for. */
  close(): void
}

/** Bytes that wait at most; more are dropped. */
const MOST_WAITING = 2 ** 18
const RETRY_MS = 200

/**
 * Opens standard output so that writing never waits. Node itself waits at terminals and pipes, and all else with it.
 * @param onGone called when nobody will ever read: the reader of a pipe has ended (`| head`)
 * @returns undefined where it is a file or a socket, or cannot be opened a second time: these are left to Node
 */
export function openStandardOutput(onGone: () => void): StandardOutput | undefined {
  try {
    // A file opened again would be written from its beginning; a socket cannot be.
    if (!isatty(1) && !fstatSync(1).isFIFO()) return undefined
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants
    const fd = openSync('/proc/self/fd/1', O_WRONLY | O_NONBLOCK | O_NOCTTY)
    return createOutput({ write: bytes => writeSync(fd, bytes), close: () => closeSync(fd) }, onGone, realTimers)
  } catch (error) {
    // A pipe without a reader.
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') onGone()
    return undefined
  }
}

interface Unblocked {
  /** Returns how many bytes there was room for. @throws Error with code EAGAIN if for none */
  write(bytes: Uint8Array): number
  close(): void
}

export function createOutput(file: Unblocked, onGone: () => void, timers: Pick<Timers, 'every'>): StandardOutput {
  let waiting: Uint8Array = Buffer.alloc(0)
  let cancelRetry: (() => void) | undefined
  /** The number of a closed file may be that of another one. */
  let isOpen = true

  function flush(): void {
    try {
      while (waiting.length > 0) waiting = waiting.subarray(file.write(waiting))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EAGAIN') {
        cancelRetry ??= timers.every(RETRY_MS, flush)
        return
      }
      // The end of a terminal (EIO) is noticed elsewhere.
      waiting = waiting.subarray(waiting.length)
      if (code === 'EPIPE') onGone()
    }
    cancelRetry?.()
    cancelRetry = undefined
  }

  return {
    stream: new Writable({
      write(chunk: Buffer, _encoding, done) {
        if (isOpen && waiting.length + chunk.length <= MOST_WAITING) waiting = Buffer.concat([waiting, chunk])
        if (isOpen) flush()
        done()
      },
    }),
    isBlocked: () => waiting.length > 0,
    close() {
      flush()
      cancelRetry?.()
      isOpen = false
      file.close()
    },
  }
}
