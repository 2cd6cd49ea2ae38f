import { isatty } from 'node:tty'

/** SIGINT, SIGTERM and SIGHUP, from the first moment of the daemon on. */
export interface Signals {
  /** Resolves when the daemon is to stop. */
  readonly stopping: Promise<undefined>
  readonly isStopping: () => boolean
  /** There was a terminal, and it was closed. */
  readonly terminalGone: () => boolean
  stop(): void
  /** Calls back at each SIGHUP from now on, and at once if one has come before. */
  onReload(reload: () => void): void
  /** Installs the handlers again after a library has replaced them by its own. */
  reinstall(): void
}

const INPUT = 0

export function openSignals(): Signals {
  const hadTerminal = isatty(INPUT)
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
  const terminalGone = () => hadTerminal && !isatty(INPUT)
  const handlers = {
    SIGINT: () => stop(),
    SIGTERM: () => stop(),
    SIGHUP() {
      // The same signal says that the terminal was closed: then the daemon stops.
      if (terminalGone()) stop()
      else if (reload) reload()
      else isReloadWaiting = true
    },
  }
  const reinstall = () => {
    for (const [signal, handler] of Object.entries(handlers))
      process.removeListener(signal, handler).on(signal, handler)
  }
  reinstall()
  return {
    stopping,
    isStopping: () => isStopping,
    terminalGone,
    stop,
    onReload(listener) {
      reload = listener
      if (isReloadWaiting) listener()
      isReloadWaiting = false
    },
    reinstall,
  }
}
