import type { Daemon } from '../../daemon/daemon.ts'
import type { Log } from '../../log.ts'
import type { Timers } from '../../loop/clock.ts'
import type { SaveRequest } from './config-worker-client.ts'

export interface Autosave {
  /** Whether changes are kept from now on. */
  enable(on: boolean): void
  /** Write what still waits. */
  close(): Promise<void>
}

/** Somebody who turns a slider has come to rest after so long, ms. */
const SAVE_AFTER_MS = 2000
/** What hindered it may be gone after so long, ms. */
const RETRY_MS = 60_000

/** Writes what is changed while the neuron runs into its configuration file, once it has come to rest. */
export function openAutosave(
  daemon: Pick<Daemon, 'live' | 'onChange' | 'keeping'>,
  file: string,
  save: (request: SaveRequest) => Promise<readonly string[]>,
  { timers, log }: { readonly timers: Timers; readonly log: Log },
): Autosave {
  const changed = new Set<string>()
  let isEnabled = false
  let loggedError = ''
  let cancel = () => {}
  let writing = Promise.resolve()

  async function write(): Promise<void> {
    cancel()
    if (changed.size === 0) return
    const only = [...changed]
    changed.clear()
    try {
      const written = await save({ file, live: daemon.live(), only })
      if (written.length > 0) log.info(`kept in ${file}: ${written.join(', ')}`)
      daemon.keeping.done()
      loggedError = ''
    } catch (error) {
      // It is tried again with the next change, in a while, and at the end.
      if (changed.size === 0) writeIn(RETRY_MS)
      for (const name of only) changed.add(name)
      const { message } = error as Error
      if (message !== loggedError) log.error(`what was changed is not kept: ${message}`)
      daemon.keeping.failed(message)
      loggedError = message
    }
  }

  const writeNext = () => {
    writing = writing.then(write)
    return writing
  }
  function writeIn(ms: number): void {
    cancel()
    cancel = timers.after(ms, writeNext)
  }

  daemon.onChange(names => {
    if (!isEnabled) return
    for (const name of names) changed.add(name)
    writeIn(SAVE_AFTER_MS)
  })
  return {
    enable(on) {
      isEnabled = on
    },
    async close() {
      await writeNext()
      cancel()
    },
  }
}
