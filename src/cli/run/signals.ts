import { isatty } from 'node:tty'

/** What the user and the system want of the daemon, from its first moment on. */
export interface Signals {
  /** Kept as soon as somebody wants it to end. */
  readonly stopping: Promise<undefined>
  /** Somebody wants it to end already. */
  readonly isStopping: () => boolean
  /** There was a terminal, and it was closed. */
  readonly terminalGone: () => boolean
  stop(): void
  /** Called at each SIGHUP from now on, and at once if one came before. */
  onReload(reload: () => void): void
  /** For libraries that put handlers of their own in place of Node's: ours come back on top. */
  reinstall(): void
}

const INPUT = 0

export function openSignals(): Signals {
  const hadTerminal = isatty(INPUT)
  let leave = () => {}
  let left = false
  let reload: (() => void) | undefined
  let waits = false
  const leaving = new Promise<undefined>(resolve => {
    leave = () => {
      left = true
      resolve(undefined)
    }
  })
  const terminalGone = () => hadTerminal && !isatty(INPUT)
  const handlers = {
    SIGINT: () => leave(),
    SIGTERM: () => leave(),
    SIGHUP() {
      // The same signal says that the terminal is gone: then there is nobody left to serve.
      if (terminalGone()) leave()
      else if (reload) reload()
      else waits = true
    },
  }
  const renew = () => {
    for (const [signal, handler] of Object.entries(handlers))
      process.removeListener(signal, handler).on(signal, handler)
  }
  renew()
  return {
    stopping: leaving,
    isStopping: () => left,
    terminalGone,
    stop: leave,
    onReload(run) {
      reload = run
      if (waits) run()
      waits = false
    },
    reinstall: renew,
  }
}
