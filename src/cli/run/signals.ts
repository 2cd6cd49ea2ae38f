import type { EventEmitter } from 'node:events'
import { type TerminalWatch, watchTerminal } from '../terminal-gone.ts'

/** SIGINT, SIGTERM and SIGHUP, and the end of the terminal, from the first moment of the daemon on. */
export interface Signals {
  /** Resolves when the daemon is to stop. */
  readonly stopping: Promise<undefined>
  readonly isStopping: () => boolean
  /** One of the standard streams was a terminal when the daemon started. */
  readonly hadTerminal: boolean
  stop(): void
  /** Calls back at each SIGHUP from now on, and at once if one has come before. Never where there was a terminal. */
  onReload(reload: () => void): void
  /** Installs the handlers again after a library has replaced them by its own. */
  reinstall(): void
  /** No longer watches the terminal. The handlers stay: nothing may end the process while it closes. */
  close(): void
}

/** @param source emits the signals */
export function openSignals(
  source: EventEmitter = process,
  watch: (onGone: () => void) => TerminalWatch = watchTerminal,
): Signals {
  let stop = () => {}
  let isStopping = false
  let reload: (() => void) | undefined
  let isReloadWaiting = false
  const stopping = new Promise<undefined>(resolve => {
    stop = () => {
      isStopping = true
      resolve(undefined)
    }
  })
  const terminal = watch(stop)
  const handlers = {
    SIGINT: () => stop(),
    SIGTERM: () => stop(),
    SIGHUP() {
      // Of a terminal it says that the session has ended. The terminal itself may still be there for a while.
      if (terminal.hadTerminal) stop()
      else if (reload) reload()
      else isReloadWaiting = true
    },
  }
  const reinstall = () => {
    for (const [signal, handler] of Object.entries(handlers)) source.removeListener(signal, handler).on(signal, handler)
  }
  reinstall()
  return {
    stopping,
    isStopping: () => isStopping,
    hadTerminal: terminal.hadTerminal,
    stop,
    onReload(listener) {
      reload = listener
      if (isReloadWaiting) listener()
      isReloadWaiting = false
    },
    reinstall,
    close: terminal.close,
  }
}
